/* SPDX-License-Identifier: GPL-2.0 */
#include "workloads/pace.h"
#include "base/clock.h"

#include <time.h>

#define LOOK_NS (10 * NS_PER_MS) /* longest sleep: a window that ends is noticed within it */

void pace_begin(struct pace *pace, double per_second)
{
    *pace = (struct pace){.begun_ns = clock_now_ns() + NS_PER_MS,
                          .interval_ns = 1e9 / per_second,
                          .grace_ns = RECORDER_GRACE_NS};
}

static void give_up_late(struct pace *pace, struct recorder_window *window, uint64_t now_ns)
{
    bool begun = now_ns >= pace->begun_ns + pace->grace_ns;
    uint64_t late = begun ? pace_intended(pace, now_ns - pace->grace_ns) : 0;

    for (; pace->begun < late; pace->begun++)
        if (pace->untimed)
            window->failed++;
        else
            recorder_fail(window, now_ns - pace_due_ns(pace));
}

static void hand_over(struct pace *pace, struct recorder *recorder, uint64_t now_ns)
{
    uint64_t intended = pace_intended(pace, now_ns);

    recorder->window->offered += intended - pace->counted;
    pace->counted = intended;
    give_up_late(pace, recorder->window, now_ns);
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
    uint64_t now_ns = clock_now_ns();

    for (;;) {
        uint64_t due_ns;

        if (recorder_switch_requested(recorder))
            hand_over(pace, recorder, now_ns);
        due_ns = pace_due_ns(pace);
        if (now_ns >= due_ns)
            return now_ns;
        if (reference_fits(&recorder->reference, now_ns, due_ns))
            reference_burst(&recorder->reference, &recorder->window->reference);
        else
            sleep_until(due_ns < now_ns + LOOK_NS ? due_ns : now_ns + LOOK_NS);
        now_ns = clock_now_ns();
    }
}

uint64_t pace_hanging(struct pace *pace, struct recorder *recorder, uint64_t start_ns)
{
    uint64_t now_ns = clock_now_ns();

    if (!recorder_switch_requested(recorder))
        return start_ns;
    recorder_fail(recorder->window, now_ns - start_ns);
    hand_over(pace, recorder, now_ns);
    return now_ns;
}
