/* SPDX-License-Identifier: GPL-2.0 */
#include "agents/idle.h"
#include "agents/cpu_flush.h"
#include "agents/proc_file.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/files.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct idle_source {
    struct proc_file timer_file, stat_file;
    bool fine; /* timer_list is used */
    uint64_t user_tick_ns, tick_ns;
    struct cpu_flush *flush; /* NULL: not possible here */
    bool flushed;            /* before the present reading */
    uint64_t flushed_ns[PROC_CPUS_MAX];
    struct timer_list timer;
    struct idle_reading reading;
};

/*
 * /proc/stat shows the same counters as timer_list while the tick is managed (get_idle_time() of
 * fs/proc/stat.c calls get_cpu_idle_time_us()), in coarser steps and with the idle period still going on.
 * Where the two differ by more than steps and a long idle period explain, timer_list counts something else.
 */
bool idle_plausible(const struct timer_list *list, const struct proc_stat *stat, uint64_t tick_ns)
{
    if (list->count != stat->count)
        return false;
    for (unsigned i = 0; i < list->count; i++) {
        const struct timer_list_cpu *fine = &list->cpus[i];
        uint64_t coarse_ns = (stat->cpus[i].idle + stat->cpus[i].iowait) * tick_ns;
        uint64_t fine_ns = fine->idle_ns + fine->iowait_ns;
        uint64_t ongoing_ns = fine->idle_entry_ns < list->now_ns ? list->now_ns - fine->idle_entry_ns : 0;

        if (fine->cpu != stat->cpus[i].cpu || fine_ns > list->now_ns)
            return false;
        if (coarse_ns + 3 * tick_ns < fine_ns || coarse_ns > fine_ns + ongoing_ns + 3 * tick_ns)
            return false;
    }
    return true;
}

uint64_t idle_ongoing_ns(const struct timer_list_cpu *cpu, uint64_t now_ns, uint64_t flushed_ns,
                         uint64_t tick_ns)
{
    uint64_t since_ns = cpu->idle_entry_ns < now_ns ? now_ns - cpu->idle_entry_ns : 0;

    if (flushed_ns) /* an idle CPU's period was ended and begun anew by the interrupt, a busy one's time
                       stands */
        return cpu->idle_entry_ns >= flushed_ns ? since_ns : 0;
    if (cpu->tick_stopped)
        return since_ns;
    /* A ticking CPU that idles begins a new period at each tick; within one tick both are as likely. */
    return since_ns > tick_ns ? 0 : since_ns / 2;
}

static const struct stat_cpu *stat_of(const struct proc_stat *stat, unsigned cpu, unsigned hint)
{
    if (hint < stat->count && stat->cpus[hint].cpu == cpu)
        return &stat->cpus[hint];
    for (unsigned i = 0; i < stat->count; i++)
        if (stat->cpus[i].cpu == cpu)
            return &stat->cpus[i];
    return NULL;
}

static void read_fine(struct idle_source *source)
{
    struct idle_reading *reading = &source->reading;

    reading->now_ns = source->timer.now_ns;
    reading->count = 0;
    for (unsigned i = 0; i < source->timer.count; i++) {
        const struct timer_list_cpu *cpu = &source->timer.cpus[i];
        const struct stat_cpu *stat = stat_of(&reading->stat, cpu->cpu, i);
        bool flushed = source->flushed && cpu->cpu < PROC_CPUS_MAX;
        uint64_t flushed_ns = flushed ? source->flushed_ns[cpu->cpu] : 0;
        uint64_t ongoing_ns = idle_ongoing_ns(cpu, reading->now_ns, flushed_ns, source->tick_ns);
        uint64_t steal_ns = stat ? stat->steal * source->user_tick_ns : 0;

        if (stat)
            reading->cpus[reading->count++] =
                (struct idle_cpu){.cpu = cpu->cpu,
                                  .not_busy_ns = cpu->idle_ns + cpu->iowait_ns + ongoing_ns + steal_ns,
                                  .iowait_ns = cpu->iowait_ns,
                                  .steal_ns = steal_ns};
    }
}

static void read_coarse(struct idle_source *source, uint64_t now_ns)
{
    struct idle_reading *reading = &source->reading;

    reading->now_ns = now_ns;
    reading->count = reading->stat.count;
    for (unsigned i = 0; i < reading->count; i++) {
        const struct stat_cpu *cpu = &reading->stat.cpus[i];

        reading->cpus[i] =
            (struct idle_cpu){.cpu = cpu->cpu,
                              .not_busy_ns = (cpu->idle + cpu->iowait + cpu->steal) * source->user_tick_ns,
                              .iowait_ns = cpu->iowait * source->user_tick_ns,
                              .steal_ns = cpu->steal * source->user_tick_ns};
    }
}

static bool read_timer(struct idle_source *source)
{
    struct text text;

    return proc_file_get(&source->timer_file, &text) && parse_timer_list(text, &source->timer) == 0;
}

static bool read_stat(struct idle_source *source)
{
    struct text text;

    return proc_file_get(&source->stat_file, &text) && parse_stat(text, &source->reading.stat) == 0;
}

const struct idle_reading *idle_read(struct idle_source *source, bool exact)
{
    uint64_t before_ns;

    source->flushed = exact && source->fine && source->flush;
    if (source->flushed)
        cpu_flush(source->flush, source->flushed_ns, PROC_CPUS_MAX);
    if (source->fine && !read_timer(source))
        return NULL;
    before_ns = clock_now_ns();
    if (!read_stat(source))
        return NULL;
    if (source->fine)
        read_fine(source);
    else
        read_coarse(source, (before_ns + clock_now_ns()) / 2);
    return &source->reading;
}

/* On nohz_full CPUs the tick may be stopped while they work: only a flush can tell. */
static bool has_nohz_full(void)
{
    OWNED_PTR char *list = file_read("/sys/devices/system/cpu/nohz_full", 4096);

    return list && list[0] >= '0' && list[0] <= '9';
}

static void choose(struct idle_source *source)
{
    struct timespec resolution;

    clock_getres(CLOCK_MONOTONIC_COARSE, &resolution); /* one tick */
    source->tick_ns = (uint64_t)resolution.tv_sec * NS_PER_SECOND + (uint64_t)resolution.tv_nsec;
    source->user_tick_ns = NS_PER_SECOND / (uint64_t)sysconf(_SC_CLK_TCK);
    source->flush = cpu_flush_open();
    for (unsigned attempt = 0; attempt < 3 && !source->fine; attempt++)
        source->fine = read_timer(source) && read_stat(source) &&
                       idle_plausible(&source->timer, &source->reading.stat, source->user_tick_ns);
    if (!source->flush && has_nohz_full())
        source->fine = false;
}

int idle_open(struct idle_source **source, struct error *error)
{
    struct idle_source *made = calloc(1, sizeof(*made));
    int result;

    if (!made)
        return error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "Not enough memory for the CPU sampler.");
    proc_file_open(&made->timer_file, "/proc/timer_list");
    result = proc_file_open(&made->stat_file, "/proc/stat");
    if (result == 0 && !read_stat(made))
        result = -EINVAL;
    if (result != 0) {
        idle_close(made);
        return error_set(error, EXIT_ENVIRONMENT, result,
                         "CPU time can't be measured: /proc/stat can't be read (%s); mount /proc.",
                         strerror(-result));
    }
    choose(made);
    *source = made;
    return 0;
}

void idle_close(struct idle_source *source)
{
    if (!source)
        return;
    proc_file_close(&source->timer_file);
    proc_file_close(&source->stat_file);
    cpu_flush_close(source->flush);
    free(source);
}

const char *idle_source_name(const struct idle_source *source)
{
    return source->fine ? "timer_list" : "stat";
}
