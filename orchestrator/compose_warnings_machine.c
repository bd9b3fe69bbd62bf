/* SPDX-License-Identifier: GPL-2.0 */
/* Warnings of what the machine, the load and the time did to the figures, whatever the target is. */
#include "base/i18n.h"
#include "orchestrator/company.h"
#include "orchestrator/compose.h"
#include "reports/jsonio.h"
#include "reports/warning.h"

#include <math.h>
#include <string.h>

#define STARVED_SHARE 0.50
#define BUSY_MAX      0.70 /* above, an M/M/1 queue waits more than twice the service time */
#define OVERTIME      1.05 /* of --max-time: what nobody minds */

/* For what share of the windows a process of the target waited for a CPU; NaN where the kernel does not say.
 */
static double waited_share(const struct trial *trial)
{
    double waited_ns = 0, window_ns = 0;

    for (size_t i = 0; i < trial->count; i++) {
        const struct values *values = &trial->blocks[i].values;

        if (trial->blocks[i].arm != 'B' || isnan(values_or_nan(values, "target.waited_ns")))
            continue;
        waited_ns += values_or_nan(values, "target.waited_ns");
        window_ns += values_or_nan(values, "sampler.window_ns");
    }
    return window_ns > 0 ? waited_ns / window_ns : NAN;
}

static void warn_of_starving(json_t *warnings, const struct trial *trial)
{
    double share = waited_share(trial);

    if (share > STARVED_SHARE)
        warning_add(
            warnings, "target_starved", "give the load and the tool CPUs of their own",
            "processes of the target waited for a CPU %.0f %% of the time: it costs less than where it gets "
            "one, and comes late to its events",
            100 * share);
}

static void warn_of_machine(json_t *warnings, const struct trial *trial)
{
    const json_t *bpf = json_object_get(json_object_get(trial->header, "environment"), "foreign_programs");
    const json_t *end = trial_fact(trial, "end");
    double repeated = jsonio_get_number(end, "quads_repeated");
    double died_on = jsonio_get_number(end, "died_on"),
           died_off = fmax(0, jsonio_get_number(end, "died_off"));
    const char *last = json_string_value(json_object_get(end, "last_invalid")),
               *death = json_string_value(json_object_get(end, "last_death"));

    if (json_array_size(bpf) > 0)
        warning_add(warnings, "foreign_programs", "stop the other tracing tools for a clean baseline",
                    "%zu BPF programs of others were loaded before the run; the baseline includes them",
                    json_array_size(bpf));
    if (died_on > died_off)
        warning_add(
            warnings, "load_died", NULL,
            "the workload died in %.0f quads with the target on, and in %.0f without it: they are in no "
            "figure (last: %s)",
            died_on, died_off, death ? death : "?");
    if (repeated > 0)
        warning_add(warnings, "repeated_quads", NULL, "%.0f quads were repeated (last: %s)", repeated,
                    last ? last : "?");
}

static void warn_of_company(json_t *warnings, const struct trial *trial)
{
    struct company company = company_of(trial);

    if (company.busy_cpus - company.quiet_cpus > COMPANY_SAID)
        warning_add(
            warnings, "company", "look for what else runs on this machine, and measure without it",
            "with the tool off others kept %.2g CPUs busy in one part of the run and %.2g in another: a "
            "load came or "
            "went",
            company.busy_cpus, company.quiet_cpus);
    if (company.pressed || company.oom_kills > 0)
        warning_add(
            warnings, "memory_pressure", "free memory, or measure on a larger machine",
            "the kernel made processes wait for memory, or swapped, in %u of %u windows; %.0f were killed "
            "for it",
            company.pressed, company.windows, company.oom_kills);
}

/* Of the CPUs that the load is pinned to: how busy it keeps them with the tool off; NaN where it does not
 * say. */
static double load_busy(const struct trial *trial)
{
    double busy = 0;
    unsigned count = 0;

    for (size_t i = 0; i < trial->count; i++) {
        const struct values *values = &trial->blocks[i].values;
        double cpus = values_or_nan(values, "load.cpus");
        double share =
            values_or_nan(values, "workload.cpu_ns") / values_or_nan(values, "sampler.window_ns") / cpus;

        if (trial->blocks[i].arm != 'A' || isnan(share))
            continue;
        busy += share;
        count++;
    }
    return count ? busy / count : NAN;
}

static void warn_of_saturation(json_t *warnings, const struct trial *trial)
{
    double busy = load_busy(trial);

    if (busy > BUSY_MAX)
        warning_add(
            warnings, "load_saturated", "give a lower rate=, or other CPUs with cpus=CLIENT:SERVER",
            "server and generator keep their CPUs %.0f %% busy without the tool: the latency is mostly "
            "queueing, "
            "and magnifies what the tool costs",
            busy * 100);
}

/* A quad is measured in any case, and what lasts longer than the rehearsal let expect is not cut short. */
static void warn_of_time(json_t *warnings, const struct trial *trial)
{
    double most = jsonio_get_number(json_object_get(trial->header, "design"), "max_seconds"),
           seconds = jsonio_get_number(trial_fact(trial, "end"), "seconds");

    if (most > 0 && seconds > OVERTIME * most)
        warning_add(warnings, "over_time", "give --max-time more, or a shorter --window or --steady",
                    "the run took %.0f s, and should have ended within %.0f s (--max-time)", seconds, most);
}

void compose_warn_of_machine(json_t *warnings, const struct trial *trial)
{
    warn_of_starving(warnings, trial);
    warn_of_machine(warnings, trial);
    warn_of_company(warnings, trial);
    warn_of_saturation(warnings, trial);
    warn_of_time(warnings, trial);
}
