/* SPDX-License-Identifier: GPL-2.0 */
/* What guests may take of a job's time: more of them than fit side by side boot one behind the other. */
#include "orchestrator/breakdown/unit_costs.h"
#include "orchestrator/gate/gate.h"
#include "orchestrator/kernels/kernels.h"

#include <math.h>
#include <stdlib.h>

#define BOOT_SECONDS   10.0
#define BOOT_SHARE_MAX 0.25 /* of a short time, so that something is left to measure in */

static unsigned count_boots(const struct gate *gate, const struct gate_job *job)
{
    const char *seeds = gate->file->scenario->seeds; /* checked to be a number */

    if (!gate->runs[job->first].exact)
        return job->count;
    return job->count * (seeds ? (unsigned)strtoul(seeds, NULL, 10) : KERNELS_SEEDS_OF_RUN);
}

double gate_guest_seconds(const struct gate *gate, const struct gate_job *job, double seconds)
{
    bool exact = gate->runs[job->first].exact;
    unsigned boots = count_boots(gate, job), most = kernels_at_once(exact ? MODE_EXACT : MODE_TIMED);

    return seconds / ((boots + most - 1) / most);
}

double gate_guest_run_seconds(double guest_seconds)
{
    double boot = fmin(BOOT_SECONDS, BOOT_SHARE_MAX * guest_seconds);

    return (guest_seconds - boot) / (1 + UNIT_COSTS_SHARE);
}
