/* SPDX-License-Identifier: GPL-2.0 */
/* What private networks can be made of here: each is tried in a namespace that ends with the try. */
#include "agents/doctor_checks.h"
#include "base/cleanup.h"

#include <errno.h>
#include <netlink/route/link.h>
#include <netlink/route/link/bridge.h>
#include <netlink/route/link/veth.h>
#include <netlink/route/link/vlan.h>
#include <netlink/route/qdisc.h>
#include <netlink/route/qdisc/netem.h>
#include <netlink/route/tc.h>
#include <nftables/libnftables.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>

static const char as_root[] = "run it as root: sudo tracetoll doctor";

static void *try_unshare(void *argument)
{
    *(int *)argument = unshare(CLONE_NEWNET) == 0 ? 0 : errno;
    return NULL;
}

static void free_socket(struct nl_sock **socket)
{
    nl_socket_free(*socket);
}

static void put_link(struct rtnl_link **link)
{
    if (*link)
        rtnl_link_put(*link);
}

static void *try_veth(void *argument)
{
    CLEANUP(free_socket) struct nl_sock *socket = nl_socket_alloc();
    CLEANUP(put_link) struct rtnl_link *link = rtnl_link_veth_alloc();
    int *result = argument;

    *result = unshare(CLONE_NEWNET) == 0 ? 0 : errno;
    if (*result != 0)
        return NULL;
    *result = ENOMEM;
    if (!socket || !link || nl_connect(socket, NETLINK_ROUTE) != 0)
        return NULL;
    rtnl_link_set_name(link, "tracetoll0");
    *result = rtnl_link_add(socket, link, NLM_F_CREATE | NLM_F_EXCL) == 0 ? 0 : EOPNOTSUPP;
    return NULL;
}

/* In a thread whose namespace ends with it, and all that is in it. */
static int in_thread(void *(*function)(void *))
{
    pthread_t thread;
    int result = EAGAIN;

    if (pthread_create(&thread, NULL, function, &result) == 0)
        pthread_join(thread, NULL);
    return result;
}

DOCTOR_CHECK(doctor_netns)
{
    int result = in_thread(try_unshare);

    (void)check;
    if (result == 0)
        finding_ok(finding, "can be made");
    else
        finding_set(finding, FINDING_UNSUPPORTED, strerror(result),
                    result == EPERM ? as_root : "use a kernel with CONFIG_NET_NS=y",
                    "network loads need two of them");
}

DOCTOR_CHECK(doctor_veth)
{
    int result = in_thread(try_veth);

    (void)check;
    if (result == 0)
        finding_ok(finding, "can be made");
    else
        finding_set(finding, FINDING_UNSUPPORTED, strerror(result),
                    result == EPERM ? as_root : "use a kernel with CONFIG_VETH",
                    "the veth topology can't be made");
}

static void *try_bridge(void *argument)
{
    CLEANUP(free_socket) struct nl_sock *socket = nl_socket_alloc();
    int *result = argument;

    *result = unshare(CLONE_NEWNET) == 0 ? 0 : errno;
    if (*result != 0)
        return NULL;
    *result = ENOMEM;
    if (socket && nl_connect(socket, NETLINK_ROUTE) == 0)
        *result = rtnl_link_bridge_add(socket, "tracetoll0") == 0 ? 0 : EOPNOTSUPP;
    return NULL;
}

DOCTOR_CHECK(doctor_bridge)
{
    int result = in_thread(try_bridge);

    (void)check;
    if (result == 0)
        finding_ok(finding, "can be made");
    else
        finding_set(finding, FINDING_UNSUPPORTED, strerror(result),
                    result == EPERM ? as_root : "use a kernel with CONFIG_BRIDGE",
                    "the bridge topology can't be made");
}

/* On top of one end of a pair: the loopback interface would refuse it. */
static int make_vlan(struct nl_sock *socket)
{
    CLEANUP(put_link) struct rtnl_link *pair = rtnl_link_veth_alloc();
    CLEANUP(put_link) struct rtnl_link *vlan = rtnl_link_vlan_alloc();
    CLEANUP(put_link) struct rtnl_link *under = NULL;

    if (!socket || !pair || !vlan || nl_connect(socket, NETLINK_ROUTE) != 0)
        return ENOMEM;
    rtnl_link_set_name(pair, "tracetoll0");
    if (rtnl_link_add(socket, pair, NLM_F_CREATE | NLM_F_EXCL) != 0 ||
        rtnl_link_get_kernel(socket, 0, "tracetoll0", &under) != 0 || !under)
        return EOPNOTSUPP;
    rtnl_link_set_name(vlan, "tracetoll1");
    rtnl_link_set_link(vlan, rtnl_link_get_ifindex(under));
    rtnl_link_vlan_set_id(vlan, 1);
    return rtnl_link_add(socket, vlan, NLM_F_CREATE | NLM_F_EXCL) == 0 ? 0 : EOPNOTSUPP;
}

static void *try_vlan(void *argument)
{
    CLEANUP(free_socket) struct nl_sock *socket = nl_socket_alloc();
    int *result = argument;

    *result = unshare(CLONE_NEWNET) == 0 ? make_vlan(socket) : errno;
    return NULL;
}

DOCTOR_CHECK(doctor_vlan)
{
    int result = in_thread(try_vlan);

    (void)check;
    if (result == 0)
        finding_ok(finding, "can be made");
    else
        finding_set(finding, FINDING_UNSUPPORTED, strerror(result),
                    result == EPERM ? as_root : "modprobe 8021q, or use a kernel with CONFIG_VLAN_8021Q",
                    "vlan= of the bridge topology can't be had");
}

static void put_qdisc(struct rtnl_qdisc **qdisc)
{
    rtnl_qdisc_put(*qdisc);
}

/* On the loopback interface of the new namespace. */
static void *try_netem(void *argument)
{
    CLEANUP(free_socket) struct nl_sock *socket = nl_socket_alloc();
    CLEANUP(put_qdisc) struct rtnl_qdisc *qdisc = rtnl_qdisc_alloc();
    int *result = argument;

    *result = unshare(CLONE_NEWNET) == 0 ? 0 : errno;
    if (*result != 0)
        return NULL;
    *result = ENOMEM;
    if (!socket || !qdisc || nl_connect(socket, NETLINK_ROUTE) != 0)
        return NULL;
    rtnl_tc_set_ifindex(TC_CAST(qdisc), 1);
    rtnl_tc_set_parent(TC_CAST(qdisc), TC_H_ROOT);
    *result = EOPNOTSUPP;
    if (rtnl_tc_set_kind(TC_CAST(qdisc), "netem") != 0)
        return NULL;
    rtnl_netem_set_delay(qdisc, 1000);
    *result = rtnl_qdisc_add(socket, qdisc, NLM_F_CREATE | NLM_F_EXCL) == 0 ? 0 : EOPNOTSUPP;
    return NULL;
}

DOCTOR_CHECK(doctor_netem)
{
    int result = in_thread(try_netem);

    (void)check;
    if (result == 0)
        finding_ok(finding, "links can be delayed and lossy");
    else
        finding_set(finding, FINDING_UNSUPPORTED, strerror(result),
                    result == EPERM ? as_root
                                    : "modprobe sch_netem, or use a kernel with CONFIG_NET_SCH_NETEM",
                    "delay= and loss= of topologies can't be had");
}

static void free_context(struct nft_ctx **context)
{
    if (*context)
        nft_ctx_free(*context);
}

static void *try_conntrack(void *argument)
{
    CLEANUP(free_context) struct nft_ctx *context = NULL;
    int *result = argument;

    *result = unshare(CLONE_NEWNET) == 0 ? 0 : errno;
    if (*result != 0)
        return NULL;
    *result = ENOMEM;
    context = nft_ctx_new(NFT_CTX_DEFAULT);
    if (!context || nft_ctx_buffer_error(context) != 0)
        return NULL;
    *result =
        nft_run_cmd_from_buffer(context, "add table ip t\n"
                                         "add chain ip t c { type nat hook postrouting priority 100; }\n"
                                         "add rule ip t c ct state new masquerade\n") == 0
            ? 0
            : EOPNOTSUPP;
    return NULL;
}

DOCTOR_CHECK(doctor_conntrack)
{
    int result = in_thread(try_conntrack);

    (void)check;
    if (result == 0)
        finding_ok(finding, "connections can be tracked and masqueraded");
    else
        finding_set(finding, FINDING_UNSUPPORTED, strerror(result),
                    result == EPERM ? as_root
                                    : "modprobe nf_tables nft_ct nft_masq, or use a kernel with them",
                    "the routed topology can't be made");
}
