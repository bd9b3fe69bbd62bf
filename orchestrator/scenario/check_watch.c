/* SPDX-License-Identifier: GPL-2.0 */
/* Section "watch" of a scenario: what is looked at, how often, and what Prometheus is to tell. */
#include "orchestrator/scenario/check_watch.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/units.h"
#include "workloads/observe_source.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define PLACE_MAX              64
#define INTERVAL_NS            (60 * NS_PER_SECOND)
#define STATISTICS_NS          NS_PER_SECOND
#define STATISTICS_PER_LOOK    2 /* at most half of the time */
#define INTERVAL_SHORTEST_NS   (500 * NS_PER_MS)
#define OWN_ALERTS             "TracetollWatch"
#define NAME_OF_PROCESS_LENGTH 15 /* as the kernel keeps it */

/* --- times --- */

int watch_check_times(uint64_t interval_ns, uint64_t statistics_ns, struct error *error)
{
    if (interval_ns < INTERVAL_SHORTEST_NS)
        return error_set(error, EXIT_USAGE, -EINVAL,
                         "an interval has at least 500ms; it would be no cheap look");
    if (statistics_ns * STATISTICS_PER_LOOK > interval_ns)
        return error_set(
            error, EXIT_USAGE, -EINVAL,
            "statistics slow every BPF program down, and may be on for at most half of the interval");
    return 0;
}

static int read_time(const struct scenario_file *file, const char *place, const char *text, uint64_t *ns,
                     struct error *error)
{
    double number;

    if (!text)
        return 0;
    if (quantity_parse_time_ns(text, "a time", &number, error) != 0)
        return scenario_blame(file, place, -EINVAL, error);
    if (number > 1e18)
        return scenario_error(file, place, error, "%.60s is too long", text);
    *ns = (uint64_t)number;
    return 0;
}

static int read_times(const struct scenario_file *file, struct watch_plan *plan, struct error *error)
{
    const struct scenario_watch *watch = file->scenario->watch;
    int result = read_time(file, "watch/interval", watch->interval, &plan->interval_ns, error);

    if (result == 0)
        result = read_time(file, "watch/statistics", watch->statistics, &plan->statistics_ns, error);
    if (result)
        return result;
    result = watch_check_times(plan->interval_ns, plan->statistics_ns, error);
    return result ? scenario_blame(file, watch->statistics ? "watch/statistics" : "watch/interval", result,
                                   error)
                  : 0;
}

/* --- counters --- */

static int read_counter(const struct scenario_file *file, const char *place,
                        const struct scenario_counter *given, struct watch_counter *counter,
                        struct error *error)
{
    struct observe_source_plan plan;

    if (!given)
        return 0;
    if (!given->url == !given->command)
        return scenario_error(file, place, error,
                              "a counter is read from one of url (with metric) and command");
    plan = (struct observe_source_plan){
        .command = given->command, .url = given->url, .metric = given->metric, .kind = OBSERVE_COUNTER};
    if (observe_source_check(&plan, error) != 0)
        return scenario_blame(file, place, -EINVAL, error);
    *counter = (struct watch_counter){given->url, given->command, given->metric};
    return 0;
}

/* --- alerts --- */

/* In the figure's unit; false for a quantity that is none of it. */
static bool in_unit(const struct quantity *quantity, const char *unit)
{
    static const struct {
        const char *unit;
        enum dimension dimension;
    } taken[] = {
        {"cores", DIMENSION_CORES},   {"cores", DIMENSION_NONE}, {"cores", DIMENSION_PERCENT},
        {"bytes", DIMENSION_BYTES},   {"1/s", DIMENSION_RATE},   {"1/s", DIMENSION_NONE},
        {"share", DIMENSION_PERCENT}, {"", DIMENSION_NONE},
    };

    for (size_t i = 0; i < ARRAY_SIZE(taken); i++)
        if (strcmp(taken[i].unit, unit) == 0 && taken[i].dimension == quantity->dimension)
            return true;
    return false;
}

/* A label that Prometheus and whoever is called at night can read. */
static bool is_alert_name(const char *name)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";

    return name[0] && !(name[0] >= '0' && name[0] <= '9') && name[strspn(name, letters)] == '\0';
}

static int check_alert_name(const struct scenario_file *file, const char *place, unsigned index,
                            struct error *error)
{
    const struct scenario_alert *alerts = file->scenario->watch->alerts;

    if (!is_alert_name(alerts[index].alert))
        return scenario_error(file, place, error,
                              "\"%.60s\" is no name for an alert; take letters, digits and _",
                              alerts[index].alert);
    if (strncmp(alerts[index].alert, OWN_ALERTS, strlen(OWN_ALERTS)) == 0)
        return scenario_error(file, place, error,
                              "names that begin with " OWN_ALERTS " are those of our own alerts");
    for (unsigned before = 0; before < index; before++)
        if (strcmp(alerts[before].alert, alerts[index].alert) == 0)
            return scenario_error(file, place, error, "alert %.60s stands here twice", alerts[index].alert);
    return 0;
}

/* One that can never fire is worse than none. */
static int check_alert_source(const struct scenario_file *file, const char *place, const char *metric,
                              const struct watch_plan *plan, struct error *error)
{
    bool lost = plan->lost_events.url || plan->lost_events.command;
    bool events = plan->events.url || plan->events.command;

    if (strcmp(metric, "lost_events") == 0 && !lost)
        return scenario_error(file, place, error,
                              "who counts lost events? Give watch.lost_events: {command: CMD}");
    if (strcmp(metric, "delivered") == 0 && !(lost && events))
        return scenario_error(file, place, error,
                              "a share needs both counters: watch.events and watch.lost_events");
    if (strcmp(metric, "programs.cpu") == 0 && !plan->statistics_ns)
        return scenario_error(file, place, error, "programs.cpu is not known with statistics: 0");
    return 0;
}

static int read_alert(const struct scenario_file *file, unsigned index, struct watch_plan *plan,
                      struct error *error)
{
    struct watch_alert *alert = &plan->alerts[index];
    const struct scenario_alert *given = &file->scenario->watch->alerts[index];
    const char *limit = given->max ? given->max : given->min;
    struct quantity quantity;
    char place[PLACE_MAX];

    snprintf(place, sizeof(place), "watch/alerts/%u/alert", index);
    if (check_alert_name(file, place, index, error) != 0)
        return -EINVAL;
    *alert = (struct watch_alert){.name = given->alert, .below = given->min != NULL};
    snprintf(place, sizeof(place), "watch/alerts/%u/metric", index);
    alert->metric = watch_metric_find(given->metric, error);
    if (!alert->metric)
        return scenario_blame(file, place, -EINVAL, error);
    if (check_alert_source(file, place, given->metric, plan, error) != 0)
        return -EINVAL;
    snprintf(place, sizeof(place), "watch/alerts/%u", index);
    if (!given->max == !given->min)
        return scenario_error(file, place, error, "an alert has one limit: max or min");
    snprintf(place, sizeof(place), "watch/alerts/%u/%s", index, given->max ? "max" : "min");
    if (quantity_parse(limit, "a limit", &quantity, error) != 0)
        return scenario_blame(file, place, -EINVAL, error);
    if (!in_unit(&quantity, alert->metric->unit))
        return scenario_error(file, place, error, "%.60s is no limit for %s, which is in %s", limit,
                              alert->metric->name, alert->metric->unit[0] ? alert->metric->unit : "numbers");
    alert->limit = quantity.number;
    snprintf(place, sizeof(place), "watch/alerts/%u/for", index);
    return read_time(file, place, given->for_time, &alert->for_ns, error);
}

/* --- all of it --- */

static int check_what(const struct scenario_file *file, struct error *error)
{
    const struct scenario_watch *watch = file->scenario->watch;

    if (!watch->programs_count && !watch->process && !watch->cgroup)
        return scenario_error(file, "watch", error,
                              "which agent? Give process: NAME, cgroup: system.slice/agent.service, or "
                              "programs: [NAMES]");
    if (watch->process && strlen(watch->process) > NAME_OF_PROCESS_LENGTH)
        return scenario_error(file, "watch/process", error,
                              "the kernel keeps %d characters of a process's name; write \"%.15s\"",
                              NAME_OF_PROCESS_LENGTH, watch->process);
    if (watch->cgroup && strstr(watch->cgroup, ".."))
        return scenario_error(file, "watch/cgroup", error, "a cgroup's path has no \"..\"");
    if (file->scenario->targets_count != 1)
        return scenario_error(file, "targets", error, "a watch is of one target; this scenario has %u",
                              file->scenario->targets_count);
    return 0;
}

int scenario_watch_plan(const struct scenario_file *file, struct watch_plan *plan, struct error *error)
{
    const struct scenario_watch *watch = file->scenario->watch;
    int result;

    if (!watch)
        return scenario_error(file, "", error,
                              "which agent is to be watched? Add watch: {process: NAME, textfile: FILE}");
    *plan = (struct watch_plan){.programs = (const char *const *)watch->programs,
                                .program_count = watch->programs_count,
                                .process = watch->process,
                                .cgroup = watch->cgroup,
                                .textfile = watch->textfile,
                                .interval_ns = INTERVAL_NS,
                                .statistics_ns = STATISTICS_NS,
                                .alert_count = watch->alerts_count};
    plan->target = file->scenario->targets[0].name ? file->scenario->targets[0].name
                   : file->scenario->name          ? file->scenario->name
                                                   : "agent";
    result = check_what(file, error);
    if (result == 0)
        result = read_times(file, plan, error);
    if (result == 0)
        result = read_counter(file, "watch/events", watch->events, &plan->events, error);
    if (result == 0)
        result = read_counter(file, "watch/lost_events", watch->lost_events, &plan->lost_events, error);
    for (unsigned i = 0; result == 0 && i < plan->alert_count; i++)
        result = read_alert(file, i, plan, error);
    return result;
}

int scenario_check_watch(const struct scenario_file *file, struct error *error)
{
    struct watch_plan plan;

    return file->scenario->watch ? scenario_watch_plan(file, &plan, error) : 0;
}
