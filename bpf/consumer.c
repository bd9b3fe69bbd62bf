/* SPDX-License-Identifier: GPL-2.0 */
#include "bpf/consumer.h"

#include "base/cleanup.h"

#include <errno.h>
#include <linux/perf_event.h>
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

int consumer_open(struct consumer *consumer, struct bpf_map *perf_buffer, struct bpf_map *ring_buffer,
                  const struct consumer_options *options)
{
    int result = 0;

    *consumer = (struct consumer)CONSUMER_INITIALIZER;
    if (bpf_map__fd(perf_buffer) >= 0) {
        consumer->perf = open_perf(consumer, bpf_map__fd(perf_buffer), options);
        if (!consumer->perf)
            return -errno;
        result = watch(consumer, perf_buffer__epoll_fd(consumer->perf));
    }
    if (result == 0 && bpf_map__fd(ring_buffer) >= 0) {
        consumer->ring = ring_buffer__new(bpf_map__fd(ring_buffer), take_record, consumer, NULL);
        if (!consumer->ring)
            return -errno;
        result = watch(consumer, ring_buffer__epoll_fd(consumer->ring));
    }
    return result;
}

void consumer_close(struct consumer *consumer)
{
    perf_buffer__free(consumer->perf);
    ring_buffer__free(consumer->ring);
    close_fd(&consumer->epoll_fd);
    *consumer = (struct consumer)CONSUMER_INITIALIZER;
}

int consumer_take(struct consumer *consumer)
{
    int taken = 0;

    if (consumer->ring)
        taken = ring_buffer__consume(consumer->ring);
    if (taken >= 0 && consumer->perf) {
        int samples = perf_buffer__consume(consumer->perf);

        taken = samples < 0 ? samples : taken + samples;
    }
    return taken;
}
