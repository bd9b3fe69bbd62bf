/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/analysis.h"
#include "base/cleanup.h"
#include "orchestrator/experiment.h"
#include "orchestrator/quads.h"

#include <errno.h>
#include <math.h>
#include <string.h>

static int bad_header(struct error *error, const char *what)
{
    return error_set(error, EXIT_USAGE, -EINVAL, "the trial's header is not usable: %s", what);
}

static int read_budgets(struct analysis_design *design, const json_t *header, struct error *error)
{
    const json_t *budgets = json_object_get(header, "budgets"), *item;
    size_t i;

    if (!json_is_array(budgets)) /* taken for none, a run would measure where it should judge */
        return bad_header(error, "its budgets are no list");
    if (json_array_size(budgets) > BUDGETS_MAX)
        return bad_header(error, "too many budgets");
    json_array_foreach(budgets, i, item)
    {
        const char *text = json_string_value(item);
        int result =
            text ? budget_parse(&design->budgets[i], text, error) : bad_header(error, "a budget is no text");

        if (result)
            return result;
    }
    design->budget_count = (unsigned)json_array_size(budgets);
    return 0;
}

unsigned analysis_shares(const struct analysis_design *design)
{
    return (design->budget_count ? design->budget_count : 1) * (design->family ? design->family : 1);
}

/* From 1 to `most`; headers of earlier versions don't have it, which is 1. */
static unsigned count_in(const json_t *header, const char *key, unsigned most)
{
    json_int_t number = json_integer_value(json_object_get(header, key));

    return number < 1 ? 1 : number > most ? most : (unsigned)number;
}

int analysis_design_read(struct analysis_design *design, const json_t *header, struct error *error)
{
    const json_t *plan = json_object_get(header, "design");
    const char *kind = json_string_value(json_object_get(plan, "kind"));
    const char *primary = json_string_value(json_object_get(header, "primary_metric"));
    json_int_t quads = json_integer_value(json_object_get(plan, "max_quads"));

    *design = (struct analysis_design){.precision = json_number_value(json_object_get(header, "precision"))};
    if (!kind || !primary)
        return bad_header(error, "it names no design or no primary metric");
    if (look_kind_find(kind, &design->look_kind) != 0)
        return bad_header(error, "this version does not know its design");
    if (quads < 1 || quads > ESTIMATE_MAX)
        return bad_header(error, "its number of quads is out of range");
    design->max_quads = (unsigned)quads;
    look_plan_make(&design->looks, design->look_kind, design->max_quads);
    design->family = count_in(header, "family", FAMILY_MAX);
    look_plan_spend(&design->looks, count_in(header, "attempt", ATTEMPT_MAX));
    design->primary = metric_find(primary);
    if (!design->primary)
        return bad_header(error, "this version does not know its primary metric");
    return read_budgets(design, header, error);
}

double analysis_half_width(const struct metric_result *result)
{
    double half = (result->effect.high - result->effect.low) / 2;

    if (!result->available || !isfinite(half))
        return INFINITY;
    return result->relative ? half : half / fabs(result->baseline);
}

int analysis_judge(void *context, const struct trial *trial, unsigned look, struct judgement *judgement)
{
    const struct analysis_design *design = context;
    unsigned decided = 0;

    (void)look;
    for (unsigned i = 0; i < design->budget_count; i++) {
        struct metric_result result;
        int error = analysis_metric(design, trial, design->budgets[i].metric, &result, NULL);

        if (error)
            return error;
        decided += result.verdict == VERDICT_PASS;
        if (result.verdict == VERDICT_FAIL)
            *judgement = (struct judgement){.stop = true, .failed = true, .reason = "verdict"};
    }
    if (design->budget_count) {
        if (!judgement->stop && decided == design->budget_count)
            *judgement = (struct judgement){.stop = true, .reason = "verdict"};
    } else {
        struct metric_result result;
        int error = analysis_metric(design, trial, design->primary, &result, NULL);

        if (error)
            return error;
        if (analysis_half_width(&result) < design->precision)
            *judgement = (struct judgement){.stop = true, .reason = "precision"};
    }
    return 0;
}

/* On the scale of the contrasts: a rate that may fall by 90 % may become ten times worse. */
static bool is_below_factor(const struct budget *budget)
{
    return budget->relative && analysis_delta(budget) < log(EMERGENCY_FACTOR);
}

/* Of the first two quads. */
static bool is_emergency(const struct quad_view *quads, const struct trial *trial,
                         const struct metric *metric)
{
    double numbers[8], a[2][2], b[2][2];
    char arms[8];

    quads_numbers(quads, trial, 2, metric, numbers);
    quads_arms(quads, trial, 2, arms);
    for (unsigned quad = 0; quad < 2; quad++) {
        unsigned seen_a = 0, seen_b = 0;

        for (unsigned i = quad * 4; i < quad * 4 + 4; i++) {
            double worse = metric->higher_is_better ? -log(numbers[i]) : log(numbers[i]);

            if (arms[i] == 'A')
                a[quad][seen_a++ & 1] = worse;
            else
                b[quad][seen_b++ & 1] = worse;
        }
    }
    return emergency_stop(a, b);
}

/* A budget is broken by its own metric: the primary one may be five times worse where that is allowed. */
bool analysis_emergency(void *context, const struct trial *trial)
{
    const struct analysis_design *design = context;
    CLEANUP(quads_free) struct quad_view quads = {0};

    if (quads_find(&quads, trial) || quads.count < 2)
        return false;
    for (unsigned i = 0; i < design->budget_count; i++)
        if (is_below_factor(&design->budgets[i]) && is_emergency(&quads, trial, design->budgets[i].metric))
            return true;
    return false;
}

int analysis_make(struct analysis *analysis, const struct trial *trial, struct error *error)
{
    CLEANUP(quads_free) struct quad_view quads = {0};
    int result;

    *analysis = (struct analysis){0};
    result = analysis_design_read(&analysis->design, trial->header, error);
    if (result)
        return result;
    analysis->metrics = calloc(metric_count, sizeof(*analysis->metrics));
    if (!analysis->metrics || quads_find(&quads, trial))
        return error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");
    analysis->quads = quads.count;
    analysis->seconds_per_quad =
        json_number_value(json_object_get(json_object_get(trial->header, "design"), "seconds_per_quad"));
    for (unsigned i = 0; i < metric_count; i++) {
        bool primary = &metric_table[i] == analysis->design.primary;

        result = analysis_metric(&analysis->design, trial, &metric_table[i], &analysis->metrics[i],
                                 primary ? &analysis->primary : NULL);
        if (result)
            return error_set(error, EXIT_ENVIRONMENT, result, "out of memory");
    }
    return 0;
}

void analysis_free(struct analysis *analysis)
{
    free(analysis->metrics);
    *analysis = (struct analysis){0};
}
