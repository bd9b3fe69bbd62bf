/* SPDX-License-Identifier: GPL-2.0 */
/* CPU time of the whole machine and of each CPU, and the event counts that /proc/stat has beside it. */
#include "agents/cpu_sums.h"
#include "agents/idle.h"
#include "agents/sampler.h"
#include "agents/sampler_cpu.h"
#include "base/cleanup.h"

#include <errno.h>
#include <stdio.h>

struct cpu_state {
    struct idle_source *source;
    struct cpu_history history;
    char names[PROC_CPUS_MAX][24]; /* "cpu.N.busy_ns" */
};

static int cpu_open(void **state, const struct sampler_place *place, struct error *error)
{
    OWNED_PTR struct cpu_state *cpu = calloc(1, sizeof(*cpu));
    int result;

    (void)place;
    if (!cpu)
        return error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "Not enough memory for the CPU sampler.");
    result = idle_open(&cpu->source, error);
    if (result != 0)
        return result;
    for (unsigned i = 0; i < PROC_CPUS_MAX; i++)
        snprintf(cpu->names[i], sizeof(cpu->names[i]), "cpu.%u.busy_ns", i);
    *state = TAKE_PTR(cpu);
    return 0;
}

static void cpu_close(void *state)
{
    struct cpu_state *cpu = state;

    idle_close(cpu->source);
    free(cpu);
}

static const struct idle_reading *look(struct cpu_state *state, bool exact, struct cpu_sums *sums)
{
    const struct idle_reading *reading = idle_read(state->source, exact);

    if (reading)
        *sums = cpu_sums_look(&state->history, reading);
    return reading;
}

static void set_events(const struct proc_stat *stat, struct values *values)
{
    if (stat->has_context_switches)
        values_set(values, "kernel.context_switches", (double)stat->context_switches);
    if (stat->has_interrupts)
        values_set(values, "kernel.interrupts", (double)stat->interrupts);
    if (stat->has_softirqs)
        values_set(values, "kernel.softirqs", (double)stat->softirqs);
    if (stat->has_forks)
        values_set(values, "kernel.forks", (double)stat->forks);
}

static void cpu_counters(void *state, const struct sampler_place *place, struct values *values)
{
    struct cpu_state *cpu = state;
    struct cpu_sums sums;
    const struct idle_reading *reading = look(cpu, true, &sums);

    (void)place;
    if (!reading)
        return;
    values_set(values, "cpu.busy_ns", sums.busy_ns);
    values_set(values, "cpu.steal_ns", sums.steal_ns);
    values_set(values, "cpu.iowait_ns", sums.iowait_ns);
    for (unsigned i = 0; i < reading->count; i++) {
        unsigned number = reading->cpus[i].cpu;

        if (number < PROC_CPUS_MAX)
            values_set(values, cpu->names[number], cpu->history.cpus[number].last.busy_ns);
    }
    set_events(&reading->stat, values);
}

static void cpu_tick(void *state, const struct sampler_place *place, struct values *values)
{
    struct cpu_sums sums;

    (void)place;
    if (look(state, false, &sums))
        values_set(values, "cpu.busy_ns", sums.busy_ns);
}

const char *sampler_cpu_idle_source(const void *state)
{
    return idle_source_name(((const struct cpu_state *)state)->source);
}

const struct sampler_ops sampler_cpu = {
    .name = "cpu",
    .summary =
        "CPU time not idle, of all CPUs and of each; steal, iowait; switches, interrupts, softirqs, forks",
    .open = cpu_open,
    .counters = cpu_counters,
    .tick = cpu_tick,
    .close = cpu_close,
};
