/* SPDX-License-Identifier: GPL-2.0 */
/* Root. Each workload against what the kernel counted, and its windows against the clock. */
#include "tests/system/counts.h"

#include <math.h>
#include <stdlib.h>

#define WINDOW_NS (300 * NS_PER_MS)

/* "Tcp: NAME ..." and below it "Tcp: VALUE ...". */
static double tcp_counter(const struct topology_end *end, const char *name)
{
    char *text = read_in(end->netns_fd, "/proc/thread-self/net/snmp");
    char *names = strstr(text, "Tcp: "), *values = strstr(names + 1, "Tcp: ");
    char *name_state = NULL, *value_state = NULL;
    double number = NAN;

    strchr(names, '\n')[0] = '\0';
    strchr(values, '\n')[0] = '\0';
    for (char *n = strtok_r(names, " ", &name_state), *v = strtok_r(values, " ", &value_state); n && v;
         n = strtok_r(NULL, " ", &name_state), v = strtok_r(NULL, " ", &value_state))
        if (strcmp(n, name) == 0)
            number = strtod(v, NULL);
    free(text);
    assert_false(isnan(number));
    return number;
}

static void test_udp_rr_counts(void **state)
{
    static const char *const topologies[] = {"veth", "veth,family=6"};

    (void)state;
    for (int i = 0; i < 2; i++) {
        double own = count_from_start("udp_rr", topologies[i]);

        same_count(own, interface_counter(&load.topology.client, 9));
        same_count(own, interface_counter(&load.topology.client, 1));
        same_count(own, interface_counter(&load.topology.server, 9));
        load_end(NULL);
    }
}

static void test_tcp_rr_counts(void **state)
{
    static const char *const topologies[] = {"veth", "veth,family=6"};

    (void)state;
    for (int i = 0; i < 2; i++) {
        double own = count_from_start("tcp_rr", topologies[i]);

        assert_true(tcp_counter(&load.topology.client, "ActiveOpens") == 1);
        /* Beside them: SYN, its ACK, and ACKs that found nothing to ride on. */
        assert_true(tcp_counter(&load.topology.client, "OutSegs") >= own);
        assert_true(tcp_counter(&load.topology.client, "OutSegs") <= 1.05 * own + 10);
        assert_true(tcp_counter(&load.topology.client, "RetransSegs") == 0);
        load_end(NULL);
    }
}

static void test_tcp_crr_counts(void **state)
{
    static const char *const topologies[] = {"veth", "veth,family=6", "veth,clients=1"};

    (void)state;
    for (int i = 0; i < 3; i++) {
        double own = count_from_start("tcp_crr", topologies[i]);

        same_count(own, tcp_counter(&load.topology.client, "ActiveOpens"));
        same_count(own, tcp_counter(&load.topology.server, "PassiveOpens"));
        assert_true(tcp_counter(&load.topology.client, "AttemptFails") == 0);
        assert_true(tcp_counter(&load.topology.client, "EstabResets") == 0);
        assert_true(tcp_counter(&load.topology.client, "OutRsts") == 0);
        assert_true(tcp_counter(&load.topology.server, "OutRsts") == 0);
        load_end(NULL);
    }
}

/* Sockets in TIME_WAIT in a namespace. */
static unsigned count_time_wait(const struct topology_end *end)
{
    char *text = read_in(end->netns_fd, "/proc/thread-self/net/tcp");
    unsigned count = 0;

    for (char *at = text; (at = strstr(at, " 06 ")); at++)
        count++;
    free(text);
    return count;
}

/*
 * The server closes first: TIME_WAIT is its own, and there are no more of them than pairs. The client may
 * have one, of the connection in which it was killed.
 */
static void test_tcp_crr_time_wait(void **state)
{
    unsigned waiting;

    (void)state;
    load_start("tcp_crr", "veth,clients=2");
    load_sleep(600 * NS_PER_MS);
    assert_int_equal(load_measure(WINDOW_NS, NULL), 0);
    assert_true(value("ops") > 2 * 256);
    assert_true(value("failed") == 0);
    generated_stop(&load.workload);
    assert_true(count_time_wait(&load.topology.client) <= 1);
    waiting = count_time_wait(&load.topology.server);
    assert_true(waiting > 0 && waiting <= 2 * 256);
}

struct counted_edges {
    double begin, end;
};

static void count_begin(void *context)
{
    ((struct counted_edges *)context)->begin = interface_counter(&load.topology.client, 9);
}

static void count_end(void *context)
{
    ((struct counted_edges *)context)->end = interface_counter(&load.topology.client, 9);
}

/* The edges are called where the window begins and ends. */
static void test_window_edges(void **state)
{
    struct counted_edges counted = {0};
    const struct window_edges edges = {.begin = count_begin, .end = count_end, .context = &counted};

    (void)state;
    load_start("udp_rr", "veth");
    for (int i = 0; i < 3; i++) {
        assert_int_equal(load_measure(WINDOW_NS, &edges), 0);
        assert_true(fabs(value("window_ns") / WINDOW_NS - 1) < 0.1);
        assert_true(value("window_ns") >= WINDOW_NS);
        assert_true(fabs((counted.end - counted.begin) / value("ops") - 1) < 0.03);
        assert_true((double)load.sample.latency.count == value("ops"));
        assert_true(value("bytes") == 128 * value("ops"));
        assert_true(value("load.missed") == 0);
    }
}

/* Latencies, the clock's cost and the bursts together make up the window: nothing counted twice or lost. */
static void accounts_for_its_window(const char *workload, const char *topology, double share)
{
    double accounted;

    load_start(workload, topology);
    assert_int_equal(load_measure(WINDOW_NS, NULL), 0);
    accounted = (double)load.sample.latency.sum_ns + value("ref.total_ns");
    if (strncmp(workload, "syscall", 7) == 0)
        accounted += value("timer_ns") * value("ops");
    if (fabs(accounted / value("window_ns") - 1) > share)
        fail_msg("%s: %.0f of %.0f ns accounted for", workload, accounted, value("window_ns"));
    load_end(NULL);
}

static void test_window_is_accounted_for(void **state)
{
    (void)state;
    accounts_for_its_window("syscall", "host", 0.05);
    accounts_for_its_window("syscall,call=open_close", "host", 0.02);
    accounts_for_its_window("udp_rr", "veth", 0.02);
    accounts_for_its_window("tcp_rr", "veth", 0.02);
    accounts_for_its_window("tcp_crr", "veth", 0.02);
}

static void test_all_calls(void **state)
{
    static const char *const names[] = {"getpid",     "gettid",      "read",        "write",
                                        "open_close", "stat",        "futex",       "kill",
                                        "nanosleep",  "sched_yield", "mmap_munmap", "pipe"};
    char text[64];

    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        snprintf(text, sizeof(text), "syscall,call=%s", names[i]);
        load_start(text, "host");
        assert_int_equal(load_measure(50 * NS_PER_MS, NULL), 0);
        assert_true(value("ops") > 10);
        assert_true(value("failed") == 0);
        assert_true(hist_quantile_ns(&load.sample.latency, 0.5) > 20);
        load_end(NULL);
    }
}

static void test_reference(void **state)
{
    (void)state;
    load_start("udp_rr", "veth");
    assert_int_equal(load_measure(WINDOW_NS, NULL), 0);
    assert_true(value("ref.icache.ns") > 0 && value("ref.icache.count") > 0);
    assert_true(value("ref.total_ns") > 0 && value("ref.total_ns") < 0.1 * value("window_ns"));
    load_end(NULL);
    load_start("udp_rr,reference=off", "veth");
    assert_int_equal(load_measure(WINDOW_NS, NULL), 0);
    assert_true(isnan(value("ref.total_ns")) && isnan(value("ref.icache.ns")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_udp_rr_counts, load_end),
        cmocka_unit_test_teardown(test_tcp_rr_counts, load_end),
        cmocka_unit_test_teardown(test_tcp_crr_counts, load_end),
        cmocka_unit_test_teardown(test_tcp_crr_time_wait, load_end),
        cmocka_unit_test_teardown(test_window_edges, load_end),
        cmocka_unit_test_teardown(test_window_is_accounted_for, load_end),
        cmocka_unit_test_teardown(test_all_calls, load_end),
        cmocka_unit_test_teardown(test_reference, load_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
