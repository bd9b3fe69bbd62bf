/* SPDX-License-Identifier: GPL-2.0 */
/* How often calls are made by the time that they take, and what fewer events save: by hand. */
#include "tests/unit/unit.h"
#include "base/cleanup.h"
#include "orchestrator/advice/advice.h"
#include "orchestrator/advice/calls.h"
#include "reports/document.h"
#include "reports/jsonio.h"

#include <math.h>
#include <string.h>

#define ROW(name, variant, number)                                                                           \
    "{\"name\": \"" name "\", \"variant\": \"" variant "\", \"estimate\": " number ", \"low\": " number      \
    ", \"high\": " number "}"
#define CONSUMED(name, variant, number, total, wakes)                                                        \
    "{\"name\": \"" name "\", \"variant\": \"" variant "\", \"estimate\": " number ", \"low\": " number      \
    ", \"high\": " number ", \"detail\": {\"total_cpu_ns\": " total ", \"wakeups_per_event\": " wakes "}}"

/* An instruction 1, an update 100 to 200, an event 50 alone, 1000 with its wake-up, which is 2000 in all. */
#define ROWS                                                                                                                                                                       \
    "[" ROW("insn_load_independent", "", "1") ", " ROW("insn_add_dependent", "", "1") ", " ROW(                                                                                    \
        "hash_update", "",                                                                                                                                                         \
        "100") ", " ROW("hash_insert_delete", "",                                                                                                                                  \
                        "200") ", " ROW("array_update", "",                                                                                                                        \
                                        "20") ", " ROW("percpu_hash_update", "",                                                                                                   \
                                                       "60") ", " ROW("ringbuf_output", "8 bytes",                                                                                 \
                                                                      "50") ", " ROW("ringbuf_output",                                                                             \
                                                                                     "64 bytes",                                                                                   \
                                                                                     "50") ", " ROW("ringbu"                                                                       \
                                                                                                    "f_"                                                                           \
                                                                                                    "outpu"                                                                        \
                                                                                                    "t",                                                                           \
                                                                                                    "1024 "                                                                        \
                                                                                                    "bytes",                                                                       \
                                                                                                    "80") ", " CONSUMED("ringbuf_output",                                          \
                                                                                                                        "64 B, consumer woken for every event",                    \
                                                                                                                        "1000",                                                    \
                                                                                                                        "2060",                                                    \
                                                                                                                        "1") ", " CONSUMED("ringbuf_output",                       \
                                                                                                                                           "64 B, consumer woken for every 100th", \
                                                                                                                                           "50",                                   \
                                                                                                                                           "60",                                   \
                                                                                                                                           "0.01") "]"

#define CALL(name, fewest, most) "{\"name\": \"" name "\", \"fewest\": " fewest ", \"most\": " most "}"
/* Two runs an operation; the body is of both. */
#define DOCUMENT(instructions, calls, body, user, switches, printed)                                         \
    "{\"target\": {\"maps\": [{\"type\": \"hash\", \"key_bytes\": 4, \"max_entries\": 100}],"                \
    "  \"output_bytes\": " printed                                                                           \
    ", \"statistics\": {\"operations\": 1000}, \"programs\": [{\"name\": \"p\","                             \
    "  \"type\": \"raw_tracepoint\", \"attach\": \"raw_tp:x\", \"runs_per_op\": 2,"                          \
    "  \"code\": {\"instructions\": " instructions ", \"calls\": [" calls "]}}]},"                           \
    " \"metrics\": [{\"name\": \"context_switches\", \"absolute\": {\"estimate\": " switches                 \
    ", \"low\": " switches ", \"high\": " switches "}}],"                                                    \
    " \"losses\": {\"events_per_op\": {\"most\": 2}, \"lost_per_op\": 0},"                                   \
    " \"breakdown\": {\"unit\": \"ns\", \"measured\": {\"estimate\": 6000, \"low\": 5900, \"high\": 6100},"  \
    "  \"programs\": [{\"name\": \"p\", \"body\": " body "}], \"parts\": ["                                  \
    "  {\"name\": \"user\", \"estimate\": " user ", \"low\": " user ", \"high\": " user "}]}}"
#define INSNS "{\"fewest\": 10, \"most\": 40}"

static void assert_close(double actual, double expected)
{
    if (!(fabs(actual - expected) < 1e-6))
        fail_msg("%.12g is not %.12g", actual, expected);
}

static unsigned uses_of(const char *text, struct call_use uses[CALLS_MAX])
{
    CLEANUP(jsonio_drop) json_t *document = json_loads(text, 0, NULL);
    CLEANUP(jsonio_drop) json_t *rows = json_loads(ROWS, 0, NULL);

    assert_non_null(document);
    assert_non_null(rows);
    return calls_of(document, 0, rows, uses);
}

/* 10 to 240 a run: at 125 half of what is open has happened, 70 instructions are not what is asked for. */
static void test_share(void **state)
{
    struct call_use uses[CALLS_MAX];

    (void)state;
    assert_int_equal(
        uses_of(DOCUMENT(INSNS, CALL("htab_map_update_elem", "0", "2"), "250", "0", "0", "0"), uses), 1);
    assert_true(uses[0].measured);
    assert_false(uses[0].exact);
    assert_close(uses[0].count.estimate, 2);
    assert_close(uses[0].time.estimate, 200);
    assert_close(uses[0].count.low, 1); /* of those that insert */
}

/* 40 instructions and one update are 140; 190 leave it half way to one that inserts. */
static void test_dearer(void **state)
{
    struct call_use uses[CALLS_MAX];

    (void)state;
    uses_of(DOCUMENT(INSNS, CALL("htab_map_update_elem", "0", "1"), "380", "0", "0", "0"), uses);
    assert_close(uses[0].count.estimate, 2);
    assert_close(uses[0].time.estimate, 300);
}

/* A call on every path, which was to take 110 with the instructions, and takes half of it. */
static void test_cheaper(void **state)
{
    struct call_use uses[CALLS_MAX];

    (void)state;
    uses_of(DOCUMENT(INSNS, CALL("htab_map_update_elem", "1", "1"), "110", "0", "0", "0"), uses);
    assert_true(uses[0].exact);
    assert_close(uses[0].count.estimate, 2);
    assert_close(uses[0].time.estimate, 100);
}

/* Nothing bounds the loop but its time: 400 less 10 instructions a run. */
static void test_loop(void **state)
{
    struct call_use uses[CALLS_MAX];

    (void)state;
    uses_of(DOCUMENT("{\"fewest\": 10, \"most\": null}", CALL("htab_map_update_elem", "0", "null"), "820",
                     "0", "0", "0"),
            uses);
    assert_close(uses[0].count.estimate, 8);
    assert_close(uses[0].time.estimate, 800);
}

/* What no price explains belongs to the event, which wakes somebody. */
static void test_event_takes_the_rest(void **state)
{
    struct call_use uses[CALLS_MAX];

    (void)state;
    uses_of(DOCUMENT(INSNS, CALL("htab_map_update_elem", "1", "1") ", " CALL("bpf_ringbuf_output", "0", "1"),
                     "5000", "0", "0", "0"),
            uses);
    assert_close(uses[1].count.estimate, 2);
    assert_close(uses[0].time.estimate + uses[1].time.estimate, 5000 - 80);
    assert_close(uses[0].time.estimate, 400);
}

static void test_unknown(void **state)
{
    struct call_use uses[CALLS_MAX];

    (void)state;
    uses_of(DOCUMENT(INSNS, CALL("bpf_something", "0", "1"), "5000", "0", "0", "0"), uses);
    assert_false(uses[0].measured);
    assert_close(uses[0].count.estimate, 1);
    assert_true(isnan(uses[0].time.estimate));
    uses_of(DOCUMENT("{\"fewest\": 1, \"most\": null}",
                     CALL("htab_map_update_elem", "0", "null") ", " CALL("bpf_ringbuf_output", "0", "null"),
                     "500", "0", "0", "0"),
            uses);
    assert_false(uses[0].measured);
}

static json_t *advice_for(const char *text)
{
    CLEANUP(jsonio_drop) json_t *document = json_loads(text, 0, NULL);
    CLEANUP(jsonio_drop) json_t *rows = json_loads(ROWS, 0, NULL);

    return advice_compose(document, rows);
}

static const json_t *rule(const json_t *list, const char *name)
{
    const json_t *item;
    size_t i;

    json_array_foreach(list, i, item)
    {
        if (strcmp(document_text(item, "rule"), name) == 0)
            return item;
    }
    return NULL;
}

/*
 * Two events an operation take 2 x 50 + 900 in the programs and 120 + 1000 in the reader: 1 wake-up of 2000,
 * and 60 each.
 */
#define EVENTS(printed)                                                                                      \
    DOCUMENT("{\"fewest\": 0, \"most\": 0}", CALL("bpf_ringbuf_output", "1", "1"), "1000", "1120", "2",      \
             printed)

static void test_wakeups(void **state)
{
    CLEANUP(jsonio_drop) json_t *list = advice_for(EVENTS("0"));

    (void)state;
    assert_close(document_number(rule(list, "sampled_wakeups"), "saves.estimate"), 2000 - 0.02 * 2000);
    /* 60 each stay, but for 45 of the hand-over; an eighth of an event an operation wakes */
    assert_close(document_number(rule(list, "batch_events"), "saves.estimate"), 2000 * (1 - 0.125) + 2 * 45);
    assert_null(rule(list, "fewer_events")); /* 2120 of 6000 */
    assert_null(rule(list, "aggregate_in_kernel"));
}

static void test_filter(void **state)
{
    CLEANUP(jsonio_drop) json_t *none = advice_for(EVENTS("0"));
    CLEANUP(jsonio_drop) json_t *all = advice_for(EVENTS("16000"));
    CLEANUP(jsonio_drop) json_t *unknown = advice_for(EVENTS("null"));

    (void)state;
    assert_close(document_number(rule(none, "filter_in_kernel"), "saves.estimate"), 2120);
    assert_null(rule(all, "filter_in_kernel"));
    assert_null(rule(unknown, "filter_in_kernel"));
}

/* A reader that finds several events at once is woken as often by one event in two. */
static void test_fewer(void **state)
{
    CLEANUP(jsonio_drop)
    json_t *list = advice_for(DOCUMENT("{\"fewest\": 0, \"most\": 0}", CALL("bpf_ringbuf_output", "1", "1"),
                                       "1000", "3120", "1", "0"));
    const json_t *fewer = rule(list, "fewer_events");

    (void)state;
    /* half a wake-up of 2000 at most; what is left, 3120 of 2 events, is the reader's own work */
    assert_close(document_number(fewer, "sampling.0.cost.estimate"), 6000);
    assert_close(document_number(fewer, "sampling.1.cost.estimate"), 6000 - 3120 / 2);
    assert_close(document_number(fewer, "sampling.3.cost.estimate"), 6000 - 4120 + 312 + 0.2 * 2000);
    assert_close(document_number(fewer, "saves.estimate"), 4120 - 312 - 400);
    assert_close(document_number(rule(list, "aggregate_in_kernel"), "saves.estimate"), 4120 - 2 * 60);
}

/* One event in four runs, by the ring buffer's positions: 4 times as dear as if it were one in each. */
static void test_counted_events(void **state)
{
    CLEANUP(jsonio_drop)
    json_t *document = json_loads(DOCUMENT("{\"fewest\": 0, \"most\": 0}",
                                           CALL("bpf_ringbuf_output", "0", "1"), "1000", "3120", "0", "0"),
                                  0, NULL);
    CLEANUP(jsonio_drop) json_t *rows = json_loads(ROWS, 0, NULL);
    CLEANUP(jsonio_drop) json_t *list = NULL;

    (void)state;
    json_object_set_new(json_object_get(json_object_get(document, "losses"), "events_per_op"), "handed_over",
                        json_real(0.5));
    list = advice_compose(document, rows);
    assert_close(document_number(rule(list, "aggregate_in_kernel"), "saves.estimate"), 4120 - 0.5 * 60);
    assert_close(document_number(rule(list, "fewer_events"), "saves.low"),
                 document_number(rule(list, "fewer_events"), "saves.high"));
}

static void test_buffers(void **state)
{
    CLEANUP(jsonio_drop)
    json_t *lost =
        advice_for("{\"target\": {\"programs\": []}, \"losses\": {\"events_per_op\": {\"most\": 2},"
                   " \"lost_per_op\": 0.5}, \"breakdown\": null}");
    CLEANUP(jsonio_drop)
    json_t *few = advice_for("{\"target\": {\"programs\": []}, \"losses\": {\"events_per_op\": {\"most\": 2},"
                             " \"lost_per_op\": 0.001}, \"breakdown\": null}");

    (void)state;
    assert_int_equal(json_array_size(lost), 1);
    assert_string_equal(document_text(lost, "0.unit"), "1/op");
    assert_close(document_number(lost, "0.saves.estimate"), 0.5);
    assert_int_equal(json_array_size(few), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_share),
        cmocka_unit_test(test_dearer),
        cmocka_unit_test(test_cheaper),
        cmocka_unit_test(test_loop),
        cmocka_unit_test(test_event_takes_the_rest),
        cmocka_unit_test(test_unknown),
        cmocka_unit_test(test_wakeups),
        cmocka_unit_test(test_filter),
        cmocka_unit_test(test_fewer),
        cmocka_unit_test(test_counted_events),
        cmocka_unit_test(test_buffers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
