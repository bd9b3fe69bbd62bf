/* SPDX-License-Identifier: GPL-2.0 */
/* Kind "sham": the life of an exec target with nothing to measure in it; for A/A runs. */
#include "base/capabilities.h"
#include "agents/sham_tool.h"
#include "agents/target_life.h"

#include <errno.h>
#include <unistd.h>

static int check(const struct target *target, struct error *error)
{
    (void)target;
    return capabilities_check("loading a BPF program", error);
}

static int switch_on(struct target *target, struct error *error)
{
    const char *path = target->sham_executable ? target->sham_executable : "/proc/self/exe";
    char *argv[] = {(char *)"tracetoll", (char *)SHAM_TOOL_COMMAND, NULL};

    return life_switch_on(target, path, argv, error);
}

const struct target_ops target_sham = {
    .name = "sham",
    .summary = "a program on an event that never happens: the same experiment without a tool",
    .given_as = "--sham",
    .may_never_fire = true,
    .check = check,
    .switch_on = switch_on,
    .switch_off = life_switch_off,
    .account = life_account,
    LIFE_OPS,
};
