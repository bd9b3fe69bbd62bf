/* SPDX-License-Identifier: GPL-2.0 */
#include "bpf/empty_probe.h"
#include "bpf/probe_skeleton.h"
#include "base/cleanup.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct empty_probe {
    struct probe_bpf *skeleton;
    struct bpf_program *program;
};

int empty_probe_open(struct empty_probe **made, const struct attach_kind *kind, const char *where,
                     struct error *error)
{
    const struct probe_spec spec = {.attach = kind};
    CLEANUP(empty_probe_close) struct empty_probe *probe = calloc(1, sizeof(*probe));
    int code;

    *made = NULL;
    if (!probe)
        return error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");
    code = probe_skeleton_load(&probe->skeleton, &spec, where, error);
    if (code)
        return code;
    probe->program = bpf_object__find_program_by_name(probe->skeleton->obj, kind->program);
    *made = TAKE_PTR(probe);
    return 0;
}

void empty_probe_close(struct empty_probe **probe)
{
    if (*probe)
        probe_bpf__destroy((*probe)->skeleton);
    free(*probe);
    *probe = NULL;
}

struct bpf_program *empty_probe_program(const struct empty_probe *probe)
{
    return probe->program;
}

uint64_t empty_probe_runs(const struct empty_probe *probe)
{
    struct bpf_prog_info info = {0};
    unsigned size = sizeof(info);

    return bpf_obj_get_info_by_fd(bpf_program__fd(probe->program), &info, &size) == 0 ? info.run_cnt : 0;
}
