/* SPDX-License-Identifier: GPL-2.0 */
/* Where a program is attached, as text: from a perf event's descriptor (BPF_TASK_FD_QUERY) or a link. */
#include "agents/inventory_scan.h"
#include "base/cleanup.h"
#include "base/hash.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <limits.h>
#include <linux/bpf.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A name may be the path of a uprobe's binary. Where it has not room enough, a query of a perf event fails
 * (ENOSPC), although it has told the program, and one of a link tells nothing. */
#define NAME_MAX_BYTES PATH_MAX
#define TEXT_MAX_BYTES (NAME_MAX_BYTES + 40)

/* Of a path: an attach point has room for so much between "uretprobe:..." and the offset. */
#define PATH_SHOWN_BYTES 120

/* Linux 6.6 tells what a perf event link is on; the headers of libbpf 1.1 do not have that part yet. */
enum { LINK_PERF_EVENT = 7, LINK_KPROBE_MULTI = 8, LINK_TCX = 11, LINK_UPROBE_MULTI = 12 };
enum { ON_UPROBE = 1, ON_URETPROBE, ON_KPROBE, ON_KRETPROBE, ON_TRACEPOINT, ON_EVENT };
struct perf_link_info {
    __u32 type, id, program_id, padding;
    __u32 on, padding_on;
    union {
        struct {
            __u64 name;
            __u32 name_size, offset;
            __u64 address, missed, cookie;
        } probe; /* k(ret)probe; u(ret)probe and tracepoint begin alike */
        struct {
            __u64 config;
            __u32 type;
        } event;
    };
    __u64 spare[8];
};

void attach_show(struct inventory_program *program, const char *mechanism, const char *point)
{
    size_t used = strlen(program->attach), length = strlen(point);
    const char *found = strstr(program->attach, point);

    snprintf(program->mechanism, sizeof(program->mechanism), "%s", mechanism);
    for (; found; found = strstr(found + 1, point))
        if ((found == program->attach || found[-1] == ' ') && (found[length] == '\0' || found[length] == ','))
            return;
    if (used + length + 2 < sizeof(program->attach) - 5)
        snprintf(program->attach + used, sizeof(program->attach) - used, "%s%s", used ? ", " : "", point);
    else if (used < sizeof(program->attach) - 5 &&
             strcmp(program->attach + (used > 3 ? used - 3 : 0), "...") != 0)
        snprintf(program->attach + used, sizeof(program->attach) - used, "%s...", used ? ", " : "");
}

void attach_add(struct inventory_program *program, const char *mechanism, const char *point)
{
    uint64_t bit =
        hash_bytes(HASH_START, point, strlen(point)) >> 32; /* FNV's upper bits are the mixed ones */

    bit %= sizeof(program->points) * 8;
    program->points[bit / 64] |= UINT64_C(1) << bit % 64;
    attach_show(program, mechanism, point);
}

/* BCC and bpftrace go through /proc/PID/root to the file of a process, and others name /proc/PID/exe: each
 * new process would have its own name. The path, a part of it or `text`. */
static const char *without_process(const char *path, char *text, size_t size)
{
    int root = 0, process = 0;

    sscanf(path, "/proc/%*[0-9]/root%n", &root);
    if (root && path[root] == '/')
        return path + root;
    sscanf(path, "/proc/%*[0-9]%n", &process);
    if (!process || path[process] != '/')
        return path;
    snprintf(text, size, "/proc/PID%s", path + process);
    return text;
}

/* The end of a path tells more than its beginning: the file's name is there. No character is cut in two. */
static void format_user_probe(char *text, size_t size, const char *prefix, const char *path, uint64_t offset)
{
    size_t length;
    const char *end;
    char general[PATH_MAX + 16];

    end = path = without_process(path, general, sizeof(general));
    length = strlen(path);
    if (length > PATH_SHOWN_BYTES)
        end += length - PATH_SHOWN_BYTES;
    while (end > path && (*end & 0xc0) == 0x80)
        end++;
    snprintf(text, size, "%s:%s%s:0x%llx", prefix, end > path ? "..." : "", end, (unsigned long long)offset);
}

/* "kprobe:FUNC+0x10", "kretprobe:FUNC", "uprobe:PATH:0x1234", "tracepoint:NAME" (its category comes later).
 */
static void format_probe(char *text, size_t size, unsigned kind, const char *name, uint64_t offset,
                         uint64_t address)
{
    static const char *const prefixes[] = {
        [BPF_FD_TYPE_RAW_TRACEPOINT] = "raw_tp", [BPF_FD_TYPE_TRACEPOINT] = "tracepoint",
        [BPF_FD_TYPE_KPROBE] = "kprobe",         [BPF_FD_TYPE_KRETPROBE] = "kretprobe",
        [BPF_FD_TYPE_UPROBE] = "uprobe",         [BPF_FD_TYPE_URETPROBE] = "uretprobe"};
    bool kernel_probe = kind == BPF_FD_TYPE_KPROBE || kind == BPF_FD_TYPE_KRETPROBE;

    if (kind >= ARRAY_SIZE(prefixes))
        snprintf(text, size, "unknown:%s", name);
    else if (kernel_probe && !name[0])
        snprintf(text, size, "%s:0x%llx", prefixes[kind], (unsigned long long)address);
    else if (kind == BPF_FD_TYPE_UPROBE || kind == BPF_FD_TYPE_URETPROBE)
        format_user_probe(text, size, prefixes[kind], name, offset);
    else if (kernel_probe && offset)
        snprintf(text, size, "%s:%s+0x%llx", prefixes[kind], name, (unsigned long long)offset);
    else
        snprintf(text, size, "%s:%s", prefixes[kind], name);
}

bool attach_from_perf_event(struct inventory *inventory, pid_t pid, int fd)
{
    char name[NAME_MAX_BYTES] = "", text[TEXT_MAX_BYTES];
    __u32 size = sizeof(name), program_id = 0, kind = 0;
    __u64 offset = 0, address = 0;
    struct inventory_program *program;

    if (bpf_task_fd_query(pid, fd, 0, name, &size, &program_id, &kind, &offset, &address) != 0)
        return errno == EOPNOTSUPP; /* a perf_event program is on it, of which the query tells nothing */
    program = inventory_program(inventory, program_id);
    if (!program)
        return true;
    format_probe(text, sizeof(text), kind, name, offset, address);
    attach_add(program, strcmp(program->mechanism, "link") == 0 ? "link" : "perf_event", text);
    return true;
}

/* "perf_event:cpu-clock". PMUs with a type given at boot are in sysfs, all but the first two. */
static void format_dynamic_event(char *text, size_t size, unsigned type, uint64_t config)
{
    static const char *const unlisted[] = {"cpu-clock",
                                           "task-clock"}; /* registered first (perf_event_init) */
    unsigned number = type - PERF_TYPE_MAX;
    char name[32];

    if (attach_pmu_name(type, name, sizeof(name)))
        snprintf(text, size, "perf_event:%s:0x%llx", name, (unsigned long long)config);
    else if (type >= PERF_TYPE_MAX && number < ARRAY_SIZE(unlisted))
        snprintf(text, size, "perf_event:%s", unlisted[number]);
    else
        snprintf(text, size, "perf_event:%u:0x%llx", type, (unsigned long long)config);
}

static void format_event(char *text, size_t size, unsigned type, uint64_t config)
{
    static const char *const software[] = {
        "cpu-clock",        "task-clock",   "page-faults",  "context-switches",
        "cpu-migrations",   "minor-faults", "major-faults", "alignment-faults",
        "emulation-faults", "dummy",        "bpf-output",   "cgroup-switches"};
    static const char *const hardware[] = {
        "cycles",        "instructions", "cache-references",        "cache-misses",           "branches",
        "branch-misses", "bus-cycles",   "stalled-cycles-frontend", "stalled-cycles-backend", "ref-cycles"};

    if (type == PERF_TYPE_SOFTWARE && config < ARRAY_SIZE(software))
        snprintf(text, size, "perf_event:%s", software[config]);
    else if (type == PERF_TYPE_HARDWARE && config < ARRAY_SIZE(hardware))
        snprintf(text, size, "perf_event:%s", hardware[config]);
    else
        format_dynamic_event(text, size, type, config);
}

static bool format_perf_link(int fd, char *text, size_t size)
{
    static const unsigned kinds[] = {[ON_UPROBE] = BPF_FD_TYPE_UPROBE,
                                     [ON_URETPROBE] = BPF_FD_TYPE_URETPROBE,
                                     [ON_KPROBE] = BPF_FD_TYPE_KPROBE,
                                     [ON_KRETPROBE] = BPF_FD_TYPE_KRETPROBE,
                                     [ON_TRACEPOINT] = BPF_FD_TYPE_TRACEPOINT};
    struct perf_link_info info = {0};
    char name[NAME_MAX_BYTES] = "";
    __u32 length = sizeof(info);
    bool kernel_probe;

    if (bpf_obj_get_info_by_fd(fd, &info, &length) != 0 || info.on == 0)
        return false;
    if (info.on == ON_EVENT) {
        format_event(text, size, info.event.type, info.event.config);
        return true;
    }
    if (info.on >= ARRAY_SIZE(kinds))
        return false;
    kernel_probe = info.on == ON_KPROBE || info.on == ON_KRETPROBE;
    info.probe.name = (uintptr_t)name;
    info.probe.name_size = sizeof(name);
    length = sizeof(info);
    if (bpf_obj_get_info_by_fd(fd, &info, &length) != 0)
        return false;
    format_probe(text, size, kinds[info.on], name, info.on == ON_TRACEPOINT ? 0 : info.probe.offset,
                 kernel_probe ? info.probe.address : 0);
    return true;
}

static const char *tracing_prefix(unsigned attach_type)
{
    switch (attach_type) {
    case BPF_TRACE_FENTRY:
        return "fentry";
    case BPF_TRACE_FEXIT:
        return "fexit";
    case BPF_MODIFY_RETURN:
        return "fmod_ret";
    case BPF_TRACE_RAW_TP:
        return "tp_btf";
    case BPF_LSM_MAC:
        return "lsm";
    case BPF_TRACE_ITER:
        return "iter";
    default:
        return "tracing";
    }
}

static int read_program(uint32_t id, struct bpf_prog_info *info)
{
    OWNED_FD int fd = bpf_prog_get_fd_by_id(id);
    __u32 length = sizeof(*info);

    *info = (struct bpf_prog_info){0};
    return fd >= 0 && bpf_obj_get_info_by_fd(fd, info, &length) == 0 ? 0 : -ENOENT;
}

/*
 * Of a function of another program a link gives that program's ID, which is another one each time that it is
 * loaded, where it gives the ID of the BTF else (kernel/bpf: bpf_trampoline_compute_key); the program itself
 * has the BTF's. Kernels before 5.17 don't say that: there only `ext` is told.
 */
static bool is_on_program(const struct bpf_link_info *info, struct bpf_prog_info *on)
{
    struct bpf_prog_info own;

    if (read_program(info->prog_id, &own) != 0)
        return false;
    if (own.type != BPF_PROG_TYPE_EXT &&
        (!own.attach_btf_obj_id || own.attach_btf_obj_id == info->tracing.target_obj_id))
        return false;
    return read_program(info->tracing.target_obj_id, on) == 0;
}

static void format_tracing(const struct bpf_link_info *info, char *text, size_t size)
{
    const char *prefix = tracing_prefix(info->tracing.attach_type);
    struct bpf_prog_info on;

    if (is_on_program(info, &on))
        snprintf(text, size, "%s:prog/%.16s/%u", prefix, on.name, info->tracing.target_btf_id);
    else
        snprintf(text, size, "%s:btf/%u/%u", prefix, info->tracing.target_obj_id,
                 info->tracing.target_btf_id);
}

/* The text of every kind of link but the perf event's. */
static void format_link(const struct bpf_link_info *info, const char *name, char *text, size_t size)
{
    switch ((int)info->type) {
    case BPF_LINK_TYPE_RAW_TRACEPOINT:
        snprintf(text, size, "raw_tp:%s", name);
        break;
    case BPF_LINK_TYPE_TRACING:
        format_tracing(info, text, size);
        break;
    case BPF_LINK_TYPE_CGROUP:
        snprintf(text, size, "cgroup:%llu", (unsigned long long)info->cgroup.cgroup_id);
        break;
    case BPF_LINK_TYPE_ITER:
        snprintf(text, size, "iter:%s", name);
        break;
    case BPF_LINK_TYPE_NETNS:
        snprintf(text, size, "netns:%u", info->netns.netns_ino);
        break;
    case BPF_LINK_TYPE_XDP:
        snprintf(text, size, "xdp:ifindex/%u", info->xdp.ifindex);
        break;
    case LINK_TCX:
        snprintf(text, size, "tcx:ifindex/%u", info->xdp.ifindex);
        break;
    case LINK_PERF_EVENT:
        snprintf(text, size, "perf_event");
        break;
    case LINK_KPROBE_MULTI:
        snprintf(text, size, "kprobe.multi:%u functions", ((const __u32 *)&info->raw_tracepoint)[2]);
        break;
    case LINK_UPROBE_MULTI:
        snprintf(text, size, "uprobe.multi");
        break;
    default:
        snprintf(text, size, "link_type_%u", info->type);
    }
}

static int read_link(int fd, struct bpf_link_info *info, char *name, size_t size)
{
    __u32 length = sizeof(*info);

    if (bpf_obj_get_info_by_fd(fd, info, &length) != 0)
        return -errno;
    if (info->type != BPF_LINK_TYPE_RAW_TRACEPOINT && info->type != BPF_LINK_TYPE_ITER)
        return 0;
    *info = (struct bpf_link_info){0}; /* both kinds keep the buffer and its size in the same place */
    info->raw_tracepoint.tp_name = (uintptr_t)name;
    info->raw_tracepoint.tp_name_len = (__u32)size;
    length = sizeof(*info);
    return bpf_obj_get_info_by_fd(fd, info, &length) == 0 ? 0 : -errno;
}

void attach_from_link(struct inventory *inventory, uint32_t link_id)
{
    OWNED_FD int fd = bpf_link_get_fd_by_id(link_id);
    char name[NAME_MAX_BYTES] = "", text[TEXT_MAX_BYTES] = "";
    struct bpf_link_info info = {0};
    struct inventory_program *program;

    if (fd < 0 || read_link(fd, &info, name, sizeof(name)) != 0 || info.prog_id == 0)
        return;
    program = inventory_program(inventory, info.prog_id);
    if (!program)
        return;
    if ((int)info.type == LINK_PERF_EVENT && !format_perf_link(fd, text, sizeof(text)) &&
        program->attach[0]) {
        snprintf(program->mechanism, sizeof(program->mechanism), "link"); /* the perf event's query told it */
        return;
    }
    if (!text[0])
        format_link(&info, name, text, sizeof(text));
    attach_add(program, "link", text);
}

uint32_t attach_link_program(uint32_t link_id)
{
    OWNED_FD int fd = bpf_link_get_fd_by_id(link_id);
    struct bpf_link_info info = {0};
    __u32 length = sizeof(info);

    return fd >= 0 && bpf_obj_get_info_by_fd(fd, &info, &length) == 0 ? info.prog_id : 0;
}
