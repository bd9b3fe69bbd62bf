/* SPDX-License-Identifier: GPL-2.0 */
#include "base/clock.h"
#include "base/units.h"
#include "orchestrator/history/commands.h"

#include <errno.h>
#include <math.h>
#include <string.h>
#include <time.h>

#define DAY_S 86400

int history_set_database(void *options, const char *value, struct error *error)
{
    if (!value[0])
        return error_set(error, EXIT_USAGE, -EINVAL, "--database names no file");
    ((struct history_options *)options)->database = value;
    return 0;
}

int history_set_target(void *options, const char *value, struct error *error)
{
    (void)error;
    ((struct history_options *)options)->filter.target = value;
    return 0;
}

int history_set_workload(void *options, const char *value, struct error *error)
{
    (void)error;
    ((struct history_options *)options)->filter.workload = value;
    return 0;
}

int history_set_kernel(void *options, const char *value, struct error *error)
{
    (void)error;
    ((struct history_options *)options)->filter.kernel = value;
    return 0;
}

int history_set_since(void *options, const char *value, struct error *error)
{
    return history_parse_time(value, "--since", &((struct history_options *)options)->filter.since_s, error);
}

int history_set_json(void *options, const char *value, struct error *error)
{
    (void)value, (void)error;
    ((struct history_options *)options)->json = true;
    return 0;
}

int history_set_format(void *context, const char *value, struct error *error)
{
    struct history_options *options = context;

    if (options->format_count == FORMATS_MAX)
        return error_set(error, EXIT_USAGE, -EINVAL, "at most %d formats", FORMATS_MAX);
    options->formats[options->format_count++] = value;
    return 0;
}

static bool parse_date(const char *text, int64_t *seconds)
{
    static const char *const forms[] = {"%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ"};

    for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
        struct tm parts = {0};
        const char *end = strptime(text, forms[i], &parts);

        if (end && !*end) {
            int day = parts.tm_mday;

            *seconds = timegm(&parts);
            return parts.tm_mday == day; /* else there is no such day, and it took another one */
        }
    }
    return false;
}

/* "90d" and "2w"; what a window of a run is given in counts no days. */
static bool parse_days(const char *text, double *age_s)
{
    char *end;
    double number = strtod(text, &end);

    if (end == text || !(number >= 0 && number < 1e6) || (strcmp(end, "d") != 0 && strcmp(end, "w") != 0))
        return false;
    *age_s = number * DAY_S * (end[0] == 'w' ? 7 : 1);
    return true;
}

int history_parse_time(const char *text, const char *what, int64_t *seconds, struct error *error)
{
    struct quantity age;
    double age_s;

    if (parse_date(text, seconds))
        return 0;
    if (!parse_days(text, &age_s)) {
        /* A number without a unit is no age: 90 seconds are not what a forgotten "d" means. */
        if (quantity_parse(text, what, &age, NULL) || age.dimension != DIMENSION_TIME || !(age.number < 1e18))
            return error_set(
                error, EXIT_USAGE, -EINVAL,
                "%s: \"%.40s\" is no date and no age; write for example 2026-01-31, 90d, 2w or 12h", what,
                text);
        age_s = age.number / 1e9;
    }
    *seconds = (int64_t)(clock_wall_ns() / NS_PER_SECOND) - (int64_t)age_s;
    return 0;
}

int history_open_chosen(const struct history_options *options, enum history_open_mode mode,
                        struct history **history, struct error *error)
{
    char path[PATH_MAX];
    int result = history_path(options->database, path, error);

    return result ? result : history_open(path, mode, history, error);
}
