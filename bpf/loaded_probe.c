/* SPDX-License-Identifier: GPL-2.0 */
#include "bpf/loaded_probe.h"
#include "bpf/attach_kinds.h"
#include "bpf/probe_skeleton.h"
#include "base/cleanup.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct loaded_probe {
    struct probe_bpf *skeleton;
    struct bpf_program *program;
};

int loaded_probe_open(struct loaded_probe **made, const struct probe_spec *spec, const char *where,
                      struct error *error)
{
    CLEANUP(loaded_probe_close) struct loaded_probe *probe = calloc(1, sizeof(*probe));
    int code;

    *made = NULL;
    if (!probe)
        return error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");
    code = probe_skeleton_load(&probe->skeleton, spec, where, 0, error);
    if (code)
        return code;
    probe->program = bpf_object__find_program_by_name(probe->skeleton->obj, spec->attach->program);
    *made = TAKE_PTR(probe);
    return 0;
}

void loaded_probe_close(struct loaded_probe **probe)
{
    if (*probe)
        probe_bpf__destroy((*probe)->skeleton);
    free(*probe);
    *probe = NULL;
}

struct bpf_program *loaded_probe_program(const struct loaded_probe *probe)
{
    return probe->program;
}

uint64_t loaded_probe_runs(const struct loaded_probe *probe, uint64_t *run_time_ns)
{
    struct bpf_prog_info info = {0};
    unsigned size = sizeof(info);

    if (bpf_obj_get_info_by_fd(bpf_program__fd(probe->program), &info, &size) != 0)
        info.run_cnt = info.run_time_ns = 0;
    if (run_time_ns)
        *run_time_ns = info.run_time_ns;
    return info.run_cnt;
}

void loaded_probe_counts(const struct loaded_probe *probe, struct probe_counts *sum)
{
    struct bpf_map *map;

    bpf_object__for_each_map(map, probe->skeleton->obj)
    {
        if (bpf_map__fd(map) >= 0)
            probe_counts_add(sum, bpf_map__name(map), bpf_map__fd(map));
    }
}
