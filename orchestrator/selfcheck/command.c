/* SPDX-License-Identifier: GPL-2.0 */
/* tracetoll selfcheck */
#include "orchestrator/command.h"
#include "orchestrator/options.h"
#include "orchestrator/selfcheck/selfcheck.h"
#include "base/cleanup.h"
#include "reports/document.h"
#include "reports/jsonio.h"
#include "reports/table.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const struct {
    const char *name;
    truth_check *check;
} checks[] = {
    {"A against A", truth_aa},
    {"injected time, system call", truth_spin_call},
    {"injected time, round trip", truth_spin_round_trip},
    {"injected tail", truth_tail},
};

struct selfcheck_options {
    bool quick, json, markdown;
};

OPTIONS_FLAG(struct selfcheck_options, quick)
OPTIONS_FLAG(struct selfcheck_options, json)
OPTIONS_FLAG(struct selfcheck_options, markdown)

static const struct option_spec specs[] = {
    {"quick", 0, NULL, "about four minutes: fewer runs and levels, limits to match", set_quick},
    {"json", 0, NULL, "print a document instead of a table", set_json},
    {"markdown", 0, NULL, "print a Markdown table", set_markdown},
};

static const struct command_help help = {
    "tracetoll selfcheck [OPTIONS]",
    "Measures what is known beforehand: a target that does nothing, one that costs a known time, one that "
    "hurts\n"
    "the tail alone. Exits with 7 when this machine is not fit to give verdicts.",
};

static void show_progress(const char *what, unsigned done, unsigned of)
{
    if (isatty(STDERR_FILENO))
        fprintf(stderr, "\r\033[K%s, run %u of %u", what, done + 1, of);
}

static void wipe_progress(void)
{
    if (isatty(STDERR_FILENO))
        fputs("\r\033[K", stderr);
}

static int check_all(const struct selfcheck *selfcheck, struct table *table, json_t *list, bool *all,
                     struct error *error)
{
    for (size_t i = 0; i < ARRAY_SIZE(checks); i++) {
        struct truth truth = {.holds = false};
        int code = checks[i].check(selfcheck, &truth, error);

        if (code)
            return code;
        *all = *all && truth.holds;
        table_cell(table, "%s", checks[i].name);
        table_cell(table, "%s", truth.expected);
        table_cell(table, "%s", truth.seen);
        table_cell(table, "%s", truth.holds ? "holds" : "DOES NOT HOLD");
        json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:b}", "check", checks[i].name, "expected",
                                              truth.expected, "seen", truth.seen, "holds", truth.holds));
    }
    return 0;
}

static int publish(const struct selfcheck_options *options, struct table *table, json_t *list, bool all,
                   struct error *error)
{
    json_t *document =
        json_pack("{s:s, s:b, s:O}", "schema", "tracetoll.selfcheck/1", "fit", all, "checks", list);
    int result;

    if (options->json)
        result = document_print(document, stdout);
    else
        result = options->markdown ? table_print_markdown(table, stdout) : table_print(table, stdout, 0, 160);
    json_decref(document);
    if (result)
        return error_set(error, EXIT_ENVIRONMENT, result, "cannot print: %s", strerror(-result));
    if (!options->json && !options->markdown)
        puts(all ? "\nThis machine is fit to give verdicts."
                 : "\nThis machine is not fit to give verdicts now; is something else running? 'tracetoll "
                   "doctor' tells "
                   "more.");
    return all ? EXIT_MEASURED : EXIT_UNTRUSTWORTHY;
}

int command_selfcheck(int argc, char **argv, struct interrupt *interrupt, struct error *error)
{
    static const struct table_column columns[] = {
        {"check", false, false}, {"must show", false, false}, {"seen", false, false}, {"", false, false}};
    struct selfcheck_options options = {0};
    struct selfcheck selfcheck = {.interrupt = interrupt, .progress = show_progress};
    CLEANUP(jsonio_drop) json_t *list = json_array();
    CLEANUP(table_free) struct table table;
    bool all = true;
    int rest, result;

    table_init(&table, columns, ARRAY_SIZE(columns));
    result = options_parse(specs, ARRAY_SIZE(specs), &help, &options, argc, argv, &rest, error);
    if (result)
        return result > 0 ? EXIT_MEASURED : result;
    if (rest < argc)
        return error_set(error, EXIT_USAGE, -EINVAL, "selfcheck takes no argument \"%s\"", argv[rest]);
    selfcheck.quick = options.quick;
    result = check_all(&selfcheck, &table, list, &all, error);
    wipe_progress();
    if (result == -EINTR)
        return error_set(error, EXIT_INTERRUPTED, result, "interrupted; everything is cleaned up");
    return result ? result : publish(&options, &table, list, all, error);
}
