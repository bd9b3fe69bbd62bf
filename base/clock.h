/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

#include <stdint.h>
#include <time.h>

#define NS_PER_SECOND UINT64_C(1000000000)
#define NS_PER_MS     UINT64_C(1000000)
#define NS_PER_US     UINT64_C(1000)

/* Monotonic time in nanoseconds, through the vDSO: cheap enough to bracket one system call. */
static inline uint64_t clock_now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * NS_PER_SECOND + (uint64_t)now.tv_nsec;
}

static inline uint64_t clock_wall_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (uint64_t)now.tv_sec * NS_PER_SECOND + (uint64_t)now.tv_nsec;
}

static inline struct timespec clock_timespec(uint64_t ns)
{
    return (struct timespec){.tv_sec = (time_t)(ns / NS_PER_SECOND), .tv_nsec = (long)(ns % NS_PER_SECOND)};
}

/* Writes the wall-clock time as RFC 3339, UTC, with seconds; `text` holds at least 21 bytes. */
void clock_rfc3339(uint64_t wall_ns, char *text, unsigned size);
/* The same with milliseconds; at least 25 bytes. */
void clock_rfc3339_ms(uint64_t wall_ns, char *text, unsigned size);
