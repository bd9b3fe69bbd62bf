/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Two private namespaces joined by one veth pair. The link is silent unless the load speaks: neighbours are
 * permanent, nothing is discovered, nothing announced. 198.18.0.0/15 is set aside for benchmarks (RFC 2544,
 * appendix C.2.2), fd00::/8 is local (RFC 4193).
 */
#include "netns/link.h"
#include "netns/netns.h"
#include "netns/topology_list.h"
#include "base/cleanup.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* An address with its prefix length, "/64" and so on. */
#define CIDR_MAX (TOPOLOGY_ADDRESS_MAX + 4)

struct plan {
    bool ipv6;
    unsigned mtu;
    unsigned clients;
};

static const char *const families[] = {"4", "6", NULL};

static const struct param_spec params[] = {
    {"family", "", "4", "IP version", families},
    {"mtu", "bytes", NULL, "of both ends (default: the kernel's, 1500)", NULL},
    {"clients", "", "16", "addresses on the client's interface", NULL},
    {0},
};

static int read_plan(const struct topology *topology, struct plan *plan, struct error *error)
{
    long clients, mtu = 0;
    int result = params_integer(&topology->params, "clients", 1, TOPOLOGY_CLIENTS_MAX, &clients, error);

    plan->ipv6 = strcmp(params_text(&topology->params, "family"), "6") == 0;
    /* 1280: least that IPv6 takes; 68: least that IPv4 takes (RFC 8200, RFC 791) */
    if (result == 0 && params_text(&topology->params, "mtu"))
        result = params_integer(&topology->params, "mtu", plan->ipv6 ? 1280 : 68, 65535, &mtu, error);
    plan->clients = result ? 0 : (unsigned)clients;
    plan->mtu = (unsigned)mtu;
    return result;
}

static int check(const struct topology *topology, struct error *error)
{
    struct plan plan;

    return read_plan(topology, &plan, error);
}

static void name_ends(struct topology *topology, const struct plan *plan)
{
    const char *pattern = plan->ipv6 ? "fd00:198:18::%u" : "198.18.0.%u";

    snprintf(topology->client.ifname, sizeof(topology->client.ifname), "tt%dc", (int)getpid());
    snprintf(topology->server.ifname, sizeof(topology->server.ifname), "tt%ds", (int)getpid());
    for (unsigned i = 0; i < plan->clients; i++)
        snprintf(topology->client_pool[i], TOPOLOGY_ADDRESS_MAX, pattern, i + 1);
    topology->client_pool_count = plan->clients;
    strcpy(topology->client.address, topology->client_pool[0]);
    snprintf(topology->server.address, TOPOLOGY_ADDRESS_MAX, pattern, 200);
}

static int make_link(struct topology *topology, const struct plan *plan)
{
    struct link_end client = {topology->client.netns_fd, topology->client.ifname};
    struct link_end server = {topology->server.netns_fd, topology->server.ifname};
    char cidr[TOPOLOGY_CLIENTS_MAX + 1][CIDR_MAX];
    const char *addresses[TOPOLOGY_CLIENTS_MAX + 1];
    const unsigned count = plan->clients, last = count;
    int result;

    for (unsigned i = 0; i <= last; i++) {
        snprintf(cidr[i], CIDR_MAX, "%s/%d", i < last ? topology->client_pool[i] : topology->server.address,
                 plan->ipv6 ? 64 : 24);
        addresses[i] = cidr[i];
    }
    result = link_veth_create(&client, &server, plan->mtu);
    if (result == 0)
        result = link_configure(&client, addresses, count);
    if (result == 0)
        result = link_configure(&server, &addresses[last], 1);
    if (result == 0)
        result = link_add_neighbours(&client, &server, &addresses[last], 1);
    if (result == 0)
        result = link_add_neighbours(&server, &client, addresses, count);
    if (result == 0)
        result = link_wait_ready(&client, addresses, count);
    return result ? result : link_wait_ready(&server, &addresses[last], 1);
}

static int explain(int code, struct error *error)
{
    switch (-code) {
    case EPERM:
    case EACCES:
        return error_set(error, EXIT_ENVIRONMENT, code,
                         "topology veth may not create network namespaces and links; run as root (with "
                         "CAP_SYS_ADMIN and CAP_NET_ADMIN)");
    case EROFS:
        return error_set(error, EXIT_ENVIRONMENT, code,
                         "topology veth can't write /proc/sys/net, which is read-only; run outside the "
                         "container or with a writable /proc/sys");
    case EOPNOTSUPP:
        return error_set(error, EXIT_UNSUPPORTED, code,
                         "this kernel has no veth; load the module (modprobe veth), use a kernel with "
                         "CONFIG_VETH, or a workload on --topology host");
    case EAFNOSUPPORT:
        return error_set(error, EXIT_UNSUPPORTED, code, "this kernel has no IPv6; use veth,family=4");
    case EINVAL:
        return error_set(error, EXIT_UNSUPPORTED, code,
                         "this kernel has no network namespaces (CONFIG_NET_NS); use a workload on "
                         "--topology host");
    default:
        return error_set(error, EXIT_ENVIRONMENT, code, "topology veth can't be brought up: %s",
                         strerror(-code));
    }
}

static int make_namespace(int *netns_fd, bool ipv6)
{
    *netns_fd = netns_create();
    return *netns_fd < 0 ? *netns_fd : link_quiet_defaults(*netns_fd, ipv6);
}

static int up(struct topology *topology, struct error *error)
{
    struct plan plan;
    int result = read_plan(topology, &plan, error);

    if (result)
        return result;
    name_ends(topology, &plan);
    result = make_namespace(&topology->client.netns_fd, plan.ipv6);
    if (result == 0)
        result = make_namespace(&topology->server.netns_fd, plan.ipv6);
    if (result == 0)
        result = make_link(topology, &plan);
    return result ? explain(result, error) : 0;
}

static const char *path_description(const struct topology *topology)
{
    return topology->client_pool_count && strchr(topology->client.address, ':')
               ? "socket, ip6_output, __dev_queue_xmit, veth_xmit, softirq (net_rx), ipv6_rcv, socket"
               : "socket, ip_output, __dev_queue_xmit, veth_xmit, softirq (net_rx), ip_rcv, socket";
}

const struct topology_ops topology_veth = {
    .name = "veth",
    .summary = "two private network namespaces joined by one veth pair",
    .network = true,
    .params = params,
    .check = check,
    .up = up,
    .path_description = path_description,
};
