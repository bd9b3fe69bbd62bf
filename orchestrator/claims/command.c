/* SPDX-License-Identifier: GPL-2.0 */
/* tracetoll claims */
#include "orchestrator/claims/evaluate.h"
#include "orchestrator/command.h"
#include "orchestrator/diff/document.h"
#include "orchestrator/micro/session.h"
#include "orchestrator/options.h"
#include "orchestrator/own_run.h"
#include "base/capture.h"
#include "base/cleanup.h"
#include "reports/document.h"
#include "reports/jsonio.h"
#include "reports/table.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

struct claims_options {
    const char *micro;
    const char *kernel; /* of the kernel lab; NULL: this machine's */
    bool json, markdown, quiet, no_runs;
};

static int set_micro(void *options, const char *value, struct error *error)
{
    (void)error;
    ((struct claims_options *)options)->micro = value;
    return 0;
}

static int set_kernel(void *options, const char *value, struct error *error)
{
    (void)error;
    ((struct claims_options *)options)->kernel = value;
    return 0;
}

OPTIONS_FLAG(struct claims_options, json)
OPTIONS_FLAG(struct claims_options, markdown)
OPTIONS_FLAG(struct claims_options, quiet)
OPTIONS_FLAG(struct claims_options, no_runs)

static const struct option_spec specs[] = {
    {"micro", 0, "FILE", "take the figures of single operations from this document of 'tracetoll micro'",
     set_micro},
    {"kernel", 0, "K",
     "count instructions on this kernel in a guest ('tracetoll kernels'): ratios can be tested", set_kernel},
    {"no-runs", 0, NULL, "leave out the claims on whole tools, which take a run each", set_no_runs},
    {"json", 0, NULL, "print a document instead of a table", set_json},
    {"markdown", 0, NULL, "print a Markdown table", set_markdown},
    {"quiet", 'q', NULL, "no progress", set_quiet},
};

static const struct command_help help = {
    "tracetoll claims [OPTIONS]",
    "Holds published figures on the cost of tracing against what is measured here. Only ratios and "
    "structural\n"
    "statements can be refuted: absolute times belong to a machine.",
};

static bool needed(const struct micro_row *row)
{
    for (const struct claim *claim = claims; claim->id; claim++)
        if (claim_needs(claim, row->suite, row->name, row->variant))
            return true;
    return false;
}

/* Only the rows that a claim asks for, and the timer timing itself. */
static void choose_rows(struct micro_rows *chosen)
{
    CLEANUP(micro_rows_free) struct micro_rows all = {0};
    struct micro_row timer = micro_op_row("timer", OP_NOTHING);

    for (const struct micro_suite *suite = micro_suites; suite->name; suite++)
        suite->add(&all, false);
    for (unsigned i = 0; i < all.count; i++)
        if (needed(&all.rows[i]))
            micro_rows_add(chosen, &all.rows[i]);
    timer.measure = micro_by_self_timing;
    micro_rows_add(chosen, &timer);
}

/* Every suite in an exact guest, by our own program; its document's rows are taken over. */
static int count_in_guest(const char *kernel, struct interrupt *interrupt, json_t *rows, struct error *error)
{
    const char *const words[] = {"tracetoll", "kernels", "-q", "--kernel", kernel,
                                 "-f",        "json",    "--", "micro",    NULL};
    OWNED_CAPTURE struct capture answer = {0};
    json_t *document;
    int result = own_program(words, 0, interrupt, &answer, error);

    if (result)
        return result;
    if (!own_run_has_document(answer.exit_status))
        return error_set(error, (enum exit_status)answer.exit_status, -EIO, "cannot count in a guest: %.300s",
                         answer.errors);
    document = json_loads(answer.output, 0, NULL);
    json_array_extend(rows, (json_t *)document_at(document, "kernels.0.document.rows"));
    json_decref(document);
    return json_array_size(rows) > 0
               ? 0
               : error_set(error, EXIT_UNTRUSTWORTHY, -EBADMSG,
                           "the guest's document has no rows; 'tracetoll kernels --kernel "
                           "%s -- micro' says why",
                           kernel);
}

static int get_rows(const struct claims_options *options, struct interrupt *interrupt, json_t **rows,
                    struct error *error)
{
    CLEANUP(micro_rows_free) struct micro_rows chosen = {0};
    json_t *document;

    *rows = json_array();
    if (options->kernel)
        return count_in_guest(options->kernel, interrupt, *rows, error);
    if (!options->micro) {
        const struct micro_plan plan = {
            .repetitions = MICRO_REPETITIONS, .loads = MICRO_LOADS, .quiet = options->quiet};
        json_t *clock;
        int result;

        choose_rows(&chosen);
        result = micro_session(&chosen, &plan, interrupt, *rows, &clock, error);
        json_decref(clock);
        return result;
    }
    document = json_load_file(options->micro, JSON_REJECT_DUPLICATES, NULL);
    if (!document || strcmp(document_text(document, "schema"), "tracetoll.micro/1") != 0) {
        json_decref(document);
        return error_set(error, EXIT_USAGE, -EINVAL, "%s is not a document of 'tracetoll micro --json'",
                         options->micro);
    }
    json_array_extend(*rows, json_object_get(document, "rows"));
    json_decref(document);
    return 0;
}

/* The load's latency with the tool by that without, from a run of our own. */
static int run_claim(const struct claim *claim, struct claim_outcome *outcome, struct interrupt *interrupt)
{
    CLEANUP(jsonio_drop) json_t *document = NULL, *warnings = json_array();
    struct error why = {0};
    const json_t *effect;
    int code = own_run(claim->test.run, interrupt, &document, &why);

    *outcome = (struct claim_outcome){.verdict = CLAIM_UNTESTED, .measured = interval_unknown()};
    if (code) {
        snprintf(outcome->why, sizeof(outcome->why), "%.300s", why.message);
        return code == -EINTR ? code : 0;
    }
    effect = document_at(document_metric(document, "latency.mean"), "effect");
    outcome->measured =
        (struct interval){1 + document_number(effect, "estimate"), 1 + document_number(effect, "low"),
                          1 + document_number(effect, "high")};
    if (diff_warn_of(warnings, "the run", document))
        outcome->verdict = claim_compare(claim, &outcome->measured);
    if (outcome->verdict == CLAIM_UNTESTED)
        snprintf(outcome->why, sizeof(outcome->why), "the run gave no figure to be held against it: %.200s",
                 document_text(document, "verdict.sentence"));
    return 0;
}

static int evaluate(const struct claim *claim, const struct claims_options *options, const json_t *rows,
                    struct interrupt *interrupt, struct claim_outcome *outcome)
{
    static const struct claim_test timer = {.kind = CLAIM_MICRO,
                                            .terms = {{"timer", "nothing", "", 1}},
                                            .why = "two readings with nothing in between"};
    static const struct claim_test in_guest = {.kind = CLAIM_NOT_TESTED,
                                               .why = "a whole run in a guest: tracetoll kernels -- run"};
    static const struct claim_test left_out = {.kind = CLAIM_NOT_TESTED, .why = "left out by --no-runs"};
    struct claim copy = *claim;

    if (claim->test.kind == CLAIM_RUN && (options->no_runs || options->kernel))
        copy.test = options->kernel ? in_guest : left_out;
    else if (claim->test.kind == CLAIM_RUN)
        return run_claim(claim, outcome, interrupt);
    if (claim->test.kind == CLAIM_SELF_TIMED)
        copy.test = timer;
    claim_evaluate(&copy, rows, outcome);
    return 0;
}

static void format_published(const struct claim *claim, char *text, size_t size)
{
    if (isnan(claim->high))
        snprintf(text, size, "at least %g %s", claim->low, claim->unit);
    else if (claim->low == claim->high)
        snprintf(text, size, "%g %s", claim->low, claim->unit);
    else
        snprintf(text, size, "%g-%g %s", claim->low, claim->high, claim->unit);
}

static void add_row(struct table *table, const struct claim *claim, const struct claim_outcome *outcome)
{
    const char *how = claim->test.why && outcome->verdict != CLAIM_UNTESTED ? claim->test.why : "";
    char published[48];

    format_published(claim, published, sizeof(published));
    table_cell(table, "%s", claim->quantity);
    table_cell(table, "%s", published);
    table_cell(table, "%s", claim->where);
    if (outcome->verdict == CLAIM_UNTESTED)
        table_cell(table, "%s", "-");
    else
        table_cell(table, "%.3g [%.3g, %.3g]", outcome->measured.estimate, outcome->measured.low,
                   outcome->measured.high);
    table_cell(table, "%s", claim_verdict_text(claim, outcome));
    table_cell(table, "%s%s%s%s%s", outcome->why, how, how[0] && claim->remark[0] ? "; " : "",
               outcome->why[0] && claim->remark[0] ? "; " : "", claim->remark);
}

static json_t *json_row(const struct claim *claim, const struct claim_outcome *outcome)
{
    return json_pack(
        "{s:s, s:s, s:o, s:o, s:s, s:s, s:s, s:o, s:s, s:o, s:s}", "id", claim->id, "quantity",
        claim->quantity, "low", jsonio_number(claim->low), "high", jsonio_number(claim->high), "unit",
        claim->unit, "where", claim->where, "source", claim->source, "measured",
        jsonio_interval(outcome->measured.estimate, outcome->measured.low, outcome->measured.high), "verdict",
        claim_verdict_text(claim, outcome), "why", jsonio_text(outcome->why[0] ? outcome->why : NULL),
        "remark", claim->remark);
}

static int evaluate_all(const struct claims_options *options, const json_t *rows, struct interrupt *interrupt,
                        struct table *table, json_t *list)
{
    for (const struct claim *claim = claims; claim->id; claim++) {
        struct claim_outcome outcome;
        int code = evaluate(claim, options, rows, interrupt, &outcome);

        if (code)
            return code;
        add_row(table, claim, &outcome);
        json_array_append_new(list, json_row(claim, &outcome));
    }
    return 0;
}

static int publish(const struct claims_options *options, struct table *table, json_t *list,
                   struct error *error)
{
    json_t *document = json_pack("{s:s, s:O}", "schema", "tracetoll.claims/1", "claims", list);
    int result;

    if (options->json)
        result = document_print(document, stdout);
    else
        result = options->markdown ? table_print_markdown(table, stdout) : table_print(table, stdout, 0, 160);
    json_decref(document);
    return result ? error_set(error, EXIT_ENVIRONMENT, result, "cannot print: %s", strerror(-result))
                  : EXIT_MEASURED;
}

int command_claims(int argc, char **argv, struct interrupt *interrupt, struct error *error)
{
    static const struct table_column columns[] = {{"figure", false, false},  {"published", false, false},
                                                  {"where", false, false},   {"measured here", false, false},
                                                  {"verdict", false, false}, {"remark", false, false}};
    struct claims_options options = {0};
    CLEANUP(jsonio_drop) json_t *rows = NULL, *list = json_array();
    CLEANUP(table_free) struct table table;
    int rest, result;

    table_init(&table, columns, ARRAY_SIZE(columns));
    result = options_parse(specs, ARRAY_SIZE(specs), &help, &options, argc, argv, &rest, error);
    if (result)
        return result > 0 ? EXIT_MEASURED : result;
    if (rest < argc)
        return error_set(error, EXIT_USAGE, -EINVAL, "claims takes no argument \"%s\"", argv[rest]);
    result = get_rows(&options, interrupt, &rows, error);
    if (result == 0)
        result = evaluate_all(&options, rows, interrupt, &table, list);
    if (result == -EINTR)
        return error_set(error, EXIT_INTERRUPTED, result, "interrupted; everything is cleaned up");
    return result ? result : publish(&options, &table, list, error);
}
