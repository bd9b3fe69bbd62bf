/* SPDX-License-Identifier: GPL-2.0 */
#include "base/capabilities.h"
#include "orchestrator/glimpse.h"
#include "agents/cgroup.h"
#include "agents/keeper.h"
#include "base/cleanup.h"
#include "orchestrator/lock.h"

#include <errno.h>

/* In the reverse order of their creation. */
void glimpse_close(struct glimpse *glimpse)
{
    target_free(&glimpse->target);
    if (glimpse->cgroup)
        cgroup_destroy(glimpse->cgroup);
    keeper_stop(glimpse->keeper);
    free(glimpse->cgroup);
    close_fd(&glimpse->lock_fd);
    *glimpse = GLIMPSE_NONE;
}

static int attach(struct glimpse *glimpse, char *const *argv, struct interrupt *interrupt,
                  struct error *error)
{
    struct target *target = &glimpse->target;
    int result;

    if (target_init(target, &target_exec, argv))
        return error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");
    result = target->ops->check(target, error);
    if (result == 0)
        result = cgroup_run_path(&glimpse->cgroup, error);
    if (result == 0)
        result = keeper_start(&glimpse->keeper, glimpse->cgroup, error);
    if (result == 0)
        result = cgroup_create(glimpse->cgroup, error);
    if (result)
        return result;
    target->place = (struct target_place){
        .cgroup_path = glimpse->cgroup, .netns_fd = -1, .workload_cpu = -1, .interrupt = interrupt};
    return target->ops->switch_on(target, error);
}

int glimpse_open(struct glimpse *glimpse, char *const *argv, struct interrupt *interrupt, struct error *error)
{
    int result = capabilities_check("starting a tracing tool", error);

    if (result)
        return result;
    glimpse->lock_fd = lock_machine(error); /* it would disturb a run */
    return glimpse->lock_fd < 0 ? glimpse->lock_fd : attach(glimpse, argv, interrupt, error);
}

int glimpse_switch_off(struct glimpse *glimpse, struct error *error)
{
    return glimpse->target.ops->switch_off(&glimpse->target, error);
}
