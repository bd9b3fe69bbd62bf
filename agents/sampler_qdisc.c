/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What netem dropped of the client's packets. It drops them before the interface counts them as sent
 * (net/sched/sch_netem.c, netem_enqueue: the caller is told success), so that without this counter its losses
 * would be packets that nobody ever sent. Where the client's link has no netem nothing is read.
 */
#include "base/netns.h"
#include "agents/sampler.h"
#include "base/cleanup.h"

#include <errno.h>
#include <net/if.h>
#include <netlink/netlink.h>
#include <netlink/route/qdisc.h>
#include <netlink/route/tc.h>
#include <string.h>

struct qdisc_state {
    struct nl_sock *socket; /* owned; stays in the client's namespace, wherever it is used from */
    const char *ifname;     /* borrowed while opening */
    int ifindex;
};

static void free_cache(struct nl_cache **cache)
{
    nl_cache_free(*cache); /* NULL is allowed */
}

static void qdisc_close(void *state)
{
    struct qdisc_state *qdisc = state;

    nl_socket_free(qdisc->socket);
    free(qdisc);
}

/* Packets that the link's netem has dropped; -ENOENT where it has none. */
static int read_drops(struct qdisc_state *qdisc, uint64_t *packets)
{
    CLEANUP(free_cache) struct nl_cache *cache = NULL;

    if (rtnl_qdisc_alloc_cache(qdisc->socket, &cache) != 0)
        return -EIO;
    for (struct nl_object *object = nl_cache_get_first(cache); object; object = nl_cache_get_next(object)) {
        struct rtnl_tc *tc = TC_CAST((struct rtnl_qdisc *)object);
        const char *kind = rtnl_tc_get_kind(tc);

        if (rtnl_tc_get_ifindex(tc) != qdisc->ifindex || !kind || strcmp(kind, "netem") != 0)
            continue;
        *packets = rtnl_tc_get_stat(tc, RTNL_TC_DROPS);
        return 0;
    }
    return -ENOENT;
}

static int open_inside(void *argument)
{
    struct qdisc_state *qdisc = argument;
    uint64_t packets;

    qdisc->ifindex = (int)if_nametoindex(qdisc->ifname);
    if (qdisc->ifindex == 0)
        return -errno;
    qdisc->socket = nl_socket_alloc();
    if (!qdisc->socket)
        return -ENOMEM;
    if (nl_connect(qdisc->socket, NETLINK_ROUTE) != 0)
        return -EIO;
    return read_drops(qdisc, &packets);
}

static int qdisc_open(void **state, const struct sampler_place *place, struct error *error)
{
    struct qdisc_state *qdisc;
    int result;

    if (!place->client_ifname)
        return 0;
    qdisc = calloc(1, sizeof(*qdisc));
    if (!qdisc)
        return error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "Not enough memory for the qdisc sampler.");
    qdisc->ifname = place->client_ifname;
    result = netns_call(place->client_netns_fd, open_inside, qdisc);
    if (result == 0) {
        *state = qdisc;
        return 0;
    }
    qdisc_close(qdisc);
    if (result == -ENOENT)
        return 0;
    return error_set(error, EXIT_ENVIRONMENT, result,
                     "The queueing discipline of the client's interface %s can't be read (%s); run as root.",
                     place->client_ifname, strerror(-result));
}

static void qdisc_counters(void *state, const struct sampler_place *place, struct values *values)
{
    uint64_t packets;

    (void)place;
    if (read_drops(state, &packets) == 0)
        values_set(values, "net.client.netem_dropped", (double)packets);
}

const struct sampler_ops sampler_qdisc = {
    .name = "qdisc",
    .summary = "packets that netem (loss=) dropped at the client's interface",
    .open = qdisc_open,
    .counters = qdisc_counters,
    .close = qdisc_close,
};
