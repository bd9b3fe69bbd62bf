/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/analysis_growth.h"
#include "agents/memory_census.h"
#include "base/cleanup.h"
#include "orchestrator/stats/growth.h"

#include <math.h>
#include <string.h>

#define SKIP 0.25 /* of the windows */

static bool is_long(const struct block *block)
{
    return block->phase == PHASE_STEADY && block->arm == 'B';
}

struct interval analysis_growth(const struct trial *trial, const char *value, double level)
{
    OWNED_PTR double *t = calloc(trial->count + 1, sizeof(double));
    OWNED_PTR double *y = calloc(trial->count + 1, sizeof(double));
    unsigned count = 0, skip;

    for (size_t i = 0; t && y && i < trial->count; i++) {
        const struct block *block = &trial->blocks[i];
        double number = values_or_nan(&block->values, value);

        if (!is_long(block) || isnan(number))
            continue;
        t[count] = (double)(block->age_ns + block->window_ns) / 1e9;
        y[count++] = number;
    }
    skip = (unsigned)(count * SKIP);
    if (count < skip + 3)
        return interval_unknown();
    return growth_interval(t + skip, y + skip, count - skip, level);
}

static const struct block *last_window(const struct trial *trial)
{
    for (size_t i = trial->count; i > 0; i--)
        if (is_long(&trial->blocks[i - 1]))
            return &trial->blocks[i - 1];
    return NULL;
}

static bool is_of_census(const struct value *value)
{
    return strncmp(value->name, CENSUS_PROCESS, strlen(CENSUS_PROCESS)) == 0 ||
           strncmp(value->name, CENSUS_MAP, strlen(CENSUS_MAP)) == 0;
}

static unsigned count_candidates(const struct values *values)
{
    unsigned count = 0;

    for (size_t i = 0; i < values->count; i++)
        count += is_of_census(&values->items[i]);
    return count;
}

unsigned analysis_growers(const struct trial *trial, struct grower *growers, unsigned most)
{
    const struct block *last = last_window(trial);
    unsigned candidates = last ? count_candidates(&last->values) : 0, count = 0;

    for (size_t i = 0; candidates && i < last->values.count && count < most; i++) {
        const struct value *value = &last->values.items[i];
        struct grower *grower = &growers[count];

        if (!is_of_census(value))
            continue;
        grower->value = value->name;
        grower->growth = analysis_growth(trial, value->name, 1 - (1 - GROWTH_LEVEL) / candidates);
        count += grower->growth.low > 0 && isfinite(grower->growth.low);
    }
    return count;
}
