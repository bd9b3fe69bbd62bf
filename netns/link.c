/* SPDX-License-Identifier: GPL-2.0 */
#include "netns/link.h"
#include "netns/netns.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/files.h"

#include <errno.h>
#include <net/if.h>
#include <netlink/route/addr.h>
#include <netlink/route/link.h>
#include <netlink/route/link/veth.h>
#include <netlink/route/neighbour.h>
#include <netlink/route/route.h>
#include <string.h>
#include <time.h>

/* libnl's errors, as far as they say something a caller acts on. */
static int to_errno(int nl_result)
{
    switch (-nl_result) {
    case NLE_SUCCESS:
        return 0;
    case NLE_PERM:
    case NLE_NOACCESS:
        return -EPERM;
    case NLE_OPNOTSUPP:
    case NLE_OBJ_NOTFOUND:
        return -EOPNOTSUPP;
    case NLE_NOMEM:
        return -ENOMEM;
    case NLE_EXIST:
        return -EEXIST;
    case NLE_NODEV:
        return -ENODEV;
    case NLE_RANGE:
        return -ERANGE;
    default:
        return nl_result < 0 ? -EIO : 0;
    }
}

static void free_socket(struct nl_sock **socket)
{
    nl_socket_free(*socket);
}

static void put_link(struct rtnl_link **link)
{
    rtnl_link_put(*link);
}

static void put_address(struct nl_addr **address)
{
    nl_addr_put(*address);
}

#define OWNED_LINK    CLEANUP(put_link)
#define OWNED_ADDRESS CLEANUP(put_address)

static int open_here(void *argument)
{
    struct nl_sock **socket = argument;

    *socket = nl_socket_alloc();
    if (!*socket)
        return -ENOMEM;
    return to_errno(nl_connect(*socket, NETLINK_ROUTE));
}

/* A netlink socket stays in the namespace it was made in, wherever it is used from. */
static int open_socket(int netns_fd, struct nl_sock **socket)
{
    return netns_call(netns_fd, open_here, socket);
}

int link_veth_create(const struct link_end *one, const struct link_end *other, unsigned mtu)
{
    CLEANUP(free_socket) struct nl_sock *socket = NULL;
    OWNED_LINK struct rtnl_link *link = rtnl_link_veth_alloc();
    OWNED_LINK struct rtnl_link *peer = link ? rtnl_link_veth_get_peer(link) : NULL;
    int result = open_socket(one->netns_fd, &socket);

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
    return to_errno(rtnl_link_add(socket, link, NLM_F_CREATE | NLM_F_EXCL));
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
    int result = file_write("/proc/sys/net/ipv6/conf/default/disable_ipv6", *ipv6 ? "0" : "1");

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
    OWNED_ADDRESS struct nl_addr *local = NULL;
    struct rtnl_addr *address;
    int result = to_errno(nl_addr_parse(text, AF_UNSPEC, &local));

    if (result)
        return result;
    address = rtnl_addr_alloc();
    if (!address)
        return -ENOMEM;
    rtnl_addr_set_ifindex(address, index);
    rtnl_addr_set_local(address, local);
    if (nl_addr_get_family(local) == AF_INET6)
        rtnl_addr_set_flags(address, IFA_F_NODAD);
    result = to_errno(rtnl_addr_add(socket, address, 0));
    rtnl_addr_put(address);
    return result;
}

static int set_flags(struct nl_sock *socket, struct rtnl_link *link, unsigned flags)
{
    OWNED_LINK struct rtnl_link *change = rtnl_link_alloc();

    if (!change)
        return -ENOMEM;
    rtnl_link_set_flags(change, flags);
    return to_errno(rtnl_link_change(socket, link, change, 0));
}

static int get_link(const struct link_end *end, struct nl_sock **socket, struct rtnl_link **link)
{
    int result = open_socket(end->netns_fd, socket);

    return result ? result : to_errno(rtnl_link_get_kernel(*socket, 0, end->ifname, link));
}

int link_configure(const struct link_end *end, const char *const *addresses, unsigned count)
{
    CLEANUP(free_socket) struct nl_sock *socket = NULL;
    OWNED_LINK struct rtnl_link *link = NULL;
    int result = get_link(end, &socket, &link);

    /* Before the addresses: a worker of the kernel joins their groups at a time of its own. */
    if (result == 0)
        result = set_flags(socket, link, IFF_NOARP);
    for (unsigned i = 0; result == 0 && i < count; i++)
        result = add_address(socket, rtnl_link_get_ifindex(link), addresses[i]);
    return result ? result : set_flags(socket, link, IFF_UP);
}

static int add_neighbour(struct nl_sock *socket, int index, struct nl_addr *hardware, const char *text)
{
    OWNED_ADDRESS struct nl_addr *address = NULL;
    struct rtnl_neigh *neighbour;
    int result = to_errno(nl_addr_parse(text, AF_UNSPEC, &address));

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
    result = to_errno(rtnl_neigh_add(socket, neighbour, NLM_F_CREATE | NLM_F_REPLACE));
    rtnl_neigh_put(neighbour);
    return result;
}

int link_add_neighbours(const struct link_end *end, const struct link_end *peer, const char *const *addresses,
                        unsigned count)
{
    CLEANUP(free_socket) struct nl_sock *socket = NULL, *peer_socket = NULL;
    OWNED_LINK struct rtnl_link *link = NULL, *peer_link = NULL;
    int result = get_link(end, &socket, &link);

    if (result == 0)
        result = get_link(peer, &peer_socket, &peer_link);
    for (unsigned i = 0; result == 0 && i < count; i++)
        result =
            add_neighbour(socket, rtnl_link_get_ifindex(link), rtnl_link_get_addr(peer_link), addresses[i]);
    return result;
}

#define READY_LIMIT_NS 2000000000ull
#define READY_TICK_NS  1000000ull

static int has_carrier(struct nl_sock *socket, const char *ifname, bool *ready)
{
    OWNED_LINK struct rtnl_link *link = NULL;
    int result = to_errno(rtnl_link_get_kernel(socket, 0, ifname, &link));

    *ready = result == 0 && rtnl_link_get_operstate(link) == rtnl_link_str2operstate("up");
    return result;
}

static void put_route(struct rtnl_route **route)
{
    rtnl_route_put(*route);
}

static int is_local(struct nl_sock *socket, const char *text, bool *ready)
{
    OWNED_ADDRESS struct nl_addr *address = NULL;
    CLEANUP(put_route) struct rtnl_route *route = NULL;
    int result = to_errno(nl_addr_parse(text, AF_UNSPEC, &address));

    if (result)
        return result;
    nl_addr_set_prefixlen(address, (int)nl_addr_get_len(address) * 8);
    /* no route yet is an error of the look-up, and no error here */
    *ready = rtnl_route_lookup(socket, address, &route) == 0 && rtnl_route_get_type(route) == RTN_LOCAL;
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
    CLEANUP(free_socket) struct nl_sock *socket = NULL;
    const uint64_t limit_ns = clock_now_ns() + READY_LIMIT_NS;
    const struct timespec tick = clock_timespec(READY_TICK_NS);
    int result = open_socket(end->netns_fd, &socket);
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
