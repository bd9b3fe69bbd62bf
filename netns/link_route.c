/* SPDX-License-Identifier: GPL-2.0 */
#include "netns/link.h"
#include "netns/nl.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <netlink/route/nexthop.h>
#include <netlink/route/route.h>

static void put_route(struct rtnl_route **route)
{
    rtnl_route_put(*route);
}

int link_add_route(const struct link_end *end, const char *network, const char *gateway)
{
    NL_SOCKET struct nl_sock *socket = NULL;
    NL_LINK struct rtnl_link *link = NULL;
    NL_ADDRESS struct nl_addr *to = NULL, *by = NULL;
    CLEANUP(put_route) struct rtnl_route *route = rtnl_route_alloc();
    struct rtnl_nexthop *hop = rtnl_route_nh_alloc();
    int result = nl_find_link(end, &socket, &link);

    if (result == 0)
        result = nl_to_errno(nl_addr_parse(network, AF_UNSPEC, &to));
    if (result == 0)
        result = nl_to_errno(nl_addr_parse(gateway, AF_UNSPEC, &by));
    if (result == 0 && (!route || !hop))
        result = -ENOMEM;
    if (result) {
        if (hop)
            rtnl_route_nh_free(hop);
        return result;
    }
    rtnl_route_nh_set_ifindex(hop, rtnl_link_get_ifindex(link));
    rtnl_route_nh_set_gateway(hop, by);
    rtnl_route_add_nexthop(route, hop); /* which owns it from here on */
    rtnl_route_set_family(route, (uint8_t)nl_addr_get_family(to));
    rtnl_route_set_dst(route, to);
    return nl_to_errno(rtnl_route_add(socket, route, NLM_F_CREATE | NLM_F_EXCL));
}
