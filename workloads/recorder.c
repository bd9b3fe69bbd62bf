/* SPDX-License-Identifier: GPL-2.0 */
#include "workloads/recorder.h"

int recorder_prepare(struct recorder *recorder, struct recorder_shared *shared, bool reference)
{
    *recorder = (struct recorder){.shared = shared, .window = &shared->windows[0]};
    recorder->window->start_ns = clock_now_ns();
    return reference_prepare(&recorder->reference, reference);
}

struct recorder_window *recorder_switch(struct recorder *recorder, uint64_t now_ns)
{
    struct recorder_window *old = recorder->window;

    /* Pairs with the parent's release: the set it has cleared is clear here, too. */
    recorder->number = atomic_load_explicit(&recorder->shared->requested, memory_order_acquire);
    recorder->window = &recorder->shared->windows[recorder->number % 2];
    old->end_ns = now_ns;
    recorder->window->start_ns = now_ns;
    return old;
}

void recorder_acknowledge(struct recorder *recorder)
{
    atomic_store_explicit(&recorder->shared->acknowledged, recorder->number, memory_order_release);
}

uint64_t recorder_between_slow(struct recorder *recorder, uint64_t now_ns)
{
    if (recorder_switch_requested(recorder)) {
        recorder_switch(recorder, now_ns);
        recorder_acknowledge(recorder);
        now_ns = clock_now_ns();
    }
    if (now_ns >= recorder->reference.due_ns)
        now_ns = reference_burst(&recorder->reference, &recorder->window->reference);
    return now_ns;
}

uint64_t recorder_hanging(struct recorder *recorder, uint64_t start_ns)
{
    uint64_t now_ns = clock_now_ns();

    if (!recorder_switch_requested(recorder))
        return start_ns;
    recorder_fail(recorder->window, now_ns - start_ns);
    recorder_switch(recorder, now_ns);
    recorder_acknowledge(recorder);
    return now_ns;
}
