/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/company.h"
#include "orchestrator/stats/select.h"
#include "base/cleanup.h"
#include "reports/jsonio.h"

#include <math.h>
#include <stdlib.h>

#define PARTS_MAX        4
#define WINDOWS_PER_PART 4 /* but for the shortest runs, which have two parts of two */

/* Not of the load and not of the target, which is off. */
static double others_cpus(const struct values *values)
{
    return (values_or_nan(values, "cpu.busy_ns") - values_or_nan(values, "workload.cpu_ns")) /
           values_or_nan(values, "sampler.window_ns");
}

/* In the order of time; their number. */
static unsigned collect(const struct trial *trial, double *cpus)
{
    unsigned count = 0;

    for (size_t i = 0; i < trial->count; i++) {
        const struct block *block = &trial->blocks[i];
        double others = others_cpus(&block->values);

        if (block->arm == 'A' && !block->invalid[0] && block->phase == PHASE_QUAD && !isnan(others))
            cpus[count++] = others;
    }
    return count;
}

static void compare_parts(double *cpus, unsigned count, struct company *company)
{
    unsigned parts = count / WINDOWS_PER_PART;

    parts = parts < 2 ? 2 : parts > PARTS_MAX ? PARTS_MAX : parts;
    if (count < 2 * parts)
        return;
    company->quiet_cpus = INFINITY;
    company->busy_cpus = -INFINITY;
    for (unsigned part = 0; part < parts; part++) {
        unsigned from = part * count / parts, to = (part + 1) * count / parts;
        double median = select_median(cpus + from, to - from);

        company->quiet_cpus = fmin(company->quiet_cpus, median);
        company->busy_cpus = fmax(company->busy_cpus, median);
    }
}

static void add_pressure(const struct block *block, struct company *company)
{
    double stalls = values_or_nan(&block->values, "memory.stalls"),
           kills = values_or_nan(&block->values, "memory.oom_kills");

    if (isnan(stalls))
        return;
    company->windows++;
    company->pressed += stalls > 0;
    company->oom_kills += kills > 0 ? kills : 0;
}

/* Who makes no load has none of its own CPU time: traffic of others that changes is what is measured. */
static bool all_is_others(const json_t *workload)
{
    return json_is_true(json_object_get(workload, "observes"));
}

static bool has_own_beside(const json_t *workload)
{
    return json_array_size(json_object_get(workload, "background")) > 0;
}

struct company company_of(const struct trial *trial)
{
    const json_t *workload = json_object_get(trial->header, "workload");
    OWNED_PTR double *cpus = calloc(trial->count + 1, sizeof(*cpus));
    struct company company = {.quiet_cpus = NAN, .busy_cpus = NAN};

    if (cpus && !has_own_beside(workload) && !all_is_others(workload))
        compare_parts(cpus, collect(trial, cpus), &company);
    for (size_t i = 0; i < trial->count; i++)
        add_pressure(&trial->blocks[i], &company);
    return company;
}

json_t *company_describe(const struct company *company)
{
    return json_pack("{s:o, s:o, s:o, s:f}", "quiet_cpus", jsonio_number(company->quiet_cpus), "busy_cpus",
                     jsonio_number(company->busy_cpus), "memory_pressed",
                     jsonio_number(company->windows ? (double)company->pressed / company->windows : NAN),
                     "oom_kills", company->oom_kills);
}
