/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/micro/event_loss.h"

#include <stdio.h>

#define LOST_MOST 0.01

double event_lost_share(uint64_t taken, uint64_t produced)
{
    return taken < produced ? (double)(produced - taken) / (double)produced : 0;
}

void event_loss_judge(uint64_t taken, uint64_t produced, struct micro_result *result)
{
    double lost = event_lost_share(taken, produced);

    if (lost <= LOST_MOST)
        return;
    result->status = ROW_UNTRUSTWORTHY;
    snprintf(result->reason, sizeof(result->reason), "%.0f %% of the events were lost, and those cost less",
             100 * lost);
}
