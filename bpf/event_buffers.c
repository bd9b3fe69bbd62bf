/* SPDX-License-Identifier: GPL-2.0 */
#include "bpf/event_buffers.h"
#include "base/cleanup.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <limits.h>
#include <linux/perf_event.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PAGE_BYTES         ((size_t)sysconf(_SC_PAGESIZE))
#define PERF_PAGES_DEFAULT 64
#define EVENT_HEADER_BYTES 48 /* more than either buffer puts beside an event */

static int open_perf(struct event_buffers *buffers, int map, int cpu, unsigned wakeup_every)
{
    struct perf_event_attr attributes = {.size = sizeof(attributes),
                                         .type = PERF_TYPE_SOFTWARE,
                                         .config = PERF_COUNT_SW_BPF_OUTPUT,
                                         .sample_type = PERF_SAMPLE_RAW,
                                         .sample_period = 1,
                                         .wakeup_events = wakeup_every};
    void *pages;
    int fd;

    if (!wakeup_every) { /* as seldom as there is: when the whole buffer has been written once */
        attributes.watermark = 1;
        attributes.wakeup_watermark = UINT32_MAX;
    }
    fd = (int)syscall(SYS_perf_event_open, &attributes, -1, cpu, -1, PERF_FLAG_FD_CLOEXEC);
    if (fd < 0)
        return errno == ENODEV ? 0 : -errno; /* an offline CPU */
    buffers->perf_fds[cpu] = fd;
    pages = mmap(NULL, PAGE_BYTES + buffers->perf_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (pages == MAP_FAILED)
        return -errno;
    buffers->perf_pages[cpu] = pages;
    return bpf_map_update_elem(map, &cpu, &fd, BPF_ANY) == 0 ? 0 : -errno;
}

static int open_all_perf(struct event_buffers *buffers, int map, unsigned pages, unsigned wakeup_every)
{
    int cpus = libbpf_num_possible_cpus(), result = 0;

    if (cpus < 0)
        return cpus;
    buffers->perf_fds = calloc((size_t)cpus, sizeof(*buffers->perf_fds));
    buffers->perf_pages = calloc((size_t)cpus, sizeof(*buffers->perf_pages));
    if (!buffers->perf_fds || !buffers->perf_pages)
        return -ENOMEM;
    buffers->cpus = cpus;
    buffers->perf_bytes = (pages ? pages : PERF_PAGES_DEFAULT) * PAGE_BYTES;
    for (int cpu = 0; cpu < cpus; cpu++)
        buffers->perf_fds[cpu] = -1;
    for (int cpu = 0; result == 0 && cpu < cpus; cpu++)
        result = open_perf(buffers, map, cpu, wakeup_every);
    return result;
}

/* Layout of a ring buffer's mapping: kernel/bpf/ringbuf.c, bpf_ringbuf_alloc. */
static int open_ring(struct event_buffers *buffers, int map)
{
    struct bpf_map_info info = {0};
    unsigned size = sizeof(info);
    void *consumer, *producer;

    if (bpf_obj_get_info_by_fd(map, &info, &size) != 0)
        return -errno;
    consumer = mmap(NULL, PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, map, 0);
    if (consumer == MAP_FAILED)
        return -errno;
    buffers->ring_consumer = consumer;
    producer = mmap(NULL, PAGE_BYTES, PROT_READ, MAP_SHARED, map, (off_t)PAGE_BYTES);
    if (producer == MAP_FAILED)
        return -errno;
    buffers->ring_producer = producer;
    buffers->ring_bytes = info.max_entries;
    return 0;
}

int event_buffers_open(struct event_buffers *buffers, int perf_map, int ring_map, unsigned pages,
                       unsigned wakeup_every)
{
    int result = perf_map >= 0 ? open_all_perf(buffers, perf_map, pages, wakeup_every) : 0;

    return result == 0 && ring_map >= 0 ? open_ring(buffers, ring_map) : result;
}

void event_buffers_close(struct event_buffers *buffers)
{
    for (int cpu = 0; cpu < buffers->cpus; cpu++) {
        if (buffers->perf_pages[cpu])
            munmap(buffers->perf_pages[cpu], PAGE_BYTES + buffers->perf_bytes);
        close_fd(&buffers->perf_fds[cpu]);
    }
    free(buffers->perf_fds);
    free(buffers->perf_pages);
    if (buffers->ring_consumer)
        munmap((void *)buffers->ring_consumer, PAGE_BYTES);
    if (buffers->ring_producer)
        munmap((void *)buffers->ring_producer, PAGE_BYTES);
    *buffers = (struct event_buffers)EVENT_BUFFERS_INITIALIZER;
}

void event_buffers_drain(struct event_buffers *buffers)
{
    for (int cpu = 0; cpu < buffers->cpus; cpu++) {
        struct perf_event_mmap_page *page = buffers->perf_pages[cpu];

        if (page)
            __atomic_store_n(&page->data_tail, __atomic_load_n(&page->data_head, __ATOMIC_ACQUIRE),
                             __ATOMIC_RELEASE);
    }
    if (buffers->ring_bytes)
        __atomic_store_n(buffers->ring_consumer, __atomic_load_n(buffers->ring_producer, __ATOMIC_ACQUIRE),
                         __ATOMIC_RELEASE);
}

unsigned event_buffers_room(const struct event_buffers *buffers, unsigned event_bytes)
{
    size_t bytes = buffers->perf_bytes;

    if (buffers->ring_bytes && (!bytes || buffers->ring_bytes < bytes))
        bytes = buffers->ring_bytes;
    return bytes ? (unsigned)(bytes / (event_bytes + EVENT_HEADER_BYTES)) : UINT_MAX;
}
