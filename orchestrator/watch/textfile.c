/* SPDX-License-Identifier: GPL-2.0 */
/* Gauges alone, as reports/render_openmetrics.c has them, and for the same reasons. */
#include "base/cleanup.h"
#include "orchestrator/watch/label.h"
#include "orchestrator/watch/watch.h"

#include <errno.h>
#include <math.h>

#define NS_PER_S 1e9

static void header(const char *family, const char *help, FILE *out)
{
    fprintf(out, "# HELP tracetoll_watch_%s %s\n# TYPE tracetoll_watch_%s gauge\n", family, help, family);
}

static void sample(const struct watch_plan *plan, const char *family, const struct watch_kind *kind,
                   double value, FILE *out)
{
    fprintf(out, "tracetoll_watch_%s{", family);
    watch_label("target", plan->target, out);
    if (kind) {
        watch_label(",program", kind->name, out);
        watch_label(",type", kind->type, out);
    }
    fputs("} ", out);
    watch_number(value, out);
    fputc('\n', out);
}

static void family(const struct watch_plan *plan, const char *name, const char *help, double value, FILE *out)
{
    if (isnan(value))
        return;
    header(name, help, out);
    sample(plan, name, NULL, value, out);
}

static double kind_runs(const struct watch_kind *kind)
{
    return kind->runs_per_s;
}

static double kind_seconds(const struct watch_kind *kind)
{
    return kind->ns_per_run / NS_PER_S;
}

static double kind_count(const struct watch_kind *kind)
{
    return kind->count;
}

static const struct kind_family {
    const char *name, *help;
    double (*value)(const struct watch_kind *kind);
} kind_families[] = {
    {"program_instances", "BPF programs of this name and type.", kind_count},
    {"program_runs_per_second", "How often these BPF programs ran while statistics were on.", kind_runs},
    {"program_run_seconds",
     "Mean time of a run while statistics were on, with the kernel's own readings of the clock.",
     kind_seconds},
};

/* All samples of a family stand together. */
static void write_kinds(const struct watch_plan *plan, const struct watch_figures *figures,
                        const struct kind_family *what, FILE *out)
{
    bool begun = false;

    for (unsigned i = 0; i < figures->kind_count; i++) {
        double value = what->value(&figures->kinds[i]);

        if (isnan(value))
            continue;
        if (!begun)
            header(what->name, what->help, out);
        begun = true;
        sample(plan, what->name, &figures->kinds[i], value, out);
    }
}

int watch_textfile(const struct watch_plan *plan, const struct watch_figures *figures, FILE *out)
{
    family(plan, "up", "1 while the agent has a BPF program.", figures->up, out);
    family(plan, "time_seconds", "When the agent was last looked at, in seconds since 1970.",
           (double)figures->wall_ns / NS_PER_S, out);
    family(plan, "interval_seconds", "Time between two looks.", (double)plan->interval_ns / NS_PER_S, out);
    family(plan, "statistics_seconds", "How long the kernel's BPF statistics were on in this look.",
           figures->statistics_seconds, out);
    for (unsigned i = 0; i < watch_metric_count; i++)
        family(plan, watch_metrics[i].family, watch_metrics[i].help, watch_metrics[i].value(figures), out);
    for (size_t i = 0; i < ARRAY_SIZE(kind_families); i++)
        write_kinds(plan, figures, &kind_families[i], out);
    return ferror(out) ? -EIO : 0;
}
