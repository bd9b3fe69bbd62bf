/* SPDX-License-Identifier: GPL-2.0 */
/* Root. The own loads of disk, CPU and processes, and the packet floods, against what the kernel counted. */
#include "tests/system/counts.h"
#include "base/cleanup.h"

#include <dirent.h>

#define WINDOW_NS (300 * NS_PER_MS)

/* A field of /proc/PID/FILE: "NAME: NUMBER". */
static double process_field(const char *file, const char *name)
{
    char path[64], *at;
    OWNED_PTR char *text = NULL;

    snprintf(path, sizeof(path), "/proc/%d/%s", (int)load.workload.pid, file);
    text = file_read(path, 1 << 16);
    assert_non_null(text);
    at = strstr(text, name);
    assert_non_null(at);
    return strtod(at + strlen(name), NULL);
}

/* Minor faults, field 10 of stat. */
static double minor_faults(void)
{
    char path[64];
    OWNED_PTR char *text = NULL;
    unsigned long faults;

    snprintf(path, sizeof(path), "/proc/%d/stat", (int)load.workload.pid);
    text = file_read(path, 4096);
    assert_non_null(text);
    assert_int_equal(sscanf(strrchr(text, ')') + 1, " %*c %*d %*d %*d %*d %*d %*u %lu", &faults), 1);
    return (double)faults;
}

static double forks(void)
{
    OWNED_PTR char *text = file_read("/proc/stat", 1 << 20);

    assert_non_null(text);
    return strtod(strstr(text, "\nprocesses ") + strlen("\nprocesses "), NULL);
}

struct counted {
    double (*count)(void);
    double begin, end;
};

static void begin(void *context)
{
    struct counted *counted = context;

    counted->begin = counted->count();
}

static void end(void *context)
{
    struct counted *counted = context;

    counted->end = counted->count();
}

/* The kernel's count over a window, per operation. Edges are some microseconds apart from the load's. */
static double per_operation(double (*count)(void))
{
    struct counted counted = {.count = count};
    const struct window_edges edges = {.begin = begin, .end = end, .context = &counted};

    assert_int_equal(load_measure(WINDOW_NS, &edges), 0);
    assert_true(value("ops") > 10);
    assert_true(value("failed") == 0);
    return (counted.end - counted.begin) / value("ops");
}

static void about(const char *what, double got, double wanted, double share)
{
    if (fabs(got / wanted - 1) > share)
        fail_msg("%s: %.4f instead of %.4f", what, got, wanted);
}

/* Of either kind: who is woken may take the CPU at once, before the one that woke it has to wait. */
static double switches(void)
{
    return process_field("status", "\nvoluntary_ctxt_switches:") +
           process_field("status", "\nnonvoluntary_ctxt_switches:");
}

static void test_sched_pipe(void **state)
{
    (void)state;
    load_start("sched_pipe", "host");
    about("switches of one task per round trip", per_operation(switches), 1, 0.05);
}

/* The whole machine's count: whoever else makes processes adds to it, seldom in each of three windows. */
static void test_fork_exec(void **state)
{
    double least = INFINITY;

    (void)state;
    load_start("fork_exec", "host");
    for (unsigned i = 0; i < 3; i++)
        least = fmin(least, per_operation(forks));
    about("processes", least, 1, 0.1);
}

static double write_calls(void)
{
    return process_field("io", "syscw:");
}

static double written_bytes(void)
{
    return process_field("io", "wchar:");
}

static void test_files(void **state)
{
    (void)state;
    load_start("files,fsync=off,size=8KiB", "host");
    about("write calls per file", per_operation(write_calls), 1, 0.05);
    about("bytes per file", per_operation(written_bytes), 8192, 0.05);
    assert_true(value("bytes") == 8192 * value("ops"));
}

/* The directory is there while it runs and gone afterwards. */
static void test_files_directory(void **state)
{
    char parent[] = "/tmp/tracetoll-test-XXXXXX", text[96];

    (void)state;
    assert_non_null(mkdtemp(parent));
    snprintf(text, sizeof(text), "files,dir=%s", parent);
    load_start(text, "host");
    assert_int_equal(load_measure(50 * NS_PER_MS, NULL), 0);
    assert_int_equal(rmdir(parent), -1);
    assert_int_equal(errno, ENOTEMPTY);
    load_end(NULL);
    assert_int_equal(rmdir(parent), 0);
}

static void test_files_full_disk(void **state)
{
    (void)state;
    load_parse("files,dir=/proc", "host");
    assert_true(load.workload.ops->prepare(&load.workload, &load.error) < 0);
    assert_int_equal(load.error.status, EXIT_ENVIRONMENT);
    assert_non_null(strstr(load.error.message, "dir="));
}

static void test_page_fault(void **state)
{
    (void)state;
    load_start("page_fault", "host");
    about("minor faults", per_operation(minor_faults), 1, 0.05);
}

static void test_malloc_and_signal(void **state)
{
    static const char *const loads[] = {"malloc", "malloc,size=64KiB", "signal"};

    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(loads); i++) {
        load_start(loads[i], "host");
        assert_int_equal(load_measure(WINDOW_NS, NULL), 0);
        assert_true(value("ops") > 1000 && value("failed") == 0);
        load_end(NULL);
    }
}

/* Every own load at a fixed rate: it is kept, and latency counts from the intended time. */
static void test_fixed_rates(void **state)
{
    static const char *const loads[] = {"syscall",    "sched_pipe", "fork_exec", "files,fsync=off",
                                        "page_fault", "malloc",     "signal"};
    char text[96];

    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(loads); i++) {
        snprintf(text, sizeof(text), "%s,mode=open,rate=200/s", loads[i]);
        load_start(text, "host");
        assert_int_equal(load_measure(NS_PER_SECOND, NULL), 0);
        if (fabs(value("ops") * 1e9 / value("window_ns") / 200 - 1) > 0.02)
            fail_msg("%s: %.1f operations in %.0f ns", text, value("ops"), value("window_ns"));
        assert_true(fabs(value("offered_rate") / 200 - 1) < 0.02);
        assert_true(value("load.missed") == 0);
        load_end(NULL);
    }
}

/* A rate that can't be kept is said to be missed, and the wait counts. */
static void test_missed_rate(void **state)
{
    (void)state;
    load_start("fork_exec,mode=open,rate=1M/s", "host");
    assert_int_equal(load_measure(WINDOW_NS, NULL), 0);
    assert_true(value("load.missed") == 1);
    assert_true(hist_mean_ns(&load.sample.latency) > 10e6);
}

static double client_packets(void)
{
    return interface_counter(&load.topology.client, 9);
}

static void test_udp_flood(void **state)
{
    static const char *const topologies[] = {"veth", "veth,family=6"};

    (void)state;
    for (int i = 0; i < 2; i++) {
        double own = count_from_start("udp_flood", topologies[i]), kernel = client_packets();

        /* Frozen in the middle of a batch. */
        if (kernel < own || kernel > own + 64)
            fail_msg("own count %.0f, the kernel's %.0f", own, kernel);
        assert_true(interface_counter(&load.topology.server, 1) == kernel);
        load_end(NULL);
    }
}

static void test_udp_flood_window(void **state)
{
    (void)state;
    load_start("udp_flood", "veth");
    about("packets", per_operation(client_packets), 1, 0.05);
    assert_true(value("received") > 0 && value("received") <= 1.1 * value("ops"));
    assert_true(value("received_bytes") == 18 * value("received"));
    load_end(NULL);
    load_start("udp_flood,mode=open,rate=20k/s", "veth");
    about("packets at a rate", per_operation(client_packets), 1, 0.05);
    about("rate", value("ops") * 1e9 / value("window_ns"), 20000, 0.03);
    about("all arrive", value("received") / value("ops"), 1, 0.03);
}

/* One large packet for a batch: fewer packets than datagrams, and all of these arrive one by one. At a rate a
 * batch is what is due at once, which is one where the generator always wakes in time. */
static void test_udp_flood_gso(void **state)
{
    (void)state;
    load_start("udp_flood,gso=on,size=100,mode=open,rate=20k/s", "veth");
    assert_true(per_operation(client_packets) <= 1.01);
    about("all arrive", value("received") / value("ops"), 1, 0.05);
    load_end(NULL);
    load_start("udp_flood,gso=on", "veth");
    assert_true(per_operation(client_packets) < 0.05);
}

static double client_bytes(void)
{
    return interface_counter(&load.topology.client, 8);
}

static void test_tcp_stream(void **state)
{
    static const char *const topologies[] = {"veth", "veth,family=6", "bridge", "routed,nat=on"};

    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(topologies); i++) {
        double bytes;

        load_start("tcp_stream,size=16KiB", topologies[i]);
        bytes = per_operation(client_bytes);
        /* Headers on top: 66 of a packet of up to 64 KiB. */
        if (bytes < 0.95 * 16384 || bytes > 1.1 * 16384)
            fail_msg("%s: %.0f bytes on the wire for one of 16384", topologies[i], bytes);
        /* Both ends take turns on one CPU, so that the buffers between them are full at one edge and empty at
         * the other. */
        about("received", value("received_bytes") / value("bytes"), 1, 0.2);
        load_end(NULL);
    }
}

/* Thousands of short connections through conntrack and NAT: none fails, none waits for a retransmission. */
static void test_tcp_crr_routed(void **state)
{
    static const char *const topologies[] = {"routed", "routed,nat=on", "routed,family=6", "bridge"};

    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(topologies); i++) {
        load_start("tcp_crr", topologies[i]);
        load_sleep(NS_PER_SECOND); /* long enough for each pair to be used again */
        assert_int_equal(load_measure(NS_PER_SECOND, NULL), 0);
        if (value("failed") != 0 || load.sample.latency.max_ns > 500 * NS_PER_MS)
            fail_msg("%s: %.0f failed, %.3f s at worst", topologies[i], value("failed"),
                     (double)load.sample.latency.max_ns / 1e9);
        load_end(NULL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_sched_pipe, load_end),
        cmocka_unit_test_teardown(test_fork_exec, load_end),
        cmocka_unit_test_teardown(test_files, load_end),
        cmocka_unit_test_teardown(test_files_directory, load_end),
        cmocka_unit_test_teardown(test_files_full_disk, load_end),
        cmocka_unit_test_teardown(test_page_fault, load_end),
        cmocka_unit_test_teardown(test_malloc_and_signal, load_end),
        cmocka_unit_test_teardown(test_fixed_rates, load_end),
        cmocka_unit_test_teardown(test_missed_rate, load_end),
        cmocka_unit_test_teardown(test_udp_flood, load_end),
        cmocka_unit_test_teardown(test_udp_flood_window, load_end),
        cmocka_unit_test_teardown(test_udp_flood_gso, load_end),
        cmocka_unit_test_teardown(test_tcp_stream, load_end),
        cmocka_unit_test_teardown(test_tcp_crr_routed, load_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
