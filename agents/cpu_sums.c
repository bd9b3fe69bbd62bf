/* SPDX-License-Identifier: GPL-2.0 */
#include "agents/cpu_sums.h"

static void add_difference(struct cpu_sums *sums, const struct cpu_sums *from, const struct cpu_sums *to)
{
    sums->busy_ns += to->busy_ns - from->busy_ns;
    sums->steal_ns += to->steal_ns - from->steal_ns;
    sums->iowait_ns += to->iowait_ns - from->iowait_ns;
}

static void note_cpu(struct cpu_history *history, const struct idle_cpu *cpu, uint64_t now_ns)
{
    struct cpu_sums now = {.busy_ns = (double)now_ns - (double)cpu->not_busy_ns,
                           .steal_ns = (double)cpu->steal_ns,
                           .iowait_ns = (double)cpu->iowait_ns};

    if (cpu->cpu >= PROC_CPUS_MAX)
        return;
    if (history->cpus[cpu->cpu].look > 0 && history->cpus[cpu->cpu].look + 1 == history->looks)
        add_difference(&history->sums, &history->cpus[cpu->cpu].last, &now);
    history->cpus[cpu->cpu].last = now;
    history->cpus[cpu->cpu].look = history->looks;
}

struct cpu_sums cpu_sums_look(struct cpu_history *history, const struct idle_reading *reading)
{
    history->looks++;
    for (unsigned i = 0; i < reading->count; i++)
        note_cpu(history, &reading->cpus[i], reading->now_ns);
    return history->sums;
}
