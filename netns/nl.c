/* SPDX-License-Identifier: GPL-2.0 */
#include "netns/nl.h"
#include "base/netns.h"

#include <errno.h>

int nl_to_errno(int nl_result)
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

static int open_here(void *argument)
{
    struct nl_sock **socket = argument;

    *socket = nl_socket_alloc();
    if (!*socket)
        return -ENOMEM;
    return nl_to_errno(nl_connect(*socket, NETLINK_ROUTE));
}

int nl_open(int netns_fd, struct nl_sock **socket)
{
    return netns_call(netns_fd, open_here, socket);
}

int nl_get_link(struct nl_sock *socket, const char *ifname, struct rtnl_link **link)
{
    int result = nl_to_errno(rtnl_link_get_kernel(socket, 0, ifname, link));

    return result == 0 && !*link ? -EIO : result;
}

int nl_find_link(const struct link_end *end, struct nl_sock **socket, struct rtnl_link **link)
{
    int result = nl_open(end->netns_fd, socket);

    return result ? result : nl_get_link(*socket, end->ifname, link);
}
