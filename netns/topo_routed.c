/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Client - router - server, three private namespaces. The router forwards, with connection tracking on (a
 * rule that looks at the state is what turns it on), and, with nat=on, as a masquerade: every packet of the
 * load passes conntrack and NAT.
 */
#include "netns/firewall.h"
#include "base/netns.h"
#include "netns/segment.h"
#include "netns/topology_list.h"
#include "base/files.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define ROUTER 254 /* host part of its addresses */

struct ends {
    struct segment_end client, router_client, router_server, server;
    char router_client_name[IFNAMSIZ], router_server_name[IFNAMSIZ];
};

static const char *const on_off[] = {"on", "off", NULL};

static const struct param_spec params[] = {
    ADDRESSING_PARAMS,
    {"nat", "", "off", "the router masquerades the clients", on_off},
    {0},
};

static const char *const exercises[] = {
    "function:ip_forward",
    "function:ip_forward_finish",
    "function:nf_conntrack_in",
    "function:nf_hook_slow",
    "function:nft_do_chain",
    "tracepoint:fib:fib_table_lookup",
    NULL,
};

static int check(const struct topology *topology, struct error *error)
{
    int nat, result = addressing_check(topology, error);

    return result ? result : params_flag(&topology->params, "nat", &nat, error);
}

static int make_namespaces(struct topology *topology, bool ipv6)
{
    int result = segment_namespace(&topology->client.netns_fd, ipv6);

    if (result == 0)
        result = segment_namespace(&topology->server.netns_fd, ipv6);
    return result ? result : segment_namespace(&topology->router.netns_fd, ipv6);
}

static void place_ends(struct ends *ends, struct topology *topology, const struct addressing *addressing)
{
    snprintf(ends->router_client_name, IFNAMSIZ, "tt%drc", (int)getpid());
    snprintf(ends->router_server_name, IFNAMSIZ, "tt%drs", (int)getpid());
    memcpy(topology->router.ifname, ends->router_client_name, IFNAMSIZ);
    ends->client.link = (struct link_end){topology->client.netns_fd, topology->client.ifname};
    ends->router_client.link = (struct link_end){topology->router.netns_fd, ends->router_client_name};
    ends->router_server.link = (struct link_end){topology->router.netns_fd, ends->router_server_name};
    ends->server.link = (struct link_end){topology->server.netns_fd, topology->server.ifname};
    segment_add_clients(&ends->client, addressing);
    segment_add(&ends->router_client, addressing, 0, ROUTER);
    segment_add(&ends->router_server, addressing, 1, ROUTER);
    segment_add_server(&ends->server, addressing, 1);
}

static int add_routes(const struct ends *ends, const struct addressing *addressing)
{
    char network[CIDR_MAX], gateway[TOPOLOGY_ADDRESS_MAX];
    int result = link_add_route(&ends->client.link, addressing_cidr(network, addressing, 1, 0),
                                addressing_host(gateway, addressing, 0, ROUTER));

    return result ? result
                  : link_add_route(&ends->server.link, addressing_cidr(network, addressing, 0, 0),
                                   addressing_host(gateway, addressing, 1, ROUTER));
}

/*
 * Behind a NAT one port of the router serves many clients, and the server may have it in TIME_WAIT from
 * another one. It takes a SYN whose timestamp is newer (tcp_timewait_state_process(),
 * net/ipv4/tcp_minisocks.c): so timestamps without an offset per connection, that is, one clock for all.
 */
static int share_clock(void *argument)
{
    (void)argument;
    return file_write("/proc/sys/net/ipv4/tcp_timestamps", "2");
}

static int build(struct topology *topology, const struct addressing *addressing, struct ends *ends)
{
    int result = make_namespaces(topology, addressing->ipv6);

    if (result)
        return result;
    place_ends(ends, topology, addressing);
    result = segment_make(&ends->client, &ends->router_client, addressing);
    if (result == 0)
        result = segment_make(&ends->server, &ends->router_server, addressing);
    if (result == 0)
        result = netns_call(topology->client.netns_fd, share_clock, NULL);
    return result ? result : add_routes(ends, addressing);
}

static int up(struct topology *topology, struct error *error)
{
    struct addressing addressing;
    struct ends ends = {0};
    int nat = 0, result = addressing_read(topology, &addressing, error);

    if (result == 0)
        result = params_flag(&topology->params, "nat", &nat, error);
    if (result)
        return result;
    addressing_name_ends(&addressing, topology, 1);
    result = build(topology, &addressing, &ends);
    if (result)
        return segment_explain("routed", result, error);
    return firewall_up(topology->router.netns_fd, addressing.ipv6, nat ? ends.router_server_name : NULL,
                       error);
}

static const char *path_description(const struct topology *topology)
{
    bool ipv6 = strchr(topology->client.address, ':'), nat;

    nat = strcmp(params_text(&topology->params, "nat"), "on") == 0;
    if (ipv6)
        return nat ? "socket, ip6_output, veth_xmit, router: ipv6_rcv, nf_conntrack_in, nf_nat, ip6_forward, "
                     "nft_do_chain, veth_xmit, ipv6_rcv, socket"
                   : "socket, ip6_output, veth_xmit, router: ipv6_rcv, nf_conntrack_in, ip6_forward, "
                     "nft_do_chain, veth_xmit, ipv6_rcv, socket";
    return nat ? "socket, ip_output, veth_xmit, router: ip_rcv, nf_conntrack_in, nf_nat, ip_forward, "
                 "nft_do_chain, veth_xmit, ip_rcv, socket"
               : "socket, ip_output, veth_xmit, router: ip_rcv, nf_conntrack_in, ip_forward, nft_do_chain, "
                 "veth_xmit, ip_rcv, socket";
}

const struct topology_ops topology_routed = {
    .name = "routed",
    .summary = "client, router with connection tracking, server: three private network namespaces",
    .network = true,
    .router = true,
    .params = params,
    .exercises = exercises,
    .check = check,
    .up = up,
    .path_description = path_description,
};
