/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/metric.h"
#include "orchestrator/metric_observed.h"

#include <math.h>

static double value_of(const struct block *block, const char *name)
{
    return values_or_nan(&block->values, name);
}

static double ratio(double numerator, double denominator)
{
    return denominator > 0 ? numerator / denominator : NAN;
}

/* A load that got nothing done with the target on is a result, and the worst there is. */
static double nothing_done(const struct block *block)
{
    return block->arm == 'B' && value_of(block, "ops") == 0 ? INFINITY : NAN;
}

static double latency_mean(const struct metric *metric, const struct block *block)
{
    (void)metric;
    return block->latency ? hist_mean_ns(block->latency) : nothing_done(block);
}

static double latency_quantile(const struct metric *metric, const struct block *block)
{
    double nothing = nothing_done(block);

    /* First: a closed loop that stands still has its one operation in the histogram, and its age. */
    return isnan(nothing) ? block_quantile_ns(block, metric->argument) : nothing;
}

/*
 * The bursts of the noise reference take a closed loop's time in both arms; they are not the workload's. In
 * an open loop they fill pauses and take nothing away.
 */
static double load_seconds(const struct block *block)
{
    double reference_ns = value_of(block, "ref.total_ns");
    bool pauses = !isnan(value_of(block, "offered_rate"));

    return (value_of(block, "window_ns") - (isnan(reference_ns) || pauses ? 0 : reference_ns)) / 1e9;
}

static double per_second(const struct metric *metric, const struct block *block)
{
    (void)metric;
    return ratio(value_of(block, "ops"), load_seconds(block));
}

static double bytes_per_second(const struct metric *metric, const struct block *block)
{
    (void)metric;
    return ratio(value_of(block, "bytes"), load_seconds(block));
}

/*
 * Dropped by the client's queue or interface, on the way, or at the server's UDP sockets, by the kernel's
 * counters. In two steps: with GSO an interface's packet is many datagrams.
 */
static double packets_lost(const struct metric *metric, const struct block *block)
{
    double netem = value_of(block, "net.client.netem_dropped"); /* only where loss= made one */
    double sent = value_of(block, "net.client.tx_packets") + value_of(block, "net.client.tx_dropped") +
                  (isnan(netem) ? 0 : netem);
    double way = ratio(fmax(sent - value_of(block, "net.server.rx_packets"), 0), sent);
    double errors = value_of(block, "net.server.udp_in_errors");
    double arrived = errors + value_of(block, "net.server.udp_in_datagrams");

    (void)metric;
    return arrived > 0 ? 1 - (1 - way) * (1 - errors / arrived) : way;
}

static double failed_share(const struct metric *metric, const struct block *block)
{
    double failed = value_of(block, "failed"), ops = value_of(block, "ops");

    (void)metric;
    return ratio(failed, ops + failed);
}

/* Frames that the server's end of the link got, by the interface's own counter. */
static double packets_per_second(const struct metric *metric, const struct block *block)
{
    (void)metric;
    return ratio(value_of(block, "net.server.rx_packets"), value_of(block, "sampler.window_ns") / 1e9);
}

static double sampled_per_op(const struct block *block, const char *name)
{
    double ops = value_of(block, "ops"), window_ns = value_of(block, "window_ns");

    /* Samplers and generator look at edges some microseconds apart: per time first, then per operation. */
    return ratio(ratio(value_of(block, name), value_of(block, "sampler.window_ns")), ratio(ops, window_ns));
}

static double sampled_cores(const struct block *block, const char *name)
{
    return ratio(value_of(block, name), value_of(block, "sampler.window_ns"));
}

static double cpu_per_op(const struct metric *metric, const struct block *block)
{
    (void)metric;
    if (value_of(block, "ops") == 0)
        return nothing_done(block);
    return sampled_per_op(block, "cpu.busy_ns");
}

static double cpu_per_byte(const struct metric *metric, const struct block *block)
{
    (void)metric;
    if (value_of(block, "ops") == 0)
        return nothing_done(block);
    return ratio(ratio(value_of(block, "cpu.busy_ns"), value_of(block, "sampler.window_ns")),
                 ratio(value_of(block, "bytes"), value_of(block, "window_ns")));
}

static double cpu_system(const struct metric *metric, const struct block *block)
{
    (void)metric;
    return sampled_cores(block, "cpu.busy_ns");
}

static double cpu_peak(const struct metric *metric, const struct block *block)
{
    (void)metric;
    return value_of(block, "cpu.peak_cores");
}

static double cpu_workload(const struct metric *metric, const struct block *block)
{
    (void)metric;
    return sampled_per_op(block, "workload.cpu_ns");
}

static double off_is_zero(const struct block *block, double value)
{
    return isnan(value) && block->arm == 'A' ? 0 : value;
}

static double cpu_target(const struct metric *metric, const struct block *block)
{
    (void)metric;
    return off_is_zero(block, sampled_cores(block, "target.cpu_ns"));
}

static double cpu_target_peak(const struct metric *metric, const struct block *block)
{
    (void)metric;
    return off_is_zero(block, value_of(block, "target.cpu_peak_cores"));
}

static double cpu_rest(const struct metric *metric, const struct block *block)
{
    double target_ns = off_is_zero(block, value_of(block, "target.cpu_ns"));
    double rest_ns = value_of(block, "cpu.busy_ns") - value_of(block, "workload.cpu_ns") - target_ns;

    (void)metric;
    return ratio(rest_ns, value_of(block, "sampler.window_ns"));
}

static double cpu_target_per_op(const struct metric *metric, const struct block *block)
{
    (void)metric;
    return off_is_zero(block, sampled_per_op(block, "target.cpu_ns"));
}

static double cpu_target_user(const struct metric *metric, const struct block *block)
{
    (void)metric;
    return off_is_zero(block, sampled_per_op(block, "target.user_ns"));
}

static double cpu_target_system(const struct metric *metric, const struct block *block)
{
    (void)metric;
    return off_is_zero(block, sampled_per_op(block, "target.system_ns"));
}

/* Threads that end take their counts along: never below none. */
static double target_wakeups(const struct metric *metric, const struct block *block)
{
    double wakeups = off_is_zero(block, sampled_per_op(block, "target.wakeups"));

    (void)metric;
    return wakeups < 0 ? 0 : wakeups;
}

static double cpu_rest_per_op(const struct metric *metric, const struct block *block)
{
    return cpu_per_op(metric, block) - cpu_workload(metric, block) - cpu_target_per_op(metric, block);
}

static double context_switches(const struct metric *metric, const struct block *block)
{
    (void)metric;
    return sampled_per_op(block, "kernel.context_switches");
}

static double interrupts(const struct metric *metric, const struct block *block)
{
    (void)metric;
    return sampled_per_op(block, "kernel.interrupts");
}

static double softirqs(const struct metric *metric, const struct block *block)
{
    (void)metric;
    return sampled_per_op(block, "kernel.softirqs");
}

/* Counted in the samplers' window, as CPU time is. */
static double cycles(const struct metric *metric, const struct block *block)
{
    (void)metric;
    return sampled_per_op(block, "pmu.cycles");
}

static double instructions(const struct metric *metric, const struct block *block)
{
    (void)metric;
    return sampled_per_op(block, "pmu.instructions");
}

static double instructions_per_cycle(const struct metric *metric, const struct block *block)
{
    (void)metric;
    return ratio(value_of(block, "pmu.instructions"), value_of(block, "pmu.cycles"));
}

static double l1d_misses(const struct metric *metric, const struct block *block)
{
    (void)metric;
    return sampled_per_op(block, "pmu.l1d_misses");
}

static double llc_misses(const struct metric *metric, const struct block *block)
{
    (void)metric;
    return sampled_per_op(block, "pmu.llc_misses");
}

/* A figure of the target as it stood at the window's end. */
static double gauge(const struct metric *metric, const struct block *block)
{
    return off_is_zero(block, value_of(block, metric->source));
}

/* Memory in use, so that more is worse, as for every other memory figure. */
static double memory_system(const struct metric *metric, const struct block *block)
{
    (void)metric;
    return value_of(block, "system.total_bytes") - value_of(block, "system.available_bytes");
}

#define TIME(name_, summary_, value_, q_)                                                                    \
    {                                                                                                        \
        .name = name_, .unit = "ns", .summary = summary_, .group = GROUP_LATENCY, .relative = true,          \
        .adjustable = true, .argument = q_, .value = value_                                                  \
    }

const struct metric metric_table[] = {
    TIME("latency.mean", "mean time of an operation", latency_mean, 0),
    TIME("latency.p50", "median time of an operation", latency_quantile, 0.5),
    TIME("latency.p90", "90th percentile of an operation's time", latency_quantile, 0.9),
    TIME("latency.p99", "99th percentile of an operation's time", latency_quantile, 0.99),
    TIME("latency.p999", "99.9th percentile of an operation's time", latency_quantile, 0.999),
    {.name = "throughput",
     .unit = "1/s",
     .summary = "operations completed per second",
     .group = GROUP_THROUGHPUT,
     .higher_is_better = true,
     .relative = true,
     .adjustable = true,
     .value = per_second},
    {.name = "pps",
     .unit = "1/s",
     .summary = "packets per second at the server's interface",
     .group = GROUP_THROUGHPUT,
     .higher_is_better = true,
     .relative = true,
     .adjustable = true,
     .value = packets_per_second},
    {.name = "bandwidth",
     .unit = "bytes/s",
     .summary = "payload per second (of requests and replies, or what was sent)",
     .group = GROUP_THROUGHPUT,
     .higher_is_better = true,
     .relative = true,
     .adjustable = true,
     .value = bytes_per_second},
    {.name = "loss",
     .unit = "share",
     .summary = "share of packets lost on the way or at the server's UDP socket, by the kernel's counters",
     .group = GROUP_THROUGHPUT,
     .value = packets_lost},
    {.name = "failed",
     .unit = "share",
     .summary = "share of operations that failed or were never answered",
     .group = GROUP_THROUGHPUT,
     .value = failed_share},
    {.name = "cpu.per_op",
     .unit = "ns",
     .summary = "CPU time of the whole machine per operation",
     .group = GROUP_CPU,
     .relative = true,
     .adjustable = true,
     .value = cpu_per_op},
    {.name = "cpu.per_byte",
     .unit = "ns",
     .summary = "CPU time of the whole machine per byte of payload",
     .group = GROUP_CPU,
     .relative = true,
     .adjustable = true,
     .value = cpu_per_byte},
    {.name = "cpu.workload_per_op",
     .unit = "ns",
     .summary = "CPU time of the workload's own processes per operation",
     .group = GROUP_CPU,
     .relative = true,
     .adjustable = true,
     .value = cpu_workload},
    {.name = "cpu.target_per_op",
     .unit = "ns",
     .summary = "CPU time of the target's own processes per operation",
     .group = GROUP_CPU,
     .only_on = true,
     .value = cpu_target_per_op},
    {.name = "cpu.target_user_per_op",
     .unit = "ns",
     .summary = "CPU time of the target's own processes in user space per operation",
     .group = GROUP_CPU,
     .only_on = true,
     .value = cpu_target_user},
    {.name = "cpu.target_system_per_op",
     .unit = "ns",
     .summary = "CPU time of the target's own processes in the kernel per operation",
     .group = GROUP_CPU,
     .only_on = true,
     .value = cpu_target_system},
    {.name = "cpu.rest_per_op",
     .unit = "ns",
     .summary =
         "CPU time of neither workload nor target per operation (softirqs, kernel threads, the harness)",
     .group = GROUP_CPU,
     .value = cpu_rest_per_op},
    {.name = "cpu.system",
     .unit = "cores",
     .summary = "CPUs kept busy, whole machine",
     .group = GROUP_CPU,
     .value = cpu_system},
    {.name = "cpu.peak",
     .unit = "cores",
     .summary = "CPUs kept busy, whole machine, busiest 100 ms of a block",
     .group = GROUP_CPU,
     .value = cpu_peak},
    {.name = "cpu.target",
     .unit = "cores",
     .summary = "CPUs kept busy by the target's own processes",
     .group = GROUP_CPU,
     .only_on = true,
     .value = cpu_target},
    {.name = "cpu.target_peak",
     .unit = "cores",
     .summary = "the same, busiest 100 ms of a block",
     .group = GROUP_CPU,
     .only_on = true,
     .value = cpu_target_peak},
    {.name = "cpu.rest",
     .unit = "cores",
     .summary = "CPUs kept busy by neither workload nor target (softirqs, kernel threads, the harness)",
     .group = GROUP_CPU,
     .value = cpu_rest},
    {.name = "cpu.cycles",
     .unit = "1/op",
     .summary = "cycles of all CPUs per operation (where the processor's counters are there)",
     .group = GROUP_CPU,
     .relative = true,
     .adjustable = true,
     .value = cycles},
    {.name = "cpu.instructions",
     .unit = "1/op",
     .summary = "instructions of all CPUs per operation (likewise)",
     .group = GROUP_CPU,
     .relative = true,
     .value = instructions},
    {.name = "cpu.ipc",
     .unit = "insn/cycle",
     .summary = "instructions per cycle, all CPUs (likewise)",
     .group = GROUP_CPU,
     .higher_is_better = true,
     .relative = true,
     .value = instructions_per_cycle},
    {.name = "cpu.l1d_misses",
     .unit = "1/op",
     .summary = "loads per operation that missed the first-level cache (likewise)",
     .group = GROUP_CPU,
     .value = l1d_misses},
    {.name = "cpu.llc_misses",
     .unit = "1/op",
     .summary = "loads per operation that missed the last-level cache (likewise)",
     .group = GROUP_CPU,
     .value = llc_misses},
    OBSERVED_CPU("cpu.per_packet", "CPU time of the whole machine per packet received (observe)",
                 "observed.packets"),
    OBSERVED_CPU("cpu.per_io", "CPU time of the whole machine per I/O of its disks (observe)",
                 "observed.ios"),
    OBSERVED_CPU("cpu.per_switch", "CPU time of the whole machine per context switch (observe)",
                 "observed.switches"),
    OBSERVED("observed.lower", "number that is observed; lower is better", false),
    OBSERVED("observed.higher", "number that is observed; higher is better", true),
    OBSERVED("observed.p50", "median of the histogram that is observed", false),
    OBSERVED("observed.p90", "its 90th percentile", false),
    OBSERVED("observed.p99", "its 99th percentile", false),
    {.name = "context_switches",
     .unit = "1/op",
     .summary = "context switches per operation",
     .group = GROUP_KERNEL,
     .value = context_switches},
    {.name = "interrupts",
     .unit = "1/op",
     .summary = "interrupts per operation",
     .group = GROUP_KERNEL,
     .value = interrupts},
    {.name = "softirqs",
     .unit = "1/op",
     .summary = "softirqs per operation",
     .group = GROUP_KERNEL,
     .value = softirqs},
    {.name = "target_wakeups",
     .unit = "1/op",
     .summary = "how often the target's threads were woken per operation",
     .group = GROUP_KERNEL,
     .only_on = true,
     .value = target_wakeups},
    {.name = "memory.rss",
     .unit = "bytes",
     .summary = "resident memory of the target's processes",
     .group = GROUP_MEMORY,
     .only_on = true,
     .source = "target.rss_bytes",
     .value = gauge},
    {.name = "memory.pss",
     .unit = "bytes",
     .summary = "proportional share of resident memory of the target's processes",
     .group = GROUP_MEMORY,
     .only_on = true,
     .source = "target.pss_bytes",
     .value = gauge},
    {.name = "memory.peak",
     .unit = "bytes",
     .summary = "peak resident memory of the target's processes",
     .group = GROUP_MEMORY,
     .only_on = true,
     .source = "target.peak_rss_bytes",
     .value = gauge},
    {.name = "memory.maps",
     .unit = "bytes",
     .summary = "memory of the target's BPF maps",
     .group = GROUP_MEMORY,
     .only_on = true,
     .source = "target.maps_bytes",
     .value = gauge},
    {.name = "memory.perf_buffers",
     .unit = "bytes",
     .summary = "perf buffers that the target's processes have mapped (ring buffers are maps)",
     .group = GROUP_MEMORY,
     .only_on = true,
     .source = "target.perf_buffer_bytes",
     .value = gauge},
    {.name = "memory.jit",
     .unit = "bytes",
     .summary = "machine code of the target's BPF programs",
     .group = GROUP_MEMORY,
     .only_on = true,
     .source = "target.jit_bytes",
     .value = gauge},
    {.name = "memory.faults",
     .unit = "faults",
     .summary = "page faults of the target's processes since they were started",
     .group = GROUP_MEMORY,
     .only_on = true,
     .source = "target.page_faults",
     .value = gauge},
    {.name = "memory.system",
     .unit = "bytes",
     .summary = "memory in use, whole machine (total less available)",
     .group = GROUP_MEMORY,
     .value = memory_system},
};
const unsigned metric_count = sizeof(metric_table) / sizeof(metric_table[0]);
