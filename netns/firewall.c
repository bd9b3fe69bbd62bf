/* SPDX-License-Identifier: GPL-2.0 */
#include "netns/firewall.h"
#include "base/netns.h"
#include "base/cleanup.h"
#include "base/files.h"

#include <errno.h>
#include <nftables/libnftables.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FORWARD_RULES                                                                                        \
    "add table inet tracetoll\n"                                                                             \
    "add chain inet tracetoll forward { type filter hook forward priority filter; policy accept; }\n"        \
    "add rule inet tracetoll forward ct state established counter accept\n"                                  \
    "add rule inet tracetoll forward ct state new counter accept\n"
#define NAT_RULES                                                                                            \
    "add chain inet tracetoll postrouting { type nat hook postrouting priority srcnat; policy accept; }\n"   \
    "add rule inet tracetoll postrouting oifname \"%s\" counter masquerade\n"

struct rules {
    bool ipv6;
    const char *masquerade_by;
    char complaint[512];
};

/* Connections of the load come and go by the thousand; what is over need not be remembered for long. */
static const char *const limits[][2] = {
    {"/proc/sys/net/netfilter/nf_conntrack_tcp_timeout_time_wait", "1"},
    {"/proc/sys/net/netfilter/nf_conntrack_tcp_timeout_close", "1"},
    {"/proc/sys/net/netfilter/nf_conntrack_tcp_timeout_fin_wait", "5"},
    {"/proc/sys/net/netfilter/nf_conntrack_tcp_timeout_last_ack", "5"},
    {"/proc/sys/net/netfilter/nf_conntrack_udp_timeout", "30"},
    {"/proc/sys/net/netfilter/nf_conntrack_udp_timeout_stream", "30"},
};

/* The table's size belongs to the whole machine in many kernels (read-only here): then the machine's stands.
 */
#define TABLE_SIZE "262144"

static int set_sysctls(const struct rules *rules)
{
    int result = file_write(
        rules->ipv6 ? "/proc/sys/net/ipv6/conf/all/forwarding" : "/proc/sys/net/ipv4/ip_forward", "1");

    for (size_t i = 0; result == 0 && i < ARRAY_SIZE(limits); i++)
        result = file_write(limits[i][0], limits[i][1]);
    if (result == 0)
        file_write("/proc/sys/net/netfilter/nf_conntrack_max", TABLE_SIZE);
    return result;
}

static void free_context(struct nft_ctx **context)
{
    if (*context)
        nft_ctx_free(*context);
}

static int run_rules(struct nft_ctx *context, const char *text, struct rules *rules)
{
    const char *complaint;

    if (nft_run_cmd_from_buffer(context, text) == 0)
        return 0;
    complaint = nft_ctx_get_error_buffer(context);
    snprintf(rules->complaint, sizeof(rules->complaint), "%.*s", (int)strcspn(complaint, "\n"), complaint);
    return -EOPNOTSUPP;
}

/* In the namespace. */
static int apply(void *argument)
{
    struct rules *rules = argument;
    CLEANUP(free_context) struct nft_ctx *context = nft_ctx_new(NFT_CTX_DEFAULT);
    char nat[512];
    int result;

    if (!context)
        return -ENOMEM;
    if (nft_ctx_buffer_error(context) != 0 || nft_ctx_buffer_output(context) != 0)
        return -ENOMEM;
    result = run_rules(context, FORWARD_RULES, rules);
    if (result == 0 && rules->masquerade_by) {
        snprintf(nat, sizeof(nat), NAT_RULES, rules->masquerade_by);
        result = run_rules(context, nat, rules);
    }
    return result ? result : set_sysctls(rules);
}

int firewall_up(int netns_fd, bool ipv6, const char *masquerade_by, struct error *error)
{
    struct rules rules = {.ipv6 = ipv6, .masquerade_by = masquerade_by};
    int result = netns_call(netns_fd, apply, &rules);

    if (result == -EOPNOTSUPP)
        return error_set(
            error, EXIT_UNSUPPORTED, result,
            "the router's rules are refused (%s): topology routed needs nftables with connection "
            "tracking%s in the kernel; load nf_tables, nft_ct%s, or use topology veth",
            rules.complaint, masquerade_by ? " and NAT" : "", masquerade_by ? " and nft_masq" : "");
    if (result)
        return error_set(error, EXIT_ENVIRONMENT, result, "the router of topology routed can't be set up: %s",
                         strerror(-result));
    return 0;
}
