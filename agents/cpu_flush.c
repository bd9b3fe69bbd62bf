/* SPDX-License-Identifier: GPL-2.0 */
#include "agents/cpu_flush.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/cpus.h"

#include <linux/perf_event.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

/* One interrupt to a halted virtual CPU takes up to 50 us: 16 of them stay below a millisecond. */
#define FLUSH_CPUS_MAX 16
#define CPU_NUMBER_END 1024

struct cpu_flush {
    unsigned count;
    struct flush_cpu {
        unsigned cpu;
        int fd; /* negative while the CPU is offline */
        uint64_t enabled_ns;
    } cpus[FLUSH_CPUS_MAX];
};

static int open_dummy(int cpu)
{
    struct perf_event_attr attributes = {.size = sizeof(attributes),
                                         .type = PERF_TYPE_SOFTWARE,
                                         .config = PERF_COUNT_SW_DUMMY,
                                         .read_format = PERF_FORMAT_TOTAL_TIME_ENABLED};

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
        close_fd(&flush->cpus[i].fd);
    free(flush);
}

/* An event whose CPU was offline in between is read without an interrupt, and shows it: its time stands
 * (from the second reading on). */
static bool interrupt_cpu(struct flush_cpu *cpu)
{
    struct {
        uint64_t count, enabled_ns;
    } now;

    if (cpu->fd < 0 || read(cpu->fd, &now, sizeof(now)) != sizeof(now) || now.enabled_ns == cpu->enabled_ns)
        return false;
    cpu->enabled_ns = now.enabled_ns;
    return true;
}

static bool reopen(struct flush_cpu *cpu)
{
    close_fd(&cpu->fd);
    cpu->fd = open_dummy((int)cpu->cpu);
    cpu->enabled_ns = 0;
    return cpu->fd >= 0;
}

void cpu_flush(struct cpu_flush *flush, uint64_t *at_ns, unsigned size)
{
    for (unsigned i = 0; i < flush->count; i++) {
        struct flush_cpu *cpu = &flush->cpus[i];
        uint64_t before_ns = clock_now_ns();
        bool flushed = interrupt_cpu(cpu) || (reopen(cpu) && interrupt_cpu(cpu));

        if (cpu->cpu < size)
            at_ns[cpu->cpu] = flushed ? before_ns : 0;
    }
}
