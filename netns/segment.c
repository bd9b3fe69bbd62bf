/* SPDX-License-Identifier: GPL-2.0 */
#include "netns/segment.h"
#include "base/netns.h"

#include <errno.h>
#include <string.h>

void segment_add(struct segment_end *end, const struct addressing *addressing, unsigned network,
                 unsigned host)
{
    addressing_cidr(end->cidrs[end->cidr_count++], addressing, network, host);
}

void segment_add_clients(struct segment_end *end, const struct addressing *addressing)
{
    for (unsigned i = 0; i < addressing->clients; i++)
        segment_add(end, addressing, 0, i + 1);
}

void segment_add_server(struct segment_end *end, const struct addressing *addressing, unsigned network)
{
    segment_add(end, addressing, network, ADDRESSING_SERVER);
}

static int impair(const struct link_end *end, const struct addressing *addressing)
{
    if (addressing->delay_ns <= 0 && addressing->loss <= 0)
        return 0;
    return link_impair(end, addressing->delay_ns, addressing->loss);
}

int segment_connect(const struct segment_end *one, const struct segment_end *other,
                    const struct addressing *addressing)
{
    int result = link_veth_create(&one->link, &other->link, addressing->mtu);

    if (result == 0)
        result = impair(&one->link, addressing);
    return result ? result : impair(&other->link, addressing);
}

struct list {
    const char *items[TOPOLOGY_CLIENTS_MAX];
};

static struct list list_of(const struct segment_end *end)
{
    struct list list = {{NULL}};

    for (unsigned i = 0; i < end->cidr_count; i++)
        list.items[i] = end->cidrs[i];
    return list;
}

int segment_configure(const struct segment_end *end)
{
    const struct list list = list_of(end);

    return link_configure(&end->link, list.items, end->cidr_count);
}

int segment_introduce(const struct segment_end *one, const struct segment_end *other)
{
    const struct list ones = list_of(one), others = list_of(other);
    int result = link_add_neighbours(&one->link, &other->link, others.items, other->cidr_count);

    return result ? result : link_add_neighbours(&other->link, &one->link, ones.items, one->cidr_count);
}

int segment_wait_ready(const struct segment_end *end)
{
    const struct list list = list_of(end);

    return link_wait_ready(&end->link, list.items, end->cidr_count);
}

int segment_make(const struct segment_end *one, const struct segment_end *other,
                 const struct addressing *addressing)
{
    int result = segment_connect(one, other, addressing);

    if (result == 0)
        result = segment_configure(one);
    if (result == 0)
        result = segment_configure(other);
    if (result == 0)
        result = segment_introduce(one, other);
    if (result == 0)
        result = segment_wait_ready(one);
    return result ? result : segment_wait_ready(other);
}

int segment_explain(const char *name, int code, struct error *error)
{
    switch (-code) {
    case EPERM:
    case EACCES:
        return error_set(error, EXIT_ENVIRONMENT, code,
                         "topology %s may not create network namespaces and links; run as root (with "
                         "CAP_SYS_ADMIN and CAP_NET_ADMIN)",
                         name);
    case EROFS:
        return error_set(error, EXIT_ENVIRONMENT, code,
                         "topology %s can't write /proc/sys/net, which is read-only; run outside the "
                         "container or with a writable /proc/sys",
                         name);
    case EOPNOTSUPP:
        return error_set(
            error, EXIT_UNSUPPORTED, code,
            "this kernel lacks a kind of link that topology %s is made of ('tracetoll doctor' says "
            "which); load its module, use a kernel that has it, or a workload on --topology host",
            name);
    case EPROTONOSUPPORT: /* link_impair() */
        return error_set(error, EXIT_UNSUPPORTED, code,
                         "this kernel has no netem, which delay= and loss= need; load the module (modprobe "
                         "sch_netem), or leave them out");
    case EAFNOSUPPORT:
        return error_set(error, EXIT_UNSUPPORTED, code, "this kernel has no IPv6; use %s,family=4", name);
    case EINVAL:
        return error_set(error, EXIT_UNSUPPORTED, code,
                         "this kernel has no network namespaces (CONFIG_NET_NS); use a workload on "
                         "--topology host");
    default:
        return error_set(error, EXIT_ENVIRONMENT, code, "topology %s can't be brought up: %s", name,
                         strerror(-code));
    }
}

int segment_namespace(int *netns_fd, bool ipv6)
{
    *netns_fd = netns_create();
    return *netns_fd < 0 ? *netns_fd : link_quiet_defaults(*netns_fd, ipv6);
}
