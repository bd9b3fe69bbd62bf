/* SPDX-License-Identifier: GPL-2.0 */
/* tracetoll list workloads --for TOOL */
#include "orchestrator/list_for.h"
#include "agents/cgroup.h"
#include "agents/keeper.h"
#include "agents/target.h"
#include "base/cleanup.h"
#include "orchestrator/firing.h"
#include "orchestrator/lock.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* What a target needs around it; released in the reverse order. */
struct surroundings {
    char *cgroup; /* owned */
    struct keeper *keeper;
    struct target target;
};

static void tear_down(struct surroundings *surroundings)
{
    target_free(&surroundings->target);
    if (surroundings->cgroup)
        cgroup_destroy(surroundings->cgroup);
    keeper_stop(surroundings->keeper);
    free(surroundings->cgroup);
}

static int attach(struct surroundings *surroundings, char *const *argv, struct interrupt *interrupt,
                  struct error *error)
{
    struct target *target = &surroundings->target;
    int result;

    if (target_init(target, &target_exec, argv))
        return error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");
    result = target->ops->check(target, error);
    if (result == 0)
        result = cgroup_create_run(&surroundings->cgroup, error);
    if (result == 0)
        result = keeper_start(&surroundings->keeper, surroundings->cgroup, error);
    if (result)
        return result;
    target->place = (struct target_place){
        .cgroup_path = surroundings->cgroup, .netns_fd = -1, .workload_cpu = -1, .interrupt = interrupt};
    return target->ops->switch_on(target, error);
}

struct offer {
    const struct workload_ops *ops;
    unsigned fired;
};

static unsigned count_fired(const struct workload_ops *ops, const struct inventory *inventory)
{
    struct workload workload;
    unsigned fired = 0;

    if (workload_parse(&workload, ops->name, NULL) == 0)
        for (unsigned i = 0; i < inventory->program_count; i++)
            fired += firing_expected(&workload, NULL, inventory->programs[i].attach) == FIRING_DECLARED;
    workload_free(&workload);
    return fired;
}

static int by_fired(const void *a, const void *b)
{
    const struct offer *one = a, *other = b;

    return (int)other->fired - (int)one->fired;
}

static void print_programs(const struct inventory *inventory)
{
    for (unsigned i = 0; i < inventory->program_count; i++) {
        const struct inventory_program *program = &inventory->programs[i];
        const char *load = firing_suggest(program->attach);

        printf("  %-16s %-44s %s\n", program->name, program->attach[0] ? program->attach : "attached nowhere",
               load ? load : "no load is known to fire it");
    }
}

static void print_offers(const struct inventory *inventory)
{
    struct offer offers[64];
    unsigned count = 0;

    for (; workload_table[count] && count < ARRAY_SIZE(offers); count++)
        offers[count] = (struct offer){workload_table[count], count_fired(workload_table[count], inventory)};
    /* Stable enough: qsort() of glibc merges, and equal ones are equally good. */
    qsort(offers, count, sizeof(offers[0]), by_fired);
    for (unsigned i = 0; i < count && offers[i].fired; i++)
        printf("  -w %-12s fires %u of %u programs: %s\n", offers[i].ops->name, offers[i].fired,
               inventory->program_count, offers[i].ops->summary);
    if (count == 0 || offers[0].fired == 0)
        puts("  none of the loads is known to fire a program of it; -w command,cmd=\"...\" runs one of your "
             "own");
}

int list_workloads_for(char *const *argv, struct interrupt *interrupt, struct error *error)
{
    CLEANUP(tear_down) struct surroundings surroundings = {0};
    OWNED_FD int lock = -1;
    int result;

    if (geteuid() != 0)
        return error_set(error, EXIT_ENVIRONMENT, -EPERM,
                         "starting a tracing tool needs root; run it with sudo");
    lock = lock_machine(error); /* it would disturb a run */
    if (lock < 0)
        return lock;
    result = attach(&surroundings, argv, interrupt, error);
    if (result)
        return result;
    printf("Programs of %s, and the first load that fires each:\n", argv[0]);
    print_programs(&surroundings.target.inventory);
    puts("\nLoads for it:");
    print_offers(&surroundings.target.inventory);
    return surroundings.target.ops->switch_off(&surroundings.target, error);
}
