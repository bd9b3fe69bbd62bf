/* SPDX-License-Identifier: GPL-2.0 */
/* Each function of a compiled program is loaded as what it is, and attached: a kind is a row and a function.
 */
#include "agents/bcc/capture.h"
#include "agents/bcc/program.h"
#include "agents/bcc_output.h"
#include "base/cleanup.h"

#include <bcc/bcc_common.h>
#include <bcc/bcc_proc.h>
#include <bcc/bcc_syms.h>
#include <bcc/libbpf.h>
#include <bpf/bpf.h>
#include <ctype.h>
#include <errno.h>
#include <linux/perf_event.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

#if defined(__x86_64__)
#define SYSCALL_PREFIX "__x64_sys_"
#elif defined(__aarch64__)
#define SYSCALL_PREFIX "__arm64_sys_"
#else
#define SYSCALL_PREFIX "sys_"
#endif

#define MESSAGE_BYTES 400

struct kind {
    const char *name;
    enum bpf_prog_type type;
    /* Attaches the loaded program; what keeps it so belongs to *program. 0 or -errno. */
    int (*attach)(struct bcc_program *program, int program_fd, const char *where, unsigned variant);
    unsigned variant;
};

/* libbcc's functions return -1 and leave errno, or not. */
static int own_or_errno(struct bcc_program *program, int fd)
{
    return bcc_program_own(program, fd >= 0 ? fd : errno ? -errno : -EINVAL);
}

/* tracefs has names of letters, digits and underscores; used where the kernel has no probes without a name.
 */
static char *event_name(char *name, size_t size, unsigned variant, const char *where)
{
    snprintf(name, size, "%c_%s", variant == BPF_PROBE_ENTRY ? 'p' : 'r', where);
    for (char *at = name; *at; at++)
        if (!isalnum((unsigned char)*at))
            *at = '_';
    return name;
}

static int attach_kprobe(struct bcc_program *program, int program_fd, const char *where, unsigned variant)
{
    char name[128];

    return own_or_errno(program,
                        bpf_attach_kprobe(program_fd, (enum bpf_probe_attach_type)variant,
                                          event_name(name, sizeof(name), variant, where), where, 0, 0));
}

static int attach_tracepoint(struct bcc_program *program, int program_fd, const char *where, unsigned variant)
{
    const char *colon = strchr(where, ':');
    char category[256];

    (void)variant;
    snprintf(category, sizeof(category), "%.*s", (int)(colon - where), where);
    return own_or_errno(program, bpf_attach_tracepoint(program_fd, category, colon + 1));
}

static int attach_raw_tracepoint(struct bcc_program *program, int program_fd, const char *where,
                                 unsigned variant)
{
    (void)variant;
    return own_or_errno(program, bpf_attach_raw_tracepoint(program_fd, where));
}

/* Where is known since the program was loaded. */
static int attach_trampoline(struct bcc_program *program, int program_fd, const char *where, unsigned variant)
{
    (void)where, (void)variant;
    return own_or_errno(program, bpf_attach_kfunc(program_fd));
}

static int attach_uprobe(struct bcc_program *program, int program_fd, const char *where, unsigned variant)
{
    const char *colon = strrchr(where, ':');
    struct bcc_symbol symbol = {0};
    char path[256], name[128];
    int result;

    if (!colon)
        return -EINVAL;
    snprintf(path, sizeof(path), "%.*s", (int)(colon - where), where);
    if (bcc_resolve_symname(path, colon + 1, 0, 0, NULL, &symbol) != 0)
        return -ENOENT;
    result = own_or_errno(program, bpf_attach_uprobe(program_fd, (enum bpf_probe_attach_type)variant,
                                                     event_name(name, sizeof(name), variant, where),
                                                     symbol.module, symbol.offset, -1, 0));
    bcc_procutils_free(symbol.module);
    return result;
}

/* A link and not bpf_attach_xdp(), which stays on the interface when we are killed. */
static int attach_xdp(struct bcc_program *program, int program_fd, const char *where, unsigned variant)
{
    const char *ifname = where[0] ? where : program->ifname;
    int index = ifname ? (int)if_nametoindex(ifname) : 0;

    (void)variant;
    return index ? bcc_program_own(program, bpf_link_create(program_fd, index, BPF_XDP, NULL)) : -ENODEV;
}

static int attach_clock(struct bcc_program *program, int program_fd, unsigned long hertz, int cpu)
{
    int result;

    errno = 0; /* what is left in it is not what libbcc fails with */
    result = own_or_errno(program, bpf_attach_perf_event(program_fd, PERF_TYPE_SOFTWARE,
                                                         PERF_COUNT_SW_CPU_CLOCK, 0, hertz, -1, cpu, -1));
    return result == -ENODEV ? 0 : result; /* an offline CPU */
}

/* The clock of each CPU, that many times a second. Those that are online need not be the first ones. */
static int attach_perf_event(struct bcc_program *program, int program_fd, const char *where, unsigned variant)
{
    unsigned long hertz = strtoul(where, NULL, 10);
    int result = hertz ? 0 : -EINVAL;

    (void)variant;
    for (int cpu = 0; result == 0 && cpu < libbpf_num_possible_cpus(); cpu++)
        result = attach_clock(program, program_fd, hertz, cpu);
    return result;
}

static const struct kind kinds[] = {
    {"kprobe", BPF_PROG_TYPE_KPROBE, attach_kprobe, BPF_PROBE_ENTRY},
    {"kretprobe", BPF_PROG_TYPE_KPROBE, attach_kprobe, BPF_PROBE_RETURN},
    {"tracepoint", BPF_PROG_TYPE_TRACEPOINT, attach_tracepoint, 0},
    {"raw_tracepoint", BPF_PROG_TYPE_RAW_TRACEPOINT, attach_raw_tracepoint, 0},
    {"kfunc", BPF_PROG_TYPE_TRACING, attach_trampoline, 0},
    {"kretfunc", BPF_PROG_TYPE_TRACING, attach_trampoline, 0},
    {"lsm", BPF_PROG_TYPE_LSM, attach_trampoline, 0},
    {"uprobe", BPF_PROG_TYPE_KPROBE, attach_uprobe, BPF_PROBE_ENTRY},
    {"uretprobe", BPF_PROG_TYPE_KPROBE, attach_uprobe, BPF_PROBE_RETURN},
    {"xdp", BPF_PROG_TYPE_XDP, attach_xdp, 0},
    {"perf_event", BPF_PROG_TYPE_PERF_EVENT, attach_perf_event, 0},
};

static const struct kind *find_kind(const char *name)
{
    for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
        if (strcmp(kinds[i].name, name) == 0)
            return &kinds[i];
    return NULL;
}

/* What SEC() says goes before what the name says. */
static bool find_spot(const struct bcc_program *program, const char *function, struct bcc_spot *spot)
{
    for (unsigned i = 0; i < program->section_count; i++)
        if (strcmp(program->sections[i].function, function) == 0)
            return bcc_spot_of_section(program->sections[i].section, spot);
    return bcc_spot_of_name(function, spot);
}

static int load(struct bcc_program *program, const char *function, enum bpf_prog_type type, int *fd,
                struct error *error)
{
    OWNED_PTR char *output = NULL;
    struct capture capture;
    char line[MESSAGE_BYTES];
    int failed;

    errno = 0;
    capture_begin(&capture);
    *fd =
        bcc_func_load(program->module, type, function, bpf_function_start(program->module, function),
                      (int)bpf_function_size(program->module, function), bpf_module_license(program->module),
                      bpf_module_kern_version(program->module), 0, NULL, 0, NULL, -1);
    failed = errno ? errno : EINVAL;
    output = capture_end(&capture);
    if (*fd >= 0)
        return bcc_program_own(program, *fd);
    return error_set(error, EXIT_TARGET, -failed, "the kernel refuses %s (%s): %s", function,
                     strerror(failed), bcc_verifier_reason(output ? output : "", line, sizeof(line)));
}

static int attach(struct bcc_program *program, const char *function, const struct kind *kind,
                  const struct bcc_spot *spot, int program_fd, struct error *error)
{
    OWNED_PTR char *output = NULL;
    struct capture capture;
    char line[MESSAGE_BYTES];
    int result;

    errno = 0;
    capture_begin(&capture);
    result = kind->attach(program, program_fd, spot->where, kind->variant);
    output = capture_end(&capture);
    if (result == 0)
        return 0;
    bcc_verifier_reason(output ? output : "", line, sizeof(line));
    return error_set(error, EXIT_TARGET, result, "cannot attach %s to %s:%s: %s%s%s", function, spot->kind,
                     spot->where, strerror(-result), line[0] ? ": " : "", line);
}

static int load_and_attach(struct bcc_program *program, const char *function, struct error *error)
{
    const struct kind *kind;
    struct bcc_spot spot;
    int fd, result;

    if (!find_spot(program, function, &spot))
        return error_set(error, EXIT_TARGET, -EINVAL,
                         "nothing says where %s belongs; name it kprobe__FUNCTION or the like, put "
                         "SEC(\"kprobe/FUNCTION\") in front of it, or make it static",
                         function);
    bcc_spot_name_syscall(&spot, SYSCALL_PREFIX);
    kind = find_kind(spot.kind);
    if (!kind)
        return error_set(error, EXIT_TARGET, -EOPNOTSUPP, "%s cannot be attached by --bcc", spot.kind);
    result = load(program, function, kind->type, &fd, error);
    return result ? result : attach(program, function, kind, &spot, fd, error);
}

int bcc_program_attach(struct bcc_program *program, struct error *error)
{
    size_t count = bpf_num_functions(program->module);
    int result = 0;

    if (count == 0)
        return error_set(error, EXIT_TARGET, -ENOENT, "it has no function to attach");
    for (size_t id = 0; result == 0 && id < count; id++)
        result = load_and_attach(program, bpf_function_name(program->module, id), error);
    return result;
}
