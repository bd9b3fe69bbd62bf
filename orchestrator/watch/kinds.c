/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/watch/look.h"
#include "agents/inventory_scan.h"

#include <math.h>
#include <string.h>

static struct watch_kind *kind_of(struct watch_figures *figures, const struct inventory_program *program)
{
    struct watch_kind *kind;

    for (unsigned i = 0; i < figures->kind_count; i++)
        if (strcmp(figures->kinds[i].name, program->name) == 0 &&
            strcmp(figures->kinds[i].type, program->type) == 0)
            return &figures->kinds[i];
    if (figures->kind_count == WATCH_NAMES_MAX)
        return NULL;
    kind = &figures->kinds[figures->kind_count++];
    *kind = (struct watch_kind){.ns_per_run = 0};
    snprintf(kind->name, sizeof(kind->name), "%s", program->name);
    snprintf(kind->type, sizeof(kind->type), "%s", program->type);
    return kind;
}

/* Sums first (runs, and time in ns_per_run), then what they come to. A program that came or went meanwhile
 * adds nothing. */
void watch_count_kinds(const struct inventory *before, const struct inventory *after, double seconds,
                       struct watch_figures *figures)
{
    double time_ns = 0;

    for (unsigned i = 0; i < after->program_count; i++) {
        const struct inventory_program *now = &after->programs[i], *then = inventory_find(before, now->id);
        struct watch_kind *kind = kind_of(figures, now);

        if (!kind)
            continue;
        kind->count++;
        if (!then || now->run_count < then->run_count || now->run_time_ns < then->run_time_ns)
            continue;
        kind->runs_per_s += (double)(now->run_count - then->run_count);
        kind->ns_per_run += (double)(now->run_time_ns - then->run_time_ns);
    }
    for (unsigned i = 0; i < figures->kind_count; i++) {
        struct watch_kind *kind = &figures->kinds[i];

        time_ns += kind->ns_per_run;
        kind->ns_per_run = kind->runs_per_s > 0 ? kind->ns_per_run / kind->runs_per_s : NAN;
        kind->runs_per_s = seconds > 0 ? kind->runs_per_s / seconds : NAN;
    }
    figures->programs_cpu_cores = seconds > 0 && after->program_count ? time_ns / 1e9 / seconds : NAN;
}
