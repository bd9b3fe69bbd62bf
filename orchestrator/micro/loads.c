/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/micro/loads.h"
#include "orchestrator/stats/grouped.h"
#include "base/random.h"
#include "reports/jsonio.h"

#define ORDER_SEED 1

_Static_assert(LOADS_MAX <= GROUPS_MAX, "each load is a group");

/* R. Fisher, F. Yates, in the form of D. Knuth, "The Art of Computer Programming" 2, algorithm 3.4.2P. */
void loads_order(unsigned order[SIGNED_RANK_MAX], unsigned count)
{
    struct random random;

    random_seed(&random, ORDER_SEED);
    for (unsigned i = 0; i < count; i++) {
        unsigned other = (unsigned)(random_uniform(&random) * (i + 1));

        order[i] = i;
        order[i] = order[other];
        order[other] = i;
    }
}

void loads_estimate(struct micro_result *result, const double *values, unsigned count, unsigned loads)
{
    struct grouped grouped;

    if (loads == 1) {
        micro_estimate(result, values, count);
        return;
    }
    grouped_interval(values, count, loads, 0.95, &grouped);
    result->cost = grouped.interval;
    result->repetitions = count;
    result->loads_differ = grouped.groups_sd > grouped.within_sd;
    micro_detail(result, "loads", json_integer(loads));
    micro_detail(result, "loads_sd_ns", jsonio_number(grouped.groups_sd));
    micro_detail(result, "within_load_sd_ns", jsonio_number(grouped.within_sd));
}
