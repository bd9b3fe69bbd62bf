/* SPDX-License-Identifier: GPL-2.0 */
/* tracetoll micro */
#include "orchestrator/command.h"
#include "orchestrator/micro/document.h"
#include "orchestrator/micro/session.h"
#include "orchestrator/options.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/names.h"
#include "reports/document.h"
#include "reports/jsonio.h"

#include <errno.h>
#include <string.h>

#define SUITES_MAX 16

struct micro_method {
    const char *name;
    const char *summary;
    micro_measure *measure;
    micro_measure *others; /* for rows that have no slope; NULL: they stay as they are */
    bool once;             /* one load says all that it can say */
};

static const struct micro_method methods[] = {
    {"slope", "time of 2N operations less that of N, less the bare loop", micro_by_slope, NULL, false},
    {"selftimed", "two readings of the clock around each operation, as people do it by hand",
     micro_by_self_timing, NULL, false},
    {"runstats", "run_time_ns by run_cnt of a program with one operation", micro_by_statistics, NULL, false},
    {"funclatency",
     "libbpf-tools' histogram of the function that the operation calls, for kernels with kprobes",
     micro_by_funclatency, micro_not_by_funclatency, true},
};

struct micro_options {
    const struct micro_method *method;
    const char *output;
    struct micro_plan plan;
    bool full, exact, json;
};

OPTIONS_FLAG(struct micro_options, full)
OPTIONS_FLAG(struct micro_options, exact)
OPTIONS_FLAG(struct micro_options, json)

static int set_quiet(void *options, const char *value, struct error *error)
{
    (void)value;
    (void)error;
    ((struct micro_options *)options)->plan.quiet = true;
    return 0;
}

static int set_output(void *options, const char *value, struct error *error)
{
    (void)error;
    ((struct micro_options *)options)->output = value;
    return 0;
}

static int set_method(void *options, const char *value, struct error *error)
{
    for (size_t i = 0; i < ARRAY_SIZE(methods); i++)
        if (strcmp(methods[i].name, value) == 0) {
            ((struct micro_options *)options)->method = &methods[i];
            return 0;
        }
    return error_set(error, EXIT_USAGE, -EINVAL,
                     "--method %s: choose slope, selftimed, runstats or funclatency", value);
}

static int parse_number(const char *value, const char *option, unsigned low, unsigned high, unsigned *number,
                        struct error *error)
{
    char *end;
    unsigned long parsed = strtoul(value, &end, 10);

    if (end == value || *end || parsed < low || parsed > high)
        return error_set(error, EXIT_USAGE, -EINVAL, "%s %s: write a number from %u to %u", option, value,
                         low, high);
    *number = (unsigned)parsed;
    return 0;
}

static int set_repetitions(void *options, const char *value, struct error *error)
{
    return parse_number(value, "--repetitions", 8, SIGNED_RANK_MAX,
                        &((struct micro_options *)options)->plan.repetitions, error);
}

static int set_loads(void *options, const char *value, struct error *error)
{
    return parse_number(value, "--loads", MICRO_LOADS_MIN, PASSES_MAX,
                        &((struct micro_options *)options)->plan.loads, error);
}

static const struct option_spec specs[] = {
    {"full", 0, NULL, "the whole grid of sizes and fills, not one dimension at a time", set_full},
    {"method", 0, "slope|selftimed|runstats|funclatency", "how BPF operations are timed (default: slope)",
     set_method},
    {"repetitions", 0, "N", "repetitions behind each interval (default 24)", set_repetitions},
    {"exact", 0, NULL, "one repetition, for a clock that counts instructions ('tracetoll kernels' gives it)",
     set_exact},
    {"loads", 0, "N", "loads of a program that they are spread over, each in a pass of its own (default 8)",
     set_loads},
    {"json", 0, NULL, "print the document instead of tables", set_json},
    {"output", 'o', "FILE", "write the document", set_output},
    {"quiet", 'q', NULL, "no progress", set_quiet},
};

static const struct command_help help = {
    "tracetoll micro [OPTIONS] [attach|map|helper|event|insn|memcpy...]",
    "Measures what single operations cost on this machine: hits of each attach type, map operations, "
    "helpers,\n"
    "events, instructions. Without a suite: all of them. Figures are for warm caches.",
};

static int add_suite(struct micro_rows *rows, const char *name, bool full, struct error *error)
{
    const char *names[SUITES_MAX];
    char suggestion[128];
    unsigned count = 0;

    for (const struct micro_suite *suite = micro_suites; suite->name; suite++) {
        names[count++] = suite->name;
        if (name && strcmp(name, suite->name) != 0)
            continue;
        suite->add(rows, full);
        if (name)
            return 0;
    }
    if (!name)
        return 0;
    return error_set(error, EXIT_USAGE, -EINVAL, "unknown suite \"%s\"%s; %s", name,
                     name_suggestion(suggestion, sizeof(suggestion), name, names, count), help.usage);
}

static void choose_measure(struct micro_row *row, const struct micro_method *method)
{
    if (row->measure == micro_by_slope && row->contention == ALONE)
        row->measure = method->measure;
    else if (method->others)
        row->measure = method->others;
}

static int choose_rows(struct micro_rows *rows, const struct micro_options *options, int count, char **suites,
                       struct error *error)
{
    int result = count == 0 ? add_suite(rows, NULL, options->full, error) : 0;

    for (int i = 0; result == 0 && i < count; i++)
        result = add_suite(rows, suites[i], options->full, error);
    if (result == 0 && rows->failed)
        return error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");
    for (unsigned i = 0; i < rows->count; i++)
        choose_measure(&rows->rows[i], options->method);
    return result;
}

static bool any_measured(const json_t *list)
{
    const json_t *row;
    size_t i;

    json_array_foreach(list, i, row)
    {
        if (strcmp(document_text(row, "status"), "unsupported") != 0)
            return true;
    }
    return false;
}

/* `result`: of measuring, 0 or -EINTR. */
static int publish(const struct micro_options *options, const json_t *document, int result,
                   struct error *error)
{
    struct error why = {0};
    int printed;

    if (options->output)
        result = error_join(error, result, &why, document_write(options->output, document, &why));
    why = (struct error){0};
    printed = options->json ? document_print(document, stdout) : micro_print(document, stdout);
    if (printed)
        error_set(&why, EXIT_ENVIRONMENT, printed, "cannot print: %s", strerror(-printed));
    return error_join(error, result, &why, printed);
}

static int run(const struct micro_options *options, const struct micro_rows *rows, int argc, char **argv,
               struct interrupt *interrupt, struct error *error)
{
    CLEANUP(jsonio_drop) json_t *list = json_array(), *document = NULL;
    uint64_t start_ns = clock_now_ns();
    bool once = options->exact || options->method->once;
    const struct micro_plan one = {
        .repetitions = 1, .loads = 1, .quiet = options->exact || options->plan.quiet};
    json_t *clock;
    int result = micro_session(rows, once ? &one : &options->plan, interrupt, list, &clock, error);

    if (result && json_array_size(list) == 0)
        return result;
    document = micro_compose(json_incref(list), clock, options->method->name, options->full, argc, argv,
                             (double)(clock_now_ns() - start_ns) / 1e9);
    json_object_set_new(document, "interrupted", json_boolean(result == -EINTR));
    result = publish(options, document, result, error);
    if (result)
        return result;
    if (any_measured(list))
        return EXIT_MEASURED;
    return error_set(error, EXIT_UNSUPPORTED, -EOPNOTSUPP, "nothing of this can be measured here");
}

int command_micro(int argc, char **argv, struct interrupt *interrupt, struct error *error)
{
    struct micro_options options = {.method = &methods[0],
                                    .plan = {.repetitions = MICRO_REPETITIONS, .loads = MICRO_LOADS}};
    CLEANUP(micro_rows_free) struct micro_rows rows = {0};
    char *suites[SUITES_MAX];
    int count = 0, rest = 0, left = argc, result;
    char **words = argv;

    /* Options may stand behind suites, too: each suite is the zeroth word of what follows it. */
    do {
        result = options_parse(specs, ARRAY_SIZE(specs), &help, &options, left, words, &rest, error);
        if (result)
            return result > 0 ? EXIT_MEASURED : result;
        if (rest < left && count < SUITES_MAX)
            suites[count++] = words[rest];
        words += rest;
        left -= rest;
    } while (left > 0);
    result = choose_rows(&rows, &options, count, suites, error);
    if (result)
        return result;
    return run(&options, &rows, argc + 1, argv - 1, interrupt, error);
}
