/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Own load generators, seen from the parent: a client process and, for networks, a server process, started
 * for a quad and killed after it. Both come from a fork, so that state prepared before is theirs as well.
 */
#pragma once

#include "base/process.h"
#include "workloads/recorder.h"
#include "workloads/workload.h"

enum generator_role { GENERATOR_SERVER, GENERATOR_CLIENT, GENERATOR_ROLES };

/* Shared with the children. */
struct generator_shared {
    struct recorder_shared recorder;
    _Atomic uint32_t ready[GENERATOR_ROLES];
    _Atomic uint32_t port; /* the server's, before it is ready */
    /* What the server got, from its start; for loads without replies. */
    _Atomic uint64_t served, served_bytes;
    char failure[GENERATOR_ROLES][256];
};

struct generator;

/*
 * What the child does, settled in its place already; never comes back but with a negative errno, after having
 * said what failed with generator_fail().
 */
typedef int generator_main(struct generator *generator);

struct generator {
    const struct workload *workload;       /* borrowed */
    generator_main *main[GENERATOR_ROLES]; /* NULL: no such role */
    int cpu[GENERATOR_ROLES];
    double offered_rate; /* per second; 0: closed loop */
    double timer_ns;     /* 0: not subtracted */
    bool reference;
    bool reports_bytes;
    bool reports_served; /* the server counts what it gets */

    struct generator_shared *shared; /* mapped by start */
    struct process process[GENERATOR_ROLES];
    int ended_fd; /* epoll over both pidfds: readable when one has ended */
};

/* An empty one, which generator_stop() accepts. */
void generator_init(struct generator *generator, const struct workload *workload);

/* Starts server, then client; returns when both are at work. 0, -EINTR, or another negative errno. */
int generator_start(struct generator *generator, struct error *error);
/* As workload_ops.measure. */
int generator_measure(struct generator *generator, uint64_t window_ns, const struct window_edges *edges,
                      struct load_sample *sample, struct error *error);
void generator_stop(struct generator *generator);

/* Waits while the load runs; 0, -EINTR, -EPIPE. */
int generator_pause(struct generator *generator, uint64_t ns, struct error *error);

/* A generator that has not reacted for so long is not coming back. */
uint64_t generator_reaction_limit_ns(const struct workload_place *place);

/* Operations per second in a short run of its own: start, warm up, measure, stop. */
int generator_capacity(struct generator *generator, double *per_second, struct error *error);

/* In the child. */
void generator_ready(struct generator *generator, enum generator_role role);
/* The sentence for the parent: "WHAT: strerror(-code)"; returns code. */
int generator_fail(struct generator *generator, enum generator_role role, int code, const char *what);
