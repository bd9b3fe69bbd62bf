/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Two ways to be told of the same system call, a kprobe on its function and its tracepoint, with the same body:
 * two calls of the clock with nothing between them, and their difference kept. Both run once per call.
 *
 *     tracetoll run -w syscall,call=getpid --bcc examples/bcc/attach_benchmark.c
 *
 * The run shows what the two cost together, and how often each ran. The kept difference is one call of the clock,
 * the same under both: what an attachment costs lies outside of it, where a program cannot look. Delete one of the
 * two functions to measure the other alone, or ask `tracetoll micro attach`.
 */
#include <uapi/linux/ptrace.h>

BPF_HASH(stats, u32, u64); /* which: the last difference in ns */

#define BY_KPROBE     1
#define BY_TRACEPOINT 2

static inline void keep_empty_time(u32 which)
{
    u64 begin_ns = bpf_ktime_get_ns();
    u64 empty_ns = bpf_ktime_get_ns() - begin_ns;

    stats.update(&which, &empty_ns);
}

SEC("kprobe/sys_getpid")
int by_kprobe(struct pt_regs *ctx)
{
    keep_empty_time(BY_KPROBE);
    return 0;
}

TRACEPOINT_PROBE(syscalls, sys_enter_getpid)
{
    keep_empty_time(BY_TRACEPOINT);
    return 0;
}
