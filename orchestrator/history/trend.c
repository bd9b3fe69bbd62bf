/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/history/trend.h"
#include "base/analyzer.h"
#include "base/clock.h"
#include "base/names.h"
#include "orchestrator/history/trend_find.h"
#include "reports/figures.h"
#include "reports/jsonio.h"

#include <errno.h>
#include <math.h>
#include <string.h>

/* --- orders --- */

struct trend_order {
    const char *name;
    const char *(*value)(const struct trend_point *point); /* NULL: time alone */
    const char *(*fixed)(const struct trend_point *point); /* has to be the same; NULL: nothing */
};

static const char *version_of(const struct trend_point *point)
{
    return point->version ? point->version : "";
}

static const char *build_of(const struct trend_point *point)
{
    return point->build;
}

static const struct trend_order orders[] = {
    {"time", NULL, NULL},
    {"version", version_of, build_of},
    {"kernel", build_of, version_of},
};

const struct trend_order *trend_order_find(const char *name, struct error *error)
{
    const char *names[ARRAY_SIZE(orders)];
    char suggestion[128];

    for (size_t i = 0; i < ARRAY_SIZE(orders); i++) {
        names[i] = orders[i].name;
        if (strcmp(orders[i].name, name) == 0)
            return &orders[i];
    }
    error_set(error, EXIT_USAGE, -EINVAL, "no order \"%.40s\"%s; choose time, version or kernel", name,
              name_suggestion(suggestion, sizeof(suggestion), name, names, ARRAY_SIZE(names)));
    return NULL;
}

/* --- what is collected of a series before it is looked at --- */

struct group { /* a metric */
    char *metric, *unit;
    bool higher_is_better, primary;
    struct trend_point *points;
    unsigned count, capacity;
};

struct trend {
    const struct trend_options *options;
    const struct trend_order *order;
    json_t *series; /* what is done */
    json_t *head;   /* of the current series: NULL: none yet */
    char *digest, *mode;
    struct group *groups;
    unsigned group_count;
};

static void free_groups(struct trend *trend)
{
    for (unsigned i = 0; i < trend->group_count; i++) {
        struct group *group = &trend->groups[i];

        for (unsigned j = 0; j < group->count; j++)
            json_decref(group->points[j].json);
        free(group->points);
        free(group->metric);
        free(group->unit);
    }
    free(trend->groups);
    trend->groups = NULL;
    trend->group_count = 0;
    json_decref(trend->head);
    trend->head = NULL;
    free(trend->digest);
    free(trend->mode);
    trend->digest = trend->mode = NULL;
}

static void trend_free(struct trend *trend)
{
    free_groups(trend);
    json_decref(trend->series);
}

/* --- one run of points: those that share what the order wants shared --- */

static int compare(const struct trend_point *a, const struct trend_point *b, const struct trend_order *order)
{
    int result = order->fixed ? strcmp(order->fixed(a), order->fixed(b)) : 0;

    if (result == 0 && order->value)
        result = strverscmp(order->value(a), order->value(b));
    if (result == 0)
        result = (a->started_s > b->started_s) - (a->started_s < b->started_s);
    return result ? result : (a->id > b->id) - (a->id < b->id);
}

static int compare_points(const void *a, const void *b, void *order)
{
    return compare(a, b, order);
}

static json_t *describe_end(const struct trend_point *point, unsigned place)
{
    return json_pack("{s:I, s:i, s:s?, s:s, s:s, s:O}", "id", (json_int_t)point->id, "place", (int)place,
                     "version", point->version, "kernel", point->kernel, "kernel_build", point->build,
                     "started", json_object_get(point->json, "started"));
}

/* What else differs between the two documents: that is where to look for the cause. */
static void describe_cause(char *text, size_t size, const struct trend_point *before,
                           const struct trend_point *behind)
{
    bool version = strcmp(version_of(before), version_of(behind)) != 0;
    bool kernel = strcmp(before->build, behind->build) != 0;
    char versions[200] = "", kernels[300] = "";

    if (version)
        snprintf(versions, sizeof(versions), "the target's version (%.80s to %.80s)",
                 before->version ? before->version : "unknown",
                 behind->version ? behind->version : "unknown");
    if (kernel && strcmp(before->kernel, behind->kernel) != 0)
        snprintf(kernels, sizeof(kernels), "the kernel (%.120s to %.120s)", before->kernel, behind->kernel);
    else if (kernel)
        snprintf(kernels, sizeof(kernels), "the build of the kernel (%.120s)", before->kernel);
    if (!version && !kernel)
        snprintf(text, size, "neither the target's version nor the kernel differs there");
    else
        snprintf(text, size, "what differs there: %s%s%s", versions, version && kernel ? " and " : "",
                 kernels);
}

static json_t *describe_change(const struct group *group, const struct trend_point *points,
                               const struct trend_change *change)
{
    const struct trend_point *before = &points[change->at - 1], *behind = &points[change->at];
    bool relative = before->figure.relative;
    bool worse = group->higher_is_better ? change->estimate < 0 : change->estimate > 0;
    char sentence[1024], cause[600], size[FIGURE_TEXT];

    describe_cause(cause, sizeof(cause), before, behind);
    figure_change(size, sizeof(size), (struct interval){change->estimate, change->low, change->high},
                  relative, group->unit);
    snprintf(sentence, sizeof(sentence), "%.60s: %s by %s between document %lld and document %lld; %s",
             group->metric, worse ? "dearer" : "cheaper", size, (long long)before->id, (long long)behind->id,
             cause);
    return json_pack("{s:i, s:o, s:o, s:o, s:o, s:o, s:o, s:b, s:o}", "at", (int)change->at, "from",
                     describe_end(before, change->at - 1), "to", describe_end(behind, change->at), "before",
                     jsonio_number(change->before), "behind", jsonio_number(change->behind), "change",
                     jsonio_interval(change->estimate, change->low, change->high), "p",
                     jsonio_number(change->p), "worse", worse, "sentence", jsonio_text(sentence));
}

static json_t *describe_points(const struct trend_point *points, unsigned count)
{
    json_t *list = json_array();

    for (unsigned i = 0; i < count; i++)
        json_array_append(list, points[i].json);
    return list;
}

static bool is_newer(const struct trend_point *a, const struct trend_point *b)
{
    return a->started_s != b->started_s ? a->started_s > b->started_s : a->id > b->id;
}

/* The scale of most; of as many on each, the newest's. */
static bool choose_scale(const struct trend_point *points, unsigned count)
{
    const struct trend_point *newest = &points[0];
    unsigned relative = 0;

    for (unsigned i = 0; i < count; i++) {
        relative += points[i].figure.relative;
        if (is_newer(&points[i], newest))
            newest = &points[i];
    }
    return relative * 2 == count ? newest->figure.relative : relative * 2 > count;
}

/* A budget that is no share makes an effect absolute: nothing compares that with a relative one. Into `kept`,
 * which borrows; their number. */
static unsigned keep_scale(const struct trend_point *points, unsigned count, struct trend_point *kept)
{
    bool relative = choose_scale(points, count);
    unsigned used = 0;

    for (unsigned i = 0; i < count; i++)
        if (points[i].figure.relative == relative)
            kept[used++] = points[i];
    return used;
}

/* Documents whose figure has no place on the scale of the others are not among the points. */
static int describe_metric(struct trend *trend, const struct group *group, const struct trend_point *all,
                           unsigned all_count, double alarms, json_t **metric)
{
    OWNED_PTR struct trend_point *points = calloc(all_count, sizeof(*points));
    unsigned count = points ? keep_scale(all, all_count, points) : 0;
    OWNED_PTR struct trend_change *changes = calloc(all_count, sizeof(*changes));
    OWNED_PTR bool *breaks = calloc(all_count, sizeof(*breaks));
    CLEANUP(jsonio_drop) json_t *list = json_array();
    bool few = trend_too_few(trend->mode, count);
    struct trend_level level;
    int found;

    if (!points || !changes || !breaks || !list)
        return -ENOMEM;
    for (unsigned i = 0; i < count; i++)
        breaks[i] = i == 0 || !trend->order->value ||
                    strcmp(trend->order->value(&points[i - 1]), trend->order->value(&points[i])) != 0;
    found = trend_find(trend->mode, points, breaks, few ? 1 : count, alarms, changes, &level);
    for (int i = 0; i < found; i++)
        json_array_append_new(list, describe_change(group, points, &changes[i]));
    if (found < 0)
        return found;
    *metric = json_pack("{s:o, s:o, s:s, s:b, s:s, s:s, s:f, s:O, s:o, s:o, s:i}", "name",
                        jsonio_text(group->metric), "unit", jsonio_text(group->unit), "better",
                        group->higher_is_better ? "higher" : "lower", "primary", group->primary, "scale",
                        points[0].figure.relative ? "relative" : "absolute", "status",
                        few     ? "too_few"
                        : found ? "changed"
                                : "steady",
                        "alarms", alarms, "changes", list, "level",
                        few ? json_null() : jsonio_interval(level.estimate, level.low, level.high), "points",
                        describe_points(points, count), "other_scale", (int)(all_count - count));
    return *metric ? 0 : -ENOMEM;
}

static unsigned run_length(const struct trend *trend, const struct trend_point *points, unsigned count)
{
    unsigned length = 1;

    while (length < count && (!trend->order->fixed || strcmp(trend->order->fixed(&points[0]),
                                                             trend->order->fixed(&points[length])) == 0))
        length++;
    return length;
}

/* Series of the trend document: those of one kernel, or one version, apart. A borrowed reference, or NULL. */
static json_t *find_part(struct trend *trend, json_t *parts, const struct trend_point *point)
{
    const char *fixed = trend->order->fixed ? trend->order->fixed(point) : "";
    json_t *part = json_object_get(parts, fixed);

    if (part)
        return part;
    part = json_deep_copy(trend->head);
    if (trend->order->fixed)
        json_object_set_new(part, trend->order->fixed == build_of ? "kernel" : "version",
                            jsonio_text(trend->order->fixed == build_of ? point->kernel : point->version));
    json_object_set_new(part, "metrics", json_array());
    return json_object_set_new(parts, fixed, part) == 0 ? part : NULL;
}

/* Of sorted points: how many series they are, each with a search of its own. */
static unsigned count_parts(const struct trend *trend, const struct group *group)
{
    unsigned count = 0;

    for (unsigned at = 0; at < group->count; count++)
        at += run_length(trend, group->points + at, group->count - at);
    return count;
}

/* What a key may raise of false alarms is shared by its metrics, and by the series of each. */
static int finish_group(struct trend *trend, struct group *group, json_t *parts)
{
    double alarms;
    unsigned at = 0;

    qsort_r(group->points, group->count, sizeof(*group->points), compare_points, (void *)trend->order);
    alarms = trend->options->alarms / trend->group_count / count_parts(trend, group);
    while (at < group->count) {
        const struct trend_point *points = group->points + at;
        unsigned length = run_length(trend, points, group->count - at);
        json_t *part = find_part(trend, parts, points), *metric = NULL;
        int result = part ? describe_metric(trend, group, points, length, alarms, &metric) : -ENOMEM;

        if (result == 0)
            result = json_array_append_new(json_object_get(part, "metrics"), metric) == 0 ? 0 : -ENOMEM;
        if (result)
            return result;
        at += length;
    }
    return 0;
}

static int finish_series(struct trend *trend)
{
    CLEANUP(jsonio_drop) json_t *parts = json_object();
    const char *key;
    json_t *part;
    int result = 0;

    for (unsigned i = 0; result == 0 && i < trend->group_count; i++)
        result = finish_group(trend, &trend->groups[i], parts);
    json_object_foreach(parts, key, part)
    {
        json_array_append(trend->series, part);
    }
    free_groups(trend);
    return result;
}

/* --- rows --- */

static json_t *describe_head(const struct history_row *row)
{
    return json_pack("{s:s#, s:s, s:s, s:s, s:s#, s:s, s:n, s:n}", "key", row->series, 12, "target",
                     row->target, "workload", row->workload, "mode", row->mode, "machine", row->machine, 12,
                     "machine_text", row->machine_text, "version", "kernel");
}

static int begin_series(struct trend *trend, const struct history_row *row)
{
    int result = trend->digest ? finish_series(trend) : 0;

    if (result)
        return result;
    trend->digest = strdup(row->series);
    trend->mode = strdup(row->mode);
    trend->head = describe_head(row);
    return trend->digest && trend->mode && trend->head ? 0 : -ENOMEM;
}

/* The trend's groups own what is put into them; free_groups() has them all. */
LEAKS_UNSEEN
static int begin_group(struct trend *trend, const struct history_row *row)
{
    struct group *larger = reallocarray(trend->groups, trend->group_count + 1, sizeof(*larger));

    if (!larger)
        return -ENOMEM;
    trend->groups = larger;
    larger[trend->group_count] = (struct group){.metric = strdup(row->figure.metric),
                                                .unit = strdup(row->figure.unit),
                                                .higher_is_better = row->figure.higher_is_better,
                                                .primary = row->figure.primary};
    trend->group_count++;
    return larger[trend->group_count - 1].metric && larger[trend->group_count - 1].unit ? 0 : -ENOMEM;
}

static int add_point(struct group *group, const struct history_row *row)
{
    char started[32];
    json_t *json;

    clock_rfc3339((uint64_t)row->started_s * NS_PER_SECOND, started, sizeof(started));
    if (group->count == group->capacity) {
        unsigned capacity = group->capacity ? group->capacity * 2 : 16;
        struct trend_point *larger = reallocarray(group->points, capacity, sizeof(*larger));

        if (!larger)
            return -ENOMEM;
        group->points = larger;
        group->capacity = capacity;
    }
    json = json_pack("{s:I, s:s#, s:s, s:s?, s:s, s:s, s:o, s:o, s:o}", "id", (json_int_t)row->id, "digest",
                     row->digest, 12, "started", started, "version", row->version, "kernel", row->kernel,
                     "kernel_build", row->kernel_build, "estimate", jsonio_number(row->figure.estimate),
                     "low", jsonio_number(row->figure.low), "high", jsonio_number(row->figure.high));
    if (!json)
        return -ENOMEM;
    group->points[group->count++] =
        (struct trend_point){.json = json,
                             .version = json_string_value(json_object_get(json, "version")),
                             .kernel = json_string_value(json_object_get(json, "kernel")),
                             .build = json_string_value(json_object_get(json, "kernel_build")),
                             .started_s = row->started_s,
                             .id = row->id,
                             .figure = row->figure};
    group->points[group->count - 1].figure.metric = group->points[group->count - 1].figure.unit = NULL;
    return 0;
}

static int take_row(void *context, const struct history_row *row)
{
    struct trend *trend = context;
    int result = 0;

    if (!isfinite(row->figure.centre))
        return 0;
    if (!trend->digest || strcmp(trend->digest, row->series) != 0)
        result = begin_series(trend, row);
    if (result == 0 && (trend->group_count == 0 ||
                        strcmp(trend->groups[trend->group_count - 1].metric, row->figure.metric) != 0))
        result = begin_group(trend, row);
    return result ? result : add_point(&trend->groups[trend->group_count - 1], row);
}
LEAKS_SEEN

int trend_compose(struct history *history, const struct trend_options *options, json_t **document,
                  struct error *error)
{
    CLEANUP(trend_free)
    struct trend trend = {
        .options = options, .order = options->order ? options->order : &orders[0], .series = json_array()};
    unsigned left_out = 0;
    int result;

    error_set(error, EXIT_ENVIRONMENT, 0, "out of memory");
    result = history_figures(history, &options->filter, take_row, &trend, error);
    if (result == 0 && trend.digest)
        result = finish_series(&trend);
    if (result == 0)
        result = history_count_left_out(history, &options->filter, &left_out, error);
    if (result)
        return result;
    *document = json_pack("{s:s, s:s, s:f, s:i, s:O}", "schema", TREND_SCHEMA, "over", trend.order->name,
                          "alarms", options->alarms, "left_out", (int)left_out, "series", trend.series);
    return *document ? 0 : -ENOMEM;
}
