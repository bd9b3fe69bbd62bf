/* SPDX-License-Identifier: GPL-2.0 */
/* Rails on CPU time: of the whole machine, and of the target's processes. */
#include "agents/cgroup.h"
#include "agents/cpu_sums.h"
#include "agents/idle.h"
#include "base/clock.h"
#include "orchestrator/canary/rail_kind.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

/* Busy CPUs are counted in steps of 10 ms where the kernel has nothing finer. */
#define INTERVAL_MIN_NS (200 * NS_PER_MS)

struct rate {
    uint64_t at_ns;  /* of the counter's last value */
    double spent_ns; /* CPU time until then; NaN: unknown */
    struct rail_reading last;
};

/* CPU time per time since the last look, which is kept where that is too short a time to tell. */
static struct rail_reading advance(struct rate *rate, uint64_t now_ns, double spent_ns)
{
    double elapsed_ns = (double)(now_ns - rate->at_ns);

    if (now_ns - rate->at_ns < INTERVAL_MIN_NS)
        return rate->last;
    rate->last = (struct rail_reading){.value = fmax(0, (spent_ns - rate->spent_ns) / elapsed_ns),
                                       .since_ns = rate->at_ns};
    if (isnan(spent_ns - rate->spent_ns))
        rate->last.value = NAN;
    rate->at_ns = now_ns;
    rate->spent_ns = spent_ns;
    return rate->last;
}

/* --- the machine --- */

struct machine_cpu {
    struct idle_source *idle;
    struct cpu_history history;
    struct rate rate;
};

static double busy_ns(struct machine_cpu *cpu, uint64_t *now_ns)
{
    const struct idle_reading *reading = idle_read(cpu->idle, false);

    *now_ns = reading ? reading->now_ns : clock_now_ns();
    return reading ? cpu_sums_look(&cpu->history, reading).busy_ns : NAN;
}

static void close_machine(void *state)
{
    struct machine_cpu *cpu = state;

    if (cpu)
        idle_close(cpu->idle);
    free(cpu);
}

static int open_machine(void **state, const struct rail_given *given, struct interrupt *interrupt,
                        struct error *error)
{
    struct machine_cpu *cpu = calloc(1, sizeof(*cpu));
    int result =
        cpu ? idle_open(&cpu->idle, error) : error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");

    (void)given;
    (void)interrupt;
    if (result) {
        free(cpu);
        return result;
    }
    cpu->rate.spent_ns = busy_ns(cpu, &cpu->rate.at_ns);
    cpu->rate.last = (struct rail_reading){.value = NAN, .since_ns = cpu->rate.at_ns, .idle = true};
    *state = cpu;
    return 0;
}

static struct rail_reading read_machine(void *state, const struct rail_place *place)
{
    struct machine_cpu *cpu = state;
    uint64_t now_ns;
    double busy = busy_ns(cpu, &now_ns);

    (void)place;
    return advance(&cpu->rate, now_ns, busy);
}

const struct rail_kind rail_cpu_system = {
    .name = "cpu.system",
    .summary = "CPUs that the whole machine keeps busy",
    .unit = "cores",
    .open = open_machine,
    .read = read_machine,
    .close = close_machine,
};

/* --- the target --- */

struct target_cpu {
    bool on; /* at the last look */
    struct rate rate;
};

static int open_target(void **state, const struct rail_given *given, struct interrupt *interrupt,
                       struct error *error)
{
    (void)given;
    (void)interrupt;
    *state = calloc(1, sizeof(struct target_cpu));
    return *state ? 0 : error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");
}

/* Nothing while it is off, and from its first look on what it has used since; that look can only tell whether
 * there is a counter. */
static struct rail_reading read_target(void *state, const struct rail_place *place)
{
    struct target_cpu *cpu = state;
    uint64_t now_ns = clock_now_ns();
    double spent_ns = NAN;
    bool was_on = cpu->on;

    cpu->on = place->on;
    if (place->target_cgroup && cgroup_cpu_ns(place->target_cgroup, &spent_ns, NULL, NULL) != 0)
        spent_ns = NAN;
    if (spent_ns < cpu->rate.spent_ns)
        cpu->rate.spent_ns = 0; /* another cgroup by now, of which this is all */
    if (was_on && place->on)
        return advance(&cpu->rate, now_ns, spent_ns);
    cpu->rate = (struct rate){now_ns, spent_ns, {.value = NAN, .since_ns = now_ns}};
    cpu->rate.last.idle = !place->on || !isnan(spent_ns);
    return cpu->rate.last;
}

const struct rail_kind rail_cpu_target = {
    .name = "cpu.target",
    .summary = "CPUs that the processes of the agent keep busy, where they have a cgroup",
    .unit = "cores",
    .open = open_target,
    .read = read_target,
    .close = free,
};
