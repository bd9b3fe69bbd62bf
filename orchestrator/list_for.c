/* SPDX-License-Identifier: GPL-2.0 */
/* tracetoll list workloads --for TOOL */
#include "orchestrator/list_for.h"
#include "base/cleanup.h"
#include "orchestrator/firing.h"
#include "orchestrator/glimpse.h"

#include <stdio.h>

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
    CLEANUP(glimpse_close) struct glimpse glimpse = GLIMPSE_NONE;
    int result = glimpse_open(&glimpse, argv, interrupt, error);

    if (result)
        return result;
    printf("Programs of %s, and the first load that fires each:\n", argv[0]);
    print_programs(&glimpse.target.inventory);
    puts("\nLoads for it:");
    print_offers(&glimpse.target.inventory);
    return glimpse_switch_off(&glimpse, error);
}
