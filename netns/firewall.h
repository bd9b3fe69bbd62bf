/* SPDX-License-Identifier: GPL-2.0 */
/* Forwarding, connection tracking and NAT of a router's namespace, through libnftables. */
#pragma once

#include "base/error.h"

#include <stdbool.h>

/*
 * Forwarding on, and a rule per direction that asks for a connection's state, so that conntrack sees every
 * packet; table size and time-outs for thousands of short connections per second. `masquerade_by`: packets
 * that leave by this interface do so with its own address; NULL: no NAT. EXIT_UNSUPPORTED where
 * the kernel has no nftables or no conntrack.
 */
int firewall_up(int netns_fd, bool ipv6, const char *masquerade_by, struct error *error);
