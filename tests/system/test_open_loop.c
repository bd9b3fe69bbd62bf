/* SPDX-License-Identifier: GPL-2.0 */
/* Root. What tells an open loop from a closed one: the rate, and a server that stands still. */
#include "tests/system/load.h"

#include <math.h>

#define WINDOW_NS (500 * NS_PER_MS)
#define STALL_NS  (100 * NS_PER_MS)

static void stop_server(void *context)
{
    (void)context;
    kill(load_generator()->process[GENERATOR_SERVER].pid, SIGSTOP);
}

static void continue_server(void)
{
    kill(load_generator()->process[GENERATOR_SERVER].pid, SIGCONT);
}

/* At the begin of the window, for 100 ms. */
static void stall_server(void *context)
{
    stop_server(context);
    load_sleep(STALL_NS);
    continue_server();
}

static const struct window_edges stalled = {.begin = stall_server};
static const struct window_edges stopped = {.begin = stop_server};

static void keeps_rate(const char *workload, double rate)
{
    load_start(workload, "veth");
    load_sleep(load.workload.ops->warm_up_ns);
    assert_int_equal(load_measure(WINDOW_NS, NULL), 0);
    assert_true(fabs(value("offered_rate") / rate - 1) < 0.01);
    assert_true(fabs(value("ops") / (rate * value("window_ns") / 1e9) - 1) < 0.01);
    assert_true(value("failed") == 0);
    assert_true(value("load.missed") == 0);
    load_end(NULL);
}

static void test_rate(void **state)
{
    (void)state;
    keeps_rate("udp_rr,mode=open,rate=5k/s", 5000);
    keeps_rate("tcp_rr,mode=open,rate=2k/s", 2000);
    keeps_rate("udp_rr,mode=open,rate=100/s", 100);
}

static void test_share_of_capacity(void **state)
{
    double capacity, share;

    (void)state;
    load_start("udp_rr", "veth");
    load_sleep(load.workload.ops->warm_up_ns);
    assert_int_equal(load_measure(WINDOW_NS, NULL), 0);
    capacity = value("ops") * 1e9 / value("window_ns");
    load_end(NULL);
    load_start("udp_rr,mode=open,rate=20%", "veth");
    assert_int_equal(load_measure(WINDOW_NS, NULL), 0);
    share = value("offered_rate") / capacity;
    /* The machine's own speed moves between the two. */
    assert_true(share > 0.1 && share < 0.4);
}

/* More than anyone can do: said so, and the generator stays governable. */
static void test_missed(void **state)
{
    static const char *const workloads[] = {"udp_rr,mode=open,rate=1M/s", "tcp_rr,mode=open,rate=1M/s"};

    (void)state;
    for (int i = 0; i < 2; i++) {
        uint64_t start_ns;

        load_start(workloads[i], "veth");
        start_ns = clock_now_ns();
        assert_int_equal(load_measure(WINDOW_NS, NULL), 0);
        assert_true(clock_now_ns() - start_ns < WINDOW_NS + 2 * NS_PER_SECOND);
        assert_true(value("load.missed") == 1);
        assert_true(value("failed") > 0);
        load_end(NULL);
    }
}

/* 100 of 500 ms: a fifth of the requests wait, and all of them are in the histogram with their wait. */
static void shows_stall(const char *workload)
{
    load_start(workload, "veth");
    load_sleep(load.workload.ops->warm_up_ns);
    assert_int_equal(load_measure(WINDOW_NS, &stalled), 0);
    assert_true(hist_quantile_ns(&load.sample.latency, 0.999) > 0.8 * STALL_NS);
    assert_true(hist_quantile_ns(&load.sample.latency, 0.9) > 0.1 * STALL_NS);
    assert_true(hist_quantile_ns(&load.sample.latency, 0.5) < 0.5 * STALL_NS);
    assert_true(value("failed") == 0);
    assert_true(fabs(value("ops") / (2000 * value("window_ns") / 1e9) - 1) < 0.01);
    load_end(NULL);
}

static void test_stall_open(void **state)
{
    (void)state;
    shows_stall("udp_rr,mode=open,rate=2k/s");
    shows_stall("tcp_rr,mode=open,rate=2k/s");
}

/* The closed loop waits as well: one operation of thousands. That is why there is an open one. */
static void test_stall_closed(void **state)
{
    (void)state;
    load_start("udp_rr", "veth");
    assert_int_equal(load_measure(WINDOW_NS, &stalled), 0);
    assert_true((double)load.sample.latency.max_ns > 0.8 * STALL_NS);
    assert_true(hist_quantile_ns(&load.sample.latency, 0.99) < 0.1 * STALL_NS);
    assert_true(value("failed") == 0);
}

/* A server that never answers: the window ends in time, and what is unanswered counts with its age. */
static void stays_governable(const char *workload, double failed_least)
{
    uint64_t start_ns;

    load_start(workload, "veth");
    load_sleep(load.workload.ops->warm_up_ns);
    start_ns = clock_now_ns();
    assert_int_equal(load_measure(WINDOW_NS, &stopped), 0);
    assert_true(clock_now_ns() - start_ns < WINDOW_NS + NS_PER_SECOND);
    assert_true(value("failed") >= failed_least);
    assert_true((double)load.sample.latency.max_ns > 0.8 * WINDOW_NS);
    assert_true((double)load.sample.latency.count == value("ops") + value("failed"));
    /* A window in which nothing happens at all. */
    assert_int_equal(load_measure(WINDOW_NS, NULL), 0);
    assert_true(value("ops") == 0 && value("failed") >= failed_least);
    continue_server();
    load_sleep(100 * NS_PER_MS);
    assert_int_equal(load_measure(WINDOW_NS, NULL), 0);
    assert_true(value("failed") == 0);
    assert_true(value("ops") > 100);
    assert_true(hist_quantile_ns(&load.sample.latency, 0.5) < 0.5 * STALL_NS);
    load_end(NULL);
}

static void test_stopped(void **state)
{
    (void)state;
    stays_governable("udp_rr", 1);
    stays_governable("tcp_rr", 1);
    stays_governable("tcp_crr", 1);
    stays_governable("udp_rr,mode=open,rate=1k/s", 400);
    stays_governable("tcp_rr,mode=open,rate=1k/s", 400);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_rate, load_end),
        cmocka_unit_test_teardown(test_share_of_capacity, load_end),
        cmocka_unit_test_teardown(test_missed, load_end),
        cmocka_unit_test_teardown(test_stall_open, load_end),
        cmocka_unit_test_teardown(test_stall_closed, load_end),
        cmocka_unit_test_teardown(test_stopped, load_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
