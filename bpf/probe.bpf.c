// SPDX-License-Identifier: GPL-2.0
/*
 * The internal probes: one program for each attach type, all with the same body. bpf/probe_tool.c loads the
 * one that is asked for, with its operations as constants.
 */
#include "bpf/ops.bpf.h"

#include <linux/ptrace.h>
#include <stdbool.h>

#include <bpf/bpf_core_read.h>
#include <bpf/usdt.bpf.h>

char LICENSE[] SEC("license") = "GPL";

/* The two fields that are read, wherever this kernel has them (CO-RE). */
struct mm_struct {
    unsigned long start_stack;
} __attribute__((preserve_access_index));
struct task_struct {
    struct mm_struct *mm;
} __attribute__((preserve_access_index));

/* The stack of whoever is probed. */
static __always_inline __u64 user_source(void)
{
    struct task_struct *task = (struct task_struct *)bpf_get_current_task();

    return BPF_CORE_READ(task, mm, start_stack);
}

const volatile __u32 op_count = 0;
const volatile __u32 accounts = 0; /* keeps an account of its own time */
/* Process whose hits do nothing, as tools do with their own: an event of the consumer's system calls would
 * wake the consumer, who makes the next. 0: none. */
const volatile __u32 passed_over = 0;
const volatile struct op_config ops[PROBE_OPS_MAX] = {};

static __always_inline void body(void *context)
{
    const __u64 begun_ns = accounts ? bpf_ktime_get_ns() : 0;
    struct op_state state;
    __u32 last = OP_NOTHING;

    if (passed_over && bpf_get_current_pid_tgid() >> 32 == passed_over)
        return;
#pragma unroll
    for (__u32 slot = 0; slot < PROBE_OPS_MAX; slot++) {
        const __u32 kind = ops[slot].kind, size = ops[slot].size, count = ops[slot].count;

        if (slot >= op_count)
            break;
        last = kind;
        if (!op_prepare(&state, context, kind))
            return;
        if (count == 1) { /* as tools are: no loop around it */
            op_round(&state, kind, 0);
            op_run(&state, kind, size);
            continue;
        }
        for (__u32 round = 0; round < PROBE_COUNT_MAX && round < count; round++) {
            op_round(&state, kind, round);
            op_run(&state, kind, size);
        }
    }
    if (accounts)
        op_account(begun_ns);
    if (last == OP_TAIL_CALL) /* does not come back, but when there is no such program */
        bpf_tail_call(context, &tail_programs, 0);
}

/* Each with a program that does nothing, for its tail call. */
#define PROGRAM(section, name, result)                                                                       \
    SEC(section) int name##_end(void *context)                                                               \
    {                                                                                                        \
        return result;                                                                                       \
    }                                                                                                        \
    SEC(section) int name(void *context)                                                                     \
    {                                                                                                        \
        body(context);                                                                                       \
        return result;                                                                                       \
    }

PROGRAM("raw_tp", on_raw_tp, 0)
PROGRAM("tp", on_tp, 0)
PROGRAM("kprobe", on_kprobe, 0)
PROGRAM("kretprobe", on_kretprobe, 0)
PROGRAM("kprobe.multi", on_kprobe_multi, 0)
PROGRAM("kretprobe.multi", on_kretprobe_multi, 0)
PROGRAM("fentry", on_fentry, 0)
PROGRAM("fexit", on_fexit, 0)
PROGRAM("lsm", on_lsm, 0)
PROGRAM("uprobe", on_uprobe, 0)
PROGRAM("uretprobe", on_uretprobe, 0)
PROGRAM("usdt", on_usdt, 0)
PROGRAM("perf_event", on_perf_event, 0)
PROGRAM("xdp", on_xdp, 2)                           /* XDP_PASS */
PROGRAM("tc", on_tc, -1)                            /* TC_ACT_UNSPEC: the next one decides */
PROGRAM("cgroup_skb/ingress", on_cgroup_ingress, 1) /* let it pass */
PROGRAM("cgroup_skb/egress", on_cgroup_egress, 1)
PROGRAM("socket", on_socket_filter, 0) /* a sniffer that keeps nothing */
