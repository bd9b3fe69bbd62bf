/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/claims/evaluate.h"
#include "reports/document.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* A value, and how far its interval reaches on each side of it: estimates are medians, and seldom its middle.
 */
struct uncertain {
    double value, below, above;
};

/* What one cycle takes. */
static const struct claim_term cycle = {"insn", "c_add_dependent", "", 1};

bool claim_term_is(const struct claim_term *term, const char *suite, const char *name, const char *variant)
{
    return term->name && strcmp(term->suite, suite) == 0 && strcmp(term->name, name) == 0 &&
           strcmp(term->variant, variant) == 0;
}

bool claim_needs(const struct claim *claim, const char *suite, const char *name, const char *variant)
{
    const struct claim_test *test = &claim->test;

    for (unsigned i = 0; i < CLAIM_TERMS_MAX; i++)
        if (claim_term_is(&test->terms[i], suite, name, variant))
            return true;
    return claim_term_is(test->cycles ? &cycle : &test->over, suite, name, variant);
}

static const json_t *find_row(const json_t *rows, const struct claim_term *term)
{
    const json_t *row;
    size_t i;

    json_array_foreach(rows, i, row)
    {
        if (claim_term_is(term, document_text(row, "suite"), document_text(row, "name"),
                          document_text(row, "variant")))
            return row;
    }
    return NULL;
}

/* By a negative factor the two sides change places. */
static struct uncertain times(struct uncertain a, double factor)
{
    double below = factor < 0 ? a.above : a.below, above = factor < 0 ? a.below : a.above;

    return (struct uncertain){factor * a.value, fabs(factor) * below, fabs(factor) * above};
}

static int read_term(const json_t *rows, const struct claim_term *term, struct uncertain *read, char why[320])
{
    const json_t *row = find_row(rows, term);
    double estimate = document_number(row, "estimate");

    if (!row || isnan(estimate)) {
        snprintf(why, 320, "%s%s%s: %s", term->name, term->variant[0] ? ", " : "", term->variant,
                 row ? document_text_or(row, "reason", "no figure") : "not in the document of micro");
        return -ENOENT;
    }
    *read = times((struct uncertain){estimate, estimate - document_number(row, "low"),
                                     document_number(row, "high") - estimate},
                  term->factor);
    return 0;
}

static int add_terms(const struct claim_test *test, const json_t *rows, struct uncertain *sum, char why[320])
{
    *sum = (struct uncertain){0};
    for (unsigned i = 0; i < CLAIM_TERMS_MAX && test->terms[i].name; i++) {
        struct uncertain term;

        if (read_term(rows, &test->terms[i], &term, why))
            return -ENOENT;
        sum->value += term.value;
        sum->below = hypot(sum->below, term.below);
        sum->above = hypot(sum->above, term.above);
    }
    return 0;
}

/* Relative errors add in squares; what lies above the divisor makes the ratio smaller. */
static struct uncertain divide(struct uncertain a, struct uncertain b)
{
    double ratio = a.value / b.value;
    struct uncertain dividend = times(a, 1 / b.value), divisor = times(b, -ratio / b.value);

    return (struct uncertain){ratio, hypot(dividend.below, divisor.below),
                              hypot(dividend.above, divisor.above)};
}

static int measure(const struct claim_test *test, const json_t *rows, struct uncertain *sum, char why[320])
{
    struct claim_term over = test->cycles ? cycle : test->over;
    struct uncertain divisor;

    if (add_terms(test, rows, sum, why))
        return -ENOENT;
    if (over.name) {
        over.factor = 1;
        if (read_term(rows, &over, &divisor, why))
            return -ENOENT;
        *sum = divide(*sum, divisor);
    }
    if (test->scale != 0)
        *sum = times(*sum, test->scale);
    return 0;
}

/* Counted by the kernel lab, and not timed. */
static bool is_counted(const json_t *rows, const struct claim_test *test)
{
    return strcmp(document_text(find_row(rows, &test->terms[0]), "unit"), "insn") == 0;
}

enum claim_verdict claim_compare(const struct claim *claim, const struct interval *measured)
{
    bool point = claim->low == claim->high;
    double low = point ? claim->low * (1 - CLAIM_POINT_SLACK) : claim->low,
           high = point ? claim->high * (1 + CLAIM_POINT_SLACK) : claim->high;

    if (isnan(measured->low) || isnan(measured->high))
        return CLAIM_UNTESTED;
    if (measured->high < low)
        return CLAIM_BELOW;
    return !isnan(high) && measured->low > high ? CLAIM_ABOVE : CLAIM_WITHIN;
}

void claim_evaluate(const struct claim *claim, const json_t *rows, struct claim_outcome *outcome)
{
    struct uncertain seen;

    *outcome = (struct claim_outcome){.verdict = CLAIM_UNTESTED, .measured = interval_unknown()};
    if (claim->test.kind == CLAIM_NOT_TESTED) {
        snprintf(outcome->why, sizeof(outcome->why), "%s", claim->test.why);
        return;
    }
    if (measure(&claim->test, rows, &seen, outcome->why))
        return;
    outcome->counted = is_counted(rows, &claim->test);
    if (outcome->counted)
        snprintf(outcome->why, sizeof(outcome->why), "a ratio of instructions, which are not time");
    if (outcome->counted && !claim_is_ratio(claim)) {
        snprintf(outcome->why, sizeof(outcome->why), "%.4g instructions, which are not time", seen.value);
        return;
    }
    outcome->measured = (struct interval){seen.value, seen.value - seen.below, seen.value + seen.above};
    outcome->verdict = claim_compare(claim, &outcome->measured);
}

bool claim_is_ratio(const struct claim *claim)
{
    return strcmp(claim->unit, "ratio") == 0;
}

const char *claim_verdict_text(const struct claim *claim, const struct claim_outcome *outcome)
{
    static const char *const absolute[] = {"within", "below", "above", "not testable here"};
    static const char *const ratio[] = {"holds", "refuted: below", "refuted: above", "not testable here"};

    return claim_is_ratio(claim) && !outcome->counted ? ratio[outcome->verdict] : absolute[outcome->verdict];
}
