/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One operation, timed inside a probe: here the lookup of a key that a hash has. Its times go into buckets of 10 ns.
 * What a bucket holds is the operation and one of the two calls of the clock around it; the cost of being probed
 * at all is not in it. That is what a run shows:
 *
 *     tracetoll run -w syscall,call=getpid --bcc examples/bcc/benchmark_template.c
 *
 * The buckets, while it is attached: bpftool map dump name latencies. Put another operation between the clocks
 * to time that; `tracetoll micro map` times the same ones without a clock around each.
 */
#include <uapi/linux/ptrace.h>

BPF_HASH(subject, u32, u64, 1024);
BPF_HASH(latencies, u32, u64, 1024); /* tenths of its time in ns: how often */

int kprobe__sys_getpid(struct pt_regs *ctx)
{
    u32 key = 0, bucket;
    u64 one = 1, begin_ns, end_ns, *found, *count;

    begin_ns = bpf_ktime_get_ns();
    found = subject.lookup(&key);
    end_ns = bpf_ktime_get_ns();
    if (!found) { /* the first time */
        subject.update(&key, &one);
        return 0;
    }

    bucket = (end_ns - begin_ns) / 10;
    count = latencies.lookup(&bucket);
    if (count)
        (*count)++;
    else
        latencies.update(&bucket, &one);
    return 0;
}
