/* SPDX-License-Identifier: GPL-2.0 */
#include "netns/link.h"
#include "netns/nl.h"
#include "base/clock.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <netlink/route/route.h>
#include <stdbool.h>
#include <time.h>

#define READY_LIMIT_NS 2000000000ull
#define READY_TICK_NS  1000000ull

static int has_carrier(struct nl_sock *socket, const char *ifname, bool *ready)
{
    NL_LINK struct rtnl_link *link = NULL;
    int result = nl_get_link(socket, ifname, &link);

    *ready = result == 0 && rtnl_link_get_operstate(link) == rtnl_link_str2operstate("up");
    return result;
}

static void put_route(struct rtnl_route **route)
{
    rtnl_route_put(*route);
}

static int is_local(struct nl_sock *socket, const char *text, bool *ready)
{
    NL_ADDRESS struct nl_addr *address = NULL;
    CLEANUP(put_route) struct rtnl_route *route = NULL;
    int result = nl_to_errno(nl_addr_parse(text, AF_UNSPEC, &address));

    if (result)
        return result;
    nl_addr_set_prefixlen(address, (int)nl_addr_get_len(address) * 8);
    /* No route yet is an error of the look-up, and no error here; none and success: see nl_get_link(). */
    *ready =
        rtnl_route_lookup(socket, address, &route) == 0 && route && rtnl_route_get_type(route) == RTN_LOCAL;
    return 0;
}

static int is_ready(struct nl_sock *socket, const struct link_end *end, const char *const *addresses,
                    unsigned count, bool *ready)
{
    int result = has_carrier(socket, end->ifname, ready);

    for (unsigned i = 0; result == 0 && *ready && i < count; i++)
        result = is_local(socket, addresses[i], ready);
    return result;
}

int link_wait_ready(const struct link_end *end, const char *const *addresses, unsigned count)
{
    NL_SOCKET struct nl_sock *socket = NULL;
    const uint64_t limit_ns = clock_now_ns() + READY_LIMIT_NS;
    const struct timespec tick = clock_timespec(READY_TICK_NS);
    int result = nl_open(end->netns_fd, &socket);
    bool ready = false;

    while (result == 0) {
        result = is_ready(socket, end, addresses, count, &ready);
        if (result == 0 && ready)
            return 0;
        if (result == 0 && clock_now_ns() > limit_ns)
            result = -ETIMEDOUT;
        nanosleep(&tick, NULL);
    }
    return result;
}
