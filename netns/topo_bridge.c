/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Two hosts on a bridge that is in a namespace of its own; with vlan=ID both speak tagged frames (802.1Q),
 * which the bridge passes on as they are.
 */
#include "netns/segment.h"
#include "netns/topology_list.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct ends {
    struct link_end bridge;
    struct segment_end client, server;             /* what has the addresses */
    struct segment_end client_under, server_under; /* below the VLAN, else unused */
    struct segment_end client_port, server_port;
    char names[5][IFNAMSIZ];
};

static const struct param_spec params[] = {
    ADDRESSING_PARAMS,
    {"vlan", "", NULL, "802.1Q tag of all frames (1 to 4094; default: untagged)", NULL},
    {0},
};

static const char *const exercises[] = {
    "function:br_handle_frame",
    "function:br_forward",
    "function:br_dev_queue_push_xmit",
    NULL,
};

static int read_vlan(const struct topology *topology, long *id, struct error *error)
{
    *id = 0;
    return params_text(&topology->params, "vlan")
               ? params_integer(&topology->params, "vlan", 1, 4094, id, error)
               : 0;
}

static int check(const struct topology *topology, struct error *error)
{
    long id;
    int result = addressing_check(topology, error);

    return result ? result : read_vlan(topology, &id, error);
}

static int make_namespaces(struct topology *topology, bool ipv6)
{
    int result = segment_namespace(&topology->client.netns_fd, ipv6);

    if (result == 0)
        result = segment_namespace(&topology->server.netns_fd, ipv6);
    /* A bridge looks at no addresses. */
    return result ? result : segment_namespace(&topology->router.netns_fd, false);
}

static void place_ends(struct ends *ends, struct topology *topology, const struct addressing *addressing)
{
    static const char *const suffixes[] = {"b", "bc", "bs", "cu", "su"};
    int bridge_netns_fd = topology->router.netns_fd;

    for (unsigned i = 0; i < 5; i++)
        snprintf(ends->names[i], IFNAMSIZ, "tt%d%.2s", (int)getpid(), suffixes[i]);
    memcpy(topology->router.ifname, ends->names[0], IFNAMSIZ);
    ends->bridge = (struct link_end){bridge_netns_fd, ends->names[0]};
    ends->client_port.link = (struct link_end){bridge_netns_fd, ends->names[1]};
    ends->server_port.link = (struct link_end){bridge_netns_fd, ends->names[2]};
    ends->client.link = (struct link_end){topology->client.netns_fd, topology->client.ifname};
    ends->server.link = (struct link_end){topology->server.netns_fd, topology->server.ifname};
    ends->client_under.link = (struct link_end){topology->client.netns_fd, ends->names[3]};
    ends->server_under.link = (struct link_end){topology->server.netns_fd, ends->names[4]};
    segment_add_clients(&ends->client, addressing);
    segment_add_server(&ends->server, addressing, 0);
}

/* A host's interface, on a port of the bridge; with a tag, what has the addresses sits on top of it. */
static int plug_in(const struct ends *ends, const struct segment_end *host, const struct segment_end *under,
                   const struct segment_end *port, const struct addressing *addressing, unsigned vlan)
{
    const struct segment_end *wire = vlan ? under : host;
    int result = segment_connect(wire, port, addressing);

    if (result == 0)
        result = link_enslave(&ends->bridge, &port->link);
    if (result == 0)
        result = segment_configure(port);
    if (result == 0 && vlan)
        result = segment_configure(under);
    if (result == 0 && vlan)
        result = link_vlan_create(&host->link, &under->link, vlan) == 0 ? 0 : -EPFNOSUPPORT;
    if (result == 0)
        result = segment_configure(host);
    return result ? result : segment_wait_ready(port);
}

static int build(struct topology *topology, const struct addressing *addressing, unsigned vlan)
{
    struct ends ends = {0};
    int result = make_namespaces(topology, addressing->ipv6);

    if (result)
        return result;
    place_ends(&ends, topology, addressing);
    result = link_bridge_create(&ends.bridge);
    if (result == 0)
        result = link_configure(&ends.bridge, NULL, 0);
    if (result == 0)
        result = plug_in(&ends, &ends.client, &ends.client_under, &ends.client_port, addressing, vlan);
    if (result == 0)
        result = plug_in(&ends, &ends.server, &ends.server_under, &ends.server_port, addressing, vlan);
    if (result == 0)
        result = segment_introduce(&ends.client, &ends.server);
    if (result == 0)
        result = segment_wait_ready(&ends.client);
    return result ? result : segment_wait_ready(&ends.server);
}

static int up(struct topology *topology, struct error *error)
{
    struct addressing addressing;
    long vlan = 0;
    int result = addressing_read(topology, &addressing, error);

    if (result == 0)
        result = read_vlan(topology, &vlan, error);
    if (result)
        return result;
    addressing_name_ends(&addressing, topology, 0);
    result = build(topology, &addressing, (unsigned)vlan);
    if (result == -EPFNOSUPPORT)
        return error_set(error, EXIT_UNSUPPORTED, result,
                         "this kernel has no VLANs; load the module (modprobe 8021q), use a kernel with "
                         "CONFIG_VLAN_8021Q, or leave out vlan=");
    return result ? segment_explain("bridge", result, error) : 0;
}

static const char *path_description(const struct topology *topology)
{
    return params_text(&topology->params, "vlan")
               ? "socket, ip output, vlan_dev_hard_start_xmit, veth_xmit, bridge: br_handle_frame, "
                 "br_forward, "
                 "veth_xmit, vlan_do_receive, ip receive, socket"
               : "socket, ip output, veth_xmit, bridge: br_handle_frame, br_forward, veth_xmit, ip receive, "
                 "socket";
}

const struct topology_ops topology_bridge = {
    .name = "bridge",
    .summary = "two hosts on a bridge, each in a private network namespace",
    .network = true,
    .router = true,
    .params = params,
    .exercises = exercises,
    .check = check,
    .up = up,
    .path_description = path_description,
};
