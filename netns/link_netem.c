/* SPDX-License-Identifier: GPL-2.0 */
#include "netns/link.h"
#include "netns/nl.h"

#include <errno.h>
#include <netlink/route/qdisc.h>
#include <netlink/route/qdisc/netem.h>
#include <netlink/route/tc.h>
#include <stdint.h>

/* Packets that wait out their delay: netem's 1000 would be the loss that was not asked for. */
#define WAITING_MAX 100000

static void put_qdisc(struct rtnl_qdisc **qdisc)
{
    rtnl_qdisc_put(*qdisc);
}

int link_impair(const struct link_end *end, double delay_ns, double loss)
{
    NL_SOCKET struct nl_sock *socket = NULL;
    NL_LINK struct rtnl_link *link = NULL;
    CLEANUP(put_qdisc) struct rtnl_qdisc *qdisc = rtnl_qdisc_alloc();
    int result = nl_find_link(end, &socket, &link);

    if (result)
        return result;
    if (!qdisc)
        return -ENOMEM;
    rtnl_tc_set_link(TC_CAST(qdisc), link);
    rtnl_tc_set_parent(TC_CAST(qdisc), TC_H_ROOT);
    if (rtnl_tc_set_kind(TC_CAST(qdisc), "netem") != 0)
        return -EPROTONOSUPPORT;
    rtnl_netem_set_limit(qdisc, WAITING_MAX);
    rtnl_netem_set_delay(qdisc, (int)(delay_ns / 1000 + 0.5)); /* us */
    rtnl_netem_set_loss(qdisc, (int)(uint32_t)(loss * UINT32_MAX));
    result = nl_to_errno(rtnl_qdisc_add(socket, qdisc, NLM_F_CREATE | NLM_F_EXCL));
    return result == -EOPNOTSUPP ? -EPROTONOSUPPORT : result;
}
