/* SPDX-License-Identifier: GPL-2.0 */
/* Memory over the age of the long attachment: does it grow, and what of it? */
#pragma once

#include "orchestrator/stats/estimate.h"
#include "reports/trial.h"

/*
 * Growth of a value ("target.rss_bytes") per second, with its interval at confidence `level`. The first
 * quarter is left out: a tool's memory grows while it warms up. Unknown with too few windows.
 */
struct interval analysis_growth(const struct trial *trial, const char *value, double level);

#define GROWTH_LEVEL 0.95

struct grower {
    const char *value;      /* CENSUS_PROCESS PID.COMM or CENSUS_MAP ID.NAME; of the trial */
    struct interval growth; /* bytes per second */
};

/*
 * The processes and maps of the last window whose growth excludes zero, at a level such that of a target
 * without a leak one in twenty is suspected (C. Bonferroni). At most `most`, in the order of the block.
 * Returns their number.
 */
unsigned analysis_growers(const struct trial *trial, struct grower *growers, unsigned most);
