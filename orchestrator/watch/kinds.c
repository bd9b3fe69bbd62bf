/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/watch/look.h"
#include "agents/inventory_scan.h"

#include <math.h>
#include <string.h>

static struct watch_kind *find_kind(struct watch_figures *figures, const char *name, const char *type)
{
    for (unsigned i = 0; i < figures->kind_count; i++)
        if (strcmp(figures->kinds[i].name, name) == 0 && strcmp(figures->kinds[i].type, type) == 0)
            return &figures->kinds[i];
    return NULL;
}

/* The last of them is all that there is no room for: what they take is not lost. */
static struct watch_kind *kind_of(struct watch_figures *figures, const struct inventory_program *program)
{
    bool full = figures->kind_count >= WATCH_NAMES_MAX - 1;
    struct watch_kind *kind = find_kind(figures, program->name, program->type);

    if (!kind && full)
        kind = find_kind(figures, WATCH_OTHERS, WATCH_OTHERS);
    if (kind)
        return kind;
    kind = &figures->kinds[figures->kind_count++];
    *kind = (struct watch_kind){.ns_per_run = 0};
    snprintf(kind->name, sizeof(kind->name), "%s", full ? WATCH_OTHERS : program->name);
    snprintf(kind->type, sizeof(kind->type), "%s", full ? WATCH_OTHERS : program->type);
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

        kind->count++;
        if (!then || !then->runs_known || !now->runs_known || now->run_count < then->run_count ||
            now->run_time_ns < then->run_time_ns)
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
