/* SPDX-License-Identifier: GPL-2.0 */
/* What is advised, on what grounds, and what it is said to save: by hand. */
#include "tests/unit/unit.h"
#include "base/cleanup.h"
#include "orchestrator/advice/advice.h"
#include "orchestrator/advice/advisor.h"
#include "reports/document.h"
#include "reports/jsonio.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#define ROW(name, variant, estimate, low, high)                                                              \
    "{\"name\": \"" name "\", \"variant\": \"" variant "\", \"estimate\": " estimate ", \"low\": " low       \
    ", \"high\": " high "}"

#define ROWS                                                                                                 \
    "[" ROW("kprobe", "", "300", "297", "303") ", " ROW("fentry", "", "100", "96", "104") ", " ROW(          \
        "perf_event_output", "64 bytes", "160", "157",                                                       \
        "163") ", " ROW("ringbuf_output", "64 bytes", "60", "56", "64") ", " ROW("hash_update", "", "50",    \
                                                                                 "50", "50") "]"

#define DOCUMENT(programs)                                                                                   \
    "{\"target\": {\"maps\": [{\"type\": \"hash\", \"key_bytes\": 8, \"max_entries\": 100}], \"programs\": " \
    "[" programs "]},"                                                                                       \
    " \"losses\": {\"events_per_op\": {\"most\": 1}},"                                                       \
    " \"breakdown\": {\"unit\": \"ns\", \"measured\": {\"estimate\": 1000}, \"parts\": ["                    \
    "  {\"name\": \"user\", \"estimate\": 100, \"low\": 90, \"high\": 110}]}}"

#define PROGRAM(attach, in_btf, runs, calls)                                                                 \
    "{\"name\": \"p\", \"type\": \"kprobe\", \"attach\": \"" attach "\", \"in_btf\": " in_btf                \
    ", \"runs_per_op\": " runs                                                                               \
    ", \"code\": {\"instructions\": {\"fewest\": 1, \"most\": 1}, \"calls\": [" calls "]}}"
#define CALL(name, fewest, most) "{\"name\": \"" name "\", \"fewest\": " fewest ", \"most\": " most "}"

static json_t *advice_for(const char *document_text_, const char *rows_text)
{
    CLEANUP(jsonio_drop) json_t *document = json_loads(document_text_, 0, NULL);
    CLEANUP(jsonio_drop) json_t *rows = json_loads(rows_text, 0, NULL);

    assert_non_null(document);
    assert_non_null(rows);
    return advice_compose(document, rows);
}

static void assert_close(double actual, double expected)
{
    if (!(fabs(actual - expected) < 1e-9))
        fail_msg("%.12g is not %.12g", actual, expected);
}

/* Two hits of 300 against 100: 400, with the rows' half widths of 3 and 4 as they add up, twice. */
static void test_kprobe_to_fentry(void **state)
{
    CLEANUP(jsonio_drop) json_t *list = advice_for(DOCUMENT(PROGRAM("kprobe:f", "true", "2", "")), ROWS);

    (void)state;
    assert_int_equal(json_array_size(list), 1);
    assert_string_equal(document_text(json_array_get(list, 0), "rule"), "kprobe_to_fentry");
    assert_close(document_number(json_array_get(list, 0), "saves.estimate"), 400);
    assert_close(document_number(json_array_get(list, 0), "saves.low"), 390);
    assert_close(document_number(json_array_get(list, 0), "saves.high"), 410);
    assert_non_null(strstr(document_text(json_array_get(list, 0), "evidence"), "2.00 hits an operation"));
}

/* 700 ns outside of the programs, where `micro` says 500 for the way there: all of it is 1.4 times as dear.
 * Told from 1, or left alone. */
#define SITUATED(low)                                                                                        \
    "{\"target\": {\"maps\": [], \"programs\": [" PROGRAM(                                                   \
        "kprobe:f", "true", "1",                                                                             \
        "") "]},"                                                                                            \
            " \"breakdown\": {\"unit\": \"ns\", \"measured\": {\"estimate\": 1000, \"low\": " low            \
            ", \"high\": 1050},"                                                                             \
            " \"parts\": [{\"name\": \"dispatch\", \"estimate\": 500, \"low\": 490, \"high\": 510},"         \
            " {\"name\": \"programs\", \"estimate\": 300, \"low\": 300, \"high\": 300},"                     \
            " {\"name\": \"delivery\", \"estimate\": 0, \"low\": 0, \"high\": 0},"                           \
            " {\"name\": \"user\", \"estimate\": 0, \"low\": 0, \"high\": 0}]}}"

static void test_in_place(void **state)
{
    CLEANUP(jsonio_drop) json_t *dearer = advice_for(SITUATED("950"), ROWS);
    CLEANUP(jsonio_drop) json_t *unsure = advice_for(SITUATED("700"), ROWS);

    (void)state;
    assert_close(document_number(dearer, "0.saves.estimate"), 280); /* 200 times 1.4 */
    /* Half widths of 5 in 200, and of 50 in 700. */
    assert_close(document_number(dearer, "0.saves.low"), 280 * (1 - hypot(0.025, 50. / 700)));
    assert_close(document_number(dearer, "0.saves.high"), 280 * (1 + hypot(0.025, 50. / 700)));
    assert_non_null(strstr(document_text(dearer, "0.evidence"), "takes 1.40 times that"));
    assert_close(document_number(unsure, "0.saves.estimate"), 200);
    assert_null(strstr(document_text(unsure, "0.evidence"), "times that"));
}

/* Entry and return of one function share their ways: each saves as it says, both less than the sum. */
static void test_one_function(void **state)
{
    static const char rows[] =
        "[" ROW("kprobe", "", "300", "300", "300") ", " ROW("fentry", "", "100", "100", "100") ", " ROW(
            "kretprobe", "", "500", "500", "500") ", " ROW("fexit", "", "150", "150", "150") "]";
    CLEANUP(jsonio_drop)
    json_t *same = advice_for(
        DOCUMENT(PROGRAM("kprobe:f", "true", "1", "") ", " PROGRAM("kretprobe:f", "true", "1", "")), rows);
    CLEANUP(jsonio_drop)
    json_t *apart = advice_for(
        DOCUMENT(PROGRAM("kprobe:f", "true", "1", "") ", " PROGRAM("kretprobe:g", "true", "1", "")), rows);
    CLEANUP(jsonio_drop)
    json_t *idle = advice_for(
        DOCUMENT(PROGRAM("kprobe:f", "true", "1", "") ", " PROGRAM("kretprobe:f", "true", "0", "")), rows);

    (void)state;
    assert_non_null(strstr(document_text(same, "0.evidence"), "save less than both sums"));
    assert_non_null(document_text(apart, "0.evidence"));
    assert_null(strstr(document_text(apart, "0.evidence"), "save less"));
    assert_null(strstr(document_text(idle, "0.evidence"), "save less"));
}

/* The kernel has a tracepoint there; one of a system call makes all others dearer, and is not advised. */
static void test_tracepoint(void **state)
{
    static const char rows[] =
        "[" ROW("kprobe", "", "300", "300", "300") ", " ROW("raw_tp", "", "90", "90", "90") ", " ROW(
            "tp", "", "120", "120", "120") ", " ROW("tp", "of one system call", "280", "280", "280") "]";
    CLEANUP(jsonio_drop)
    json_t *document = json_loads(DOCUMENT(PROGRAM("kprobe:f", "false", "2", "")), 0, NULL);
    CLEANUP(jsonio_drop) json_t *list = json_loads(rows, 0, NULL);
    CLEANUP(jsonio_drop) json_t *two = NULL, *none = NULL;
    json_t *program = json_array_get(json_object_get(json_object_get(document, "target"), "programs"), 0);

    (void)state;
    json_object_set_new(program, "tracepoint", json_string("net:f"));
    two = advice_compose(document, list);
    json_object_set_new(program, "tracepoint", json_string("syscalls:sys_enter_f"));
    none = advice_compose(document, list);
    assert_int_equal(json_array_size(two), 2);
    assert_string_equal(document_text(two, "0.rule"), "kprobe_to_raw_tp");
    assert_close(document_number(two, "0.saves.estimate"), 420);
    assert_close(document_number(two, "1.saves.estimate"), 360);
    assert_int_equal(json_array_size(none), 0);
}

static void test_not_in_btf(void **state)
{
    CLEANUP(jsonio_drop) json_t *list = advice_for(DOCUMENT(PROGRAM("kprobe:f", "false", "2", "")), ROWS);

    (void)state;
    assert_int_equal(json_array_size(list), 0);
}

/* None or one event: half of the saving is the best guess, nothing and all of it its ends. */
static void test_calls(void **state)
{
    CLEANUP(jsonio_drop)
    json_t *sure = advice_for(
        DOCUMENT(PROGRAM("raw_tp:x", "null", "1", CALL("bpf_perf_event_output_raw_tp", "2", "2"))), ROWS);
    CLEANUP(jsonio_drop)
    json_t *maybe =
        advice_for(DOCUMENT(PROGRAM("raw_tp:x", "null", "1", CALL("bpf_perf_event_output", "0", "1"))), ROWS);

    (void)state;
    assert_string_equal(document_text(json_array_get(sure, 0), "rule"), "perf_to_ringbuf");
    assert_close(document_number(json_array_get(sure, 0), "saves.estimate"), 200);
    assert_close(document_number(json_array_get(sure, 0), "saves.low"), 190);
    assert_close(document_number(json_array_get(maybe, 0), "saves.estimate"), 50);
    assert_close(document_number(json_array_get(maybe, 0), "saves.low"), 0);
    assert_close(document_number(json_array_get(maybe, 0), "saves.high"), 105);
}

/* Keys of 8 bytes are no array; a row that is not there gives no figure; 5 of 1000 ns are not worth a line.
 */
static void test_silence(void **state)
{
    CLEANUP(jsonio_drop)
    json_t *large =
        advice_for(DOCUMENT(PROGRAM("raw_tp:x", "null", "1", CALL("htab_map_update_elem", "1", "1"))), ROWS);
    CLEANUP(jsonio_drop)
    json_t *no_row =
        advice_for(DOCUMENT(PROGRAM("raw_tp:x", "null", "1", CALL("bpf_trace_printk", "1", "1"))), ROWS);
    CLEANUP(jsonio_drop) json_t *little = advice_for(DOCUMENT(PROGRAM("kprobe:f", "true", "0.02", "")), ROWS);
    CLEANUP(jsonio_drop)
    json_t *nothing = advice_for("{\"target\": {\"programs\": []}, \"breakdown\": null}", ROWS);

    (void)state;
    assert_int_equal(json_array_size(large), 0);
    assert_int_equal(json_array_size(no_row), 0);
    assert_int_equal(json_array_size(little), 0);
    assert_int_equal(json_array_size(nothing), 0);
}

/* The second program's map is none of the first one's business; nor is a lookup in one of two kinds told. */
#define MAPPED(maps)                                                                                         \
    PROGRAM("raw_tp:x", "null", "1", CALL("__htab_map_lookup_elem", "4", "4") "], \"maps\": [" maps)
#define USE(index, name) "{\"index\": " index ", \"name\": \"" name "\"}"
#define OF_TWO_MAPS(maps)                                                                                    \
    "{\"target\": {\"maps\": [{\"name\": \"old\", \"type\": \"lru_hash\", \"key_bytes\": 16, "               \
    "\"max_entries\": 99},"                                                                                  \
    " {\"name\": \"few\", \"type\": \"hash\", \"key_bytes\": 4, \"max_entries\": 99}], \"programs\": "       \
    "[" MAPPED(maps) ", {\"name\": \"q\", \"attach\": \"raw_tp:y\", \"code\": {\"calls\": [], \"maps\": "    \
                     "[" USE("1", "few") "]}}]},"                                                            \
                                         " \"breakdown\": {\"unit\": \"ns\", \"measured\": {\"estimate\": "  \
                                         "1000}, \"parts\": []}}"

static void test_own_maps(void **state)
{
    static const char rows[] =
        "[" ROW("hash_lookup", "", "50", "50", "50") ", " ROW("array_lookup", "", "5", "5", "5") "]";
    CLEANUP(jsonio_drop) json_t *other = advice_for(OF_TWO_MAPS(USE("0", "old")), rows);
    CLEANUP(jsonio_drop) json_t *both = advice_for(OF_TWO_MAPS(USE("0", "old") "," USE("1", "few")), rows);
    CLEANUP(jsonio_drop) json_t *own = advice_for(OF_TWO_MAPS(USE("1", "few")), rows);
    CLEANUP(jsonio_drop) json_t *moved = advice_for(OF_TWO_MAPS(USE("1", "old")), rows);
    CLEANUP(jsonio_drop) json_t *none = advice_for(OF_TWO_MAPS(""), rows);

    (void)state;
    assert_int_equal(json_array_size(other), 0);
    assert_int_equal(json_array_size(both), 0);
    assert_int_equal(json_array_size(moved), 0);
    assert_int_equal(json_array_size(none), 0);
    assert_int_equal(json_array_size(own), 1);
    assert_string_equal(document_text(own, "0.rule"), "hash_to_array");
    assert_close(document_number(own, "0.saves.estimate"), 180);
}

static void test_largest_first(void **state)
{
    CLEANUP(jsonio_drop)
    json_t *list =
        advice_for(DOCUMENT(PROGRAM("kprobe:f", "true", "1", CALL("bpf_perf_event_output", "3", "3"))), ROWS);

    (void)state;
    assert_int_equal(json_array_size(list), 3); /* 580 of 1000 are events */
    assert_string_equal(document_text(json_array_get(list, 0), "rule"), "fewer_events");
    assert_string_equal(document_text(json_array_get(list, 1), "rule"), "perf_to_ringbuf");
    assert_close(document_number(json_array_get(list, 2), "saves.estimate"), 200);
}

/* Nine tenths of what its processes cost, where they are most of it. */
static void test_events_dominate(void **state)
{
    CLEANUP(jsonio_drop)
    json_t *list =
        advice_for("{\"target\": {\"programs\": []}, \"losses\": {\"events_per_op\": {\"most\": 1}},"
                   " \"breakdown\": {\"unit\": \"ns\", \"measured\": {\"estimate\": 1000}, \"parts\": ["
                   "  {\"name\": \"user\", \"estimate\": 600, \"low\": 500, \"high\": 700}]}}",
                   ROWS);

    (void)state;
    assert_int_equal(json_array_size(list), 1);
    assert_string_equal(document_text(json_array_get(list, 0), "rule"), "fewer_events");
    assert_close(document_number(json_array_get(list, 0), "saves.low"), 450);
}

/* How many there are is not known of a program whose calls have no names: then it is not said. */
static void test_losses_of_any_number(void **state)
{
    CLEANUP(jsonio_drop)
    json_t *list =
        advice_for("{\"target\": {\"programs\": []},"
                   " \"losses\": {\"lost_per_op\": 0.5, \"events_per_op\": {\"most\": null}},"
                   " \"breakdown\": {\"unit\": \"ns\", \"measured\": {\"estimate\": 1000}, \"parts\": []}}",
                   ROWS);

    (void)state;
    assert_string_equal(document_text(json_array_get(list, 0), "rule"), "buffer_too_small");
    assert_string_equal(document_text(json_array_get(list, 0), "evidence"),
                        "0.5 events an operation are lost");
}

/* What `micro` saw of a row that it refused is no evidence. */
static void test_refused_row(void **state)
{
    CLEANUP(jsonio_drop)
    json_t *rows =
        json_loads("[{\"name\": \"e\", \"variant\": \"\", \"estimate\": 1, \"detail\": {\"t\": 2}},"
                   " {\"name\": \"e\", \"variant\": \"lost\", \"estimate\": null,"
                   " \"status\": \"untrustworthy\", \"detail\": {\"t\": 2}}]",
                   0, NULL);
    const struct advisor advisor = {.rows = rows};
    const struct unit_row good = {"e", ""}, lost = {"e", "lost"};

    (void)state;
    assert_close(advisor_row_detail(&advisor, &good, "t"), 2);
    assert_true(isnan(advisor_row_detail(&advisor, &lost, "t")));
    assert_true(isnan(advisor_row(&advisor, &lost).estimate));
}

static void test_old_kernels(void **state)
{
    CLEANUP(jsonio_drop) json_t *list = advice_for(DOCUMENT(PROGRAM("kprobe:f", "true", "2", "")), ROWS);
    CLEANUP(jsonio_drop) json_t *old = advice_for_kernel(list, "4.19"), *new = advice_for_kernel(list, "5.5");
    unsigned version;

    (void)state;
    assert_int_equal(json_array_size(old), 0);
    assert_int_equal(json_array_size(new), 1);
    assert_int_equal(kernel_version_parse("5.10.0-rc1", &version), 0);
    assert_int_equal(version, 5 << 16 | 10);
    assert_int_equal(kernel_version_parse("five", &version), -EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kprobe_to_fentry),
        cmocka_unit_test(test_tracepoint),
        cmocka_unit_test(test_in_place),
        cmocka_unit_test(test_one_function),
        cmocka_unit_test(test_not_in_btf),
        cmocka_unit_test(test_calls),
        cmocka_unit_test(test_silence),
        cmocka_unit_test(test_own_maps),
        cmocka_unit_test(test_largest_first),
        cmocka_unit_test(test_events_dominate),
        cmocka_unit_test(test_losses_of_any_number),
        cmocka_unit_test(test_refused_row),
        cmocka_unit_test(test_old_kernels),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
