/* SPDX-License-Identifier: GPL-2.0 */
/* A workload on a topology, as the orchestrator would set them up; for the tests of workloads. */
#pragma once

#include "tests/unit/unit.h"
#include "base/clock.h"
#include "netns/topology.h"
#include "workloads/generated.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>

struct load {
    struct topology topology;
    struct workload workload;
    const char *pool[TOPOLOGY_CLIENTS_MAX];
    struct load_sample sample;
    struct error error;
};

static struct load load;

/* Parses both and brings the topology up. */
static void load_parse(const char *workload, const char *topology)
{
    memset(&load, 0, sizeof(load));
    if (topology_parse(&load.topology, topology, &load.error) || topology_up(&load.topology, &load.error) ||
        workload_parse(&load.workload, workload, &load.error))
        fail_msg("%s on %s: %s", workload, topology, load.error.message);
    for (unsigned i = 0; i < load.topology.client_pool_count; i++)
        load.pool[i] = load.topology.client_pool[i];
    load.workload.place.client_netns_fd = load.topology.client.netns_fd;
    load.workload.place.server_netns_fd = load.topology.server.netns_fd;
    load.workload.place.server_address = load.topology.server.address;
    load.workload.place.client_addresses = load.pool;
    load.workload.place.client_address_count = load.topology.client_pool_count;
}

static void load_prepare(void)
{
    if (load.workload.ops->prepare(&load.workload, &load.error))
        fail_msg("%s: %s", load.workload.ops->name, load.error.message);
}

static void load_start(const char *workload, const char *topology)
{
    load_parse(workload, topology);
    load_prepare();
    if (load.workload.ops->start(&load.workload, &load.error))
        fail_msg("%s: %s", workload, load.error.message);
}

static inline int load_measure(uint64_t window_ns, const struct window_edges *edges)
{
    int result;

    values_free(&load.sample.values);
    memset(&load.sample, 0, sizeof(load.sample));
    result = load.workload.ops->measure(&load.workload, window_ns, edges, &load.sample, &load.error);
    if (result) /* wanted or not: why */
        printf("# %s\n", load.error.message);
    return result;
}

static inline double value(const char *name)
{
    return values_or_nan(&load.sample.values, name);
}

/* Of workloads that are one struct generator. */
static inline struct generator *load_generator(void)
{
    return load.workload.state;
}

/* Teardown of every test: all stopped, and no child of ours left, not even a dead one. */
static int load_end(void **state)
{
    (void)state;
    if (load.workload.ops) {
        load.workload.ops->stop(&load.workload);
        load.workload.ops->cleanup(&load.workload);
    }
    workload_free(&load.workload);
    topology_free(&load.topology);
    values_free(&load.sample.values);
    return waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD ? 0 : -1;
}

static inline void load_sleep(uint64_t ns)
{
    struct timespec rest = clock_timespec(ns);

    nanosleep(&rest, NULL);
}
