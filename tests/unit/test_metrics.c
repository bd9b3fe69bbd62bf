/* SPDX-License-Identifier: GPL-2.0 */
/* Each kind of row of the metric table, on blocks whose numbers can be worked out on paper. */
#include "tests/unit/blocks.h"

#include <string.h>

static double value(const char *name, const struct block *block)
{
    return metric_value(name, block);
}

static void assert_unknown(const char *name, const struct block *block)
{
    if (!isnan(value(name, block)))
        fail_msg("%s is %g where nothing is known", name, value(name, block));
}

/* 1000 operations in a window of 0.25 s; the samplers' edges lie further out, at 0.5 s, to make a wrong
 * divisor show. CPU in it: 400 ms busy, of which workload 200 ms and target 50 ms. */
static struct block busy_block(char arm)
{
    struct block block = block_of(arm);

    set(&block, "ops", 1000);
    set(&block, "window_ns", 250e6);
    set(&block, "sampler.window_ns", 500e6);
    set(&block, "cpu.busy_ns", 400e6);
    set(&block, "workload.cpu_ns", 200e6);
    if (arm == 'A')
        return block;
    set(&block, "target.cpu_ns", 50e6);
    set(&block, "target.user_ns", 20e6);
    set(&block, "target.system_ns", 30e6);
    set(&block, "target.wakeups", 500);
    return block;
}

static void the_mean_needs_one_operation(void **state)
{
    CLEANUP(block_free) struct block block = block_of('A');

    (void)state;
    assert_unknown("latency.mean", &block);
    add_latency(&block, 1, 100);
    assert_close(value("latency.mean", &block), 100, 0);
    add_latency(&block, 3, 200); /* (100 + 3 * 200) / 4 */
    assert_close(value("latency.mean", &block), 175, 0);
}

/* Quantile q wants 20/(1-q) samples: 40, 200, 2000, 20000. */
static void a_quantile_needs_enough_operations(void **state)
{
    static const struct {
        const char *name;
        unsigned needed;
    } rows[] = {{"latency.p50", 40}, {"latency.p90", 200}, {"latency.p99", 2000}, {"latency.p999", 20000}};

    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(rows); i++) {
        CLEANUP(block_free) struct block block = block_of('A');

        add_latency(&block, rows[i].needed - 1, 100);
        assert_unknown(rows[i].name, &block);
        add_latency(&block, 2, 100); /* one beyond: 1 - q is not exact in binary */
        assert_close(value(rows[i].name, &block), 100.5, 0.5);
    }
}

/* A load that a tool slows down gets less done: a quarter is enough, 500 for p99. */
static void a_quantile_with_the_tool_on_needs_a_quarter(void **state)
{
    static const char arms[] = {'B', 'C'};

    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(arms); i++) {
        CLEANUP(block_free) struct block block = block_of(arms[i]);

        add_latency(&block, 499, 100);
        assert_unknown("latency.p99", &block);
        add_latency(&block, 2, 100);
        assert_close(value("latency.p99", &block), 100.5, 0.5);
        block.arm = 'A';
        assert_unknown("latency.p99", &block);
    }
}

/* A closed loop that hangs: its one operation failed, and is in the histogram. */
static void nothing_done_is_an_infinite_quantile(void **state)
{
    CLEANUP(block_free) struct block block = block_of('B');

    (void)state;
    set(&block, "ops", 0);
    assert_true(isinf(value("latency.p50", &block)));
    add_latency(&block, 1, 250000000);
    assert_true(isinf(value("latency.p50", &block)));
    block.arm = 'A';
    assert_unknown("latency.p50", &block);
}

static void quantiles_are_those_of_the_block(void **state)
{
    CLEANUP(block_free) struct block block = block_of('B');

    (void)state;
    /* 96 % at 100 ns, 3.5 % at 200 us, 0.5 % at 1 ms: p50 and p90 are fast, p99 and p999 are not. */
    add_latency(&block, 38400, 100);
    add_latency(&block, 1400, 200000);
    add_latency(&block, 200, 1000000);
    assert_close(value("latency.p50", &block), 100.5, 0.5);
    assert_close(value("latency.p90", &block), 100.5, 0.5);
    assert_close(value("latency.p99", &block), 200000, 0.008 * 200000);
    assert_close(value("latency.p999", &block), 1000000, 0.008 * 1000000);
    /* (38400 * 100 + 1400 * 200000 + 200 * 1000000) / 40000 */
    assert_close(value("latency.mean", &block), 12096, 1e-9);
}

static void the_references_time_is_not_the_workloads(void **state)
{
    CLEANUP(block_free) struct block block = block_of('A');

    (void)state;
    set(&block, "ops", 1000);
    assert_unknown("throughput", &block);
    set(&block, "window_ns", 250e6); /* 1000 / 0.25 s */
    assert_close(value("throughput", &block), 4000, 1e-9);
    set(&block, "ref.total_ns", 50e6); /* 1000 / 0.2 s */
    assert_close(value("throughput", &block), 5000, 1e-9);
    set(&block, "ref.total_ns", 250e6); /* nothing left: no rate, and not an infinite one */
    assert_unknown("throughput", &block);
}

static void no_operation_is_a_rate_of_zero(void **state)
{
    CLEANUP(block_free) struct block block = block_of('B');

    (void)state;
    set(&block, "ops", 0);
    set(&block, "window_ns", 250e6);
    assert_close(value("throughput", &block), 0, 0);
    set(&block, "sampler.window_ns", 250e6);
    set(&block, "cpu.busy_ns", 1e6);
    assert_true(isinf(value("cpu.per_op", &block))); /* as much as you like for nothing */
    block.arm = 'A';
    assert_unknown("cpu.per_op", &block);
}

static void packets_count_in_the_samplers_window(void **state)
{
    CLEANUP(block_free) struct block block = busy_block('A');

    (void)state;
    assert_unknown("pps", &block);
    set(&block, "net.server.rx_packets", 2000); /* / 0.5 s */
    assert_close(value("pps", &block), 4000, 1e-9);
}

static void bytes_are_those_that_were_sent(void **state)
{
    CLEANUP(block_free) struct block block = busy_block('A');

    (void)state;
    assert_unknown("bandwidth", &block);
    assert_unknown("cpu.per_byte", &block);
    set(&block, "bytes", 1e6); /* / 0.25 s */
    assert_close(value("bandwidth", &block), 4e6, 1e-9);
    /* 0.8 cores busy: 0.8e9 ns a second over 4e6 bytes a second, the reference's time included */
    assert_close(value("cpu.per_byte", &block), 0.8e9 / 4e6, 1e-9);
    set(&block, "ref.total_ns", 50e6);
    assert_close(value("bandwidth", &block), 5e6, 1e-9);
    assert_close(value("cpu.per_byte", &block), 0.8e9 / 4e6, 1e-9);
}

static void losses_are_the_kernels(void **state)
{
    CLEANUP(block_free) struct block block = busy_block('A');

    (void)state;
    assert_unknown("loss", &block);
    set(&block, "net.client.tx_packets", 90);
    set(&block, "net.client.tx_dropped", 10);
    set(&block, "net.server.rx_packets", 80);
    set(&block, "net.server.udp_in_errors", 0);
    set(&block, "net.server.udp_in_datagrams", 0); /* TCP: sockets drop none */
    assert_close(value("loss", &block), 0.2, 1e-12);
    set(&block, "net.server.udp_in_errors", 40);
    set(&block, "net.server.udp_in_datagrams", 120); /* of the 80 % a quarter */
    assert_close(value("loss", &block), 0.4, 1e-12);
    set(&block, "net.server.rx_packets", 101); /* edges are some microseconds apart */
    set(&block, "net.server.udp_in_errors", 0);
    assert_close(value("loss", &block), 0, 0);
    set(&block, "net.server.rx_packets", 76);
    set(&block, "net.client.netem_dropped", 100); /* which tx_packets never saw */
    assert_close(value("loss", &block), 0.62, 1e-12);
}

static void failures_are_a_share_of_all_that_was_tried(void **state)
{
    CLEANUP(block_free) struct block block = busy_block('B');

    (void)state;
    assert_unknown("failed", &block);
    set(&block, "failed", 0);
    assert_close(value("failed", &block), 0, 0);
    set(&block, "failed", 250); /* of 1250 */
    assert_close(value("failed", &block), 0.2, 1e-12);
    set(&block, "ops", 0);
    assert_close(value("failed", &block), 1, 0);
    set(&block, "failed", 0);
    assert_unknown("failed", &block);
}

/* Per time first: 400 ms in 0.5 s are 0.8 cores, 1000 operations in 0.25 s are 4000/s: 200 us each. */
static void cpu_is_per_time_first_and_then_per_operation(void **state)
{
    CLEANUP(block_free) struct block block = busy_block('B');

    (void)state;
    assert_close(value("cpu.per_op", &block), 200e3, 1e-6);
    assert_close(value("cpu.workload_per_op", &block), 100e3, 1e-6); /* 0.4 cores */
    assert_close(value("cpu.target_per_op", &block), 25e3, 1e-6);    /* 0.1 cores */
    assert_close(value("cpu.rest_per_op", &block), 75e3, 1e-6);
    assert_close(value("cpu.system", &block), 0.8, 1e-12);
    assert_close(value("cpu.target_user_per_op", &block), 10e3, 1e-6);
    assert_close(value("cpu.target_system_per_op", &block), 15e3, 1e-6);
    assert_close(value("target_wakeups", &block), 0.25, 1e-12);
    assert_close(value("cpu.target", &block), 0.1, 1e-12);
    assert_close(value("cpu.rest", &block), 0.3, 1e-12); /* (400 - 200 - 50) ms / 0.5 s */
}

/* Where the processor's counters are there; counted in the 0.5 s of the samplers. */
static void counters_are_per_operation(void **state)
{
    CLEANUP(block_free) struct block block = busy_block('A');

    (void)state;
    assert_unknown("cpu.cycles", &block);
    assert_unknown("cpu.ipc", &block);
    set(&block, "pmu.cycles", 2e9);
    set(&block, "pmu.instructions", 3e9);
    set(&block, "pmu.l1d_misses", 4e6);
    set(&block, "pmu.llc_misses", 2e4);
    assert_close(value("cpu.cycles", &block), 1e6, 1e-3); /* 4 per ns, 250 us an operation */
    assert_close(value("cpu.instructions", &block), 1.5e6, 1e-3);
    assert_close(value("cpu.ipc", &block), 1.5, 1e-12);
    assert_close(value("cpu.l1d_misses", &block), 2000, 1e-9);
    assert_close(value("cpu.llc_misses", &block), 10, 1e-9);
}

static void peaks_are_taken_as_they_are(void **state)
{
    CLEANUP(block_free) struct block block = busy_block('B');

    (void)state;
    assert_unknown("cpu.peak", &block);
    assert_unknown("cpu.target_peak", &block);
    set(&block, "cpu.peak_cores", 1.9);
    set(&block, "target.cpu_peak_cores", 0.7);
    assert_close(value("cpu.peak", &block), 1.9, 0);
    assert_close(value("cpu.target_peak", &block), 0.7, 0);
}

static void a_target_that_is_off_costs_nothing(void **state)
{
    CLEANUP(block_free) struct block block = busy_block('A');

    (void)state;
    assert_close(value("cpu.target", &block), 0, 0);
    assert_close(value("cpu.target_per_op", &block), 0, 0);
    assert_close(value("cpu.target_system_per_op", &block), 0, 0);
    assert_close(value("target_wakeups", &block), 0, 0);
    assert_close(value("cpu.target_peak", &block), 0, 0);
    assert_close(value("cpu.rest", &block), 0.4, 1e-12); /* (400 - 200) ms / 0.5 s */
    assert_close(value("cpu.rest_per_op", &block), 100e3, 1e-6);
}

/* Unknown is never zero: a B block without the target's figure can't tell the rest from the target. */
static void an_unknown_target_leaves_the_rest_unknown(void **state)
{
    CLEANUP(block_free) struct block block = busy_block('A');

    (void)state;
    block.arm = 'B';
    assert_unknown("cpu.target", &block);
    assert_unknown("cpu.rest_per_op", &block);
    assert_unknown("cpu.rest", &block);
}

static void the_rest_needs_every_part(void **state)
{
    CLEANUP(block_free) struct block block = block_of('A');

    (void)state;
    set(&block, "ops", 1000);
    set(&block, "window_ns", 250e6);
    set(&block, "sampler.window_ns", 250e6);
    set(&block, "cpu.busy_ns", 100e6);
    assert_unknown("cpu.rest", &block);
    assert_unknown("cpu.rest_per_op", &block);
    assert_close(value("cpu.per_op", &block), 100e3, 1e-6);
}

/* 3000 in 0.5 s are 6000/s, by 4000 operations/s. */
static void kernel_counts_are_per_operation(void **state)
{
    static const char *const rows[][2] = {{"context_switches", "kernel.context_switches"},
                                          {"interrupts", "kernel.interrupts"},
                                          {"softirqs", "kernel.softirqs"}};

    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(rows); i++) {
        CLEANUP(block_free) struct block block = busy_block('A');

        assert_unknown(rows[i][0], &block);
        set(&block, rows[i][1], 3000);
        assert_close(value(rows[i][0], &block), 1.5, 1e-12);
    }
}

static void memory_is_taken_as_it_is(void **state)
{
    static const char *const rows[][2] = {{"memory.rss", "target.rss_bytes"},
                                          {"memory.pss", "target.pss_bytes"},
                                          {"memory.peak", "target.peak_rss_bytes"},
                                          {"memory.maps", "target.maps_bytes"},
                                          {"memory.perf_buffers", "target.perf_buffer_bytes"},
                                          {"memory.jit", "target.jit_bytes"},
                                          {"memory.faults", "target.page_faults"}};

    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(rows); i++) {
        CLEANUP(block_free) struct block off = block_of('A');
        CLEANUP(block_free) struct block on = block_of('B');

        assert_close(value(rows[i][0], &off), 0, 0);
        assert_unknown(rows[i][0], &on);
        set(&on, rows[i][1], 12345);
        assert_close(value(rows[i][0], &on), 12345, 0);
        assert_true(metric_find(rows[i][0])->only_on);
    }
}

static void memory_of_the_machine_is_what_is_in_use(void **state)
{
    CLEANUP(block_free) struct block block = block_of('A');

    (void)state;
    set(&block, "system.total_bytes", 1000);
    assert_unknown("memory.system", &block);
    set(&block, "system.available_bytes", 400);
    assert_close(value("memory.system", &block), 600, 0);
}

/* Only the target's own rows know something of an empty block: zero while it is off. */
static void an_empty_block_gives_no_numbers(void **state)
{
    struct block off = block_of('A'), on = block_of('B');

    (void)state;
    for (unsigned i = 0; i < metric_count; i++) {
        const struct metric *metric = &metric_table[i];
        double when_off = metric->value(metric, &off), when_on = metric->value(metric, &on);

        if (!isnan(when_on))
            fail_msg("%s is %g in an empty B block", metric->name, when_on);
        if (metric->only_on ? when_off != 0 : !isnan(when_off))
            fail_msg("%s is %g in an empty A block", metric->name, when_off);
    }
}

static void rows_are_complete_and_their_names_unique(void **state)
{
    (void)state;
    for (unsigned i = 0; i < metric_count; i++) {
        const struct metric *metric = &metric_table[i];

        assert_true(metric->unit && metric->summary && metric->value);
        assert_ptr_equal(metric_find(metric->name), metric); /* the first of that name is this one */
        assert_non_null(metric_group_name(metric->group));
        /* A baseline of zero has no ratio. */
        assert_false(metric->only_on && metric->relative);
    }
    assert_null(metric_find("latency"));
    assert_null(metric_find(""));
}

/* Each unit takes its own dimension; a share fits what is judged as a ratio, or is one. */
static void a_limit_must_fit_the_unit(void **state)
{
    static const struct {
        const char *unit;
        enum dimension dimension;
    } fits[] = {{"ns", DIMENSION_TIME},           {"1/s", DIMENSION_RATE},
                {"cores", DIMENSION_CORES},       {"bytes", DIMENSION_BYTES},
                {"1/op", DIMENSION_NONE},         {"share", DIMENSION_PERCENT},
                {"bytes/s", DIMENSION_BYTE_RATE}, {"insn/cycle", DIMENSION_NONE},
                {"faults", DIMENSION_NONE},       {"", DIMENSION_NONE}};

    (void)state;
    for (unsigned i = 0; i < metric_count; i++) {
        const struct metric *metric = &metric_table[i];
        enum dimension dimension = DIMENSION_NONE;
        unsigned own = 0;

        for (unsigned j = 0; j < ARRAY_SIZE(fits); j++)
            if (strcmp(fits[j].unit, metric->unit) == 0) {
                dimension = fits[j].dimension;
                own++;
            }
        for (unsigned j = 0; j < ARRAY_SIZE(fits); j++) {
            bool share = fits[j].dimension == DIMENSION_PERCENT && metric->relative;

            assert_int_equal(metric_takes(metric, fits[j].dimension),
                             fits[j].dimension == dimension || share);
        }
        assert_int_equal(own, 1); /* every unit in the table has a dimension */
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_mean_needs_one_operation),
        cmocka_unit_test(a_quantile_needs_enough_operations),
        cmocka_unit_test(a_quantile_with_the_tool_on_needs_a_quarter),
        cmocka_unit_test(nothing_done_is_an_infinite_quantile),
        cmocka_unit_test(quantiles_are_those_of_the_block),
        cmocka_unit_test(the_references_time_is_not_the_workloads),
        cmocka_unit_test(no_operation_is_a_rate_of_zero),
        cmocka_unit_test(packets_count_in_the_samplers_window),
        cmocka_unit_test(bytes_are_those_that_were_sent),
        cmocka_unit_test(losses_are_the_kernels),
        cmocka_unit_test(failures_are_a_share_of_all_that_was_tried),
        cmocka_unit_test(cpu_is_per_time_first_and_then_per_operation),
        cmocka_unit_test(counters_are_per_operation),
        cmocka_unit_test(peaks_are_taken_as_they_are),
        cmocka_unit_test(a_target_that_is_off_costs_nothing),
        cmocka_unit_test(an_unknown_target_leaves_the_rest_unknown),
        cmocka_unit_test(the_rest_needs_every_part),
        cmocka_unit_test(kernel_counts_are_per_operation),
        cmocka_unit_test(memory_is_taken_as_it_is),
        cmocka_unit_test(memory_of_the_machine_is_what_is_in_use),
        cmocka_unit_test(an_empty_block_gives_no_numbers),
        cmocka_unit_test(rows_are_complete_and_their_names_unique),
        cmocka_unit_test(a_limit_must_fit_the_unit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
