/* SPDX-License-Identifier: GPL-2.0 */
/* An event that gets lost is cheap: a row with too many of them says nothing of what an event costs. */
#pragma once

#include "orchestrator/micro/micro.h"

/* Of all events; 0 where more were taken than produced, or none were produced. */
double event_lost_share(uint64_t taken, uint64_t produced);

/* More than a hundredth of the events lost: the row is untrustworthy, with a sentence. */
void event_loss_judge(uint64_t taken, uint64_t produced, struct micro_result *result);
