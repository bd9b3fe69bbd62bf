/* SPDX-License-Identifier: GPL-2.0 */
#include "agents/cpu_flush.h"
#include "base/clock.h"
#include "base/cpus.h"

#include <linux/perf_event.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

/* One interrupt to a halted virtual CPU takes up to 50 us: 16 of them stay below a millisecond. */
#define FLUSH_CPUS_MAX 16
#define CPU_NUMBER_END 1024

struct cpu_flush {
    unsigned count;
    struct {
        unsigned cpu;
        int fd;
    } cpus[FLUSH_CPUS_MAX];
};

static int open_dummy(int cpu)
{
    struct perf_event_attr attributes = {
        .size = sizeof(attributes), .type = PERF_TYPE_SOFTWARE, .config = PERF_COUNT_SW_DUMMY};

    return (int)syscall(SYS_perf_event_open, &attributes, -1, cpu, -1, PERF_FLAG_FD_CLOEXEC);
}

struct cpu_flush *cpu_flush_open(void)
{
    int online = cpus_online();
    struct cpu_flush *flush;

    if (online > FLUSH_CPUS_MAX)
        return NULL;
    flush = calloc(1, sizeof(*flush));
    for (int cpu = 0; flush && cpu < CPU_NUMBER_END && flush->count < (unsigned)online; cpu++) {
        int fd = open_dummy(cpu);

        if (fd < 0 && cpu == 0)
            break;
        if (fd < 0)
            continue;
        flush->cpus[flush->count].cpu = (unsigned)cpu;
        flush->cpus[flush->count++].fd = fd;
    }
    if (!flush || flush->count < (unsigned)online) {
        cpu_flush_close(flush);
        return NULL;
    }
    return flush;
}

void cpu_flush_close(struct cpu_flush *flush)
{
    for (unsigned i = 0; flush && i < flush->count; i++)
        close(flush->cpus[i].fd);
    free(flush);
}

void cpu_flush(struct cpu_flush *flush, uint64_t *at_ns, unsigned size)
{
    for (unsigned i = 0; i < flush->count; i++) {
        uint64_t before_ns = clock_now_ns(), count;

        if (flush->cpus[i].cpu < size)
            at_ns[flush->cpus[i].cpu] =
                read(flush->cpus[i].fd, &count, sizeof(count)) == sizeof(count) ? before_ns : 0;
    }
}
