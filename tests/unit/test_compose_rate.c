/* SPDX-License-Identifier: GPL-2.0 */
/* The rate up to which a tool takes a tenth of the machine, and loads that are busy themselves. */
#include "tests/unit/documents.h"

static json_t *document_of(double ratio, double jitter)
{
    CLEANUP(trial_free) struct trial trial = {0};

    make_trial(&trial, NULL, 32, ratio, jitter);
    return compose(&trial);
}

/* Half a CPU for 1000 operations a second is 500 us each; 10 % more is 50 us; 0.1 x 2 CPUs are 4000 of them.
 */
static void the_rate_is_a_tenth_of_all_cpus(void **state)
{
    OWNED_JSON json_t *document = document_of(1.10, 0.005);

    (void)state;
    assert_close(document_number(document, "safe_rate.cpu_per_op_ns.estimate"), 50e3, 500);
    assert_close(document_number(document, "safe_rate.per_second.estimate"), 4000, 40);
    assert_true(document_number(document, "safe_rate.per_second.low") < 4000);
    assert_true(document_number(document, "safe_rate.per_second.high") > 4000);
    assert_close(document_number(document, "safe_rate.share"), 0.1, 1e-12);
    /* The interval is that of the cost, turned round. */
    assert_close(document_number(document, "safe_rate.per_second.low") *
                     document_number(document, "safe_rate.cpu_per_op_ns.high"),
                 0.1 * 2 * 1e9, 1);
}

static void no_rate_where_no_cost_is_sure(void **state)
{
    OWNED_JSON json_t *nothing = document_of(1.0, 0.005), *less = document_of(0.9, 0.005);

    (void)state;
    assert_null(document_at(nothing, "safe_rate"));
    assert_null(document_at(less, "safe_rate"));
}

/* The workload's own processes take 0.2 of a CPU: of one it is pinned to, or of a quarter of one. */
static json_t *busy(double cpus)
{
    CLEANUP(trial_free) struct trial trial = {0};

    make_trial(&trial, NULL, 10, 1.0, 0.005);
    for (size_t i = 0; cpus > 0 && i < trial.count; i++)
        set(&trial.blocks[i], "load.cpus", cpus);
    return compose(&trial);
}

static void a_load_that_is_busy_itself_is_said(void **state)
{
    OWNED_JSON json_t *unknown = busy(0), *idle = busy(1), *full = busy(0.25);

    (void)state;
    assert_null(warning(unknown, "load_saturated"));
    assert_null(warning(idle, "load_saturated"));
    assert_non_null(strstr(warning(full, "load_saturated"), "80 % busy"));
}

/* A program of this type, under a load of which reading the clock takes this share of an operation. */
static json_t *timed(const char *type, double share)
{
    CLEANUP(trial_free) struct trial trial = {0};

    make_trial(&trial, NULL, 10, 1.0, 0.005);
    for (size_t i = 0; share > 0 && i < trial.count; i++)
        set(&trial.blocks[i], "timer_ns", share * hist_mean_ns(trial.blocks[i].latency));
    json_object_set_new(
        json_array_get(json_object_get(json_object_get(trial.facts, "target"), "programs"), 0), "type",
        json_string(type));
    return compose(&trial);
}

/* A timer's program falls into the reading of the clock, too, which is then taken off. */
static void a_timer_is_overstated_where_the_clock_is_a_part_of_an_operation(void **state)
{
    OWNED_JSON json_t *overstated = timed("perf_event", 0.18), *slight = timed("perf_event", 0.01),
                      *unknown = timed("perf_event", 0), *synchronous = timed("tracepoint", 0.18);

    (void)state;
    assert_non_null(strstr(warning(overstated, "interrupts_overstated"), "takes 18 % as long"));
    assert_null(warning(slight, "interrupts_overstated"));
    assert_null(warning(unknown, "interrupts_overstated"));
    assert_null(warning(synchronous, "interrupts_overstated"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_rate_is_a_tenth_of_all_cpus),
        cmocka_unit_test(no_rate_where_no_cost_is_sure),
        cmocka_unit_test(a_load_that_is_busy_itself_is_said),
        cmocka_unit_test(a_timer_is_overstated_where_the_clock_is_a_part_of_an_operation),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
