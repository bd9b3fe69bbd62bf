/* SPDX-License-Identifier: GPL-2.0 */
/* What the files that speak to libnl share: owners, errors, sockets. For netns/ alone. */
#pragma once

#include "base/cleanup.h"
#include "netns/link.h"

#include <netlink/route/addr.h>
#include <netlink/route/link.h>

static inline void nl_free_socket(struct nl_sock **socket)
{
    nl_socket_free(*socket);
}

static inline void nl_put_link(struct rtnl_link **link)
{
    rtnl_link_put(*link);
}

static inline void nl_put_address(struct nl_addr **address)
{
    nl_addr_put(*address);
}

#define NL_SOCKET  CLEANUP(nl_free_socket)
#define NL_LINK    CLEANUP(nl_put_link)
#define NL_ADDRESS CLEANUP(nl_put_address)

/* libnl's errors, as far as they say something a caller acts on; 0 for what is none. */
int nl_to_errno(int nl_result);

/* A netlink socket stays in the namespace it was made in, wherever it is used from. Owned by the caller. */
int nl_open(int netns_fd, struct nl_sock **socket);

/* An interface, owned by the caller. -EIO where libnl has none and says that it succeeded, as it does when it
 * meets an acknowledgement that an earlier request did not wait for. */
int nl_get_link(struct nl_sock *socket, const char *ifname, struct rtnl_link **link);

/* A socket in the end's namespace, and its interface; both owned by the caller, after a failure, too. */
int nl_find_link(const struct link_end *end, struct nl_sock **socket, struct rtnl_link **link);
