/* SPDX-License-Identifier: GPL-2.0 */
/* Probes in the kernel: tracepoints, function entries and returns, events. */
#include "bpf/attach_kinds.h"
#include "base/cleanup.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

int attach_raw_tp(const struct attach_kind *kind, struct bpf_program *program, const char *where,
                  struct attachment *attachment, struct error *error)
{
    struct bpf_link *link = bpf_program__attach_raw_tracepoint(program, where);

    return attach_result(attachment_add_link(attachment, link), kind, where, error);
}

int attach_tp(const struct attach_kind *kind, struct bpf_program *program, const char *where,
              struct attachment *attachment, struct error *error)
{
    const char *name = strchr(where, ':');
    OWNED_PTR char *category = name ? strndup(where, (size_t)(name - where)) : NULL;

    if (!category)
        return attach_result(-ENOMEM, kind, where, error);
    return attach_result(
        attachment_add_link(attachment, bpf_program__attach_tracepoint(program, category, name + 1)), kind,
        where, error);
}

int attach_kprobe(const struct attach_kind *kind, struct bpf_program *program, const char *where,
                  struct attachment *attachment, struct error *error)
{
    const char *plus = strchr(where, '+');
    OWNED_PTR char *function = plus ? strndup(where, (size_t)(plus - where)) : strdup(where);
    LIBBPF_OPTS(bpf_kprobe_opts, options, .retprobe = kind->variant == 1, .offset = attach_offset(where));

    if (!function)
        return -ENOMEM;
    return attach_result(
        attachment_add_link(attachment, bpf_program__attach_kprobe_opts(program, function, &options)), kind,
        where, error);
}

int attach_kprobe_multi(const struct attach_kind *kind, struct bpf_program *program, const char *where,
                        struct attachment *attachment, struct error *error)
{
    LIBBPF_OPTS(bpf_kprobe_multi_opts, options, .retprobe = kind->variant == 1);
    struct bpf_link *link = bpf_program__attach_kprobe_multi_opts(program, where, &options);

    return attach_result(attachment_add_link(attachment, link), kind, where, error);
}

int prepare_by_btf(struct bpf_program *program, const char *where, struct error *error)
{
    int result = bpf_program__set_attach_target(program, 0, where);

    if (result)
        error_set(error, EXIT_TARGET, result, "the kernel's type information does not know %s: %s", where,
                  strerror(-result));
    return result;
}

int attach_by_btf(const struct attach_kind *kind, struct bpf_program *program, const char *where,
                  struct attachment *attachment, struct error *error)
{
    return attach_result(attachment_add_link(attachment, bpf_program__attach(program)), kind, where, error);
}

struct event_name {
    const char *name;
    unsigned type, config;
    unsigned period; /* default */
};

static const struct event_name events[] = {
    {"page-faults", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_PAGE_FAULTS, 1},
    {"context-switches", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CONTEXT_SWITCHES, 1},
    {"cpu-migrations", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CPU_MIGRATIONS, 1},
    {"cpu-clock", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CPU_CLOCK, 10000000},
    {"cycles", PERF_TYPE_HARDWARE, PERF_COUNT_HW_CPU_CYCLES, 10000000},
    {"instructions", PERF_TYPE_HARDWARE, PERF_COUNT_HW_INSTRUCTIONS, 10000000},
};

static int parse_event(const char *where, struct perf_event_attr *attributes, struct error *error)
{
    size_t length = strcspn(where, ":");
    char *end;

    for (size_t i = 0; i < ARRAY_SIZE(events); i++) {
        if (strlen(events[i].name) != length || strncmp(events[i].name, where, length) != 0)
            continue;
        *attributes = (struct perf_event_attr){.size = sizeof(*attributes),
                                               .type = events[i].type,
                                               .config = events[i].config,
                                               .sample_period = events[i].period,
                                               .disabled = 1};
        if (!where[length])
            return 0;
        attributes->sample_period = strtoull(where + length + 1, &end, 10);
        if (where[length + 1] != '-' && end != where + length + 1 && !*end && attributes->sample_period > 0)
            return 0;
    }
    return error_set(
        error, EXIT_USAGE, -EINVAL,
        "perf_event@%s: write page-faults, context-switches, cpu-migrations, cpu-clock, cycles or "
        "instructions, and a period of 1 or more behind a colon",
        where);
}

static int add_event(struct perf_event_attr *attributes, int cpu, struct bpf_program *program,
                     struct attachment *attachment)
{
    int fd = (int)syscall(SYS_perf_event_open, attributes, -1, cpu, -1, PERF_FLAG_FD_CLOEXEC);
    struct bpf_link *link;

    if (fd < 0)
        return errno == ENODEV ? 0 : -errno;            /* an offline CPU */
    link = bpf_program__attach_perf_event(program, fd); /* takes over fd */
    if (!link) {
        int code = -errno;

        close(fd);
        return code;
    }
    return attachment_add_link(attachment, link);
}

int check_event(const struct attach_kind *kind, const char *where, struct error *error)
{
    struct perf_event_attr ignored;

    (void)kind;
    return parse_event(where, &ignored, error);
}

int attach_perf_event(const struct attach_kind *kind, struct bpf_program *program, const char *where,
                      struct attachment *attachment, struct error *error)
{
    struct perf_event_attr attributes;
    int result = parse_event(where, &attributes, error);

    if (result)
        return result;
    for (int cpu = 0; result == 0 && cpu < libbpf_num_possible_cpus(); cpu++)
        result = add_event(&attributes, cpu, program, attachment);
    return attach_result(result, kind, where, error);
}
