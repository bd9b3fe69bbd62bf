/* SPDX-License-Identifier: GPL-2.0 */
/* The sentence that a person remembers: it must say what the figures say, in every range of them. */
#include "tests/unit/documents.h"

static void assert_sentence(const char *budget, unsigned quads, double ratio, const char *sentence)
{
    CLEANUP(trial_free) struct trial trial = {0};
    OWNED_JSON json_t *document = NULL;

    make_trial(&trial, budget, quads, ratio, 0.005);
    document = compose(&trial);
    if (!strstr(document_text(document, "verdict.sentence"), sentence))
        fail_msg("\"%s\" has no \"%s\"", document_text(document, "verdict.sentence"), sentence);
}

static void a_cost_is_named_with_its_interval(void **state)
{
    (void)state;
    /* jitter of 0.5 %: ten contrasts from -0.45 to 0.45 %, K = 2: the third Walsh average is 0.35 % off */
    assert_sentence(NULL, 10, 1.10,
                    "softirqs makes a round trip 10 % slower (latency.mean +10.00 % [+9.62, +10.39])");
    assert_sentence(NULL, 10, 1.014, "softirqs makes a round trip 1.4 % slower (latency.mean +1.40 % [");
    assert_sentence(NULL, 10, 1.25, "makes a round trip 25 % slower");
}

static void an_early_failure_says_at_least(void **state)
{
    (void)state;
    /* the interval's near end, since early figures are too large */
    assert_sentence("latency.mean=5%", 10, 1.10,
                    "makes a round trip at least 9.6 % slower (latency.mean +10.00 % [+9.62, ");
    assert_sentence("latency.mean=5%", 10, 3, "makes a round trip at least 3.0 times slower");
    assert_sentence("latency.mean=5%", 10, 2.005, "makes a round trip at least 99.8 % slower");
}

static void a_multiple_is_named_as_one(void **state)
{
    (void)state;
    assert_sentence(NULL, 10, 2.5, "makes a round trip 2.5 times slower (latency.mean +150.00 % [");
}

/* Two digits in %g turn 99.6 into 1e+02. */
static void nearly_twice_is_a_plain_number(void **state)
{
    (void)state;
    assert_sentence(NULL, 10, 1.996, "makes a round trip 99.6 % slower (latency.mean +99.60 % [");
}

static void a_gain_is_named_as_one(void **state)
{
    (void)state;
    assert_sentence(NULL, 10, 0.9, "makes a round trip 10 % faster (latency.mean -10.00 % [");
}

static void nothing_found_says_what_could_have_been(void **state)
{
    (void)state;
    assert_sentence(NULL, 10, 1.0,
                    "No effect of softirqs on latency.mean was detected: -0.00 % [-0.35, +0.35]");
    assert_sentence(NULL, 10, 1.0, "; the smallest effect this run could have seen is 0.");
}

static void too_few_quads_give_no_figure(void **state)
{
    (void)state;
    assert_sentence(NULL, 2, 1.10, "2 quads are too few for an interval on latency.mean.");
    assert_sentence(NULL, 0, 1.10, "Nothing can be said of softirqs: no valid quad was measured.");
}

/* Eight runs share the error of a FAIL, and ten quads give no interval then: to a budget's metric alone. */
static void a_shared_error_is_no_standstill(void **state)
{
    static const char *const rows[][2] = {
        {"throughput=50%", "makes a round trip 10 % slower (latency.mean +10.00 % [+9.62, +10.39])"},
        {"latency.mean=10%", "10 quads are too few for an interval on latency.mean."},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(rows); i++) {
        CLEANUP(trial_free) struct trial trial = {0};
        OWNED_JSON json_t *document = NULL;

        make_trial(&trial, rows[i][0], 10, 1.10, 0.005);
        json_object_set_new(trial.header, "family", json_integer(8));
        document = compose(&trial);
        if (!strstr(document_text(document, "verdict.sentence"), rows[i][1]))
            fail_msg("\"%s\" has no \"%s\"", document_text(document, "verdict.sentence"), rows[i][1]);
    }
}

static void an_amount_is_named_in_its_unit(void **state)
{
    (void)state;
    assert_sentence("latency.mean=200us", 10, 1.10,
                    "softirqs changes latency.mean by +100 us [+96.16, +103.9]");
}

/* Half a CPU is busy, a tenth of one for the target: at three times the cost 1000 us of CPU an operation are
 * added, 300 us of them its own; at 1.25 times 125 us are, and 125 us are its own. */
static void who_pays_is_said_where_it_is_clear(void **state)
{
    (void)state;
    assert_sentence(NULL, 10, 3,
                    "; its own processes account for 30 % of the added CPU, the rest is paid by the "
                    "traced tasks and the kernel.");
    assert_sentence(NULL, 10, 1.25, "; the added CPU is spent by its own processes.");
}

/* A rate as primary metric: less of it is slower. */
static void a_rate_that_falls_is_slower(void **state)
{
    static const struct {
        double ratio;
        const char *sentence;
    } rows[] = {{1 / 0.9, "makes a round trip 10 % slower (throughput -10.00 % ["},
                {1 / 0.004, "makes a round trip 99.6 % slower (throughput -99.60 % ["},
                {1 / 1.1, "makes a round trip 10 % faster (throughput +10.00 % ["},
                {1 / 2.5, "makes a round trip 150 % faster (throughput +150.00 % ["}};

    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(rows); i++) {
        CLEANUP(trial_free) struct trial trial = {0};
        OWNED_JSON json_t *document = NULL;

        make_trial(&trial, NULL, 10, rows[i].ratio, 0.0001);
        json_object_set_new(trial.header, "primary_metric", json_string("throughput"));
        document = compose(&trial);
        if (!strstr(document_text(document, "verdict.sentence"), rows[i].sentence))
            fail_msg("\"%s\" has no \"%s\"", document_text(document, "verdict.sentence"), rows[i].sentence);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cost_is_named_with_its_interval),
        cmocka_unit_test(an_early_failure_says_at_least),
        cmocka_unit_test(a_multiple_is_named_as_one),
        cmocka_unit_test(nearly_twice_is_a_plain_number),
        cmocka_unit_test(a_gain_is_named_as_one),
        cmocka_unit_test(nothing_found_says_what_could_have_been),
        cmocka_unit_test(too_few_quads_give_no_figure),
        cmocka_unit_test(a_shared_error_is_no_standstill),
        cmocka_unit_test(an_amount_is_named_in_its_unit),
        cmocka_unit_test(who_pays_is_said_where_it_is_clear),
        cmocka_unit_test(a_rate_that_falls_is_slower),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
