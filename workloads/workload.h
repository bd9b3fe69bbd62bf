/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A workload is one const descriptor: what it is, its parameters, what it exercises, and how to run it.
 * Adding one is a file with a `const struct workload_ops` and its row in workloads/table.c.
 *
 * Life: prepare once, then per quad start ... measure, measure, ... stop, then cleanup. The load runs from
 * start to stop, also between windows; measure() delimits one window in it.
 */
#pragma once

#include "base/clock.h"
#include "base/error.h"
#include "base/hist.h"
#include "base/interrupt.h"
#include "base/params.h"
#include "base/values.h"

#include <stdbool.h>
#include <stdlib.h>
#include <sys/types.h>

#define ADDRESS_POOL_MAX 32
#define ADDRESS_TEXT_MAX 46

/* Where a workload runs; filled from a topology by the orchestrator, so that the two know nothing of each
 * other. */
struct workload_place {
    int client_netns_fd; /* borrowed; -1: the namespace we are in */
    int server_netns_fd;
    const char *server_address;          /* as text; NULL without a network */
    const char *const *client_addresses; /* pool, all on the client's interface */
    unsigned client_address_count;
    double loss;         /* share of packets that each link drops because it was told to; 0: none */
    double delay_ns;     /* that each link adds */
    int cgroup_procs_fd; /* cgroup.procs of the workload's cgroup: a generator process writes "0" to it; -1:
                            none */
    const char *destroy; /* block device that may be overwritten; NULL: none */
    struct interrupt *interrupt; /* ends waits; may be NULL */
};

#define ROUND_TRIP_LINKS_MAX 4 /* two each way */

/* At most; of what the links add because they were told to. Each limit of time on a reply has it on top. */
static inline uint64_t workload_round_trip_ns(const struct workload_place *place)
{
    return ROUND_TRIP_LINKS_MAX * (uint64_t)place->delay_ns;
}

/*
 * What one window saw. Values every workload sets:
 *   ops            operations completed in the window (double)
 *   window_ns      the window as the generator saw it
 *   failed         operations that failed or were never answered; the histogram has them with their age
 *   load.missed    1 when the offered rate was not reached (open loop), else 0
 *
 * and where they exist:
 *
 *   offered_rate   requests per second whose intended time lies in the window (open loop)
 *   bytes          payload of completed operations, both ways
 *   received, received_bytes    what the far end got of a load without replies, by its own count
 *   timer_ns       clock cost, already subtracted from each latency
 *   load.cpus      CPUs that it is pinned to, where its latency is queueing when they are busy
 *   user_ns, system_ns    CPU time of the runs (command)
 *   ref.total_ns, ref.bursts    all noise reference bursts: throughput is ops / (window_ns - ref.total_ns)
 *   ref.<kind>.ns, ref.<kind>.count    time and units of the middle half of a kind's bursts
 */
struct load_sample {
    struct values values;
    struct hist latency; /* per operation; count 0 where the workload has no latency */
};

/* Releases a sample on the heap; for CLEANUP(). */
static inline void load_sample_free(struct load_sample **sample)
{
    if (*sample)
        values_free(&(*sample)->values);
    free(*sample);
}

/* One look in the shortest window: each costs about as much as an edge. */
#define WINDOW_TICK_NS (125 * NS_PER_MS)

/*
 * The orchestrator's samplers are read exactly at the edges of what is counted, and own generators let it
 * look in between, about every WINDOW_TICK_NS, for peaks. Any of them may be NULL.
 */
struct window_edges {
    void (*begin)(void *context);
    void (*end)(void *context);
    void *context;
    void (*tick)(void *context);
};

struct workload {
    const struct workload_ops *ops;
    struct params params;
    struct workload_place place;
    pid_t pid;   /* the traced process while started, for {pid}; 0: none */
    int cpu;     /* CPU of the measured side, for {cpu}; -1: not pinned */
    void *state; /* the workload's own */
};

/* A load that can run beside the one that is measured: from start() to the workload's stop(). */
struct workload_background {
    int (*start)(struct workload *workload, struct error *error);
    bool (*alive)(struct workload *workload);
};

struct workload_ops {
    const char *name;
    const char *summary;        /* one line */
    const char *operation;      /* "round trip", "call", "connection", "run" */
    const char *primary_metric; /* name in the metric table */
    const char *default_topology;
    const struct param_spec *params; /* ended by a NULL name */
    const char *program;             /* of others, that it starts; NULL: none */
    const char *program_parameter;   /* which holds the path of one; NULL: none */
    /* One more program of others, which the parameters ask for. NULL hook or answer: none. */
    const char *(*second_program)(const struct workload *workload);
    const char *const
        *exercises; /* NULL-terminated: "tracepoint:CAT:NAME", "syscall:NAME", "function:NAME" */
    /* What "{key}" in it stands for, NULL-terminated; NULL hook or answer: the parameter's value. */
    const char *const *(*expand)(const struct workload *workload, const char *key);
    /* Is the rate given, so that a rate can't be what is measured? Then cpu.per_op is primary. NULL: no. */
    bool (*rate_is_given)(const struct workload *workload);
    /* The primary metric, where it depends on the parameters. NULL: primary_metric. */
    const char *(*primary)(const struct workload *workload);
    bool observes;               /* makes no load: it can be neither paused nor driven */
    bool own_generator;          /* rides through windows; false: whole runs inside measure() */
    uint64_t warm_up_ns;         /* after start, not counted */
    uint64_t min_window_ns;      /* shortest window that makes sense; 0: any */
    uint64_t window_overhead_ns; /* what measure() takes beyond its window, about */

    const struct workload_background *background; /* NULL: it can't be one */

    /* Values against each other and this machine, before anything is set up; may be NULL. */
    int (*check)(const struct workload *workload, struct error *error);
    int (*prepare)(struct workload *workload, struct error *error);
    int (*start)(struct workload *workload, struct error *error);
    /*
     * 0; -EINTR after a signal; -EPIPE when the workload died (sentence in *error). Calls edges->begin at the
     * start of what is counted and edges->end at its end. *sample is zeroed by the caller and freed by it.
     */
    int (*measure)(struct workload *workload, uint64_t window_ns, const struct window_edges *edges,
                   struct load_sample *sample, struct error *error);
    void (*stop)(struct workload *workload);    /* allowed when not started */
    void (*cleanup)(struct workload *workload); /* allowed when not prepared */
};

/* The table: ended by NULL. */
extern const struct workload_ops *const workload_table[];

/* Start-up check of the table: hooks present, names unique, primary metric named. 0 or -EINVAL with a
 * sentence. */
int workload_table_check(struct error *error);

/* Parses "NAME,KEY=VALUE,..."; unknown names give EXIT_USAGE with the nearest. workload_free() releases. */
int workload_parse(struct workload *workload, const char *text, struct error *error);
void workload_free(struct workload *workload);

/* What it exercises, with its parameters filled in ("syscall:{call}" becomes "syscall:getpid"): one call of
 * each() per entry. */
void workload_exercises(const struct workload *workload, void (*each)(const char *entry, void *context),
                        void *context);
