/* SPDX-License-Identifier: GPL-2.0 */
/* Two private namespaces joined by one veth pair. */
#include "netns/segment.h"
#include "netns/topology_list.h"

#include <string.h>

static const struct param_spec params[] = {ADDRESSING_PARAMS, {0}};

static int build(struct topology *topology, const struct addressing *addressing)
{
    struct segment_end client = {.link = {.ifname = topology->client.ifname}};
    struct segment_end server = {.link = {.ifname = topology->server.ifname}};
    int result = segment_namespace(&topology->client.netns_fd, addressing->ipv6);

    if (result == 0)
        result = segment_namespace(&topology->server.netns_fd, addressing->ipv6);
    if (result)
        return result;
    client.link.netns_fd = topology->client.netns_fd;
    server.link.netns_fd = topology->server.netns_fd;
    segment_add_clients(&client, addressing);
    segment_add_server(&server, addressing, 0);
    return segment_make(&client, &server, addressing);
}

static int up(struct topology *topology, struct error *error)
{
    struct addressing addressing;
    int result = addressing_read(topology, &addressing, error);

    if (result)
        return result;
    addressing_name_ends(&addressing, topology, 0);
    result = build(topology, &addressing);
    return result ? segment_explain("veth", result, error) : 0;
}

static const char *path_description(const struct topology *topology)
{
    return strchr(topology->client.address, ':')
               ? "socket, ip6_output, __dev_queue_xmit, veth_xmit, softirq (net_rx), ipv6_rcv, socket"
               : "socket, ip_output, __dev_queue_xmit, veth_xmit, softirq (net_rx), ip_rcv, socket";
}

const struct topology_ops topology_veth = {
    .name = "veth",
    .summary = "two private network namespaces joined by one veth pair",
    .network = true,
    .params = params,
    .check = addressing_check,
    .up = up,
    .path_description = path_description,
};
