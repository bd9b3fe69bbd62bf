/* SPDX-License-Identifier: GPL-2.0 */
/* metrics[] of the comparison: one row a metric, with both overheads, the change, and a budget's verdict. */
#include "base/i18n.h"
#include "base/cleanup.h"
#include "orchestrator/diff/document.h"
#include "orchestrator/stats/looks.h"
#include "reports/document.h"
#include "reports/jsonio.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#define ROWS_MAX 512 /* no document of ours has a tenth of that; what is compared in pairs needs a bound */

struct row {
    const char *name;
    struct side old, new;
    bool in_old, in_new;
    const char *why; /* it can't be compared; NULL: it can */
    const struct diff_budget *budget;
    struct change change;
    double limit; /* of a change for the worse, on its scale */
    const char *verdict;
};

static const char *why_not(const struct row *row)
{
    if (!row->in_old || !row->in_new)
        return row->in_old ? N_("NEW does not have it") : N_("OLD does not have it");
    if (row->old.why || row->new.why)
        return row->old.why ? row->old.why : row->new.why;
    if (row->old.relative != row->new.relative)
        return N_("one document judges it as a ratio, the other as a difference");
    return NULL;
}

static int check_unit(const struct row *row, struct error *error)
{
    if (!row->in_old || !row->in_new || strcmp(row->old.unit, row->new.unit) == 0)
        return 0;
    return error_set(
        error, EXIT_USAGE, -EINVAL,
        "not comparable: %.60s is in \"%.20s\" in OLD and in \"%.20s\" in NEW; measure both with "
        "versions that agree",
        row->name, row->old.unit, row->new.unit);
}

/* How much OLD's tool costs, positive for the worse. */
static double cost(const struct side *side, double effect)
{
    return side->higher_is_better ? -effect : effect;
}

static bool costs_for_sure(const struct side *side)
{
    return cost(side, side->low) > 0 && cost(side, side->high) > 0;
}

static int check_budget(const struct row *row, struct error *error)
{
    if (row->why)
        return error_set(
            error, EXIT_USAGE, -EINVAL,
            "--budget %s can't be judged: %s; choose a metric that both documents have figures on",
            row->budget->text, row->why);
    if (!row->old.relative && !costs_for_sure(&row->old))
        return error_set(
            error, EXIT_USAGE, -EINVAL,
            "--budget %s can't be judged: OLD's overhead may be nothing, and no percentage of that "
            "is a limit; choose a metric with an overhead",
            row->budget->text);
    if (row->old.relative && row->old.higher_is_better && row->budget->share >= 1)
        return error_set(error, EXIT_USAGE, -EINVAL, "--budget %s: %s cannot fall by 100%% or more",
                         row->budget->text, row->name);
    return 0;
}

static const char *judge(const struct change *change, double limit, bool higher_is_better)
{
    double least = higher_is_better ? -change->high : change->low;
    double most = higher_is_better ? -change->low : change->high;

    if (least > limit)
        return "fail";
    return most <= limit ? "pass" : "inconclusive";
}

/* What may lie too low is no proof of a low figure: a new one passes nothing, an old one fails nothing. */
static bool proves_nothing(const struct row *row)
{
    bool lies_low = strcmp(row->verdict, "pass") == 0 ? row->new.lies_low : row->old.lies_low;

    return lies_low && strcmp(row->verdict, "inconclusive") != 0;
}

/*
 * Passing needs every budget to hold, so each is passed at the full level; a FAIL needs only one, so they
 * share the level (as in docs/method.md, section 2). The interval that stays is the one that was judged. A
 * metric that stands at its verdict has an estimate on that verdict's side: low where it passed, high where
 * it failed. In an old run that passed or a new one that failed the change looks larger than it is, the other
 * way round smaller; either verdict has half of the error then.
 */
static void judge_row(struct row *row, const struct diff_input *input)
{
    double stretch = row->old.relative ? 1 : 1 + row->budget->share;
    double error = (1 - DIFF_LEVEL) * attempt_share(input->attempt);
    double selected = row->old.stopped || row->new.stopped ? 2 : 1;
    double level = 1 - error / (input->budgets.count * fmax(1, input->family) * selected);
    bool higher = row->old.higher_is_better;
    struct change full = input->kind->change(&row->old, &row->new, stretch, 1 - error / selected);

    row->limit = row->old.relative ? row->budget->share : row->budget->share * fabs(row->old.centre);
    row->change = input->kind->change(&row->old, &row->new, stretch, level);
    row->verdict = judge(&row->change, row->limit, higher);
    if (strcmp(row->verdict, "fail") != 0 && strcmp(judge(&full, row->limit, higher), "pass") == 0) {
        row->verdict = "pass";
        row->change = full;
    }
    if (proves_nothing(row))
        row->verdict = "inconclusive";
}

static int fill(struct row *row, const struct diff_input *input, struct error *error)
{
    int result = check_unit(row, error);

    row->why = why_not(row);
    row->verdict = "measured";
    row->limit = NAN;
    row->budget = diff_budget_for(&input->budgets, row->name);
    if (result == 0 && row->budget)
        result = check_budget(row, error);
    if (result || row->why)
        return result;
    if (row->budget)
        judge_row(row, input);
    else
        row->change = input->kind->change(&row->old, &row->new, 1, DIFF_LEVEL);
    return 0;
}

/* --- as JSON --- */

static json_t *describe_effect(const struct side *side)
{
    json_t *effect;

    if (side->why)
        return json_null();
    effect = jsonio_interval(side->estimate, side->low, side->high);
    json_object_set_new(effect, "scale", json_string(side->relative ? "relative" : "absolute"));
    json_object_set_new(effect, "level", jsonio_number(side->level));
    return effect;
}

static json_t *describe_side(const struct side *side, bool present)
{
    if (!present)
        return json_null();
    return json_pack("{s:o, s:o, s:o, s:i, s:o}", "baseline", jsonio_number(side->baseline), "with_target",
                     jsonio_number(side->with_target), "effect", describe_effect(side), "n", (int)side->n,
                     "standard_error", jsonio_number(side->error));
}

static json_t *describe_change(const struct row *row)
{
    json_t *change;

    if (row->why)
        return json_null();
    change = jsonio_interval(row->change.estimate, row->change.low, row->change.high);
    json_object_set_new(change, "level", jsonio_number(row->change.level));
    return change;
}

static json_t *describe_budget(const struct row *row)
{
    if (!row->budget)
        return json_null();
    return json_pack("{s:o, s:s, s:s}", "limit", jsonio_number(row->limit), "scale",
                     row->old.relative ? "relative" : "absolute", "text", row->budget->text);
}

static json_t *describe(const struct row *row)
{
    const struct side *side = row->in_old ? &row->old : &row->new;

    return json_pack("{s:s, s:s, s:s, s:s, s:b, s:b, s:o, s:o, s:o, s:o, s:s, s:s?}", "name", row->name,
                     "unit", side->unit, "scale", side->relative ? "relative" : "absolute", "better",
                     side->higher_is_better ? "higher" : "lower", "primary", side->primary, "at_least",
                     (row->in_old && row->old.at_least) || (row->in_new && row->new.at_least), "old",
                     describe_side(&row->old, row->in_old), "new", describe_side(&row->new, row->in_new),
                     "change", describe_change(row), "budget", describe_budget(row), "verdict", row->verdict,
                     "note", row->why);
}

/* --- all of them --- */

static int add_row(json_t *rows, const char *name, const struct diff_input *input, struct error *error)
{
    struct row row = {.name = name};
    int result;

    row.in_old = input->kind->read(input->old, name, &row.old);
    row.in_new = input->kind->read(input->new, name, &row.new);
    if (!row.in_old && !row.in_new)
        return 0;
    result = fill(&row, input, error);
    if (result)
        return result;
    return json_array_append_new(rows, describe(&row)) == 0 ? 0 : -ENOMEM;
}

static int add_rows(json_t *rows, const json_t *from, const struct diff_input *input, struct error *error)
{
    const json_t *list = input->kind->metrics(from);
    int result = 0;

    for (size_t i = 0; result == 0 && i < json_array_size(list) && i < ROWS_MAX; i++) {
        const char *name = document_text(json_array_get(list, i), "name");

        if (name[0] && !document_named(rows, name))
            result = add_row(rows, name, input, error);
    }
    return result;
}

/* A budget whose metric neither document has leaves no row behind. */
static int check_budgets(const json_t *rows, const struct diff_input *input, struct error *error)
{
    for (unsigned i = 0; i < input->budgets.count; i++)
        if (!document_named(rows, input->budgets.items[i].metric->name))
            return error_set(
                error, EXIT_USAGE, -EINVAL,
                "--budget %s can't be judged: neither document has the metric; choose another one",
                input->budgets.items[i].text);
    return 0;
}

static bool any_change(const json_t *rows)
{
    const json_t *row;
    size_t i;

    json_array_foreach(rows, i, row)
    {
        if (document_at(row, "change"))
            return true;
    }
    return false;
}

json_t *diff_compose_metrics(const struct diff_input *input, struct error *error)
{
    json_t *rows = json_array();
    int result = rows ? 0 : -ENOMEM;

    if (result == 0)
        result = add_rows(rows, input->old, input, error);
    if (result == 0)
        result = add_rows(rows, input->new, input, error);
    if (result == 0)
        result = check_budgets(rows, input, error);
    if (result == 0 && !any_change(rows))
        result = error_set(error, EXIT_USAGE, -EINVAL,
                           "not comparable: there is no metric that both documents have figures on; let runs "
                           "go on to their first look");
    if (result == -ENOMEM)
        error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");
    if (result == 0)
        return rows;
    json_decref(rows);
    return NULL;
}
