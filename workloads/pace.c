/* SPDX-License-Identifier: GPL-2.0 */
#include "workloads/pace.h"
#include "base/clock.h"

#include <time.h>

#define LOOK_NS (10 * NS_PER_MS) /* longest sleep: a window that ends is noticed within it */

void pace_begin(struct pace *pace, double per_second)
{
    *pace = (struct pace){.begun_ns = clock_now_ns() + NS_PER_MS, .interval_ns = 1e9 / per_second};
}

static void hand_over(struct pace *pace, struct recorder *recorder, uint64_t now_ns)
{
    uint64_t intended = pace_intended(pace, now_ns);

    recorder->window->offered += intended - pace->counted;
    pace->counted = intended;
    recorder_switch(recorder, now_ns);
    recorder_acknowledge(recorder);
}

static void sleep_until(uint64_t ns)
{
    const struct timespec until = clock_timespec(ns);

    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
}

uint64_t pace_wait(struct pace *pace, struct recorder *recorder)
{
    const uint64_t due_ns = pace_due_ns(pace);
    uint64_t now_ns = clock_now_ns();

    for (;;) {
        if (recorder_switch_requested(recorder))
            hand_over(pace, recorder, now_ns);
        if (now_ns >= due_ns)
            return now_ns;
        if (reference_fits(&recorder->reference, now_ns, due_ns))
            reference_burst(&recorder->reference, &recorder->window->reference);
        else
            sleep_until(due_ns < now_ns + LOOK_NS ? due_ns : now_ns + LOOK_NS);
        now_ns = clock_now_ns();
    }
}
