/* SPDX-License-Identifier: GPL-2.0 */
/* A CPU that was taken away unnoticed: told by the ticks that it did not have. */
#include "orchestrator/stalls.h"
#include "base/clock.h"
#include "base/cpus.h"
#include "tests/unit/unit.h"
#include "workloads/ticks.h"

#include <math.h>
#include <sched.h>
#include <string.h>

#define TABLE                                                                                                \
    "            CPU0       CPU2       CPU10\n"                                                              \
    "  24:          1          0          3  IO-APIC   5-edge      ACPI:Ged\n"                               \
    " NMI:          0          0          0  Non-maskable interrupts\n"                                      \
    " LOC:   12768728   26563870         11  Local timer interrupts\n"

static void test_table(void **state)
{
    (void)state;
    assert_true(ticks_parse(TABLE, 0) == 12768728);
    assert_true(ticks_parse(TABLE, 2) == 26563870);
    assert_true(ticks_parse(TABLE, 10) == 11);
    assert_true(isnan(ticks_parse(TABLE, 1))); /* offline; it is not the beginning of CPU10 either */
    assert_true(isnan(ticks_parse("", 0)));
    assert_true(isnan(ticks_parse("  CPU0\n", 0)));
    assert_true(isnan(ticks_parse("  CPU0 CPU1\nLOC: 5 Local timer interrupts\n", 1)));
    assert_true(isnan(ticks_parse(" 11:  7  GICv3  27 Level  arch_timer\n", 0))); /* an ARM machine */
}

/* A CPU that is kept busy for three ticks has had one. */
static void test_this_machine(void **state)
{
    double period_ns = ticks_period_ns(), before;
    int cpu = sched_getcpu();
    uint64_t start_ns;

    (void)state;
    assert_true(period_ns >= 1e5 && period_ns <= 1e8);
    assert_int_equal(cpu_pin(cpu), 0);
    before = ticks_count(cpu);
    if (isnan(before)) {
        print_message("# skip: /proc/interrupts has no local timer here\n");
        skip();
    }
    start_ns = clock_now_ns();
    while (clock_now_ns() < start_ns + 3 * (uint64_t)period_ns)
        ;
    assert_true(ticks_count(cpu) > before);
}

/* A window of 250 ms at 250 Hz: 50,000 operations of 5 us, and one of `long_ns`. */
static double stall_ms(double long_ns, double ticks, double busy_ns)
{
    static struct hist latency;
    struct values values = {0};
    double stall_ns;

    hist_reset(&latency);
    hist_add_many(&latency, 5000, 50000 - (uint64_t)(long_ns / 5000));
    hist_add(&latency, (uint64_t)long_ns);
    values_set(&values, "window_ns", 250e6);
    values_set(&values, "load.cpu", 1);
    values_set(&values, "load.tick_ns", 4e6);
    values_set(&values, "load.ticks", ticks);
    values_set(&values, "cpu.1.busy_ns", busy_ns);
    assert_int_equal(stalls_note(&values, &latency), 0);
    stall_ns = values_or_nan(&values, "ref.stall.ns") - values_or_nan(&values, "ref.stall.count");
    values_free(&values);
    return stall_ns / 1e6;
}

static void test_an_operation_without_ticks(void **state)
{
    (void)state;
    assert_true(fabs(stall_ms(50e6, 51, 250e6) - 50) < 0.5);
    assert_true(fabs(stall_ms(13e6, 60, 250e6) - 13) < 0.2); /* of three ticks one came late and counts */
}

/* What the kernel itself was busy with, ticks and all, may be the target's doing. */
static void test_an_operation_with_ticks(void **state)
{
    (void)state;
    assert_true(stall_ms(50e6, 63, 250e6) == 0);
    assert_true(stall_ms(50e6, 57, 250e6) == 0);
}

static void test_nothing_long(void **state)
{
    (void)state;
    assert_true(stall_ms(7e6, 61, 250e6) == 0); /* less than two ticks: one may be missing by chance */
    assert_true(stall_ms(5000, 63, 250e6) == 0);
}

/* An operation that waits leaves its CPU idle, and an idle one has no ticks. */
static void test_an_idle_cpu(void **state)
{
    (void)state;
    assert_true(stall_ms(50e6, 51, 200e6) == 0);
}

static void test_more_than_a_spike(void **state)
{
    (void)state;
    assert_true(stall_ms(150e6, 25, 250e6) == 0);
}

static void test_where_it_is_not_known(void **state)
{
    static struct hist latency;
    struct values values = {0};

    (void)state;
    assert_int_equal(stalls_note(&values, &latency), 0);
    assert_int_equal(values.count, 0);
    values_set(&values, "window_ns", 250e6);
    values_set(&values, "load.cpu", 1);
    values_set(&values, "load.tick_ns", 4e6);
    values_set(&values, "load.ticks", 61);
    assert_int_equal(stalls_note(&values, &latency), 0); /* how busy CPU 1 was */
    assert_true(isnan(values_or_nan(&values, "ref.stall.ns")));
    values_free(&values);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_this_machine),
        cmocka_unit_test(test_an_operation_without_ticks),
        cmocka_unit_test(test_an_operation_with_ticks),
        cmocka_unit_test(test_nothing_long),
        cmocka_unit_test(test_an_idle_cpu),
        cmocka_unit_test(test_more_than_a_spike),
        cmocka_unit_test(test_where_it_is_not_known),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
