/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/micro/core_clock.h"
#include "orchestrator/stats/select.h"
#include "base/clock.h"

#define CHAIN    8192
#define READINGS 9

static uint64_t multiply(uint64_t x)
{
    for (unsigned i = 0; i < CHAIN; i++) {
        x *= 0x9E3779B97F4A7C15;
        __asm__ volatile("" : "+r"(x)); /* each one, behind the one before */
    }
    return x;
}

double core_clock_ns(void)
{
    double times[READINGS];
    uint64_t x = 1;

    for (unsigned i = 0; i < READINGS; i++) {
        uint64_t start_ns = clock_now_ns();

        x = multiply(x);
        times[i] = (double)(clock_now_ns() - start_ns) / CHAIN;
    }
    return select_median(times, READINGS);
}
