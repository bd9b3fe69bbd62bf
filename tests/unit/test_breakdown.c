/* SPDX-License-Identifier: GPL-2.0 */
/* Where the cost comes from, of trials whose parts are known. */
#include "tests/unit/breakdowns.h"
#include "base/cpus.h"
#include "orchestrator/breakdown/prices.h"
#include "orchestrator/breakdown/unit_costs.h"
#include "orchestrator/breakdown/unit_rows.h"
#include "orchestrator/breakdown/way.h"
#include "orchestrator/micro/suite_attach.h"
#include "orchestrator/micro/micro.h"

static void parts_add_up(void **state)
{
    /* 2 x 100 + 0.5 x 300, and 2 x (70 - 20) + 0.5 x (60 - 20), and 10 + 30 */
    CLEANUP(jsonio_drop) json_t *json = broken_down(510, TARGET, UNITS);

    (void)state;
    assert_true(fabs(number_at(json, "measured.estimate") - 510) < 1e-6);
    assert_string_equal(document_text(json, "parts.0.name"), "dispatch");
    assert_true(fabs(number_at(json, "parts.0.estimate") - 350) < 1e-9);
    assert_true(fabs(number_at(json, "parts.0.low") - 330) < 1e-9);
    assert_true(fabs(number_at(json, "parts.1.estimate") - 120) < 1e-9);
    assert_string_equal(document_text(json, "parts.2.name"), "delivery");
    assert_close(number_at(json, "parts.2.estimate"), 10, 1e-6);
    assert_string_equal(document_text(json, "parts.3.name"), "user");
    assert_close(number_at(json, "parts.3.estimate"), 30, 1e-6);
    assert_true(fabs(number_at(json, "unexplained.estimate")) < 1e-6);
    /* Ten equal quads have no width of their own: that of the dispatch is left. */
    assert_true(fabs(number_at(json, "unexplained.high") - 20) < 1e-6);
    assert_true(fabs(number_at(json, "unexplained.share")) < 1e-6);
    assert_true(fabs(number_at(json, "seconds") - 1.5) < 1e-12);
    assert_int_equal(document_count(json, "programs"), 3);
    assert_true(number_at(json, "programs.2.runs_per_op") == 0);
    assert_true(number_at(json, "programs.2.dispatch.estimate") == 0);
}

/* What a run takes differs between the turns in which that was counted, and what is left knows it. */
static void run_times_have_a_width(void **state)
{
    const char *target =
                   "{\"programs\": [{\"name\": \"in\", \"attach\": \"raw_tp:sys_enter\", \"runs_per_op\": 2, "
                   "\"ns_per_run\": 100, \"load_runs_per_op\": 2%s}]}",
               *interval = ", \"ns_per_run_interval\": {\"estimate\": 100, \"low\": 90, \"high\": 125}";
    CLEANUP(jsonio_drop) json_t *point = NULL, *wide = NULL;
    char text[400];

    (void)state;
    snprintf(text, sizeof(text), target, "");
    point = broken_down(510, text, UNITS);
    snprintf(text, sizeof(text), target, interval);
    wide = broken_down(510, text, UNITS);
    assert_close(number_at(point, "parts.1.low"), 160, 1e-9);
    assert_close(number_at(wide, "parts.1.estimate"), 160, 1e-9);
    assert_close(number_at(wide, "parts.1.low"), 140, 1e-9);
    assert_close(number_at(wide, "parts.1.high"), 210, 1e-9);
    /* 20 of the dispatch, and now that of the programs, as standard errors add up */
    assert_close(number_at(point, "unexplained.estimate") - number_at(point, "unexplained.low"), 20, 1e-6);
    assert_close(number_at(wide, "unexplained.estimate") - number_at(wide, "unexplained.low"),
                 sqrt(20 * 20 + 50 * 50), 1e-6);
    assert_close(number_at(wide, "unexplained.high") - number_at(wide, "unexplained.estimate"),
                 sqrt(20 * 20 + 20 * 20), 1e-6);
    assert_close(number_at(wide, "latency.parts.1.high"), 210, 1e-9);
}

static void what_is_left_over_is_said(void **state)
{
    CLEANUP(jsonio_drop) json_t *json = broken_down(1020, TARGET, UNITS);

    (void)state;
    assert_true(fabs(number_at(json, "unexplained.estimate") - 510) < 1e-6);
    assert_true(fabs(number_at(json, "unexplained.share") - 0.5) < 1e-6);
    assert_true(number_at(json, "unexplained.low") > 0);
}

/* A part that is not known is no zero: there is no breakdown then. */
static void without_a_part_there_is_none(void **state)
{
    CLEANUP(jsonio_drop)
    json_t *no_row = broken_down(510,
                                 "{\"programs\": [{\"name\": \"x\", \"attach\": \"nowhere:eth0\", "
                                 "\"runs_per_op\": 1, \"ns_per_run\": 30}]}",
                                 UNITS);
    CLEANUP(jsonio_drop)
    json_t *no_time = broken_down(510,
                                  "{\"programs\": [{\"name\": \"x\", \"attach\": \"raw_tp:a\", "
                                  "\"runs_per_op\": 1, \"ns_per_run\": null}]}",
                                  UNITS);
    CLEANUP(jsonio_drop) json_t *no_units = broken_down(510, TARGET, "{}");

    (void)state;
    assert_true(json_is_null(no_row));
    assert_true(json_is_null(no_time));
    assert_true(json_is_null(no_units));
}

#define PRICED                                                                                               \
    "{\"seconds\": 1, \"rows\": ["                                                                           \
    " {\"name\": \"raw_tp\", \"variant\": \"\", \"estimate\": 100, \"low\": 90, \"high\": 110,"              \
    "  \"detail\": {\"run_time_ns\": 20}},"                                                                  \
    " {\"name\": \"insn_load_independent\", \"variant\": \"\", \"estimate\": 0.1, \"low\": 0.1, \"high\": "  \
    "0.1},"                                                                                                  \
    " {\"name\": \"insn_add_dependent\", \"variant\": \"\", \"estimate\": 0.5, \"low\": 0.5, \"high\": "     \
    "0.5},"                                                                                                  \
    " {\"name\": \"hash_update\", \"variant\": \"\", \"estimate\": 50, \"low\": 49, \"high\": 51},"          \
    " {\"name\": \"hash_insert_delete\", \"variant\": \"\", \"estimate\": 80, \"low\": 79, \"high\": 81}]}"

#define CALLING(calls)                                                                                       \
    "{\"programs\": [{\"name\": \"in\", \"type\": \"raw_tracepoint\", \"attach\": \"raw_tp:sys_enter\","     \
    "  \"runs_per_op\": 2, \"ns_per_run\": 70, \"code\": {\"instructions\": {\"fewest\": 10, \"most\": 40}," \
    "  \"calls\": [" calls "]}}]}"

/* Twice: getting there 90 to 110, 10 x 0.1 to 40 x 0.5, one update of an old key to two of new ones. */
static void operations_are_priced(void **state)
{
    CLEANUP(jsonio_drop)
    json_t *json =
        broken_down(510, CALLING("{\"name\": \"htab_map_update_elem\", \"fewest\": 1, \"most\": 2}"), PRICED);

    (void)state;
    assert_close(number_at(json, "predicted.low"), 2 * (90 + 1 + 49), 1e-9);
    assert_close(number_at(json, "predicted.high"), 2 * (110 + 20 + 162), 1e-9);
    assert_close(number_at(json, "programs.0.predicted.low"), 280, 1e-9);
    assert_int_equal(document_count(json, "unpriced"), 0);
}

/* The price of the way there was measured with a program of ours, whose 12 instructions are in it. */
static void an_empty_program_is_in_the_way_there(void **state)
{
    CLEANUP(jsonio_drop) json_t *units = json_loads(PRICED, 0, NULL), *target, *empty, *full;
    const json_t *rows = json_object_get(units, "rows"), *code;
    json_t *way = json_array_get(rows, 0);
    char *text;

    (void)state;
    json_object_set_new(json_object_get(way, "detail"), "program_instructions", json_real(12));
    text = json_dumps(units, 0);
    empty = broken_down(510,
                        "{\"programs\": [{\"name\": \"in\", \"attach\": \"raw_tp:x\", \"runs_per_op\": 2, "
                        "\"ns_per_run\": 20, \"code\": {\"instructions\": {\"fewest\": 12, \"most\": 12}, "
                        "\"calls\": []}}]}",
                        text);
    full = broken_down(510, CALLING(""), text);
    free(text);
    assert_close(number_at(empty, "predicted.low"), number_at(empty, "parts.0.low"), 1e-9);
    assert_close(number_at(empty, "predicted.high"), number_at(empty, "parts.0.high"), 1e-9);
    assert_close(number_at(full, "predicted.low"), 2 * 90, 1e-9); /* 10 at least: none beyond */
    assert_close(number_at(full, "predicted.high"), 2 * (110 + 28 * 0.5), 1e-9);
    target = json_loads(CALLING(""), 0, NULL);
    code = document_at(target, "programs.0.code");
    assert_close(predict_needed(code, way, rows), 0, 1e-9);
    assert_close(predict_needed(code, NULL, rows), 1, 1e-9);
    assert_close(predict_untold(code, way, rows), 14, 1e-9);
}

/* What has no price is named, and leaves the range open above. */
static void what_has_no_price_is_named(void **state)
{
    CLEANUP(jsonio_drop)
    json_t *json = broken_down(510,
                               CALLING("{\"name\": \"bpf_new_helper\", \"fewest\": 1, \"most\": 1},"
                                       "{\"name\": \"bpf_new_helper\", \"fewest\": 0, \"most\": 1},"
                                       "{\"name\": \"bpf_snprintf\", \"fewest\": 0, \"most\": null}"),
                               PRICED);

    (void)state;
    assert_close(number_at(json, "predicted.low"), 182, 1e-9);
    assert_true(isnan(number_at(json, "predicted.high")));
    assert_int_equal(document_count(json, "unpriced"), 2);
    assert_string_equal(document_text(json, "unpriced.0"), "bpf_new_helper");
}

/* All runs while the load runs are in the cost, whoever causes them; a load that nobody counted for waits for
 * some of those that it causes. */
static void all_runs_are_counted(void **state)
{
    CLEANUP(jsonio_drop)
    json_t *json = broken_down(1500,
                               "{\"programs\": [{\"name\": \"in\", \"attach\": \"raw_tp:x\", "
                               "\"all_runs_per_op\": 3, \"runs_per_op\": 2, \"ns_per_run\": 70}]}",
                               UNITS);

    (void)state;
    assert_close(number_at(json, "parts.0.estimate"), 300, 1e-9);
    assert_close(number_at(json, "parts.1.estimate"), 150, 1e-9);
    assert_close(number_at(json, "programs.0.runs_per_op"), 3, 1e-9);
    assert_close(number_at(json, "latency.parts.0.estimate"), 100, 1e-9);
    assert_close(number_at(json, "latency.parts.0.high"), 220, 1e-9);
}

static void assert_why(const char *target_text, const char *unit_text, const char *expected)
{
    CLEANUP(jsonio_drop) json_t *target = json_loads(target_text, 0, NULL);
    CLEANUP(jsonio_drop) json_t *units = json_loads(unit_text, 0, NULL);
    char why[300] = "";

    assert_true(breakdown_why_not(units, target, why, sizeof(why)) == (expected[0] != '\0'));
    assert_non_null(strstr(why, expected));
}

static void what_is_missing_is_said(void **state)
{
    (void)state;
    assert_why(TARGET, UNITS, "");
    assert_why(TARGET, "{\"rows\": [], \"failed\": \"no memory\"}", "could not be measured: no memory");
    assert_why("{\"programs\": [{\"name\": \"x\", \"type\": \"sk_lookup\", \"attach\": \"nowhere\", "
               "\"runs_per_op\": 1, \"ns_per_run\": 30}]}",
               UNITS, "has no row for nowhere (sk_lookup)");
    assert_why("{\"programs\": [{\"name\": \"x\", \"attach\": \"raw_tp:a\", \"runs_per_op\": 1, "
               "\"ns_per_run\": null}]}",
               UNITS, "did not count the runs of x");
    assert_why(TARGET,
               "{\"rows\": [{\"name\": \"raw_tp\", \"variant\": \"\", \"estimate\": null, \"status\": "
               "\"untrustworthy\", \"reason\": \"too wide\"}]}",
               "raw_tp:sys_enter costs is untrustworthy here: too wide");
}

static const struct unit_row *row_of(const char *type, const char *attach)
{
    CLEANUP(jsonio_drop) json_t *program = json_pack("{s:s, s:s}", "type", type, "attach", attach);

    return unit_row_of(program);
}

static void attach_points_have_rows(void **state)
{
    (void)state;
    assert_string_equal(row_of("kprobe", "tracepoint:syscalls:sys_enter_openat")->variant,
                        "of one system call");
    assert_string_equal(row_of("kprobe", "tracepoint:sched:sched_switch")->variant, "");
    assert_string_equal(row_of("kprobe", "kretprobe:vfs_read, kretprobe:vfs_write")->name, "kretprobe");
    assert_string_equal(row_of("xdp", "xdp:ifindex/3")->name, "xdp");
    assert_string_equal(row_of("socket_filter", "")->name, "socket_filter");
    assert_string_equal(row_of("perf_event", "perf_event:cpu-clock")->name, "perf_event");
    assert_null(row_of("kprobe", "unknown:x"));
    assert_null(row_of("kprobe", ""));
}

static bool lasts(const char *row_text)
{
    CLEANUP(jsonio_drop) json_t *row = json_loads(row_text, 0, NULL);

    assert_non_null(row);
    return unit_row_lasts(row);
}

static void prices_that_may_come_another_time_are_not_kept(void **state)
{
    (void)state;
    assert_true(lasts("{\"status\": \"measured\", \"detail\": {}}"));
    assert_true(lasts("{\"status\": \"unsupported\", \"detail\": {}}"));
    assert_false(lasts("{\"status\": \"unsupported\", \"detail\": {\"may_pass\": true}}"));
    assert_false(lasts("{\"status\": \"untrustworthy\", \"detail\": {}}"));
    assert_false(lasts("{}"));
}

/* On one CPU a consumer takes the producer's place: what was measured so is none of a run on several. */
static void prices_are_of_the_cpus_that_were_allowed(void **state)
{
    CLEANUP(jsonio_drop) json_t *all = unit_costs_key(), *again = unit_costs_key(), *one = NULL;
    int cpus[CPU_SETSIZE], count = cpus_allowed(cpus, CPU_SETSIZE);
    cpu_set_t before;

    (void)state;
    json_object_del(all, "statistics"); /* of the whole machine: others may turn them on and off meanwhile */
    json_object_del(again, "statistics");
    assert_true(json_equal(all, again));
    if (count < 2)
        skip();
    assert_int_equal(sched_getaffinity(0, sizeof(before), &before), 0);
    assert_int_equal(cpu_pin(cpus[count - 1]), 0);
    one = unit_costs_key();
    assert_int_equal(sched_setaffinity(0, sizeof(before), &before), 0);
    json_object_del(one, "statistics");
    assert_false(json_equal(all, one));
}

#define USER_ROW(name, variant, estimate, low, high)                                                         \
    ", {\"name\": \"" name "\", \"variant\": \"" variant "\", \"estimate\": " estimate ", \"low\": " low     \
    ", \"high\": " high ", \"detail\": {}}"
#define USER_TARGET(attach)                                                                                  \
    "{\"programs\": [{\"name\": \"u\", \"attach\": \"" attach "\", \"runs_per_op\": 2, \"ns_per_run\": "     \
    "70}]}"

static json_t *user_broken_down(const char *target, const char *rows)
{
    char units[2000];

    snprintf(units, sizeof(units), "%.*s%s]}", (int)strlen(UNITS) - 2, UNITS, rows);
    return broken_down(510, target, units);
}

/* Whether the instruction below a uprobe is emulated or stepped over is not known: it costs up to the latter.
 */
static void a_uprobe_may_be_stepped_over(void **state)
{
    const char *both = USER_ROW("uprobe", "on nop", "100", "90", "110")
                   USER_ROW("uprobe", "on ret", "400", "360", "450")
                       USER_ROW("uretprobe", "on nop", "150", "140", "160"),
               *no_ret = USER_ROW("uprobe", "on nop", "100", "90", "110");
    CLEANUP(jsonio_drop)
    json_t *entry = user_broken_down(USER_TARGET("uprobe:/bin/x:0x10"), both),
           *end = user_broken_down(USER_TARGET("uretprobe:/bin/x:0x10"), both),
           *unpriced = user_broken_down(USER_TARGET("uprobe:/bin/x:0x10"), no_ret);

    (void)state;
    assert_close(number_at(entry, "parts.0.estimate"), 200, 1e-9);
    assert_close(number_at(entry, "parts.0.low"), 180, 1e-9);
    assert_close(number_at(entry, "parts.0.high"), 900, 1e-9);
    assert_close(number_at(end, "parts.0.estimate"), 300, 1e-9);
    assert_close(number_at(end, "parts.0.high"), 2 * (160 + 340), 1e-9);
    assert_close(number_at(unpriced, "parts.0.high"), 220, 1e-9);
}

#define TWO(first, second)                                                                                   \
    "{\"programs\": [{\"name\": \"a\", \"attach\": \"" first "\", \"runs_per_op\": 1, \"ns_per_run\": 70},"  \
    "{\"name\": \"b\", \"attach\": \"" second "\", \"runs_per_op\": 1, \"ns_per_run\": 70}]}"
#define EIGHT USER_ROW("raw_tp", "8 programs on one hook", "520", "500", "540")
#define USER_ROWS                                                                                            \
    USER_ROW("uprobe", "on nop", "5557", "4995", "6143")                                                     \
    USER_ROW("uprobe", "on ret", "20464", "18564", "22258")                                                  \
    USER_ROW("uretprobe", "on nop", "7066", "6383", "7726")

static void programs_on_one_hook_share_the_way(void **state)
{
    CLEANUP(jsonio_drop)
    json_t *two = user_broken_down(TWO("raw_tp:sys_exit", "raw_tp:sys_exit"), EIGHT),
           *ends = user_broken_down(TWO("raw_tp:sys_enter", "tp_btf:sys_exit"), EIGHT),
           *unpriced = user_broken_down(TWO("raw_tp:sys_exit", "raw_tp:sys_exit"), ""),
           *apart = user_broken_down(TWO("raw_tp:sys_exit", "kprobe:sys_exit"), EIGHT),
           *too_wide = user_broken_down(TWO("raw_tp:sys_exit", "raw_tp:sys_exit"),
                                        USER_ROW("raw_tp", "8 programs on one hook", "null", "null", "null")),
           *no_row = user_broken_down(TWO("kprobe:x", "kretprobe:x"), EIGHT);

    (void)state;
    /* The first 90 to 110, around 100; one more (520 - 100) / 7, no less than (500 - 110) / 7. */
    assert_close(number_at(two, "parts.0.estimate"), 160, 1e-9);
    assert_close(number_at(two, "parts.0.low"), 90 + 390.0 / 7, 1e-9);
    assert_close(number_at(two, "parts.0.high"), 220, 1e-9);
    assert_non_null(strstr(document_text(two, "parts.0.summary"), "shares"));
    assert_close(number_at(ends, "parts.0.estimate"), 160, 1e-9);
    assert_close(number_at(unpriced, "parts.0.estimate"), 150, 1e-9);
    assert_close(number_at(unpriced, "parts.0.low"), 90, 1e-9);
    assert_close(number_at(too_wide, "parts.0.estimate"), 150, 1e-9);
    assert_close(number_at(too_wide, "parts.0.low"), 90, 1e-9);
    assert_true(json_is_null(no_row));
    assert_close(number_at(apart, "parts.0.low"), 390, 1e-9);
    assert_null(strstr(document_text(apart, "parts.0.summary"), "shares"));
}

/* One breakpoint, whoever waits for it and in which order they came. */
static void entry_and_return_trap_once(void **state)
{
    CLEANUP(jsonio_drop)
    json_t *entry = user_broken_down(TWO("uprobe:/bin/x:0x10", "uretprobe:/bin/x:0x10"), USER_ROWS),
           *end = user_broken_down(TWO("uretprobe:/bin/x:0x10", "uprobe:/bin/x:0x10"), USER_ROWS EIGHT),
           *apart = user_broken_down(TWO("uprobe:/bin/x:0x10", "uretprobe:/bin/x:0x18"), USER_ROWS);

    (void)state;
    assert_close(number_at(entry, "parts.0.low"), 6383, 1e-9);
    assert_close(number_at(entry, "parts.0.estimate"), 7066, 1e-9);
    assert_true(number_at(entry, "parts.0.high") > 5557 + 7066);
    assert_close(number_at(end, "parts.0.low"), 6383, 1e-9);
    assert_close(number_at(end, "parts.0.estimate"), 7066 + 60, 1e-9);
    assert_close(number_at(apart, "parts.0.estimate"), 5557 + 7066, 1e-9);
}

/* Where it is not known how much of it they share, and by how many of their runs. */
static void what_is_shared_may_be_a_part(void **state)
{
    const char *rows = USER_ROW("kretprobe", "", "400", "400", "400") EIGHT,
               *rare =
                   "{\"programs\": ["
                   "{\"name\": \"a\", \"attach\": \"raw_tp:x\", \"runs_per_op\": 1, \"ns_per_run\": 70},"
                   "{\"name\": \"i\", \"attach\": \"raw_tp:y\", \"runs_per_op\": 0, \"ns_per_run\": null},"
                   "{\"name\": \"b\", \"attach\": \"raw_tp:x\", \"runs_per_op\": 4, \"ns_per_run\": 70},"
                   "{\"name\": \"c\", \"attach\": \"raw_tp:y\", \"runs_per_op\": 1, \"ns_per_run\": 70}]}";
    CLEANUP(jsonio_drop)
    json_t *ends = user_broken_down(TWO("kprobe:f", "kretprobe:f"), rows),
           *several = user_broken_down(TWO("kprobe:f, kprobe:g", "kretprobe:f, kretprobe:g"), rows),
           *fewer = user_broken_down(TWO("kprobe:f, kprobe:g", "kretprobe:f"), rows),
           *seldom = user_broken_down(rare, rows);

    (void)state;
    assert_close(number_at(ends, "parts.0.low"), 400, 1e-9);
    assert_close(number_at(ends, "parts.0.estimate"), 300 + (100 + 400) / 2, 1e-9);
    assert_close(number_at(ends, "parts.0.high"), 700, 1e-9);
    assert_close(number_at(several, "parts.0.low"), 400, 1e-9);
    assert_close(number_at(fewer, "parts.0.low"), 700, 1e-9);
    assert_close(number_at(seldom, "parts.0.estimate"), 100 + 3 * 100 + 60 + 100, 1e-9);
}

/* Tracepoints that no system call passes have a row of such a one; where it is not there, that of sys_enter,
 * and less. */
static void tracepoints_off_system_calls_have_a_row(void **state)
{
    const char *off = USER_ROW("raw_tp", "off system calls", "60", "55", "65"),
               *too_wide = USER_ROW("raw_tp", "off system calls", "null", "null", "null");
    CLEANUP(jsonio_drop)
    json_t *task = user_broken_down(USER_TARGET("tp_btf:task_rename"), off),
           *call = user_broken_down(USER_TARGET("raw_tp:sys_exit"), off),
           *older = user_broken_down(USER_TARGET("raw_tp:sched_switch"), ""),
           *noisy = user_broken_down(USER_TARGET("raw_tp:sched_switch"), too_wide);

    (void)state;
    assert_close(number_at(task, "parts.0.estimate"), 120, 1e-9);
    assert_close(number_at(task, "parts.0.low"), 110, 1e-9);
    assert_close(number_at(call, "parts.0.low"), 180, 1e-9);
    assert_close(number_at(older, "parts.0.estimate"), 200, 1e-9);
    assert_close(number_at(older, "parts.0.low"), 180 * 0.37, 1e-9);
    assert_close(number_at(older, "parts.0.high"), 220, 1e-9);
    assert_true(json_equal(json_object_get(older, "parts"), json_object_get(noisy, "parts")));
}

static const struct micro_row *listed(const struct micro_rows *rows, const char *name, const char *variant)
{
    for (unsigned i = 0; i < rows->count; i++)
        if (strcmp(rows->rows[i].name, name) == 0 && strcmp(rows->rows[i].variant, variant) == 0)
            return &rows->rows[i];
    return NULL;
}

/* The rows that a breakdown wants are measured without --full. */
static void rows_of_the_way_are_measured(void **state)
{
    CLEANUP(micro_rows_free) struct micro_rows rows = {0};
    const struct micro_row *eight;

    (void)state;
    micro_attach_rows(&rows, false);
    eight = listed(&rows, way_row_eight.name, way_row_eight.variant);
    assert_non_null(eight);
    assert_string_equal(eight->attach->where, "sys_enter");
    assert_string_equal(listed(&rows, "raw_tp", "off system calls")->attach->where, "task_rename");
    assert_string_equal(listed(&rows, "tp", "off system calls")->attach->where, "task:task_rename");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_add_up),
        cmocka_unit_test(run_times_have_a_width),
        cmocka_unit_test(what_is_left_over_is_said),
        cmocka_unit_test(without_a_part_there_is_none),
        cmocka_unit_test(attach_points_have_rows),
        cmocka_unit_test(operations_are_priced),
        cmocka_unit_test(an_empty_program_is_in_the_way_there),
        cmocka_unit_test(what_has_no_price_is_named),
        cmocka_unit_test(what_is_missing_is_said),
        cmocka_unit_test(all_runs_are_counted),
        cmocka_unit_test(prices_that_may_come_another_time_are_not_kept),
        cmocka_unit_test(prices_are_of_the_cpus_that_were_allowed),
        cmocka_unit_test(a_uprobe_may_be_stepped_over),
        cmocka_unit_test(programs_on_one_hook_share_the_way),
        cmocka_unit_test(entry_and_return_trap_once),
        cmocka_unit_test(what_is_shared_may_be_a_part),
        cmocka_unit_test(tracepoints_off_system_calls_have_a_row),
        cmocka_unit_test(rows_of_the_way_are_measured),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
