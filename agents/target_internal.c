/* SPDX-License-Identifier: GPL-2.0 */
/* Kinds whose process is our own executable under another name: probe and object. */
#include "agents/doctor.h"
#include "agents/substitute.h"
#include "agents/target_life.h"
#include "base/capabilities.h"
#include "base/cleanup.h"
#include "bpf/attach_kinds.h"
#include "bpf/probe_tool.h"
#include "bpf/spec.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

static void free_argv(char ***argv)
{
    substitute_free(*argv);
}

/* `more` may be NULL. */
static int switch_on(struct target *target, const char *command, const char *more, struct error *error)
{
    char *argv[] = {(char *)"tracetoll", (char *)command, target->argv[0], (char *)more, NULL};
    struct substitution values = {
        .pid = target->place.workload_pid, .ifname = target->place.ifname, .cpu = target->place.workload_cpu};
    CLEANUP(free_argv) char **filled = NULL;
    int result = substitute_all(argv, &values, &filled, error);

    return result == 0 ? life_switch_on(target, "/proc/self/exe", filled, error) : result;
}

/* --- probe --- */

static int probe_parse(char *const *argv, struct error *error)
{
    struct probe_spec spec;

    return probe_spec_parse(argv[0], &spec, error);
}

static int probe_check(const struct target *target, struct error *error)
{
    struct finding finding;
    struct probe_spec spec;
    int result = probe_spec_parse(target->argv[0], &spec, error);

    if (result == 0)
        result = capabilities_check("loading a BPF program", error);
    if (result)
        return result;
    if (doctor_check_one(spec.attach->doctor, &finding) && finding.status == FINDING_UNSUPPORTED)
        return error_set(error, EXIT_UNSUPPORTED, -EOPNOTSUPP, "%s is unsupported here, because %s; %s",
                         spec.attach->name, finding.reason, finding.remedy);
    return 0;
}

static int probe_switch_on(struct target *target, struct error *error)
{
    struct probe_spec spec;
    int result = probe_spec_parse(target->argv[0], &spec, error);

    return result
               ? result
               : switch_on(target, PROBE_TOOL_COMMAND, spec.where[0] ? NULL : spec.attach->fallback, error);
}

static void probe_account(struct target *target, struct probe_counts *sum)
{
    for (unsigned i = 0; i < target->inventory.map_count; i++) {
        const struct inventory_map *map = &target->inventory.maps[i];
        OWNED_FD int fd = probe_counts_in(map->name) ? bpf_map_get_fd_by_id(map->id) : -1;

        if (fd >= 0)
            probe_counts_add(sum, map->name, fd);
    }
}

/* The counts are in its own maps: they go with it. */
static int probe_switch_off(struct target *target, struct error *error)
{
    probe_account(target, &target->counts);
    return life_switch_off(target, error);
}

const struct target_ops target_probe = {
    .name = "probe",
    .summary = "one of our own probes, with operations that cost something known",
    .given_as = "--probe ATTACH[@WHERE][+OP...]",
    .passes_over_own = true,
    .parse = probe_parse,
    .check = probe_check,
    .switch_on = probe_switch_on,
    .switch_off = probe_switch_off,
    .account = probe_account,
    LIFE_OPS,
};

/* --- object --- */

static int object_check(const struct target *target, struct error *error)
{
    if (access(target->argv[0], R_OK) != 0)
        return error_set(error, EXIT_USAGE, -errno, "--object %s: %s", target->argv[0], strerror(errno));
    return capabilities_check("loading a BPF program", error);
}

static int object_switch_on(struct target *target, struct error *error)
{
    return switch_on(target, OBJECT_TOOL_COMMAND, NULL, error);
}

const struct target_ops target_object = {
    .name = "object",
    .summary = "a compiled BPF object, loaded and attached by libbpf",
    .given_as = "--object FILE.bpf.o",
    .check = object_check,
    .switch_on = object_switch_on,
    .switch_off = life_switch_off,
    .account = life_account,
    LIFE_OPS,
};
