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
