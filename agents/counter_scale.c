/* SPDX-License-Identifier: GPL-2.0 */
#include "agents/counter_scale.h"

bool counter_advance(struct counter_total *total, const struct counter_reading *now)
{
    double value = (double)(now->value - total->last.value),
           enabled_ns = (double)(now->enabled_ns - total->last.enabled_ns),
           running_ns = (double)(now->running_ns - total->last.running_ns);

    total->last = *now;
    if (running_ns <= 0)
        return false;
    total->sum += value * (enabled_ns > running_ns ? enabled_ns / running_ns : 1);
    return true;
}

bool counter_stood(const struct counter_total *total, const struct counter_reading *now)
{
    return now->enabled_ns == total->last.enabled_ns;
}
