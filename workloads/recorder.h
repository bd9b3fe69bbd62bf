/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How a generator's process reports, and how windows are cut: a piece of memory shared with the parent, with
 * two sets of counters. The parent clears the idle set and publishes its number; the generator notices
 * between two operations (one relaxed load), stamps the time, goes on in the other set and acknowledges. So a
 * window begins and ends exactly between operations, and the loop allocates nothing, locks nothing and calls
 * nothing.
 *
 * Rules: an operation counts in the window in which it ends. One that hangs while the window is closed counts
 * there as failed, with its age, and starts anew at the beginning of the next window.
 */
#pragma once

#include "base/clock.h"
#include "base/hist.h"
#include "workloads/reference.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* Open loops: what is late by more than this when its window has ended is not waited for. */
#define RECORDER_GRACE_NS (50 * NS_PER_MS)

struct recorder_window {
    uint64_t start_ns, end_ns;
    uint64_t ops;     /* completed */
    uint64_t failed;  /* failed or unanswered */
    uint64_t bytes;   /* payload moved by completed operations */
    uint64_t offered; /* open loop: requests whose intended time lies in the window */
    struct reference_sums reference;
    struct hist latency;
};

/* Zeroed at the start; MAP_SHARED. */
struct recorder_shared {
    _Atomic uint32_t requested;    /* number of the window the parent wants to be current */
    _Atomic uint32_t acknowledged; /* the generator is done with the one before */
    struct recorder_window windows[2];
};

/* The generator's side. */
struct recorder {
    struct recorder_shared *shared;
    struct recorder_window *window; /* the current one */
    uint32_t number;
    uint64_t timer_ns; /* taken off each latency */
    struct reference reference;
};

int recorder_prepare(struct recorder *recorder, struct recorder_shared *shared, bool reference);

static inline bool recorder_switch_requested(const struct recorder *recorder)
{
    return atomic_load_explicit(&recorder->shared->requested, memory_order_relaxed) != recorder->number;
}

/* The current window ends at now_ns and the requested one begins. The old one is still the generator's. */
struct recorder_window *recorder_switch(struct recorder *recorder, uint64_t now_ns);

/* Hands the window before the current one to the parent. */
void recorder_acknowledge(struct recorder *recorder);

/* Window edge or burst that is due between two operations; returns the time at which the next may start. */
uint64_t recorder_between_slow(struct recorder *recorder, uint64_t now_ns);

static inline uint64_t recorder_between(struct recorder *recorder, uint64_t now_ns)
{
    if (__builtin_expect(recorder_switch_requested(recorder) || now_ns >= recorder->reference.due_ns, 0))
        return recorder_between_slow(recorder, now_ns);
    return now_ns;
}

/*
 * For an operation begun at start_ns that has made no progress for a while: where a new window is wanted, it
 * is counted as failed and begins anew. Returns the start to go on with.
 */
uint64_t recorder_hanging(struct recorder *recorder, uint64_t start_ns);

static inline void recorder_add(struct recorder *recorder, uint64_t ns, uint64_t bytes)
{
    struct recorder_window *window = recorder->window;

    hist_add(&window->latency, ns > recorder->timer_ns ? ns - recorder->timer_ns : 0);
    window->ops++;
    window->bytes += bytes;
}

/* An operation that failed or was given up after `ns`. */
static inline void recorder_fail(struct recorder_window *window, uint64_t ns)
{
    hist_add(&window->latency, ns);
    window->failed++;
}
