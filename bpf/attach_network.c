/* SPDX-License-Identifier: GPL-2.0 */
/* Where packets pass: interfaces of the network namespace that we are in, cgroups, packet sockets. */
#include "bpf/attach_kinds.h"
#include "base/cleanup.h"
#include "base/mounts.h"

#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/if_packet.h>
#include <linux/pkt_sched.h>
#include <net/if.h>
#include <netlink/route/classifier.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

/* Linux 6.6; the headers of libbpf 1.1 do not have them yet. */
enum { TCX_INGRESS = 46, TCX_EGRESS = 47 };

static int find_interface(const struct attach_kind *kind, const char *where, struct error *error)
{
    unsigned index = if_nametoindex(where);

    if (index == 0)
        return error_set(
            error, EXIT_TARGET, -ENODEV,
            "cannot attach %s: there is no interface \"%s\" in this network namespace; choose the "
            "namespace with --target-netns",
            kind->name, where);
    return (int)index;
}

/* 0 takes over fd, else -errno; fd may be one already. */
static int add(struct attachment *attachment, int fd)
{
    return fd < 0 ? fd : attachment_add_fd(attachment, fd);
}

int attach_xdp(const struct attach_kind *kind, struct bpf_program *program, const char *where,
               struct attachment *attachment, struct error *error)
{
    int index = find_interface(kind, where, error), fd;

    if (index < 0)
        return index;
    fd = bpf_link_create(bpf_program__fd(program), index, BPF_XDP, NULL); /* native where the driver has it */
    if (fd < 0) {
        LIBBPF_OPTS(bpf_link_create_opts, generic, .flags = XDP_FLAGS_SKB_MODE);

        fd = bpf_link_create(bpf_program__fd(program), index, BPF_XDP, &generic);
    }
    return attach_result(add(attachment, fd), kind, where, error);
}

static int add_filter(const struct attach_kind *kind, struct bpf_program *program, int index,
                      struct attachment *attachment)
{
    LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = index,
                .attach_point = kind->variant == 1 ? BPF_TC_EGRESS : BPF_TC_INGRESS);
    LIBBPF_OPTS(bpf_tc_opts, options, .prog_fd = bpf_program__fd(program));
    int result = bpf_tc_hook_create(&hook);

    if (result && result != -EEXIST)
        return result;
    attachment->tc =
        (struct tc_filter){.ifindex = index, .hook = hook.attach_point, .hook_is_ours = result == 0};
    result = bpf_tc_attach(&hook, &options);
    if (result == 0) {
        attachment->tc.handle = options.handle;
        attachment->tc.priority = options.priority;
    }
    return result;
}

int attach_tc_filter(const struct attach_kind *kind, struct bpf_program *program, const char *where,
                     struct attachment *attachment, struct error *error)
{
    int index = find_interface(kind, where, error);

    return index < 0 ? index
                     : attach_result(add_filter(kind, program, index, attachment), kind, where, error);
}

static void free_socket(struct nl_sock **socket)
{
    nl_socket_free(*socket);
}

static bool has_filters(struct nl_sock *socket, int ifindex, uint32_t minor)
{
    struct nl_cache *filters = NULL;
    bool some = rtnl_cls_alloc_cache(socket, ifindex, TC_H_MAKE(TC_H_CLSACT, minor), &filters) != 0 ||
                !filters || nl_cache_nitems(filters) > 0;

    if (filters)
        nl_cache_free(filters);
    return some;
}

/* Others use the hook that is there, whoever made it: it goes with all filters that are on it. Where that is
 * not known it stays, which costs a packet next to nothing. */
static bool is_used(int ifindex)
{
    CLEANUP(free_socket) struct nl_sock *socket = nl_socket_alloc();

    return !socket || nl_connect(socket, NETLINK_ROUTE) != 0 ||
           has_filters(socket, ifindex, TC_H_MIN_INGRESS) || has_filters(socket, ifindex, TC_H_MIN_EGRESS);
}

void detach_tc(struct attachment *attachment)
{
    const struct tc_filter *filter = &attachment->tc;
    LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = filter->ifindex, .attach_point = filter->hook);
    LIBBPF_OPTS(bpf_tc_opts, options, .handle = filter->handle, .priority = filter->priority);

    if (!filter->ifindex)
        return;
    if (filter->handle)
        bpf_tc_detach(&hook, &options);
    hook.attach_point = BPF_TC_INGRESS | BPF_TC_EGRESS; /* both: the whole hook */
    if (filter->hook_is_ours && !is_used(filter->ifindex))
        bpf_tc_hook_destroy(&hook);
    attachment->tc = (struct tc_filter){0};
}

int attach_tc(const struct attach_kind *kind, struct bpf_program *program, const char *where,
              struct attachment *attachment, struct error *error)
{
    int index = find_interface(kind, where, error), fd;

    if (index < 0)
        return index;
    fd = bpf_link_create(bpf_program__fd(program), index,
                         (enum bpf_attach_type)(kind->variant == 1 ? TCX_EGRESS : TCX_INGRESS), NULL);
    if (fd < 0)
        return attach_tc_filter(kind, program, where, attachment, error);
    return attach_result(attachment_add_fd(attachment, fd), kind, where, error);
}

struct cgroup_search {
    const char *where;
    int fd;
};

static bool open_below(void *context, const char *point)
{
    struct cgroup_search *cgroup = context;
    char path[PATH_MAX];

    snprintf(path, sizeof(path), "%s/%s", point, cgroup->where);
    cgroup->fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return cgroup->fd >= 0;
}

/* "/" is the root of the hierarchy, wherever it is mounted. */
static int open_cgroup(const char *where)
{
    struct cgroup_search cgroup = {where, -1};

    errno = ENOENT;
    if (strncmp(where, "/sys/", 5) == 0)
        cgroup.fd = open(where, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (cgroup.fd < 0)
        mounts_visit("cgroup2", open_below, &cgroup);
    return cgroup.fd < 0 ? -errno : cgroup.fd;
}

int attach_cgroup_skb(const struct attach_kind *kind, struct bpf_program *program, const char *where,
                      struct attachment *attachment, struct error *error)
{
    OWNED_FD int cgroup = open_cgroup(where);
    int fd =
        cgroup < 0
            ? cgroup
            : bpf_link_create(bpf_program__fd(program), cgroup,
                              kind->variant == 1 ? BPF_CGROUP_INET_EGRESS : BPF_CGROUP_INET_INGRESS, NULL);

    return attach_result(add(attachment, fd), kind, where, error);
}

int attach_socket_filter(const struct attach_kind *kind, struct bpf_program *program, const char *where,
                         struct attachment *attachment, struct error *error)
{
    int index = find_interface(kind, where, error), program_fd = bpf_program__fd(program);
    struct sockaddr_ll address = {
        .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL), .sll_ifindex = index};
    OWNED_FD int fd = -1;

    if (index < 0)
        return index;
    fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC,
                0); /* protocol 0: nothing arrives before the filter is on */
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_ATTACH_BPF, &program_fd, sizeof(program_fd)) != 0 ||
        bind(fd, (struct sockaddr *)&address, sizeof(address)) != 0)
        return attach_result(-errno, kind, where, error);
    return attachment_add_fd(attachment, take_fd(&fd));
}
