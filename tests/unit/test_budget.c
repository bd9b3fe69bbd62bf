/* SPDX-License-Identifier: GPL-2.0 */
/* METRIC=LIMIT as people type it: what is taken, and one sentence with its remedy for what is not. */
#include "tests/unit/blocks.h"

#include "orchestrator/budget.h"

#include <errno.h>
#include <string.h>

struct good {
    const char *text, *metric;
    double limit;
    bool relative;
};

static void every_valid_form_is_taken(void **state)
{
    static const struct good rows[] = {
        {"latency.p50=5%", "latency.p50", 0.05, true},
        {"latency.mean=0.5%", "latency.mean", 0.005, true},
        {"latency.p99=200%", "latency.p99", 2, true}, /* up to three times: dearer has no bound */
        {"latency.p50=500ns", "latency.p50", 500, false},
        {"latency.p50=1.5us", "latency.p50", 1500, false},
        {"cpu.per_op=2us", "cpu.per_op", 2000, false},
        {"cpu.per_op=3%", "cpu.per_op", 0.03, true},
        {"throughput=5%", "throughput", 0.05, true},
        {"throughput=10k/s", "throughput", 10000, false},
        {"pps=500/s", "pps", 500, false},
        {"cpu.target=0.10cores", "cpu.target", 0.1, false},
        {"cpu.system=1core", "cpu.system", 1, false},
        {"memory.rss=200MiB", "memory.rss", 200.0 * 1048576, false},
        {"memory.maps=1MB", "memory.maps", 1e6, false},
        {"context_switches=0.5", "context_switches", 0.5, false},
        {"failed=1%", "failed", 0.01, false}, /* a share itself: one percent point */
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(rows); i++) {
        struct budget budget = {0};
        struct error error = {0};

        if (budget_parse(&budget, rows[i].text, &error))
            fail_msg("%s: %s", rows[i].text, error.message);
        assert_string_equal(budget.metric->name, rows[i].metric);
        assert_close(budget.limit, rows[i].limit, 1e-9 * rows[i].limit);
        assert_int_equal(budget.relative, rows[i].relative);
        assert_string_equal(budget.text, rows[i].text);
    }
}

static void assert_refused(const char *text, const char *sentence)
{
    struct budget budget = {0};
    struct error error = {0};

    assert_int_equal(budget_parse(&budget, text, &error), -EINVAL);
    assert_int_equal(error.status, EXIT_USAGE);
    assert_string_equal(error.message, sentence);
    assert_null(budget.metric); /* untouched */
}

static void without_a_limit(void **state)
{
    (void)state;
    assert_refused("latency.p50", "--budget \"latency.p50\": write METRIC=LIMIT, for example latency.p50=5%");
    assert_refused("", "--budget \"\": write METRIC=LIMIT, for example latency.p50=5%");
    assert_refused("5%", "--budget \"5%\": write METRIC=LIMIT, for example latency.p50=5%");
}

static void an_unknown_metric_gets_the_nearest_name(void **state)
{
    (void)state;
    assert_refused("latency.p05=5%", "unknown metric \"latency.p05\" (did you mean \"latency.p50\"?); "
                                     "'tracetoll list metrics' prints them");
    assert_refused("troughput=5%", "unknown metric \"troughput\" (did you mean \"throughput\"?); "
                                   "'tracetoll list metrics' prints them");
    assert_refused("cpu.perop=1us", "unknown metric \"cpu.perop\" (did you mean \"cpu.per_op\"?); "
                                    "'tracetoll list metrics' prints them");
    assert_refused("electricity_bill=5%", "unknown metric \"electricity_bill\"; 'tracetoll list metrics' "
                                          "prints them");
}

static void an_unknown_unit_or_no_number(void **state)
{
    struct budget budget;
    struct error error;

    (void)state;
    assert_refused("latency.p50=", "--budget: \"\" is not a number; write for example 5%, 500ns, 0.5s or "
                                   "200MiB");
    assert_refused("latency.p50=-5%", "--budget: \"-5%\" is not a number; write for example 5%, 500ns, 0.5s "
                                      "or 200MiB");
    assert_refused("latency.p50=nan", "--budget: \"nan\" is not a number; write for example 5%, 500ns, 0.5s "
                                      "or 200MiB");
    assert_refused("latency.p50=1e999%", "--budget: \"1e999%\" is not a number that can be used");
    assert_int_equal(budget_parse(&budget, "latency.p50=5parsec", &error), -EINVAL);
    assert_non_null(strstr(error.message, "ends in an unknown unit \"parsec\"; units are % ns us"));
}

static void a_limit_of_another_dimension(void **state)
{
    (void)state;
    assert_refused("latency.p50=5",
                   "--budget latency.p50: \"5\" is no limit for a metric in ns; write a share "
                   "such as 5%, or an amount in its unit");
    assert_refused("throughput=5ms", "--budget throughput: \"5ms\" is no limit for a metric in 1/s; write a "
                                     "share such as 5%, or an amount in its unit");
    assert_refused("cpu.target=5%", "--budget cpu.target: \"5%\" is no limit for a metric in cores; write an "
                                    "amount in its unit");
    assert_refused("memory.rss=1cores", "--budget memory.rss: \"1cores\" is no limit for a metric in bytes; "
                                        "write an amount in its unit");
    assert_refused("failed=0.01", "--budget failed: \"0.01\" is no limit for a share; write for example 1%");
}

static void zero_is_no_limit(void **state)
{
    (void)state;
    assert_refused("latency.p50=0%", "--budget latency.p50=0%: a limit must be above zero; no finite "
                                     "measurement can show \"no change at all\"");
    assert_refused("cpu.target=0cores", "--budget cpu.target=0cores: a limit must be above zero; no finite "
                                        "measurement can show \"no change at all\"");
}

static void a_rate_cannot_fall_below_zero(void **state)
{
    struct budget budget;

    (void)state;
    assert_refused("throughput=100%", "--budget throughput=100%: throughput cannot fall by 100% or more");
    assert_refused("pps=250%", "--budget pps=250%: pps cannot fall by 100% or more");
    assert_int_equal(budget_parse(&budget, "throughput=99.9%", NULL), 0);
}

static void an_error_may_be_nobodys(void **state)
{
    struct budget budget;

    (void)state;
    assert_int_equal(budget_parse(&budget, "latency.p50", NULL), -EINVAL);
    assert_int_equal(budget_parse(&budget, "nothing=5%", NULL), -EINVAL);
    assert_int_equal(budget_parse(&budget, "=5%", NULL), -EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_valid_form_is_taken),
        cmocka_unit_test(without_a_limit),
        cmocka_unit_test(an_unknown_metric_gets_the_nearest_name),
        cmocka_unit_test(an_unknown_unit_or_no_number),
        cmocka_unit_test(a_limit_of_another_dimension),
        cmocka_unit_test(zero_is_no_limit),
        cmocka_unit_test(a_rate_cannot_fall_below_zero),
        cmocka_unit_test(an_error_may_be_nobodys),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
