/* SPDX-License-Identifier: GPL-2.0 */
/* A load's own count beside the kernel's; for the tests of workloads. */
#pragma once

#include "tests/system/load.h"
#include "base/files.h"
#include "base/netns.h"

#include <math.h>
#include <stdlib.h>

struct reading {
    const char *path;
    char *text;
};

static inline int read_here(void *argument)
{
    struct reading *reading = argument;

    reading->text = file_read(reading->path, 1 << 20);
    return reading->text ? 0 : -errno;
}

/* The file as a process in that namespace sees it; the caller frees it. */
static inline char *read_in(int netns_fd, const char *path)
{
    struct reading reading = {path, NULL};

    assert_int_equal(netns_call(netns_fd, read_here, &reading), 0);
    return reading.text;
}

/* Column `column` (received packets are 1, sent ones 9) of an interface's line. */
static inline double interface_counter(const struct topology_end *end, int column)
{
    char *text = read_in(end->netns_fd, "/proc/thread-self/net/dev"), *at = strstr(text, end->ifname);
    double number = NAN;

    assert_non_null(at);
    at = strchr(at, ':') + 1;
    for (int i = 0; i <= column; i++)
        number = strtod(at, &at);
    free(text);
    return number;
}

/* Runs it for a while from its start and freezes the client: what it has counted up to here. */
static inline double count_from_start(const char *workload, const char *topology)
{
    struct generator *generator;
    siginfo_t info;

    load_start(workload, topology);
    generator = load_generator();
    load_sleep(200 * NS_PER_MS);
    assert_int_equal(kill(load.workload.pid, SIGSTOP), 0);
    assert_int_equal(waitid(P_PID, (id_t)load.workload.pid, &info, WSTOPPED), 0);
    load_sleep(20 * NS_PER_MS); /* what is on the way arrives */
    assert_int_equal(generator->shared->recorder.windows[0].failed, 0);
    assert_true(generator->shared->recorder.windows[0].ops > 100);
    return (double)generator->shared->recorder.windows[0].ops;
}

/* Frozen in the middle of an operation or not: the kernel has seen as many, or one more. */
static inline void same_count(double own, double kernel)
{
    if (kernel != own && kernel != own + 1)
        fail_msg("own count %.0f, the kernel's %.0f", own, kernel);
}
