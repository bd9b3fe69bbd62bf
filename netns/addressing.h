/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What topologies with a client and a server have in common: IP version, MTU, the pool of client addresses,
 * and impairments of the link. 198.18.0.0/15 is set aside for benchmarks (RFC 2544, appendix C.2.2), fd00::/8
 * is local (RFC 4193).
 */
#pragma once

#include "netns/topology.h"

/* An address with its prefix length, "/64" and so on. */
#define CIDR_MAX (TOPOLOGY_ADDRESS_MAX + 4)

#define ADDRESSING_SERVER 200 /* host part of the server's address */

struct addressing {
    bool ipv6;
    unsigned mtu; /* 0: the kernel's default */
    unsigned clients;
    double delay_ns; /* each way; 0: none */
    double loss;     /* share of packets, each way */
};

extern const char *const addressing_families[];

/* Rows for the tables of parameters. */
#define ADDRESSING_PARAMS                                                                                    \
    {"family", "", "4", "IP version", addressing_families},                                                  \
        {"mtu", "bytes", NULL, "of all links (default: the kernel's, 1500)", NULL},                          \
        {"clients", "", "16", "addresses on the client's interface", NULL},                                  \
        {"delay", "s", NULL, "added to each packet, each way (for example 10ms; needs netem)", NULL},        \
    {                                                                                                        \
        "loss", "%", NULL, "of packets, each way (for example 1%; needs netem)", NULL                        \
    }

/* From the topology's parameters; EXIT_USAGE with a sentence. */
int addressing_read(const struct topology *topology, struct addressing *addressing, struct error *error);

/* topology_ops.check of topologies that have no more to check. */
int addressing_check(const struct topology *topology, struct error *error);

/* The networks: 0 is the client's, 1 the one behind a router. The host part is 1 to 254. */
char *addressing_host(char text[TOPOLOGY_ADDRESS_MAX], const struct addressing *addressing, unsigned network,
                      unsigned host);
/* The same with a prefix length; host 0: the network itself. */
char *addressing_cidr(char text[CIDR_MAX], const struct addressing *addressing, unsigned network,
                      unsigned host);

/* Fills in the pool of clients (hosts 1 ... of network 0), and the server (in `server_network`). */
void addressing_name_ends(const struct addressing *addressing, struct topology *topology,
                          unsigned server_network);
