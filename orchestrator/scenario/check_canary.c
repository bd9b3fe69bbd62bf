/* SPDX-License-Identifier: GPL-2.0 */
/* Section "canary" of a scenario: shares of the time, and rails. */
#include "orchestrator/scenario/check_canary.h"
#include "base/units.h"
#include "orchestrator/canary/rail_set.h"

#include <errno.h>
#include <stdio.h>

#define PLACE_MAX 64

static int read_share(const struct scenario_file *file, unsigned index, double *share, struct error *error)
{
    const char *text = file->scenario->canary->duty[index];
    struct quantity quantity;
    char place[PLACE_MAX];

    snprintf(place, sizeof(place), "canary/duty/%u", index);
    if (quantity_parse(text, "", &quantity, NULL) != 0 || quantity.dimension != DIMENSION_PERCENT)
        return scenario_error(file, place, error, "%.60s is no share of the time; write 5%%", text);
    *share = quantity.number;
    return 0;
}

int scenario_ramp(const struct scenario_file *file, struct ramp *ramp, struct error *error)
{
    const struct scenario_canary *canary = file->scenario->canary;
    int result = 0;

    *ramp = (struct ramp){.duty = {RAMP_HIGHEST}, .count = 1};
    if (!canary || !canary->duty_count)
        return 0;
    ramp->count = canary->duty_count;
    for (unsigned i = 0; result == 0 && i < ramp->count; i++)
        result = read_share(file, i, &ramp->duty[i], error);
    if (result)
        return result;
    result = ramp_check(ramp, error);
    return result ? scenario_blame(file, "canary", result, error) : 0;
}

int scenario_rail(const struct scenario_file *file, unsigned index, const struct rail_kind **kind,
                  struct rail_given *given, double *highest, struct error *error)
{
    const struct scenario_rail *rail = &file->scenario->canary->rails[index];
    char place[PLACE_MAX];
    int result;

    snprintf(place, sizeof(place), "canary/rails/%u", index);
    *given = (struct rail_given){rail->max, rail->url, rail->metric, rail->command};
    *kind = rail_kind_find(rail->rail, error);
    result = *kind ? rail_check(*kind, given, highest, error) : -EINVAL;
    return result ? scenario_blame(file, place, result, error) : 0;
}

int scenario_check_canary(const struct scenario_file *file, struct error *error)
{
    const struct scenario_canary *canary = file->scenario->canary;
    struct ramp ramp;
    int result = scenario_ramp(file, &ramp, error);

    for (unsigned i = 0; result == 0 && canary && i < canary->rails_count; i++) {
        const struct rail_kind *kind;
        struct rail_given given;
        double highest;

        result = scenario_rail(file, i, &kind, &given, &highest, error);
    }
    return result;
}
