/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One link of a topology: a veth pair with its addresses, silent unless the load speaks: neighbours are
 * permanent, nothing is discovered, nothing announced.
 */
#pragma once

#include "netns/addressing.h"
#include "netns/link.h"

struct segment_end {
    struct link_end link;
    char cidrs[TOPOLOGY_CLIENTS_MAX][CIDR_MAX];
    unsigned cidr_count; /* 0: a port without addresses */
};

/* Adds the host's address; see addressing_cidr(). */
void segment_add(struct segment_end *end, const struct addressing *addressing, unsigned network,
                 unsigned host);
/* Adds all addresses of the client. */
void segment_add_clients(struct segment_end *end, const struct addressing *addressing);
/* Adds the server's address in `network`. */
void segment_add_server(struct segment_end *end, const struct addressing *addressing, unsigned network);

/* The pair, delayed and lossy where the addressing says so; 0 or a negative errno. */
int segment_connect(const struct segment_end *one, const struct segment_end *other,
                    const struct addressing *addressing);

/* Addresses, then up. */
int segment_configure(const struct segment_end *end);
/* Each end knows the other's link address for each of the other's addresses. */
int segment_introduce(const struct segment_end *one, const struct segment_end *other);
int segment_wait_ready(const struct segment_end *end);

/* All of the above for a pair that is one link of its own. */
int segment_make(const struct segment_end *one, const struct segment_end *other,
                 const struct addressing *addressing);

/* The sentence for what went wrong while topology `name` was brought up; returns code. */
int segment_explain(const char *name, int code, struct error *error);

/* A namespace whose interfaces will be quiet; *netns_fd is owned by the caller. */
int segment_namespace(int *netns_fd, bool ipv6);
