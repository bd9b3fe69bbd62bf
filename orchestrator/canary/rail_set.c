/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/canary/rail_set.h"
#include "base/cleanup.h"
#include "base/names.h"
#include "base/units.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

const struct rail_kind *rail_kind_find(const char *name, struct error *error)
{
    const char *names[RAILS_MAX];
    char suggestion[96], valid[200] = "";
    unsigned count = 0;
    size_t used = 0;

    for (; rail_kinds[count]; count++) {
        if (strcmp(rail_kinds[count]->name, name) == 0)
            return rail_kinds[count];
        names[count] = rail_kinds[count]->name;
        used += (size_t)snprintf(valid + used, sizeof(valid) - used, "%s%s", count ? ", " : "", names[count]);
    }
    error_set(error, EXIT_USAGE, -EINVAL, "there is no rail \"%.60s\"%s; valid are %s", name,
              name_suggestion(suggestion, sizeof(suggestion), name, names, count), valid);
    return NULL;
}

/* In the rail's unit; false for a quantity that is none of it. */
static bool in_unit(const struct quantity *quantity, const char *unit, double *number)
{
    static const struct {
        const char *unit;
        enum dimension dimension;
        double factor;
    } taken[] = {
        {"cores", DIMENSION_CORES, 1}, {"cores", DIMENSION_NONE, 1}, {"cores", DIMENSION_PERCENT, 1},
        {"bytes", DIMENSION_BYTES, 1}, {"1/s", DIMENSION_RATE, 1},   {"1/s", DIMENSION_NONE, 1},
        {"", DIMENSION_NONE, 1},       {"", DIMENSION_TIME, 1e-9},   {"", DIMENSION_BYTES, 1},
        {"", DIMENSION_PERCENT, 1},
    };

    for (size_t i = 0; i < ARRAY_SIZE(taken); i++)
        if (strcmp(taken[i].unit, unit) == 0 && taken[i].dimension == quantity->dimension) {
            *number = quantity->number * taken[i].factor;
            return true;
        }
    return false;
}

static int check_limit(const struct rail_kind *kind, const char *max, double *highest, struct error *error)
{
    struct quantity quantity;
    int result;

    *highest = 0;
    if (kind->no_limit)
        return max ? error_set(error, EXIT_USAGE, -EINVAL, "rail %s takes no max", kind->name) : 0;
    if (!max)
        return error_set(error, EXIT_USAGE, -EINVAL, "what may rail %s read at most? give max", kind->name);
    result = quantity_parse(max, "max", &quantity, error);
    if (result || in_unit(&quantity, kind->unit, highest))
        return result;
    return error_set(error, EXIT_USAGE, -EINVAL, "max: %s is no limit for rail %s, which reads %s", max,
                     kind->name, kind->unit[0] ? kind->unit : "a number");
}

int rail_check(const struct rail_kind *kind, const struct rail_given *given, double *highest,
               struct error *error)
{
    int result = check_limit(kind, given->max, highest, error);

    if (result)
        return result;
    if (kind->check)
        return kind->check(given, error);
    return given->url || given->metric || given->command
               ? error_set(error, EXIT_USAGE, -EINVAL,
                           "rail %s is read from the kernel; leave out url, metric and command", kind->name)
               : 0;
}

int rail_set_add(struct rail_set *set, const struct rail_kind *kind, const struct rail_given *given,
                 double highest, struct interrupt *interrupt, struct error *error)
{
    int result;

    if (set->count == RAILS_MAX)
        return error_set(error, EXIT_USAGE, -E2BIG, "at most %d rails", RAILS_MAX);
    result = kind->open(&set->states[set->count], given, interrupt, error);
    if (result)
        return error_prefix(error, result, "rail %s", kind->name);
    set->rails[set->count] = (struct rail){kind->name, kind->unit, highest};
    set->kinds[set->count] = kind;
    set->count++;
    return 0;
}

void rail_set_read(const struct rail_set *set, const struct rail_place *place, struct rail_reading *readings)
{
    for (unsigned i = 0; i < set->count; i++)
        readings[i] = set->kinds[i]->read(set->states[i], place);
}

void rail_set_close(struct rail_set *set)
{
    for (unsigned i = 0; i < set->count; i++)
        set->kinds[i]->close(set->states[i]);
    set->count = 0;
}
