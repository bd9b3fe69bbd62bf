/* SPDX-License-Identifier: GPL-2.0 */
#include "bpf/probe_skeleton.h"
#include "bpf/attach_kinds.h"
#include "bpf/op_object.h"
#include "bpf/op_table.h"

#include <errno.h>
#include <string.h>

/* Only the program that is asked for, with its operations as constants. */
static int configure(struct probe_bpf *skeleton, const struct probe_spec *spec)
{
    static const struct op_sizes sizes = {0};
    bool is_usdt = strcmp(spec->attach->name, "usdt") == 0;
    struct bpf_program *program;

    bpf_object__for_each_program(program, skeleton->obj)
        bpf_program__set_autoload(program, strcmp(bpf_program__name(program), spec->attach->program) == 0);
    skeleton->rodata->op_count = spec->op_count;
    memcpy((void *)skeleton->rodata->ops, spec->ops, sizeof(spec->ops));
    for (unsigned i = 0; i < spec->op_count; i++) {
        const char *map = op_table[spec->ops[i].kind].map;

        if (map && strcmp(map, "lpm_trie") == 0)
            skeleton->rodata->key_bytes = 8; /* the length of a prefix is a part of the key */
        if (map && strcmp(map, "account") == 0)
            skeleton->rodata->accounts = 1;
    }
    bpf_map__set_autocreate(skeleton->maps.__bpf_usdt_specs, is_usdt);
    bpf_map__set_autocreate(skeleton->maps.__bpf_usdt_ip_to_spec_id, is_usdt);
    return op_object_size(skeleton->obj, spec->ops, spec->op_count, &sizes);
}

int probe_skeleton_load(struct probe_bpf **made, const struct probe_spec *spec, const char *where,
                        struct error *error)
{
    static const struct op_sizes sizes = {0};
    const struct attach_kind *kind = spec->attach;
    struct probe_bpf *skeleton = *made = probe_bpf__open();
    int result;

    if (!skeleton)
        return error_set(error, EXIT_TARGET, -errno, "cannot open the probes: %s", strerror(errno));
    result = configure(skeleton, spec);
    if (result == 0 && kind->prepare)
        result = kind->prepare(bpf_object__find_program_by_name(skeleton->obj, kind->program), where, error);
    if (result)
        return result;
    result = probe_bpf__load(skeleton);
    if (result)
        return error_set(error, EXIT_TARGET, result, "the kernel refuses this probe: %s", strerror(-result));
    result = op_object_fill(skeleton->obj, spec->ops, spec->op_count, &sizes);
    if (result)
        error_set(error, EXIT_TARGET, result, "cannot fill a map: %s", strerror(-result));
    return result;
}
