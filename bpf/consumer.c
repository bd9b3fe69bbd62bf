/* SPDX-License-Identifier: GPL-2.0 */
#include "bpf/consumer.h"

#include "base/cleanup.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <poll.h>
#include <stdio.h>
#include <sys/epoll.h>

#define PERF_PAGES 64

static void take_sample(void *context, int cpu, void *data, __u32 size)
{
    struct consumer *consumer = context;

    (void)cpu;
    consumer->events++;
    consumer->bytes += size + *(volatile const unsigned char *)data;
}

/* Layouts: linux/perf_event.h, PERF_RECORD_SAMPLE with PERF_SAMPLE_RAW, and PERF_RECORD_LOST. */
static enum bpf_perf_event_ret take_perf_event(void *context, int cpu, struct perf_event_header *event)
{
    struct {
        struct perf_event_header header;
        __u32 size;
        char data[];
    } *sample = (void *)event;
    struct {
        struct perf_event_header header;
        __u64 id, lost;
    } *lost = (void *)event;

    if (event->type == PERF_RECORD_SAMPLE)
        take_sample(context, cpu, sample->data, sample->size);
    else if (event->type == PERF_RECORD_LOST)
        ((struct consumer *)context)->lost += lost->lost;
    return LIBBPF_PERF_EVENT_CONT;
}

static struct perf_buffer *open_perf(struct consumer *consumer, int map,
                                     const struct consumer_options *options)
{
    unsigned every = options && options->wakeup_every ? options->wakeup_every : 1;
    struct perf_event_attr attributes = {.size = sizeof(attributes),
                                         .type = PERF_TYPE_SOFTWARE,
                                         .config = PERF_COUNT_SW_BPF_OUTPUT,
                                         .sample_type = PERF_SAMPLE_RAW,
                                         .sample_period = 1,
                                         .wakeup_events = every};

    return perf_buffer__new_raw(map, options && options->perf_pages ? options->perf_pages : PERF_PAGES,
                                &attributes, take_perf_event, consumer, NULL);
}

static int take_record(void *context, void *data, size_t size)
{
    take_sample(context, 0, data, (__u32)size);
    return 0;
}

static int watch(struct consumer *consumer, int fd)
{
    struct epoll_event event = {.events = EPOLLIN};

    if (consumer->epoll_fd < 0)
        consumer->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    return consumer->epoll_fd >= 0 && epoll_ctl(consumer->epoll_fd, EPOLL_CTL_ADD, fd, &event) == 0 ? 0
                                                                                                    : -errno;
}

int consumer_add_perf(struct consumer *consumer, int map_fd, const struct consumer_options *options)
{
    struct perf_buffer *perf;

    if (consumer->perf_count == CONSUMER_PERF_MAX)
        return -E2BIG;
    perf = open_perf(consumer, map_fd, options);
    if (!perf)
        return -errno;
    consumer->perf[consumer->perf_count++] = perf;
    return watch(consumer, perf_buffer__epoll_fd(perf));
}

int consumer_add_ring(struct consumer *consumer, int map_fd)
{
    if (consumer->ring)
        return ring_buffer__add(consumer->ring, map_fd, take_record, consumer);
    consumer->ring = ring_buffer__new(map_fd, take_record, consumer, NULL);
    return consumer->ring ? watch(consumer, ring_buffer__epoll_fd(consumer->ring)) : -errno;
}

int consumer_open(struct consumer *consumer, struct bpf_map *perf_buffer, struct bpf_map *ring_buffer,
                  const struct consumer_options *options)
{
    int result = 0;

    *consumer = (struct consumer)CONSUMER_INITIALIZER;
    if (bpf_map__fd(perf_buffer) >= 0)
        result = consumer_add_perf(consumer, bpf_map__fd(perf_buffer), options);
    if (result == 0 && bpf_map__fd(ring_buffer) >= 0)
        result = consumer_add_ring(consumer, bpf_map__fd(ring_buffer));
    return result;
}

void consumer_close(struct consumer *consumer)
{
    for (unsigned i = 0; i < consumer->perf_count; i++)
        perf_buffer__free(consumer->perf[i]);
    ring_buffer__free(consumer->ring);
    close_fd(&consumer->epoll_fd);
    *consumer = (struct consumer)CONSUMER_INITIALIZER;
}

int consumer_take(struct consumer *consumer)
{
    int taken = consumer->ring ? ring_buffer__consume(consumer->ring) : 0;

    for (unsigned i = 0; taken >= 0 && i < consumer->perf_count; i++) {
        int samples = perf_buffer__consume(consumer->perf[i]);

        taken = samples < 0 ? samples : taken + samples;
    }
    return taken;
}

int consumer_run(struct consumer *consumer, int signal_fd)
{
    struct pollfd fds[] = {{.fd = signal_fd, .events = POLLIN}, {.fd = consumer->epoll_fd, .events = POLLIN}};

    while (poll(fds, ARRAY_SIZE(fds), -1) >= 0 || errno == EINTR) {
        if (fds[0].revents)
            return 0;
        if (fds[1].revents)
            consumer_take(consumer);
    }
    return -errno;
}

void consumer_report_lost(const struct consumer *consumer)
{
    if (consumer->lost > 0)
        fprintf(stderr, "Lost %llu samples\n", (unsigned long long)consumer->lost);
}
