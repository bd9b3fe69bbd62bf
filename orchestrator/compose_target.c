/* SPDX-License-Identifier: GPL-2.0 */
/* The target: what it is made of, and how often its programs ran in the statistics phase. */
#include "orchestrator/compose.h"
#include "orchestrator/compose_maps.h"
#include "orchestrator/compose_run_time.h"
#include "reports/jsonio.h"

#include <math.h>
#include <string.h>

static double number(const json_t *object, const char *key)
{
    return jsonio_get_number(object, key);
}

static bool same_text(const json_t *a, const json_t *b, const char *key)
{
    const char *x = json_string_value(json_object_get(a, key)),
               *y = json_string_value(json_object_get(b, key));

    return strcmp(x ? x : "", y ? y : "") == 0;
}

static bool same_program(const json_t *a, const json_t *b)
{
    return same_text(a, b, "name") && same_text(a, b, "type") && same_text(a, b, "attach");
}

/*
 * The statistics phase was another attachment: programs are found again by name, type and attach point, and
 * the n-th of those that share all three is the n-th there, too: both lists are in the order of loading.
 */
static const json_t *find_runs(const json_t *statistics, const json_t *programs, size_t index)
{
    const json_t *list = json_object_get(statistics, "programs"), *program = json_array_get(programs, index),
                 *item;
    unsigned before = 0;
    size_t i;

    for (i = 0; i < index; i++)
        before += same_program(json_array_get(programs, i), program);
    json_array_foreach(list, i, item)
    {
        if (same_program(item, program) && before-- == 0)
            return item;
    }
    return NULL;
}

/* The machine's own traffic can't be, and all that runs is its doing. */
static bool never_paused(const json_t *statistics)
{
    return json_is_false(json_object_get(statistics, "paused"));
}

/* Runs that the load caused: those with it, less those that would have come in the same time without it. */
static double caused_runs(const json_t *statistics, const json_t *runs)
{
    double share = number(statistics, "seconds") / number(statistics, "seconds_paused");

    if (never_paused(statistics))
        return number(runs, "runs");
    return number(runs, "runs") - number(runs, "runs_paused") * share;
}

/* Is the program's rate in every turn with the load above that in every turn without it? By chance: 1 in 252.
 */
static bool separated(const json_t *runs)
{
    const json_t *loaded = json_object_get(runs, "loaded_per_second"), *item;
    const json_t *paused = json_object_get(runs, "paused_per_second");
    double lowest = INFINITY, highest = -INFINITY;
    size_t i;

    json_array_foreach(loaded, i, item)
    {
        lowest = fmin(lowest, json_number_value(item));
    }
    json_array_foreach(paused, i, item)
    {
        highest = fmax(highest, json_number_value(item));
    }
    return lowest > highest;
}

/*
 * Did the load fire it? It ran more often than with the load paused, beyond what two counts of the same
 * background would differ by (five standard deviations of a Poisson count and five runs at least; one run in
 * two operations is always enough), and it did so in every turn, since the background comes in bursts. Where
 * it ran about as often as the load's operations and the turns don't agree, nothing is proved either way.
 */
static enum fired fired_of(const json_t *statistics, const json_t *runs)
{
    double share = number(statistics, "seconds") / number(statistics, "seconds_paused");
    double all = number(runs, "runs"), paused = number(runs, "runs_paused"),
           caused = caused_runs(statistics, runs);
    double operations = number(statistics, "operations"), deviation = sqrt(all + share * share * paused);
    bool more;

    if (never_paused(statistics))
        return isnan(all) ? FIRED_UNCLEAR : all > 0 ? FIRED : FIRED_NEVER;
    if (isnan(caused) || isnan(operations))
        return FIRED_UNCLEAR;
    more = caused > fmax(5, 5 * deviation) || (caused >= 1 && caused >= 0.5 * operations);

    if (more && separated(runs))
        return FIRED;
    return all >= 0.5 * operations || share * paused >= 0.5 * operations ? FIRED_UNCLEAR : FIRED_NEVER;
}

enum fired compose_fired(const struct trial *trial)
{
    const json_t *statistics = trial_fact(trial, "statistics"), *item;
    const json_t *list = json_object_get(statistics, "programs");
    enum fired most = FIRED_NEVER;
    size_t i;

    if (json_is_true(json_object_get(trial_fact(trial, "target"), "may_never_fire")))
        return FIRED;
    if (!json_is_array(list))
        return FIRED_UNCLEAR;
    json_array_foreach(list, i, item)
    {
        enum fired this = fired_of(statistics, item);

        most = this > most ? this : most;
    }
    return most;
}

/* Passages of its point by the load's processes: they have none while it is paused, or none of their own. */
static double load_hits(const json_t *statistics, const json_t *runs)
{
    double share = number(statistics, "seconds") / number(statistics, "seconds_paused");

    return number(json_object_get(runs, "hits"), "load") -
           number(json_object_get(runs, "hits_paused"), "load") * share;
}

/*
 * While the load runs, and in whose name: what the target costs then has all of them in it. The target's own
 * are not set against those in the pauses, when it may still be at work on what the load left behind.
 */
static void add_owners(json_t *program, const json_t *statistics, const json_t *runs)
{
    double operations = number(statistics, "operations");

    json_object_set_new(program, "all_runs_per_op", jsonio_number(number(runs, "runs") / operations));
    json_object_set_new(program, "own_runs_per_op",
                        jsonio_number(number(json_object_get(runs, "hits"), "target") / operations));
    json_object_set_new(program, "load_runs_per_op", jsonio_number(load_hits(statistics, runs) / operations));
}

static void add_runs(json_t *program, const json_t *statistics, const json_t *runs)
{
    double operations = number(statistics, "operations"), per_op = NAN, idle = NAN, missed = NAN;
    struct interval per_run = interval_unknown();

    if (runs) {
        per_op = caused_runs(statistics, runs) / operations;
        idle = number(runs, "runs_paused") / number(statistics, "seconds_paused");
        per_run = compose_run_time(runs);
        missed = number(runs, "missed");
        missed /= missed + number(runs, "runs");
    }
    json_object_set_new(program, "runs_per_op", jsonio_number(per_op));
    add_owners(program, statistics, runs);
    json_object_set_new(program, "runs_per_second_idle", jsonio_number(idle));
    json_object_set_new(program, "ns_per_run", jsonio_number(per_run.estimate));
    json_object_set_new(program, "ns_per_run_interval",
                        isnan(per_run.low) ? json_null()
                                           : compose_interval(per_run.estimate, per_run.low, per_run.high));
    json_object_set(program, "code", runs ? json_object_get(runs, "code") : NULL);
    json_object_set_new(program, "missed_share", jsonio_number(missed));
    json_object_set_new(program, "missed",
                        isfinite(number(runs, "missed")) ? json_integer(jsonio_whole(number(runs, "missed")))
                                                         : json_null());
}

static json_t *compose_statistics(const json_t *statistics)
{
    if (!json_is_object(statistics))
        return json_null();
    return json_pack("{s:o, s:O, s:O, s:O}", "target_wakeups_per_op",
                     jsonio_number(number(statistics, "wakeups") / number(statistics, "operations")),
                     "seconds", json_object_get(statistics, "seconds"), "operations",
                     json_object_get(statistics, "operations"), "seconds_paused",
                     json_object_get(statistics, "seconds_paused"));
}

/* A run that ended before it could describe its target still names it. */
static void fill_unknown(json_t *target)
{
    json_t *unknown = json_pack("{s:{s:n,s:n}, s:{s:n}, s:i, s:n, s:[], s:[], s:n, s:n, s:n, s:n, s:n, s:n}",
                                "attach_ns", "first", "median", "detach_ns", "median", "attachments", 0,
                                "stop_signal", "programs", "maps", "lost_events", "lost_lines",
                                "output_bytes", "exit", "accounted", "failed_operations");

    json_object_update_missing(target, unknown);
    json_decref(unknown);
}

json_t *compose_target(const struct trial *trial)
{
    json_t *target = json_deep_copy(json_object_get(trial->header, "target"));
    json_t *seen = json_deep_copy(trial_fact(trial, "target")), *program;
    json_t *statistics = trial_fact(trial, "statistics"), *programs;
    size_t i;

    if (seen)
        json_object_update(target, seen);
    json_decref(seen);
    json_object_del(target, "may_never_fire");
    json_object_del(target, "passes_over_own");
    fill_unknown(target);
    programs = json_object_get(target, "programs");
    json_array_foreach(programs, i, program)
    {
        add_runs(program, statistics, find_runs(statistics, programs, i));
        json_object_set_new(
            program, "own_runs_pass",
            json_boolean(json_is_true(json_object_get(trial_fact(trial, "target"), "passes_over_own"))));
    }
    compose_map_rates(target, statistics);
    json_object_set_new(target, "statistics", compose_statistics(statistics));
    return target;
}
