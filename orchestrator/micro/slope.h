/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Cost of one operation as a slope: time of 4N rounds less time of N rounds, less the same of the bare loop,
 * by 3N. What a run costs beside its rounds cancels. N grows until its operations take 10 us or the program
 * allows no more.
 */
#pragma once

#include "orchestrator/micro/micro.h"

/* One run of `rounds` rounds, with the operation or bare; *ns: what it took. 0 or -errno. */
typedef int slope_run(void *context, bool bare, unsigned rounds, double *ns);

struct slope_source {
    slope_run *run;
    int (*before)(void *context); /* each repetition; 0 or -errno; NULL: nothing to do */
    void *context;
    unsigned rounds_max; /* of one run */
    unsigned per_round;  /* operations in a round */
};

/*
 * Fills values, status and reason; rounds, ratio and the time of a bare run into the detail. A slope is
 * untrustworthy when 2N more rounds don't take twice the time of N more (within 15 %, where the time is well
 * above the noise). 0, -EINTR or another -errno.
 */
int slope_measure(const struct slope_source *source, const struct micro_setting *setting,
                  struct micro_result *result);
