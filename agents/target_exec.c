/* SPDX-License-Identifier: GPL-2.0 */
/* Kind "exec": any tool, unmodified, as one would start it from a shell. */
#include "base/capabilities.h"
#include "base/program_path.h"
#include "agents/substitute.h"
#include "agents/target_life.h"
#include "base/cleanup.h"

#include <errno.h>
#include <unistd.h>

static void free_argv(char ***argv)
{
    substitute_free(*argv);
}

static int check(const struct target *target, struct error *error)
{
    OWNED_PTR char *path = NULL;
    int result;

    if (!target->argv || !target->argv[0])
        return error_set(error, EXIT_USAGE, -EINVAL, "no target given; write the tool's command behind --");
    result = capabilities_check("starting a tracing tool", error);
    return result ? result : program_find(target->argv[0], &path, error);
}

static int switch_on(struct target *target, struct error *error)
{
    struct substitution values = {
        .pid = target->place.workload_pid, .ifname = target->place.ifname, .cpu = target->place.workload_cpu};
    CLEANUP(free_argv) char **argv = NULL;
    OWNED_PTR char *path = NULL;
    int result = program_find(target->argv[0], &path, error);

    if (result == 0)
        result = substitute_all(target->argv, &values, &argv, error);
    return result == 0 ? life_switch_on(target, path, argv, error) : result;
}

const struct target_ops target_exec = {
    .name = "exec",
    .summary = "a tracing tool, unmodified, run as a command",
    .given_as = "-- CMD ARGS...",
    .check = check,
    .switch_on = switch_on,
    .switch_off = life_switch_off,
    .account = life_account,
    LIFE_OPS,
};
