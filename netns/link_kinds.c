/* SPDX-License-Identifier: GPL-2.0 */
#include "netns/link.h"
#include "netns/nl.h"

#include <errno.h>
#include <netlink/route/link/bridge.h>
#include <netlink/route/link/vlan.h>

int link_bridge_create(const struct link_end *bridge)
{
    NL_SOCKET struct nl_sock *socket = NULL;
    NL_LINK struct rtnl_link *link = rtnl_link_bridge_alloc();
    int result = nl_open(bridge->netns_fd, &socket);

    if (result)
        return result;
    if (!link)
        return -ENOMEM;
    rtnl_link_set_name(link, bridge->ifname);
    return nl_to_errno(rtnl_link_add(socket, link, NLM_F_CREATE | NLM_F_EXCL));
}

int link_enslave(const struct link_end *bridge, const struct link_end *port)
{
    NL_SOCKET struct nl_sock *socket = NULL, *port_socket = NULL;
    NL_LINK struct rtnl_link *master = NULL, *slave = NULL;
    int result = nl_find_link(bridge, &socket, &master);

    if (result == 0)
        result = nl_find_link(port, &port_socket, &slave);
    return result ? result : nl_to_errno(rtnl_link_enslave(socket, master, slave));
}

int link_vlan_create(const struct link_end *vlan, const struct link_end *lower, unsigned id)
{
    NL_SOCKET struct nl_sock *socket = NULL;
    NL_LINK struct rtnl_link *under = NULL;
    NL_LINK struct rtnl_link *link = rtnl_link_vlan_alloc();
    int result = nl_find_link(lower, &socket, &under);

    if (result)
        return result;
    if (!link)
        return -ENOMEM;
    rtnl_link_set_name(link, vlan->ifname);
    rtnl_link_set_link(link, rtnl_link_get_ifindex(under));
    rtnl_link_vlan_set_id(link, (uint16_t)id);
    return nl_to_errno(rtnl_link_add(socket, link, NLM_F_CREATE | NLM_F_EXCL));
}
