/* SPDX-License-Identifier: GPL-2.0 */
/* What a reader must know before believing the figures: a stable code, a sentence, and what to do. */
#include "base/i18n.h"
#include "orchestrator/analysis_steady.h"
#include "orchestrator/breakdown/breakdown.h"
#include "orchestrator/compose.h"
#include "orchestrator/firing.h"
#include "orchestrator/shortfall.h"
#include "reports/document.h"
#include "reports/jsonio.h"
#include "reports/warning.h"

#include <math.h>
#include <string.h>

#define IDLE_RUNS_PER_OP 1e-4
#define CLOCK_SHARE_MAX  0.02

/* A program that is attached nowhere is the tool's own choice (an option that was not given). */
static bool may_be_idle(const struct trial *trial, const json_t *program)
{
    const json_t *per_op = json_object_get(program, "runs_per_op");
    const char *mechanism = json_string_value(json_object_get(program, "mechanism"));

    return json_is_true(json_object_get(trial_fact(trial, "target"), "may_never_fire")) ||
           !json_is_number(per_op) || json_number_value(per_op) >= IDLE_RUNS_PER_OP ||
           (mechanism && strcmp(mechanism, "none") == 0);
}

static void warn_of_idle(json_t *warnings, const json_t *program)
{
    const char *attach = json_string_value(json_object_get(program, "attach"));
    const char *load = attach ? firing_suggest(attach) : NULL;
    char remedy[96];

    snprintf(remedy, sizeof(remedy), N_("-w %s is a load that fires it"), load ? load : "");
    warning_add(warnings, "program_idle", load ? remedy : NULL, "program %s (%s) did not run under this load",
                json_string_value(json_object_get(program, "name")),
                attach ? attach : N_("attach point unknown"));
}

/* A load that fires one of the target's programs; NULL when none is known. */
static const char *find_load(const json_t *target)
{
    const char *load = NULL;
    json_t *program;
    size_t i;

    json_array_foreach(json_object_get(target, "programs"), i, program)
    {
        const char *attach = json_string_value(json_object_get(program, "attach"));

        load = load || !attach ? load : firing_suggest(attach);
    }
    return load;
}

static void warn_never_fired(json_t *warnings, const json_t *target)
{
    const char *load = find_load(target);
    char remedy[160] =
        N_("choose a load that the tool sees: 'tracetoll list workloads --for TOOL' proposes some");

    if (load)
        snprintf(remedy, sizeof(remedy), N_("choose a load that the tool sees, for example -w %s"), load);
    warning_add(
        warnings, "never_fired", remedy,
        "no program of the target ran more often with this load than with it paused; these figures say "
        "nothing of what the tool costs when it works");
}

static void warn_of_runs(json_t *warnings, const struct trial *trial)
{
    json_t *target = compose_target(trial), *program;
    enum fired fired = compose_fired(trial);
    size_t i;

    if (fired == FIRED_NEVER)
        warn_never_fired(warnings, target);
    else if (fired == FIRED_UNCLEAR && !json_is_object(trial_fact(trial, "statistics")))
        warning_add(
            warnings, "firing_unclear", NULL,
            "the runs of the target's programs were not counted, so whether this load fires them at all is "
            "not known");
    else if (fired == FIRED_UNCLEAR)
        warning_add(
            warnings, "firing_unclear", "measure on a quieter machine",
            "others fire the target's programs so often that this load's share of the runs cannot be told");
    else
        json_array_foreach(json_object_get(target, "programs"), i, program)
        {
            if (!may_be_idle(trial, program))
                warn_of_idle(warnings, program);
        }
    json_decref(target);
}

static void warn_of_target(json_t *warnings, const struct trial *trial)
{
    const json_t *target = trial_fact(trial, "target");
    double lost = jsonio_get_number(target, "lost_events"), lines = jsonio_get_number(target, "lost_lines");
    double failed = jsonio_get_number(target, "failed_operations");
    const char *signal = json_string_value(json_object_get(target, "stop_signal"));

    if (lines > 0)
        warning_add(
            warnings, "lost_events", "give the tool larger buffers, or lower the rate of the load",
            "the target reported %.0f lost events in %.0f lines: it is cheaper than it would be if it kept "
            "up",
            lost, lines);
    else if (lost > 0)
        warning_add(warnings, "lost_events", "lower the rate of the load, or the size of the events",
                    "%.0f of the probe's events found no room: it is cheaper than it would be if they had",
                    lost);
    if (failed > 0)
        warning_add(warnings, "failed_operations", NULL,
                    "%.0f operations of the probe failed, and those cost less than operations that do not",
                    failed);
    if (signal && strcmp(signal, "SIGKILL") == 0)
        warning_add(warnings, "target_killed", NULL,
                    "the target ignored SIGINT and SIGTERM and had to be killed");
}

static void warn_of_statistics(json_t *warnings, const struct trial *trial)
{
    unsigned counted = 0;

    for (size_t i = 0; i < trial->count; i++)
        counted += !isnan(values_or_nan(&trial->blocks[i].values, "target.counted_runs"));
    if (counted > 0)
        warning_add(
            warnings, "bpf_statistics_on",
            "end what holds them on (bpftop, exporters, 'tracetoll watch'), and set 'sysctl "
            "kernel.bpf_stats_enabled=0'",
            "in %u windows somebody had BPF statistics on: each run of the target's programs took two "
            "readings of the clock longer than it does without",
            counted);
}

/*
 * What reading the clock takes, as a share of an operation without the tool. It is taken off each latency,
 * and rightly so for what a tool adds to the operation itself; an interrupt falls into the reading as well as
 * into the operation, and what it takes is then set against the operation alone. 0 where nothing is taken
 * off.
 */
static double clock_share(const struct trial *trial)
{
    double timer_ns = 0, mean_ns = 0;

    for (size_t i = 0; i < trial->count; i++) {
        const struct block *block = &trial->blocks[i];

        if (block->arm != 'A' || !block->latency || isnan(values_or_nan(&block->values, "timer_ns")))
            continue;
        timer_ns += values_or_nan(&block->values, "timer_ns");
        mean_ns += hist_mean_ns(block->latency);
    }
    return mean_ns > 0 ? timer_ns / mean_ns : 0;
}

static void warn_of_interrupts(json_t *warnings, const struct trial *trial)
{
    double share = clock_share(trial);
    json_t *program;
    size_t i;

    if (share < CLOCK_SHARE_MAX)
        return;
    json_array_foreach(json_object_get(trial_fact(trial, "target"), "programs"), i, program)
    {
        if (strcmp(document_text(program, "type"), "perf_event") != 0)
            continue;
        warning_add(
            warnings, "interrupts_overstated", "in a closed loop throughput has the right figure",
            "a timer fires program %s whatever the load does, and reading the clock takes %.0f %% as long "
            "as the operation: its effect on latency.mean is overstated by as much",
            document_text(program, "name"), 100 * share);
        return;
    }
}

static void warn_of_sequence(json_t *warnings, const struct analysis *analysis)
{
    const struct sequence_report *sequence = &analysis->primary.sequence;

    if (!analysis->primary.sequence_known)
        return;
    if (sequence->b_after_a.matters || sequence->a_after_b.matters)
        warning_add(
            warnings, "position_effect", "give --settle a longer time",
            "a block's place in its quad matters next to the effect: the tool is still warming up (or still "
            "going away) while it is measured");
    if (sequence->halves.matters)
        warning_add(warnings, "halves_differ", NULL,
                    "the effect differs between the first and the second half of the run");
}

static void warn_of_reference(json_t *warnings, const struct analysis *analysis)
{
    const struct adjust_output *output = &analysis->primary.output;

    if (analysis->primary.kinds == 0)
        return;
    if (output->dropped)
        warning_add(warnings, "reference_dropped", NULL, "the noise reference was not used: %s", output->why);
    else if (output->doubtful)
        warning_add(warnings, "reference_doubtful", NULL,
                    "%s; a verdict was given only where raw and adjusted figures agree", output->why);
}

static void warn_of_age(json_t *warnings, const struct analysis *analysis, const struct trial *trial)
{
    const struct metric_result *primary = compose_find(analysis, analysis->design.primary->name);
    struct steady_result steady;

    analysis_steady(&analysis->design, trial, primary, &steady);
    if (steady.held && !steady.known)
        warning_add(
            warnings, "steady_unknown", "give --steady a longer time, or measure on a quieter machine",
            "the long attachment could not be judged: a window of it was lost, or there were too few");
    if (steady.known && steady.report.differs)
        warning_add(
            warnings, "steady_differs", "measure longer attachments: --window and --steady",
            "after %.0f s of one attachment the effect on %s is %+.3g%s, beyond the noise of the short "
            "windows",
            steady.seconds, primary->metric->name,
            (primary->relative ? 100 : 1) * compose_effect(primary, steady.report.late.estimate),
            primary->relative ? " %" : "");
}

#define LEAK_REMEDY N_("look at it for longer: --steady 120")

/* By name where it is known what grows; all processes together may grow where none does for sure. */
static void warn_of_growth(json_t *warnings, const json_t *document)
{
    const json_t *grower, *growing = document_at(document, "steady.growing"),
                          *growth = document_at(document, "steady.memory_growth");
    size_t i;

    json_array_foreach(growing, i, grower)
    {
        const char *name = document_text(grower, "name");
        double id = document_number(grower, "id"), rate = document_number(grower, "bytes_per_second") / 1024,
               low = document_number(grower, "low") / 1024, high = document_number(grower, "high") / 1024;

        if (strcmp(document_text(grower, "what"), "map") == 0)
            warning_add(
                warnings, "memory_grows", LEAK_REMEDY,
                "leak suspected: the map %s (ID %.0f) grew by %.3g KiB/s [%.3g, %.3g] during the long "
                "attachment",
                name, id, rate, low, high);
        else
            warning_add(
                warnings, "memory_grows", LEAK_REMEDY,
                "leak suspected: the process %s (PID %.0f) grew by %.3g KiB/s [%.3g, %.3g] during the long "
                "attachment",
                name, id, rate, low, high);
    }
    if (json_array_size(growing) == 0 && document_number(growth, "low") > 0)
        warning_add(warnings, "memory_grows", LEAK_REMEDY,
                    "the target's memory grew by %.3g KiB/s [%.3g, %.3g] during the long attachment",
                    document_number(growth, "bytes_per_second") / 1024, document_number(growth, "low") / 1024,
                    document_number(growth, "high") / 1024);
}

/* Losses that nobody notices in a mean: the cost of the events that did arrive is not the tool's cost. */
#define DELIVERED_MIN 0.99

static void warn_of_losses(json_t *warnings, const json_t *document)
{
    double delivered = document_number(document, "losses.delivered");

    if (delivered < DELIVERED_MIN)
        warning_add(
            warnings, "events_lost", "give the tool larger buffers, or lower the rate of the load",
            "%s%.1f %% of the events that this load should have produced arrived: it is cheap because it "
            "loses "
            "data",
            json_is_true(document_at(document, "losses.at_most")) ? N_("at most ") : "", 100 * delivered);
}

static void warn_of_breakdown(json_t *warnings, const struct trial *trial, const json_t *document)
{
    char why[300];

    if (json_is_null(json_object_get(document, "breakdown")) &&
        breakdown_why_not(trial_fact(trial, "unit_costs"), json_object_get(document, "target"), why,
                          sizeof(why)))
        warning_add(warnings, "no_breakdown", NULL, "where the cost comes from is not known: %s", why);
}

json_t *compose_warnings(const struct analysis *analysis, const struct trial *trial, const json_t *document)
{
    json_t *warnings = json_array();

    warn_of_runs(warnings, trial);
    warn_of_target(warnings, trial);
    warn_of_statistics(warnings, trial);
    compose_warn_of_machine(warnings, trial);
    shortfall_warn(warnings, analysis);
    warn_of_interrupts(warnings, trial);
    warn_of_sequence(warnings, analysis);
    warn_of_reference(warnings, analysis);
    warn_of_age(warnings, analysis, trial);
    warn_of_growth(warnings, document);
    warn_of_losses(warnings, document);
    warn_of_breakdown(warnings, trial, document);
    return warnings;
}
