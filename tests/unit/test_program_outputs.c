/* SPDX-License-Identifier: GPL-2.0 */
/* What load generators of others print, whole, wrong, and cut short at every byte. */
#include "tests/unit/unit.h"
#include "workloads/fio_filename.h"
#include "workloads/fio_output.h"
#include "workloads/iperf3_output.h"
#include "workloads/stress_ng_output.h"
#include "workloads/wrk_output.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char why[256];

/* Shortened from real output; the last interval of 3 ms is what iperf3 adds at the end. */
static const char iperf3_udp[] =
    "{\"start\": {\"version\": \"iperf 3.12\"},\n"
    " \"intervals\": [\n"
    "  {\"streams\": [], \"sum\": {\"start\": 0, \"end\": 1.0, \"seconds\": 1.0, \"bytes\": 999, "
    "\"packets\": 9}},\n"
    "  {\"streams\": [], \"sum\": {\"start\": 1, \"end\": 2.0, \"seconds\": 1.0, \"bytes\": 6400, "
    "\"packets\": 100}},\n"
    "  {\"streams\": [], \"sum\": {\"start\": 2, \"end\": 3.0, \"seconds\": 1.5, \"bytes\": 12800, "
    "\"packets\": 200}},\n"
    "  {\"streams\": [], \"sum\": {\"start\": 3, \"end\": 3.003, \"seconds\": 0.003, \"bytes\": 64, "
    "\"packets\": 1}}],\n"
    " \"end\": {\"sum\": {\"packets\": 310, \"lost_packets\": 3, \"lost_percent\": 0.97}}}\n";

static const char iperf3_tcp[] =
    "{\"intervals\": [{\"sum\": {\"seconds\": 1.0, \"bytes\": 5, \"retransmits\": 9}},"
    " {\"sum\": {\"seconds\": 2.0, \"bytes\": 4000, \"retransmits\": 2}}], \"end\": {}}";

static void iperf3(void **state)
{
    struct iperf3_result result;

    (void)state;
    assert_int_equal(iperf3_parse(iperf3_udp, 1, true, &result, why, sizeof(why)), 0);
    assert_true(result.seconds == 2.5 && result.bytes == 19200 && result.packets == 300);
    assert_true(result.all_packets == 310 && result.lost_packets == 3 && isnan(result.retransmits));
    assert_int_equal(iperf3_parse(iperf3_tcp, 1, false, &result, why, sizeof(why)), 0);
    assert_true(result.seconds == 2 && result.bytes == 4000 && result.retransmits == 2);
    assert_true(isnan(result.packets) && isnan(result.lost_packets));
}

static void iperf3_mistakes(void **state)
{
    static const struct {
        const char *text, *why;
    } rows[] = {
        {"", ""},
        {"nonsense", ""},
        {"{\"intervals\": [], \"error\": \"unable to connect\"}", "unable to connect"},
        {"{\"intervals\": []}", "too few intervals"},
        {"{\"intervals\": [{}]}", "too few intervals"},
        {"{\"intervals\": [{}, {}]}", "no sum"},
        {"{\"intervals\": [{}, {\"sum\": {\"seconds\": \"1\", \"bytes\": 1}}]}", "no sum"},
        {"{\"intervals\": [{}, {\"sum\": {\"seconds\": 1, \"bytes\": 1}}]}", "counts packets"},
        {"{\"intervals\": [{}, {\"sum\": {\"seconds\": 1, \"bytes\": 1, \"packets\": 1}}]}",
         "names no packets"},
    };
    struct iperf3_result result;

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_int_equal(iperf3_parse(rows[i].text, 1, true, &result, why, sizeof(why)),
                         strstr(rows[i].text, "error") ? -EPROTO : -EINVAL);
        if (!strstr(why, rows[i].why))
            fail_msg("%s: \"%s\" is not in: %s", rows[i].text, rows[i].why, why);
    }
}

static const char fio_text[] =
    "fio: this is a note\n"
    "{\"fio version\": \"fio-3.33\", \"jobs\": [{\"jobname\": \"tracetoll\", \"error\": 0,\n"
    "  \"read\": {\"io_bytes\": 40960, \"total_ios\": 10, \"runtime\": 2000,\n"
    "    \"clat_ns\": {\"bins\": {\"1000\": 6, \"5000\": 4}}},\n"
    "  \"write\": {\"io_bytes\": 8192, \"total_ios\": 2, \"runtime\": 1999,\n"
    "    \"clat_ns\": {\"bins\": {\"20000\": 2}}}}], \"disk_util\": []}\n";

static void fio(void **state)
{
    struct fio_result *result = test_malloc(sizeof(*result));

    (void)state;
    assert_int_equal(fio_parse(fio_text, result, why, sizeof(why)), 0);
    assert_true(result->operations == 12 && result->bytes == 49152 && result->seconds == 2);
    assert_int_equal(result->latency.count, 12);
    assert_int_equal(result->latency.sum_ns, 6 * 1000 + 4 * 5000 + 2 * 20000);
    assert_int_equal(fio_parse("", result, why, sizeof(why)), -EINVAL);
    assert_string_equal(why, "no JSON in it");
    assert_int_equal(fio_parse("{\"jobs\": []}", result, why, sizeof(why)), -EINVAL);
    assert_int_equal(fio_parse("{\"jobs\": [{\"error\": 5}]}", result, why, sizeof(why)), -EINVAL);
    assert_string_equal(why, "its job failed");
    assert_int_equal(fio_parse("{\"jobs\": [{\"error\": 0, \"read\": {}}]}", result, why, sizeof(why)),
                     -EINVAL);
    test_free(result);
}

static const char yaml[] = "---\n"
                           "system-info:\n"
                           "      stress-ng-version: 0.15.06\n"
                           "      run-by: 'root'\n"
                           "\n"
                           "metrics:\n"
                           "    - stressor: switch\n"
                           "      bogo-ops: 1154\n"
                           "      bogo-ops-per-second-usr-sys-time: 576.992248\n"
                           "      wall-clock-time: 2.000123\n"
                           "      user-time: 0.5\n"
                           "      system-time: 1.25\n"
                           "\n"
                           "    - stressor: vm\n"
                           "      bogo-ops: 7\n"
                           "      wall-clock-time: 2.1\n"
                           "      user-time: 0.0\n"
                           "      system-time: 0.1\n"
                           "\n"
                           "...\n";

/* One name, not the two that fio would take it for. */
static void fio_names(void **state)
{
    char text[64];

    (void)state;
    fio_filename("/tmp/plain", text, sizeof(text));
    assert_string_equal(text, "/tmp/plain");
    fio_filename("/dev/disk/by-path/pci-0000:00:1f.2", text, sizeof(text));
    assert_string_equal(text, "/dev/disk/by-path/pci-0000\\:00\\:1f.2");
}

static void stress_ng(void **state)
{
    struct stress_ng_result result;

    (void)state;
    assert_int_equal(stress_ng_parse(yaml, strlen(yaml), &result, why, sizeof(why)), 0);
    assert_int_equal(result.count, 2);
    assert_string_equal(result.metrics[0].stressor, "switch");
    assert_true(result.metrics[0].bogo_operations == 1154);
    assert_true(fabs(result.metrics[0].wall_s - 2.000123) < 1e-9);
    assert_true(result.metrics[0].user_s == 0.5 && result.metrics[0].system_s == 1.25);
    assert_string_equal(result.metrics[1].stressor, "vm");
    assert_int_equal(stress_ng_parse("", 0, &result, why, sizeof(why)), -EINVAL);
    assert_int_equal(stress_ng_parse("metrics: []\n", 12, &result, why, sizeof(why)), -EINVAL);
    assert_int_equal(stress_ng_parse("metrics: x\n", 11, &result, why, sizeof(why)), -EINVAL);
}

static const char wrk_text[] = "Running 3s test @ http://198.18.0.200:1/\n"
                               "  1 threads and 4 connections\n"
                               "tracetoll 3000123 9000 9216000 0 1\n"
                               "bin 40 8000\n"
                               "bin 100 1000\n"
                               "end\n";

static void wrk(void **state)
{
    struct wrk_result *result = test_malloc(sizeof(*result));

    (void)state;
    assert_int_equal(wrk_parse(wrk_text, 4, result, why, sizeof(why)), 0);
    assert_true(result->requests == 8999 && result->failed == 1 && result->bytes == 9216000);
    assert_true(fabs(result->seconds - 3.000123) < 1e-9);
    assert_int_equal(result->latency.count, 9000);
    assert_int_equal(result->latency.sum_ns, 8000 * 40000 + 1000 * 100000);
    assert_int_equal(wrk_parse("unable to connect\n", 4, result, why, sizeof(why)), -EINVAL);
    assert_int_equal(wrk_parse("\ntracetoll 0 1 1 0 0\nend\n", 4, result, why, sizeof(why)), -EINVAL);
    assert_int_equal(wrk_parse("\ntracetoll 1 1 1 0 2\nend\n", 4, result, why, sizeof(why)), -EINVAL);
    assert_int_equal(wrk_parse("\ntracetoll 1 1 1 0 0\nbin 1 1\n", 4, result, why, sizeof(why)), -EINVAL);
    test_free(result);
}

enum { WRK_BINS = 6000, WRK_CONNECTIONS = 3 };

/* wrk's own, word for word but for the bounds (src/stats.c). */
static void stats_correct(uint64_t *data, int64_t expected)
{
    for (uint64_t n = (uint64_t)expected * 2; n < WRK_BINS; n++) {
        uint64_t count = data[n];
        int64_t m = (int64_t)n - expected;

        while (count && m > expected) {
            data[m] += count;
            m -= expected;
        }
    }
}

static char *wrk_report(const uint64_t *data, uint64_t duration_us, uint64_t requests, uint64_t errors)
{
    char *text = NULL;
    size_t length;
    FILE *file = open_memstream(&text, &length);

    fprintf(file, "\ntracetoll %lu %lu 1 %lu 0\n", duration_us, requests, errors);
    for (unsigned us = 0; us < WRK_BINS; us++)
        if (data[us])
            fprintf(file, "bin %u %lu\n", us, data[us]);
    fputs("end\n", file);
    fclose(file);
    return text;
}

/* What wrk invents is taken out again, to the last request. */
static void wrk_corrections(void **state)
{
    static uint64_t data[WRK_BINS];
    struct wrk_result *result = test_malloc(sizeof(*result));
    struct hist *measured = test_malloc(sizeof(*measured));
    uint32_t random = 1;

    (void)state;
    for (unsigned round = 0; round < 20; round++) {
        int64_t expected = 1 + round * round * 10; /* from everything to nothing corrected */
        uint64_t requests = 0, invented = 0;
        char *text;

        memset(data, 0, sizeof(data));
        memset(measured, 0, sizeof(*measured));
        for (unsigned i = 0; i < 400; i++) {
            unsigned us = (random = random * 1664525 + 1013904223) >> 16;

            us = i % 2 ? us % WRK_BINS : us % 500;
            data[us] += 1 + i % 3;
            requests += 1 + i % 3;
            hist_add_checked(measured, us * 1000ULL, 1 + i % 3);
        }
        requests -= requests % WRK_CONNECTIONS;
        stats_correct(data, expected);
        for (unsigned us = 0; us < WRK_BINS; us++)
            invented += data[us];
        text = wrk_report(data, (uint64_t)expected * (requests / WRK_CONNECTIONS), requests, 0);
        assert_int_equal(wrk_parse(text, WRK_CONNECTIONS, result, why, sizeof(why)), 0);
        assert_memory_equal(&result->latency, measured, sizeof(*measured));
        free(text);
        /* Had wrk reckoned otherwise, this would not go unseen. */
        text = wrk_report(data, (uint64_t)WRK_BINS * (requests / WRK_CONNECTIONS), requests, 0);
        if (invented > requests + requests / 50)
            assert_int_equal(wrk_parse(text, WRK_CONNECTIONS, result, why, sizeof(why)), -EINVAL);
        free(text);
    }
    test_free(measured);
    test_free(result);
}

/* None of them may look behind the end, or take half a text for a whole one with other numbers. */
static void cut_short(void **state)
{
    struct fio_result *fio_result = test_malloc(sizeof(*fio_result));
    struct wrk_result *wrk_result = test_malloc(sizeof(*wrk_result));
    struct stress_ng_result stress;
    struct iperf3_result iperf;

    (void)state;
    for (size_t i = 0; i + 2 < sizeof(iperf3_udp); i++) {
        char *text = strndup(iperf3_udp, i);

        assert_int_equal(iperf3_parse(text, 1, true, &iperf, why, sizeof(why)), -EINVAL);
        free(text);
    }
    for (size_t i = 0; i + 2 < sizeof(fio_text); i++) {
        char *text = strndup(fio_text, i);

        assert_int_equal(fio_parse(text, fio_result, why, sizeof(why)), -EINVAL);
        free(text);
    }
    for (size_t i = 0; i + 1 < sizeof(wrk_text); i++) {
        char *text = strndup(wrk_text, i);

        assert_int_equal(wrk_parse(text, 4, wrk_result, why, sizeof(why)), -EINVAL);
        free(text);
    }
    for (size_t i = 0; i < sizeof(yaml); i++) {
        char *text = strndup(yaml, i);

        stress_ng_parse(text, i, &stress, why, sizeof(why)); /* YAML may end anywhere */
        free(text);
    }
    test_free(fio_result);
    test_free(wrk_result);
}

/* Numbers that are none: below 0, beyond what can be counted with, sums that overflow; a complaint without
 * words. */
static void impossible_amounts(void **state)
{
    struct fio_result *fio_result = test_malloc(sizeof(*fio_result));
    struct wrk_result *wrk_result = test_malloc(sizeof(*wrk_result));
    struct stress_ng_result stress;
    struct iperf3_result iperf;
    static const char *const iperf3_texts[] = {
        "{\"intervals\": [{\"sum\": {\"seconds\": 1, \"bytes\": 1, \"packets\": -1}}], \"end\": {\"sum\": "
        "{\"packets\": 1, \"lost_packets\": 0}}}",
        "{\"intervals\": [{\"sum\": {\"seconds\": 1, \"bytes\": 1, \"packets\": 1}}], \"end\": {\"sum\": "
        "{\"packets\": 1, \"lost_packets\": -1}}}",
        "{\"intervals\": [{\"sum\": {\"seconds\": 1, \"bytes\": 1e308, \"packets\": 1}}, {\"sum\": "
        "{\"seconds\": 1, "
        "\"bytes\": 1e308, \"packets\": 1}}], \"end\": {\"sum\": {\"packets\": 1, \"lost_packets\": 0}}}",
    };
    static const char *const fio_texts[] = {
        "{\"jobs\":[{\"error\":0,\"read\":{\"io_bytes\":1e308,\"total_ios\":1,\"runtime\":1},"
        "\"write\":{\"io_bytes\":1e308,\"total_ios\":1,\"runtime\":1}}]}",
        "{\"jobs\":[{\"error\":0,\"read\":{\"io_bytes\":1,\"total_ios\":1,\"runtime\":1,\"clat_ns\":{"
        "\"bins\":{\"-5\":"
        "1}}},\"write\":{\"io_bytes\":1,\"total_ios\":0,\"runtime\":1}}]}",
    };
    static const char *const wrk_texts[] = {
        "\ntracetoll 1 -1 1 0 0\nend\n",
        "\ntracetoll 1 1 1 0 0\nbin -1 1\nend\n",
        "\ntracetoll 1 1 1 0 0\nbin 18446744073709551 18446744073709551\nend\n",
    };
    static const char endless[] = "metrics:\n    - stressor: a\n      bogo-ops: 1\n      wall-clock-time: 1\n"
                                  "      user-time: inf\n      system-time: 1\n";

    (void)state;
    for (size_t i = 0; i < sizeof(iperf3_texts) / sizeof(iperf3_texts[0]); i++)
        assert_int_equal(iperf3_parse(iperf3_texts[i], 0, true, &iperf, why, sizeof(why)), -EINVAL);
    for (size_t i = 0; i < sizeof(fio_texts) / sizeof(fio_texts[0]); i++)
        assert_int_equal(fio_parse(fio_texts[i], fio_result, why, sizeof(why)), -EINVAL);
    for (size_t i = 0; i < sizeof(wrk_texts) / sizeof(wrk_texts[0]); i++)
        assert_int_equal(wrk_parse(wrk_texts[i], 4, wrk_result, why, sizeof(why)), -EINVAL);
    assert_int_equal(stress_ng_parse(endless, strlen(endless), &stress, why, sizeof(why)), -EINVAL);
    why[0] = 0;
    assert_int_equal(iperf3_parse("{\"error\": \"\"}", 0, true, &iperf, why, sizeof(why)), -EPROTO);
    assert_true(why[0] != 0);
    test_free(fio_result);
    test_free(wrk_result);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(iperf3),
        cmocka_unit_test(iperf3_mistakes),
        cmocka_unit_test(fio),
        cmocka_unit_test(fio_names),
        cmocka_unit_test(stress_ng),
        cmocka_unit_test(wrk),
        cmocka_unit_test(wrk_corrections),
        cmocka_unit_test(cut_short),
        cmocka_unit_test(impossible_amounts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
