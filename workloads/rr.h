/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Request/response loads: what udp_rr and tcp_rr share. A transport knows how to move one request and one
 * reply; the loops know about time.
 */
#pragma once

#include "workloads/generated.h"
#include "workloads/options.h"

struct rr_transport;

/* Of the workload; its state. */
struct rr {
    struct generator generator; /* first: workloads/generated.h */
    const struct rr_transport *transport;
    size_t size; /* bytes of a request and of a reply */
    struct rate rate;
};

/* In the client's process. */
struct rr_client {
    struct recorder recorder;
    const struct rr *rr;
    int fd;
    char *buffer;        /* size bytes each way */
    uint64_t number;     /* of the last request, from 1 */
    uint64_t give_up_ns; /* closed loop: a reply that takes longer is not waited for */
    /* for transports that may move part of one */
    size_t unsent, received;
    uint64_t replies;
};

struct rr_transport {
    size_t size_min, size_max;
    bool lossy; /* a reply may never come: give it up after a while */
    generator_main *serve;
    /* The client's socket, connected; or a negative errno. */
    int (*connect)(struct rr_client *client);
    /* flags 0 (comes back after a tick) or MSG_DONTWAIT. 1: done, 0: not now, or a negative errno. */
    int (*send)(struct rr_client *client, uint64_t number, int flags);
    int (*receive)(struct rr_client *client, uint64_t *number, int flags);
};

/* How long a closed loop waits for a reply that may never come. */
uint64_t rr_give_up_ns(const struct workload_place *place);
/* How long its calls wait before they look around; a reply on its way must not look like a pause. */
uint64_t rr_tick_ns(const struct rr_client *client);

/* Open loop: how long the last replies of a window are waited for, and any reply at all. */
uint64_t rr_open_grace_ns(const struct workload_place *place);
uint64_t rr_open_give_up_ns(const struct workload_place *place);
/* How many requests it keeps track of, a power of two: with one unanswered, those of twice the time until
 * that is given up, or sending would stop for it. */
uint64_t rr_open_ring(double per_second, uint64_t give_up_ns);

/* The rows both have. */
#define RR_PARAMS                                                                                            \
    {"size", "bytes", "64", "of request and reply", NULL}, OPTION_MODE, OPTION_RATE, OPTION_CPUS,            \
        OPTION_REFERENCE

int rr_check(const struct workload *workload, const struct rr_transport *transport, struct error *error);
int rr_prepare(struct workload *workload, const struct rr_transport *transport, struct error *error);

/* Both run until they fail: a negative errno with the sentence told to the generator. */
int rr_closed_loop(struct rr_client *client);
int rr_open_loop(struct rr_client *client);
