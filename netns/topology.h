/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A topology gives a workload its network: namespaces without a name, held by file descriptors, so that the
 * kernel removes them (and the links in them) when we die. Adding one is a file with a
 * `const struct topology_ops` and its row in netns/table.c.
 */
#pragma once

#include "base/error.h"
#include "base/params.h"

#include <net/if.h>
#include <stdbool.h>

#define TOPOLOGY_CLIENTS_MAX 32
#define TOPOLOGY_ADDRESS_MAX 46

struct topology_end {
    int netns_fd; /* owned; -1: the namespace we are in */
    char ifname[IFNAMSIZ];
    char address[TOPOLOGY_ADDRESS_MAX]; /* "" without a network */
};

struct topology {
    const struct topology_ops *ops;
    struct params params;
    struct topology_end client, server;
    struct topology_end router; /* what is between the two, seen from the client; without an address */
    char client_pool[TOPOLOGY_CLIENTS_MAX]
                    [TOPOLOGY_ADDRESS_MAX]; /* all on the client's interface, client.address first */
    unsigned client_pool_count;
    double loss;     /* share of packets that its links drop because they were told to, each way; 0: none */
    double delay_ns; /* that each of its links adds, each way */
};

struct topology_ops {
    const char *name;
    const char *summary;
    bool network; /* false: loads that need an address can't run on it */
    bool router;  /* there is something between the two ends */
    const struct param_spec *params;
    const char *const *exercises; /* beyond what a load does; as a workload's; NULL: nothing */
    /* Values that params can't judge, at parse time: EXIT_USAGE with a sentence. May be NULL. */
    int (*check)(const struct topology *topology, struct error *error);
    int (*up)(struct topology *topology, struct error *error);
    /* The hooks a packet passes, one line of text for the report. */
    const char *(*path_description)(const struct topology *topology);
};

extern const struct topology_ops *const topology_table[];

/* "host" (all have it), "client", "server", "router": is there such a namespace? */
bool topology_has(const struct topology_ops *ops, const char *end);
/* The end of that name once it is up; NULL for the host. */
const struct topology_end *topology_end(const struct topology *topology, const char *end);

/* Parses "NAME,KEY=VALUE"; nothing is created. */
int topology_parse(struct topology *topology, const char *text, struct error *error);
/* Brings it up; on failure all is taken down again. */
int topology_up(struct topology *topology, struct error *error);
/* Takes it down; allowed on a zeroed or parsed one. */
void topology_free(struct topology *topology);
