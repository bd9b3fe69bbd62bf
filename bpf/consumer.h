/* SPDX-License-Identifier: GPL-2.0 */
/* The user side of the perf buffer and the ring buffer, as tools have it: woken, and every event looked at.
 */
#pragma once

#include <bpf/libbpf.h>
#include <stdint.h>

#define CONSUMER_PERF_MAX 8

struct consumer {
    struct perf_buffer *perf[CONSUMER_PERF_MAX];
    unsigned perf_count;
    struct ring_buffer *ring; /* any number of maps */
    int epoll_fd;             /* readable when there are events */
    uint64_t events, lost, bytes;
};
#define CONSUMER_INITIALIZER                                                                                 \
    {                                                                                                        \
        .epoll_fd = -1                                                                                       \
    }

struct consumer_options {
    unsigned perf_pages;   /* per CPU, a power of two; 0: 64, what the tools of BCC use */
    unsigned wakeup_every; /* events of the perf buffer; 0: 1 */
};

/*
 * Consumes from whichever of the two maps was created; neither: epoll_fd stays -1. `options` may
 * be NULL. 0 or -errno.
 */
int consumer_open(struct consumer *consumer, struct bpf_map *perf_buffer, struct bpf_map *ring_buffer,
                  const struct consumer_options *options);
void consumer_close(struct consumer *consumer);
/* One more map to consume from, by its descriptor. 0, -E2BIG or another -errno. */
int consumer_add_perf(struct consumer *consumer, int map_fd, const struct consumer_options *options);
int consumer_add_ring(struct consumer *consumer, int map_fd);

/* Takes what is there; never waits. Number of events, or -errno. */
int consumer_take(struct consumer *consumer);

/* Consumes until signal_fd is readable. 0 or -errno. */
int consumer_run(struct consumer *consumer, int signal_fd);
/* "Lost N samples" on stderr, as tools say it, if any were. */
void consumer_report_lost(const struct consumer *consumer);
