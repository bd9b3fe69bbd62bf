/* SPDX-License-Identifier: GPL-2.0 */
#include "bpf/attach_kinds.h"
#include "base/cleanup.h"
#include "base/names.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* One function that a cheap system call, getpgid, calls once: all kernel probes can sit on it. */
#define FUNCTION "find_task_by_vpid"

const struct attach_kind attach_kinds[] = {
    {.name = "raw_tp",
     .summary = "raw tracepoint",
     .where = "NAME, for example sys_enter",
     .fallback = "sys_enter",
     .program = "on_raw_tp",
     .doctor = "raw_tp",
     .attach = attach_raw_tp},
    {.name = "tp",
     .summary = "tracepoint",
     .where = "CATEGORY:NAME, for example syscalls:sys_enter_getpgid",
     .fallback = "raw_syscalls:sys_enter",
     .program = "on_tp",
     .doctor = "tracepoint",
     .check = check_pair,
     .attach = attach_tp},
    {.name = "kprobe",
     .summary = "entry of a kernel function",
     .where = "FUNC[+OFFSET]",
     .fallback = FUNCTION,
     .program = "on_kprobe",
     .doctor = "kprobe",
     .check = check_offset,
     .attach = attach_kprobe},
    {.name = "kretprobe",
     .summary = "return of a kernel function",
     .where = "FUNC",
     .fallback = FUNCTION,
     .program = "on_kretprobe",
     .doctor = "kretprobe",
     .check = check_offset,
     .attach = attach_kprobe,
     .variant = 1},
    {.name = "kprobe.multi",
     .summary = "entries of several kernel functions at once",
     .where = "PATTERN (tcp_*)",
     .fallback = FUNCTION,
     .program = "on_kprobe_multi",
     .doctor = "kprobe.multi",
     .attach = attach_kprobe_multi},
    {.name = "kretprobe.multi",
     .summary = "returns of several kernel functions at once",
     .where = "PATTERN (tcp_*)",
     .fallback = FUNCTION,
     .program = "on_kretprobe_multi",
     .doctor = "kprobe.multi",
     .attach = attach_kprobe_multi,
     .variant = 1},
    {.name = "fentry",
     .summary = "entry of a kernel function, by a trampoline",
     .where = "FUNC",
     .fallback = FUNCTION,
     .program = "on_fentry",
     .doctor = "fentry",
     .prepare = prepare_by_btf,
     .attach = attach_by_btf},
    {.name = "fexit",
     .summary = "return of a kernel function, by a trampoline",
     .where = "FUNC",
     .fallback = FUNCTION,
     .program = "on_fexit",
     .doctor = "fexit",
     .prepare = prepare_by_btf,
     .attach = attach_by_btf},
    {.name = "uprobe",
     .summary = "entry of a function of a program",
     .where = "[PATH:]SYMBOL[+OFFSET] (default: libc)",
     .fallback = "malloc",
     .program = "on_uprobe",
     .doctor = "uprobe",
     .check = check_offset,
     .attach = attach_uprobe},
    {.name = "uretprobe",
     .summary = "return of a function of a program",
     .where = "[PATH:]SYMBOL (default: libc)",
     .fallback = "malloc",
     .program = "on_uretprobe",
     .doctor = "uretprobe",
     .check = check_offset,
     .attach = attach_uprobe,
     .variant = 1},
    {.name = "usdt",
     .summary = "a program's own static tracepoint",
     .where = "[PATH:]PROVIDER:NAME (default: libc)",
     .program = "on_usdt",
     .doctor = "uprobe",
     .check = check_pair,
     .attach = attach_usdt},
    {.name = "perf_event",
     .summary = "a software or hardware event of each CPU",
     .where = "EVENT[:PERIOD]",
     .fallback = "page-faults:1",
     .program = "on_perf_event",
     .doctor = "perf_event",
     .check = check_event,
     .attach = attach_perf_event},
    {.name = "xdp",
     .summary = "packets that an interface receives, before the stack",
     .where = "IFNAME",
     .fallback = "{ifname}",
     .program = "on_xdp",
     .doctor = "xdp",
     .attach = attach_xdp},
    {.name = "tc",
     .summary = "packets that an interface receives, in the stack",
     .where = "IFNAME",
     .fallback = "{ifname}",
     .program = "on_tc",
     .doctor = "tc",
     .attach = attach_tc},
    {.name = "tc.egress",
     .summary = "packets that an interface sends",
     .where = "IFNAME",
     .fallback = "{ifname}",
     .program = "on_tc",
     .doctor = "tc",
     .attach = attach_tc,
     .variant = 1},
    {.name = "cgroup_skb",
     .summary = "packets that sockets of a cgroup receive",
     .where = "a directory of cgroup v2 (default: all)",
     .fallback = "/",
     .program = "on_cgroup_ingress",
     .doctor = "cgroup_skb",
     .attach = attach_cgroup_skb},
    {.name = "cgroup_skb.egress",
     .summary = "packets that sockets of a cgroup send",
     .where = "a directory of cgroup v2 (default: all)",
     .fallback = "/",
     .program = "on_cgroup_egress",
     .doctor = "cgroup_skb",
     .attach = attach_cgroup_skb,
     .variant = 1},
    {.name = "socket_filter",
     .summary = "packets that a packet socket would receive",
     .where = "IFNAME",
     .fallback = "{ifname}",
     .program = "on_socket_filter",
     .doctor = "socket_filter",
     .attach = attach_socket_filter},
    {.name = "lsm",
     .summary = "a hook of the security modules",
     .where = "HOOK",
     .fallback = "task_getpgid",
     .program = "on_lsm",
     .doctor = "lsm",
     .prepare = prepare_by_btf,
     .attach = attach_by_btf},
    {0},
};

const struct attach_kind *attach_kind_find(const char *name)
{
    for (const struct attach_kind *kind = attach_kinds; kind->name; kind++)
        if (strcmp(kind->name, name) == 0)
            return kind;
    return NULL;
}

int attach_kind_unknown(const char *name, struct error *error)
{
    const char *names[ARRAY_SIZE(attach_kinds) - 1];
    char suggestion[128];

    for (size_t i = 0; i < ARRAY_SIZE(names); i++)
        names[i] = attach_kinds[i].name;
    return error_set(error, EXIT_USAGE, -EINVAL,
                     "unknown attach type \"%s\"%s; 'tracetoll list probes' prints them", name,
                     name_suggestion(suggestion, sizeof(suggestion), name, names, ARRAY_SIZE(names)));
}

int attach_result(int code, const struct attach_kind *kind, const char *where, struct error *error)
{
    if (code == 0)
        return 0;
    return error_set(error, EXIT_TARGET, code, "cannot attach %s to %s: %s", kind->name, where,
                     strerror(-code));
}

void attachment_close(struct attachment *attachment)
{
    for (unsigned i = 0; i < attachment->link_count; i++)
        bpf_link__destroy(attachment->links[i]);
    for (unsigned i = 0; i < attachment->fd_count; i++)
        close_fd(&attachment->fds[i]);
    detach_tc(attachment);
    free(attachment->links);
    free(attachment->fds);
    *attachment = (struct attachment){0};
}

int attachment_add_link(struct attachment *attachment, struct bpf_link *link)
{
    int failed = errno;
    struct bpf_link **links;

    if (!link)
        return failed ? -failed : -EINVAL;
    links = realloc(attachment->links, (attachment->link_count + 1) * sizeof(struct bpf_link *));
    if (!links) {
        bpf_link__destroy(link);
        return -ENOMEM;
    }
    attachment->links = links;
    links[attachment->link_count++] = link;
    return 0;
}

int attachment_add_fd(struct attachment *attachment, int fd)
{
    int *fds = realloc(attachment->fds, (attachment->fd_count + 1) * sizeof(int));

    if (!fds) {
        close(fd);
        return -ENOMEM;
    }
    attachment->fds = fds;
    fds[attachment->fd_count++] = fd;
    return 0;
}
