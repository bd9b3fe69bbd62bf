/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/micro/document.h"
#include "agents/environment.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/units.h"
#include "base/version.h"
#include "bpf/op_table.h"
#include "reports/document.h"
#include "reports/jsonio.h"
#include "reports/table.h"
#include "reports/text.h"

#include <errno.h>
#include <math.h>
#include <string.h>

static const char *const statuses[] = {
    [ROW_MEASURED] = "measured", [ROW_UNTRUSTWORTHY] = "untrustworthy", [ROW_UNSUPPORTED] = "unsupported"};

/* A slope whose check failed is no number. */
static double shown(const struct micro_figure *figure, double number)
{
    return figure->status == ROW_MEASURED ? number : NAN;
}

json_t *micro_compose_row(const struct micro_row *row, struct micro_figure *figure)
{
    json_t *detail = figure->detail ? figure->detail : json_object();

    figure->detail = NULL;
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:i, s:s, s:o, s:o}", "suite", row->suite,
                     "name", row->name, "variant", row->variant, "unit", row->unit, "per", row->per,
                     "estimate", jsonio_number(shown(figure, figure->cost.estimate)), "low",
                     jsonio_number(shown(figure, figure->cost.low)), "high",
                     jsonio_number(shown(figure, figure->cost.high)), "n", (int)figure->repetitions, "status",
                     statuses[figure->status], "reason",
                     jsonio_text(figure->reason[0] ? figure->reason : NULL), "detail", detail);
}

static json_t *words(int argc, char **argv)
{
    json_t *list = json_array();

    for (int i = 0; i < argc; i++)
        json_array_append_new(list, jsonio_text(argv[i]));
    return list;
}

json_t *micro_compose(json_t *rows, json_t *clock, const char *method, bool full, int argc, char **argv,
                      double seconds)
{
    uint64_t now_ns = clock_wall_ns();
    char started[32], finished[32];

    clock_rfc3339(now_ns - (uint64_t)(seconds * 1e9), started, sizeof(started));
    clock_rfc3339(now_ns, finished, sizeof(finished));
    return json_pack(
        "{s:s, s:{s:s, s:s, s:s, s:s}, s:{s:o}, s:{s:s, s:s, s:f}, s:o, s:s, s:b, s:s, s:o, s:o}", "schema",
        MICRO_SCHEMA, "tool", "name", "tracetoll", "version", tracetoll_version, "revision",
        tracetoll_revision, "cflags", tracetoll_cflags, "command", "argv", words(argc, argv), "time",
        "started", started, "finished", finished, "seconds", seconds, "environment", environment_describe(),
        "method", method, "full", full, "conditions",
        "warm caches, one thread pinned to one CPU unless the row says otherwise", "clock",
        clock ? clock : json_null(), "rows", rows);
}

static void format_ns(char *text, size_t size, double ns)
{
    if (isnan(ns))
        snprintf(text, size, "-");
    else
        snprintf(text, size, "%.*f", fabs(ns) < 10 ? 2 : fabs(ns) < 1000 ? 1 : 0, ns);
}

static void add_interval(struct table *table, const json_t *row)
{
    char low[32], high[32];

    format_ns(low, sizeof(low), document_number(row, "low"));
    format_ns(high, sizeof(high), document_number(row, "high"));
    if (isnan(document_number(row, "estimate")))
        table_cell(table, "%s", "");
    else
        table_cell(table, "[%s, %s]", low, high);
}

/* What funclatency has timed, and how often. */
static void add_functions(struct table *table, const json_t *functions)
{
    const json_t *function;
    char text[320] = "";
    size_t i;

    json_array_foreach(functions, i, function)
    {
        size_t length = strlen(text);

        snprintf(text + length, sizeof(text) - length, "%s%.64s, %.0f calls", i ? "; " : "",
                 document_text(function, "name"), document_number(function, "calls"));
    }
    table_cell(table, "%s", text);
}

/* What a person asks next: frames, losses, its own account, the timer. */
static void add_remark(struct table *table, const json_t *row)
{
    const char *reason = document_text(row, "reason");
    double frames = document_number(row, "detail.frames_walked"),
           lost = document_number(row, "detail.lost_share"),
           total = document_number(row, "detail.total_cpu_ns"),
           timer = document_number(row, "detail.timer_itself_ns"),
           accounted = document_number(row, "detail.accounted_ns"),
           wakeups = document_number(row, "detail.wakeups_per_event"),
           code_bytes = document_number(row, "detail.machine_bytes_per_instruction"),
           code_instructions = document_number(row, "detail.machine_instructions_per_instruction");

    if (reason[0])
        table_cell(table, "%s: %s", document_text(row, "status"), reason);
    else if (document_at(row, "detail.functions"))
        add_functions(table, document_at(row, "detail.functions"));
    else if (!isnan(frames))
        table_cell(table, "%.0f frames walked", frames);
    else if (!isnan(wakeups))
        table_cell(table, "CPU in all %.0f ns; %.2f wake-ups an event; %.1f %% lost", total, wakeups,
                   100 * lost);
    else if (!isnan(accounted))
        table_cell(table, "accounts %.1f ns of it", accounted);
    else if (!isnan(timer))
        table_cell(table, "the timer itself: %.1f ns", timer);
    else if (!isnan(code_instructions))
        table_cell(table, "compiled to %.2f of the machine's, %.1f bytes", code_instructions, code_bytes);
    else
        table_cell(table, "%s", "");
}

static void add_row(struct table *table, const json_t *row)
{
    const char *variant = document_text(row, "variant");
    char cost[32];

    format_ns(cost, sizeof(cost), document_number(row, "estimate"));
    table_cell(table, "%s%s%s", document_text(row, "name"), variant[0] ? ", " : "", variant);
    table_cell(table, "%s", cost);
    add_interval(table, row);
    table_cell(table, "%s", document_text(row, "per"));
    add_remark(table, row);
}

/* funclatency knows no more than a power of two. */
static const char *interval_is(const json_t *document)
{
    return strcmp(document_text(document, "method"), "funclatency") == 0 ? "median's bucket"
                                                                         : "95 % interval";
}

static int print_suite(const json_t *document, const struct micro_suite *suite, FILE *out)
{
    const struct table_column columns[] = {{"operation", false, false},
                                           {"ns", true, false},
                                           {interval_is(document), true, false},
                                           {"per", false, false},
                                           {"remark", false, false}};
    const json_t *rows = document_at(document, "rows");
    CLEANUP(table_free) struct table table;
    const json_t *row;
    unsigned count = 0;
    size_t i;

    table_init(&table, columns, ARRAY_SIZE(columns));
    json_array_foreach(rows, i, row)
    {
        if (strcmp(document_text(row, "suite"), suite->name) != 0)
            continue;
        add_row(&table, row);
        count++;
    }
    if (count == 0)
        return 0;
    fprintf(out, "%s: %s\n\n", suite->name, suite->summary);
    if (table_print(&table, out, 2, 100))
        return -ENOMEM;
    fputc('\n', out);
    return 0;
}

static void print_clock(const json_t *document, FILE *out)
{
    fprintf(out,
            "Core clock: a multiplication took %.3f ns at the median, from %.3f to %.3f; the figures are of "
            "the median.\n",
            document_number(document, "clock.multiplication_ns"), document_number(document, "clock.low"),
            document_number(document, "clock.high"));
}

int micro_print(const json_t *document, FILE *out)
{
    json_t *harmless = text_harmless(document, 400);
    int result = harmless ? 0 : -ENOMEM;

    for (const struct micro_suite *suite = micro_suites; result == 0 && suite->name; suite++)
        result = print_suite(harmless, suite, out);
    if (result == 0)
        fprintf(out, "Method: %s; %s.\n", document_text(harmless, "method"),
                document_text(harmless, "conditions"));
    if (result == 0 && json_is_object(json_object_get(harmless, "clock")))
        print_clock(harmless, out);
    json_decref(harmless);
    return result;
}
