/* SPDX-License-Identifier: GPL-2.0 */
#include "netns/link.h"
#include "base/netns.h"
#include "netns/nl.h"
#include "base/files.h"

#include <errno.h>
#include <net/if.h>
#include <netlink/route/link/veth.h>
#include <netlink/route/neighbour.h>
#include <string.h>

int link_veth_create(const struct link_end *one, const struct link_end *other, unsigned mtu)
{
    NL_SOCKET struct nl_sock *socket = NULL;
    NL_LINK struct rtnl_link *link = rtnl_link_veth_alloc();
    NL_LINK struct rtnl_link *peer = link ? rtnl_link_veth_get_peer(link) : NULL;
    int result = nl_open(one->netns_fd, &socket);

    if (result)
        return result;
    if (!link || !peer)
        return -ENOMEM;
    rtnl_link_set_name(link, one->ifname);
    rtnl_link_set_name(peer, other->ifname);
    rtnl_link_set_ns_fd(peer, other->netns_fd);
    if (mtu) {
        rtnl_link_set_mtu(link, mtu);
        rtnl_link_set_mtu(peer, mtu);
    }
    return nl_to_errno(rtnl_link_add(socket, link, NLM_F_CREATE | NLM_F_EXCL));
}

static const char *const quiet_ipv6[][2] = {
    {"/proc/sys/net/ipv6/conf/default/accept_dad", "0"},
    {"/proc/sys/net/ipv6/conf/default/dad_transmits", "0"},
    {"/proc/sys/net/ipv6/conf/default/accept_ra", "0"},
    {"/proc/sys/net/ipv6/conf/default/router_solicitations", "0"},
    {"/proc/sys/net/ipv6/conf/default/addr_gen_mode", "1"}, /* none */
};

static int write_quiet(void *argument)
{
    const bool *ipv6 = argument;
    int result;

    /* A bridge joins 224.0.0.106 and would report it (br_multicast_join_snoopers()); kernels before 4.3
     * always do. */
    file_write("/proc/sys/net/ipv4/igmp_link_local_mcast_reports", "0");
    result = file_write("/proc/sys/net/ipv6/conf/default/disable_ipv6", *ipv6 ? "0" : "1");
    if (!*ipv6) /* a kernel without IPv6 is as quiet as one that has it switched off */
        return result == -ENOENT ? 0 : result;
    for (size_t i = 0; result == 0 && i < ARRAY_SIZE(quiet_ipv6); i++)
        result = file_write(quiet_ipv6[i][0], quiet_ipv6[i][1]);
    return result == -ENOENT ? -EAFNOSUPPORT : result;
}

int link_quiet_defaults(int netns_fd, bool ipv6)
{
    return netns_call(netns_fd, write_quiet, &ipv6);
}

static int add_address(struct nl_sock *socket, int index, const char *text)
{
    NL_ADDRESS struct nl_addr *local = NULL;
    struct rtnl_addr *address;
    int result = nl_to_errno(nl_addr_parse(text, AF_UNSPEC, &local));

    if (result)
        return result;
    address = rtnl_addr_alloc();
    if (!address)
        return -ENOMEM;
    rtnl_addr_set_ifindex(address, index);
    rtnl_addr_set_local(address, local);
    if (nl_addr_get_family(local) == AF_INET6)
        rtnl_addr_set_flags(address, IFA_F_NODAD);
    result = nl_to_errno(rtnl_addr_add(socket, address, 0));
    rtnl_addr_put(address);
    return result;
}

static int set_flags(struct nl_sock *socket, struct rtnl_link *link, unsigned flags)
{
    NL_LINK struct rtnl_link *change = rtnl_link_alloc();

    if (!change)
        return -ENOMEM;
    rtnl_link_set_flags(change, flags);
    return nl_to_errno(rtnl_link_change(socket, link, change, 0));
}

int link_configure(const struct link_end *end, const char *const *addresses, unsigned count)
{
    NL_SOCKET struct nl_sock *socket = NULL;
    NL_LINK struct rtnl_link *link = NULL;
    int result = nl_find_link(end, &socket, &link);

    /* Before the addresses: a worker of the kernel joins their groups at a time of its own. */
    if (result == 0)
        result = set_flags(socket, link, IFF_NOARP);
    for (unsigned i = 0; result == 0 && i < count; i++)
        result = add_address(socket, rtnl_link_get_ifindex(link), addresses[i]);
    return result ? result : set_flags(socket, link, IFF_UP);
}

static int add_neighbour(struct nl_sock *socket, int index, struct nl_addr *hardware, const char *text)
{
    NL_ADDRESS struct nl_addr *address = NULL;
    struct rtnl_neigh *neighbour;
    int result = nl_to_errno(nl_addr_parse(text, AF_UNSPEC, &address));

    if (result)
        return result;
    nl_addr_set_prefixlen(address, (int)nl_addr_get_len(address) * 8);
    neighbour = rtnl_neigh_alloc();
    if (!neighbour)
        return -ENOMEM;
    rtnl_neigh_set_ifindex(neighbour, index);
    rtnl_neigh_set_dst(neighbour, address);
    rtnl_neigh_set_lladdr(neighbour, hardware);
    rtnl_neigh_set_state(neighbour, NUD_PERMANENT);
    result = nl_to_errno(rtnl_neigh_add(socket, neighbour, NLM_F_CREATE | NLM_F_REPLACE));
    rtnl_neigh_put(neighbour);
    return result;
}

int link_add_neighbours(const struct link_end *end, const struct link_end *peer, const char *const *addresses,
                        unsigned count)
{
    NL_SOCKET struct nl_sock *socket = NULL, *peer_socket = NULL;
    NL_LINK struct rtnl_link *link = NULL, *peer_link = NULL;
    int result = nl_find_link(end, &socket, &link);

    if (result == 0)
        result = nl_find_link(peer, &peer_socket, &peer_link);
    for (unsigned i = 0; result == 0 && i < count; i++)
        result =
            add_neighbour(socket, rtnl_link_get_ifindex(link), rtnl_link_get_addr(peer_link), addresses[i]);
    return result;
}
