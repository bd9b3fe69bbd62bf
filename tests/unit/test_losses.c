/* SPDX-License-Identifier: GPL-2.0 */
/* Delivered events by hand: runs times events of a run, less what was lost and what was missed. */
#include "tests/unit/blocks.h"
#include "orchestrator/compose_losses.h"
#include "reports/document.h"

#include "base/cleanup.h"
#include "reports/jsonio.h"

#include <string.h>

static json_t *target_of(const char *programs)
{
    json_t *target = json_pack("{s:o}", "programs", json_loads(programs, 0, NULL));

    assert_non_null(target);
    return target;
}

/* Two windows with the target on, of 1000 operations each. */
static struct trial trial_losing(double first, double second)
{
    struct trial trial = {0};

    assert_int_equal(trial_begin(&trial, json_object()), 0);
    for (unsigned i = 0; i < 3; i++) {
        struct block block = block_of(i == 2 ? 'A' : 'B');

        set(&block, "ops", 1000);
        if (i < 2)
            set(&block, "target.lost_events", i ? second : first);
        assert_int_equal(trial_add_block(&trial, &block), 0);
    }
    return trial;
}

static double figure(const char *programs, double first, double second, const char *key)
{
    struct trial trial = trial_losing(first, second);
    json_t *target = target_of(programs), *losses = compose_losses(&trial, target);
    double number =
        strcmp(key, "at_most") == 0 ? (double)document_is_true(losses, key) : document_number(losses, key);

    json_decref(target);
    json_decref(losses);
    trial_free(&trial);
    return number;
}

#define CALL(name, fewest, most) "{\"name\": \"" name "\", \"fewest\": " fewest ", \"most\": " most "}"
#define PROGRAM(runs, missed, calls)                                                                         \
    "{\"runs_per_op\": " runs ", \"missed_share\": " missed ", \"code\": {\"calls\": [" calls "]}}"

static void test_all_arrive(void **state)
{
    const char *one = "[" PROGRAM("1.0", "0.0", CALL("bpf_perf_event_output_tp", "1", "1")) "]";

    (void)state;
    assert_close(figure(one, 0, 0, "delivered"), 1, 0);
    assert_true(figure(one, 0, 0, "at_most") == 0);
}

/* 300 and 100 of 2000. */
static void test_lost(void **state)
{
    const char *one = "[" PROGRAM("1.0", "0.0", CALL("bpf_ringbuf_output", "1", "1")) "]",
               *maybe = "[" PROGRAM("1.0", "0.0", CALL("bpf_ringbuf_submit", "0", "1")) "]";

    (void)state;
    assert_close(figure(one, 300, 100, "delivered"), 0.8, 1e-12);
    assert_close(figure(one, 300, 100, "lost_per_op"), 0.2, 1e-12);
    assert_close(figure(maybe, 300, 100, "delivered"), 0.8, 1e-12);
    assert_true(figure(maybe, 300, 100, "at_most") == 1);
    assert_close(figure(one, 3000, 3000, "delivered"), 0, 0);
}

/* Half of the hits missed: 0.5 runs an operation ran, one should have, with two events each. */
static void test_missed(void **state)
{
    const char *one = "[" PROGRAM("0.5", "0.5", CALL("bpf_ringbuf_output", "2", "2")) "]";

    (void)state;
    assert_close(figure(one, 0, 0, "events_per_op.most"), 2, 1e-12);
    assert_close(figure(one, 0, 0, "delivered"), 0.5, 1e-12);
    assert_close(figure(one, 0, 0, "missed_share"), 0.5, 1e-12);
    assert_close(figure(one, 500, 500, "delivered"), 0.25, 1e-12);
}

/*
 * A target that works off in the pauses what the load left behind: what it ran then is taken off the runs
 * that the load caused, and not off those of the windows, which is where losses are counted.
 */
static void test_backlog(void **state)
{
    const char *busy = "[{\"runs_per_op\": 0.2, \"all_runs_per_op\": 1.0, \"missed_share\": 0.0, \"code\":"
                       " {\"calls\": [" CALL("bpf_ringbuf_output", "1", "1") "]}}]",
               *idle = "[{\"runs_per_op\": -0.1, \"all_runs_per_op\": 0.5, \"missed_share\": 0.5, \"code\":"
                       " {\"calls\": [" CALL("bpf_ringbuf_output", "1", "1") "]}}]";

    (void)state;
    assert_close(figure(busy, 300, 100, "delivered"), 0.8, 1e-12);
    assert_close(figure(busy, 300, 100, "events_per_op.most"), 1, 1e-12);
    assert_close(figure(idle, 500, 500, "delivered"), 0, 1e-12);
    assert_close(figure(idle, 0, 0, "missed_share"), 0.5, 1e-12);
}

#define RINGED(programs, events)                                                                             \
    "{\"programs\": " programs                                                                               \
    ", \"maps\": [{\"type\": \"hash\"}, {\"type\": \"ringbuf\", \"events_per_op\": " events "}]}"

static json_t *losses_of(const char *target_text)
{
    CLEANUP(jsonio_drop) json_t *target = json_loads(target_text, 0, NULL);
    struct trial trial = trial_losing(0, 0);
    json_t *losses;

    assert_non_null(target);
    losses = compose_losses(&trial, target);
    trial_free(&trial);
    return losses;
}

/* A ring buffer's positions tell how many a run that may send none or one really sends; with a perf buffer
 * beside it they tell nothing of the whole. */
static void test_handed_over(void **state)
{
    CLEANUP(jsonio_drop)
    json_t *part =
        losses_of(RINGED("[" PROGRAM("2.0", "0.0", CALL("bpf_ringbuf_output", "0", "1")) "]", "0.5"));
    CLEANUP(jsonio_drop)
    json_t *all =
        losses_of(RINGED("[" PROGRAM("2.0", "0.0", CALL("bpf_ringbuf_output", "0", "1")) "]", "1.999"));
    CLEANUP(jsonio_drop)
    json_t *mixed = losses_of(RINGED(
        "[" PROGRAM("2.0", "0.0",
                    CALL("bpf_ringbuf_output", "0", "1") ", " CALL("bpf_perf_event_output", "0", "1")) "]",
        "0.5"));

    (void)state;
    assert_close(document_number(part, "events_per_op.handed_over"), 0.5, 1e-12);
    assert_close(document_number(part, "events_per_op.fewest"), 0.5, 1e-12);
    assert_close(document_number(part, "events_per_op.most"), 2, 1e-12);
    assert_true(document_is_true(part, "at_most"));
    assert_close(document_number(all, "events_per_op.fewest"), 2, 1e-12);
    assert_false(document_is_true(all, "at_most"));
    assert_true(isnan(document_number(mixed, "events_per_op.handed_over")));
    assert_close(document_number(mixed, "events_per_op.fewest"), 0, 0);
}

#define COUNTED(map_before, most, operations, fewest, missed)                                                \
    "{\"statistics\": {\"operations\": " operations "}, \"programs\": [" PROGRAM(                            \
        "1.0", missed,                                                                                       \
        CALL("bpf_ringbuf_output", fewest,                                                                   \
             "1")) "], \"maps\": [" map_before                                                               \
                   "{\"type\": \"ringbuf\", \"events_per_op\": 0.6, \"events_most_per_op\": " most "}]}"

static double delivered_of(const char *target, double *lost_per_op)
{
    CLEANUP(jsonio_drop) json_t *losses = losses_of(target);

    *lost_per_op = document_number(losses, "lost_per_op");
    return document_number(losses, "delivered");
}

/* Each run sends one, 0.6 came into the ring buffer: the others found it full, which the target need not say.
 */
static void test_refused(void **state)
{
    double lost;

    (void)state;
    assert_close(delivered_of(COUNTED("", "0.6", "1e6", "1", "0.0"), &lost), 0.6, 1e-12);
    assert_close(lost, 0.4, 1e-12);
    /* Half of the hits were missed beside: of two events an operation 0.6 arrived. */
    assert_close(delivered_of(COUNTED("", "0.6", "1e6", "1", "0.5"), &lost), 0.3, 1e-12);
    assert_close(lost, 0.4, 1e-12);
}

/* Nothing is held against a target that may have sent fewer, whose records differ in size, that has ring
 * buffers elsewhere, or of so few events that the edges of the turns may be it. */
static void test_not_refused(void **state)
{
    double lost;

    (void)state;
    assert_close(delivered_of(COUNTED("", "0.6", "1e6", "0", "0.0"), &lost), 1, 1e-12);
    assert_close(delivered_of(COUNTED("", "1.2", "1e6", "1", "0.0"), &lost), 1, 1e-12);
    assert_close(delivered_of(COUNTED("", "null", "1e6", "1", "0.0"), &lost), 1, 1e-12);
    assert_close(delivered_of(COUNTED("", "0.995", "1e6", "1", "0.0"), &lost), 1, 1e-12);
    assert_close(delivered_of(COUNTED("", "0.6", "100", "1", "0.0"), &lost), 1, 1e-12);
    assert_close(delivered_of(COUNTED("{\"type\": \"hash_of_maps\"}, ", "0.6", "1e6", "1", "0.0"), &lost), 1,
                 1e-12);
}

/* No events, as many as one likes, instructions that nobody may read: nothing is claimed. */
static void test_unknown(void **state)
{
    (void)state;
    assert_true(isnan(figure("[]", 0, 0, "delivered")));
    assert_true(
        isnan(figure("[" PROGRAM("1.0", "0.0", CALL("bpf_ktime_get_ns", "1", "1")) "]", 0, 0, "delivered")));
    assert_true(isnan(
        figure("[" PROGRAM("1.0", "0.0", CALL("bpf_ringbuf_output", "0", "null")) "]", 9, 9, "delivered")));
    assert_true(isnan(figure("[{\"runs_per_op\": 1.0, \"code\": null}]", 9, 9, "delivered")));
    /* Nobody counted: no share, and no number of events. */
    assert_true(isnan(figure("[" PROGRAM("null", "null", CALL("bpf_ringbuf_output", "1", "1")) "]", 9, 9,
                             "events_per_op.most")));
    /* One that the load does not fire is not asked. */
    assert_close(figure("[{\"runs_per_op\": 0.0, \"code\": null}, " PROGRAM(
                            "1.0", "0.0", CALL("bpf_ringbuf_output", "1", "1")) "]",
                        100, 100, "delivered"),
                 0.9, 1e-12);
}

/* Names that kernel.kptr_restrict hides, and a tail call to a program that nobody counts: what they send is
 * not known, and what is lost is no share of nothing. */
static void test_unnamed_calls(void **state)
{
    const char *hidden = "[" PROGRAM("1.0", "0.0", CALL("__bpf_call_base+0", "1", "3")) "]",
               *tail = "[" PROGRAM(
                   "1.0", "0.0",
                   CALL("bpf_ringbuf_output", "1", "1") ", " CALL("__bpf_call_base+12", "0", "1")) "]",
               *other = "[" PROGRAM(
                   "1.0", "0.0",
                   CALL("__bpf_call_base-77", "0", "1") ", " CALL("bpf_ringbuf_output", "1", "1")) "]",
               *dead = "[" PROGRAM(
                   "1.0", "0.0",
                   CALL("bpf_ringbuf_output", "1", "1") ", " CALL("__bpf_call_base+12", "0", "0")) "]",
               *none = "[" PROGRAM("1.0", "0.0", CALL("bpf_ktime_get_ns", "1", "1")) "]";

    (void)state;
    assert_true(isnan(figure(hidden, 300, 100, "delivered")));
    assert_true(isnan(figure(hidden, 0, 0, "events_per_op.most")));
    assert_true(isnan(figure(tail, 300, 100, "delivered")));
    assert_close(figure(tail, 0, 0, "events_per_op.fewest"), 0, 0);
    assert_true(isnan(figure(other, 300, 100, "delivered")));
    assert_close(figure(other, 0, 0, "events_per_op.fewest"), 1, 0);
    assert_close(figure(dead, 300, 100, "delivered"), 0.8, 1e-12);
    assert_true(isnan(figure(none, 300, 100, "delivered")));
}

/* They may go past the ring buffers, whose count is none of the whole then. */
static void test_unnamed_calls_pass_rings(void **state)
{
    CLEANUP(jsonio_drop)
    json_t *losses = losses_of(RINGED(
        "[" PROGRAM("2.0", "0.0",
                    CALL("bpf_ringbuf_output", "0", "1") ", " CALL("__bpf_call_base+12", "0", "1")) "]",
        "0.5"));

    (void)state;
    assert_true(isnan(document_number(losses, "events_per_op.handed_over")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_arrive),    cmocka_unit_test(test_lost),
        cmocka_unit_test(test_handed_over),   cmocka_unit_test(test_missed),
        cmocka_unit_test(test_backlog),       cmocka_unit_test(test_unknown),
        cmocka_unit_test(test_refused),       cmocka_unit_test(test_not_refused),
        cmocka_unit_test(test_unnamed_calls), cmocka_unit_test(test_unnamed_calls_pass_rings),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
