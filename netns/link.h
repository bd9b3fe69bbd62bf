/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a topology builds its links from, through libnl-route. Each function acts in the namespace given by
 * its descriptor; 0 or a negative errno.
 */
#pragma once

#include <stdbool.h>

struct link_end {
    int netns_fd;
    const char *ifname;
};

/* A veth pair, each end made in its own namespace at once; mtu 0: the kernel's default. -EOPNOTSUPP without
 * veth. */
int link_veth_create(const struct link_end *one, const struct link_end *other, unsigned mtu);

/*
 * Makes interfaces of this namespace quiet, before they are created: no duplicate address detection, no
 * router solicitation or advertisement, no link-local address; without `ipv6` no IPv6 at all.
 */
int link_quiet_defaults(int netns_fd, bool ipv6);

/*
 * Addresses as text with a prefix length ("198.18.0.1/24"), then up. Without ARP: neighbours are static, and
 * IPv6 joins no solicited-node group, which it would report (net/ipv6/addrconf.c, addrconf_join_solict).
 */
int link_configure(const struct link_end *end, const char *const *addresses, unsigned count);

/* Permanent neighbours: each of the addresses (a prefix length is ignored) at the link address of `peer`. */
int link_add_neighbours(const struct link_end *end, const struct link_end *peer, const char *const *addresses,
                        unsigned count);

/*
 * Waits until the interface has a carrier and each of the addresses (as for link_configure) is delivered to
 * this host: the kernel finishes both on workers of its own after the interface is up, and drops what comes
 * earlier (net/core/link_watch.c; net/ipv6/addrconf.c, addrconf_dad_work). -ETIMEDOUT after 2 s.
 */
int link_wait_ready(const struct link_end *end, const char *const *addresses, unsigned count);

/* A bridge without spanning tree, down. -EOPNOTSUPP without bridges. */
int link_bridge_create(const struct link_end *bridge);
/* `port` becomes a port of `bridge`; both in one namespace. */
int link_enslave(const struct link_end *bridge, const struct link_end *port);

/* `vlan` on top of `lower`, in its namespace: frames leave with the tag `id`. -EOPNOTSUPP without 802.1Q. */
int link_vlan_create(const struct link_end *vlan, const struct link_end *lower, unsigned id);

/* "198.19.0.0/24" by way of the router's address "198.18.0.254". */
int link_add_route(const struct link_end *end, const char *network, const char *gateway);

/*
 * What leaves the interface is delayed, and a share of it (0 ... 1) lost at random, by netem.
 * -EPROTONOSUPPORT where the kernel has no netem.
 */
int link_impair(const struct link_end *end, double delay_ns, double loss);
