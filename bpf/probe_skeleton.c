/* SPDX-License-Identifier: GPL-2.0 */
#include "bpf/probe_skeleton.h"
#include "bpf/attach_kinds.h"
#include "bpf/op_object.h"
#include "bpf/op_table.h"
#include "base/cleanup.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

/* The program that is asked for and, where that ends in a tail call, the one that it calls. */
struct programs {
    struct bpf_program *entry, *end;
};

static struct programs find_programs(const struct probe_bpf *skeleton, const struct probe_spec *spec)
{
    bool tail_call = spec->op_count > 0 && op_table[spec->ops[spec->op_count - 1].kind].ends;
    char name[64];

    snprintf(name, sizeof(name), "%s_end", spec->attach->program);
    return (struct programs){.entry = bpf_object__find_program_by_name(skeleton->obj, spec->attach->program),
                             .end = tail_call ? bpf_object__find_program_by_name(skeleton->obj, name) : NULL};
}

/* What packets run is in no task of its own, and may not ask for it. */
static bool knows_task(const struct bpf_program *program)
{
    switch (bpf_program__type(program)) {
    case BPF_PROG_TYPE_XDP:
    case BPF_PROG_TYPE_SCHED_CLS:
    case BPF_PROG_TYPE_CGROUP_SKB:
    case BPF_PROG_TYPE_SOCKET_FILTER:
        return false;
    default:
        return true;
    }
}

/* Only the programs that are asked for, with their operations as constants. */
static int configure(struct probe_bpf *skeleton, const struct probe_spec *spec,
                     const struct programs *programs, uint32_t consumer_tgid)
{
    static const struct op_sizes sizes = {0};
    bool is_usdt = strcmp(spec->attach->name, "usdt") == 0;
    struct bpf_program *program;

    bpf_object__for_each_program(program, skeleton->obj)
        bpf_program__set_autoload(program, program == programs->entry || program == programs->end);
    skeleton->rodata->op_count = spec->op_count;
    memcpy((void *)skeleton->rodata->ops, spec->ops, sizeof(spec->ops));
    for (unsigned i = 0; i < spec->op_count; i++) {
        const char *map = op_table[spec->ops[i].kind].map;

        if (map && strcmp(map, "lpm_trie") == 0)
            skeleton->rodata->key_bytes = 8; /* the length of a prefix is a part of the key */
        if (map && strcmp(map, "account") == 0)
            skeleton->rodata->accounts = 1;
        if (map && strstr(map, "_buffer") && knows_task(programs->entry))
            skeleton->rodata->passed_over = consumer_tgid;
    }
    bpf_map__set_autocreate(skeleton->maps.__bpf_usdt_specs, is_usdt);
    bpf_map__set_autocreate(skeleton->maps.__bpf_usdt_ip_to_spec_id, is_usdt);
    return op_object_size(skeleton->obj, spec->ops, spec->op_count, &sizes);
}

static int prepare(const struct attach_kind *kind, const struct programs *programs, const char *where,
                   struct error *error)
{
    int result = kind->prepare ? kind->prepare(programs->entry, where, error) : 0;

    return result == 0 && kind->prepare && programs->end ? kind->prepare(programs->end, where, error)
                                                         : result;
}

static int arm_tail_call(const struct probe_bpf *skeleton, const struct programs *programs)
{
    int fd = programs->end ? bpf_program__fd(programs->end) : -1;
    uint32_t slot = 0;

    if (fd < 0)
        return 0;
    return bpf_map_update_elem(bpf_map__fd(skeleton->maps.tail_programs), &slot, &fd, BPF_ANY) == 0 ? 0
                                                                                                    : -errno;
}

int probe_skeleton_load(struct probe_bpf **made, const struct probe_spec *spec, const char *where,
                        uint32_t consumer_tgid, struct error *error)
{
    static const struct op_sizes sizes = {0};
    struct probe_bpf *skeleton = *made = probe_bpf__open();
    struct programs programs;
    int result;

    if (!skeleton)
        return error_set(error, EXIT_TARGET, -errno, "cannot open the probes: %s", strerror(errno));
    programs = find_programs(skeleton, spec);
    result = configure(skeleton, spec, &programs, consumer_tgid);
    if (result == 0)
        result = prepare(spec->attach, &programs, where, error);
    if (result)
        return result;
    result = probe_bpf__load(skeleton);
    if (result)
        return error_set(error, EXIT_TARGET, result, "the kernel refuses this probe: %s", strerror(-result));
    result = op_object_fill(skeleton->obj, spec->ops, spec->op_count, &sizes);
    if (result == 0)
        result = arm_tail_call(skeleton, &programs);
    if (result)
        error_set(error, EXIT_TARGET, result, "cannot fill a map: %s", strerror(-result));
    return result;
}
