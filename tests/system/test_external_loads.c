/* SPDX-License-Identifier: GPL-2.0 */
/* Root. Loads of others, whole runs: what they say they did against what the kernel counted. */
#include "tests/system/counts.h"
#include "base/cleanup.h"

#define WINDOW_NS (2 * NS_PER_SECOND)

/* "Udp: NAME..." of the server's namespace, since it was made: the whole run. */
static double udp_counter(const char *name)
{
    OWNED_PTR char *text = read_in(load.topology.server.netns_fd, "/proc/thread-self/net/snmp");
    char *names = strstr(text, "\nUdp: ") + 1, *values = strstr(names + 1, "\nUdp: ") + 1;
    char *name_state = NULL, *value_state = NULL;
    double number = NAN;

    strchr(names, '\n')[0] = '\0';
    strchr(values, '\n')[0] = '\0';
    for (char *n = strtok_r(names, " ", &name_state), *v = strtok_r(values, " ", &value_state); n && v;
         n = strtok_r(NULL, " ", &name_state), v = strtok_r(NULL, " ", &value_state))
        if (strcmp(n, name) == 0)
            number = strtod(v, NULL);
    return number;
}

/* Sent much faster than it is received: what iperf3 misses is what the kernel dropped, within 0.1 % of all.
 */
static void test_iperf3_losses(void **state)
{
    double sent, lost;

    (void)state;
    load_start("iperf3,proto=udp,length=64", "veth");
    assert_int_equal(load_measure(WINDOW_NS, NULL), 0);
    sent = value("iperf3.packets");
    lost = value("iperf3.lost_packets");
    assert_true(sent > 1000);
    if (fabs(udp_counter("InErrors") - lost) > 0.001 * sent)
        fail_msg("iperf3 lost %.0f of %.0f, the kernel dropped %.0f", lost, sent, udp_counter("InErrors"));
    /* Datagrams of the load, and the few that open and close its stream. */
    if (fabs(udp_counter("InErrors") + udp_counter("InDatagrams") - sent) > 0.001 * sent)
        fail_msg("iperf3 sent %.0f, the kernel counted %.0f and %.0f", sent, udp_counter("InErrors"),
                 udp_counter("InDatagrams"));
}

/* Below what both ends manage, nothing is lost, and the rate is the one asked for. */
static void test_iperf3_rate(void **state)
{
    (void)state;
    load_start("iperf3,proto=udp,length=1000,bandwidth=8M", "veth,family=6");
    assert_int_equal(load_measure(WINDOW_NS, NULL), 0);
    assert_true(fabs(value("ops") * 1e9 / value("window_ns") / 1000 - 1) < 0.05);
    assert_true(value("iperf3.lost_packets") == 0);
    assert_true(value("bytes") == 1000 * value("ops"));
}

static void test_iperf3_tcp(void **state)
{
    double bytes;

    (void)state;
    load_start("iperf3,parallel=2", "routed");
    assert_int_equal(load_measure(WINDOW_NS, NULL), 0);
    bytes = interface_counter(&load.topology.client, 8);
    /* The whole run is half as long again as the window, and headers come on top. */
    assert_true(value("bytes") < bytes && value("bytes") > 0.5 * bytes);
}

static void come_late(void *context)
{
    (void)context;
    load_sleep(300 * NS_PER_MS);
}

/* A machine that holds us up at the window's begin by more than the program lives longer than its seconds. */
static void test_late_edge(void **state)
{
    static const char *const loads[] = {"iperf3,proto=udp,length=1000,bandwidth=8M", "http,rate=1k/s"};
    static const struct window_edges edges = {.begin = come_late};

    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(loads); i++) {
        load_start(loads[i], "veth");
        assert_int_equal(load_measure(WINDOW_NS, &edges), 0);
        assert_true(value("ops") > 1000);
        load_end(NULL);
    }
}

/* fio against the block layer's own count would take a device of its own: a loop device has one. */
static void test_fio(void **state)
{
    static const char *const loads[] = {"fio,rw=randread,bs=4k,size=16m", "fio,rw=randrw,bs=8k,size=16m",
                                        "fio,rw=write,bs=64k,on=loop,size=32m",
                                        "fio,rw=randread,engine=libaio,iodepth=8,jobs=2,size=16m"};

    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(loads); i++) {
        load_start(loads[i], "host");
        assert_int_equal(load_measure(WINDOW_NS, NULL), 0);
        assert_true(value("ops") > 10);
        assert_true(value("window_ns") > 1.9e9 && value("window_ns") < 2.2e9);
        /* A request that was begun in the second before is counted in one of the two only. */
        assert_true(fabs((double)load.sample.latency.count / value("ops") - 1) < 0.01);
        load_end(NULL);
    }
}

static void test_stress_ng(void **state)
{
    (void)state;
    load_start("stress-ng,stressor=cpu+vm,load=50%", "host");
    assert_int_equal(load_measure(WINDOW_NS, NULL), 0);
    assert_true(value("ops") > 0);
    assert_true(value("stress.cpu.operations") == value("ops"));
    assert_true(value("stress.vm.system_ns") > 0 || value("stress.vm.user_ns") > 0);
    /* Half of its time, so far as it can hold that. */
    assert_true(value("stress.cpu.user_ns") > 0.2 * value("window_ns"));
    assert_true(value("stress.cpu.user_ns") < 0.8 * value("window_ns"));
}

/* Beside another load: it runs from start to stop, and is seen to end. */
static void test_stress_ng_background(void **state)
{
    (void)state;
    load_parse("stress-ng,stressor=cpu", "host");
    load_prepare();
    assert_int_equal(load.workload.ops->background->start(&load.workload, &load.error), 0);
    load_sleep(500 * NS_PER_MS);
    assert_true(load.workload.ops->background->alive(&load.workload));
    load.workload.ops->stop(&load.workload);
}

static void test_http(void **state)
{
    static const char *const topologies[] = {"veth", "veth,family=6"};
    double seconds, all;

    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(topologies); i++) {
        load_start("http,size=100,rate=1k/s", topologies[i]);
        assert_int_equal(load_measure(WINDOW_NS, NULL), 0);
        assert_true(value("ops") > 100 && value("failed") == 0);
        assert_true(value("ops") * 1e9 / value("window_ns") < 1050);
        /* All requests, those of the second before included, are what the server answered. */
        assert_true((double)atomic_load(&load_generator()->shared->served) >= value("ops"));
        /* The latencies are of all of wrk's seconds, one more than the machine is watched and counted for. */
        seconds = value("window_ns") / 1e9;
        all = value("ops") * (seconds + 1) / seconds;
        assert_true(fabs((double)load.sample.latency.count / all - 1) < 0.05);
        load_end(NULL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_iperf3_losses, load_end),
        cmocka_unit_test_teardown(test_iperf3_rate, load_end),
        cmocka_unit_test_teardown(test_iperf3_tcp, load_end),
        cmocka_unit_test_teardown(test_late_edge, load_end),
        cmocka_unit_test_teardown(test_fio, load_end),
        cmocka_unit_test_teardown(test_stress_ng, load_end),
        cmocka_unit_test_teardown(test_stress_ng_background, load_end),
        cmocka_unit_test_teardown(test_http, load_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
