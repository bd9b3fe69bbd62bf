// SPDX-License-Identifier: GPL-2.0
/*
 * The micro-benchmarks: one operation, in three loops of one loaded program; which of them runs, and how many
 * rounds, is a volatile variable. bpf/micro_program.c runs it by BPF_PROG_TEST_RUN, in the caller's own
 * context.
 */
#include "bpf/ops.bpf.h"

char LICENSE[] SEC("license") = "GPL";

const volatile struct op_config op = {};

/* What the verifier has to go through: fewer rounds of what takes it long. */
const volatile __u32 rounds_max = MICRO_ROUNDS_MAX;

/* The verifier goes through all rounds of each loop: the third, which takes it the longest, only for who runs
 * it. */
const volatile __u32 self_timing = 0;

volatile __u32 rounds = 0;
volatile __u32 mode = 0; /* enum micro_mode */

struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, SELF_TIMED_BUCKETS);
    __type(key, __u32);
    __type(value, __u64);
} self_timed SEC(".maps");

volatile __u32 tail_calls_left = 0;

/* Set at run time: in the process that runs it. No field of the kernel's is looked for, or libbpf would read
 * all of the kernel's type information for each load. */
volatile __u64 user_address = 0;

static __always_inline __u64 user_source(void)
{
    return user_address;
}

static __always_inline void count_self_timed(__u64 ns)
{
    __u32 bucket =
        ns / SELF_TIMED_BUCKET_NS < SELF_TIMED_BUCKETS ? ns / SELF_TIMED_BUCKET_NS : SELF_TIMED_BUCKETS - 1;
    __u64 *count = bpf_map_lookup_elem(&self_timed, &bucket);

    if (count)
        (*count)++;
}

static __always_inline void body(void *context)
{
    const __u32 kind = op.kind, size = op.size;
    const __u32 count = rounds, loop = mode;
    struct op_state state;

    if (!op_prepare(&state, context, kind))
        return;
    if (loop == 0) {
        for (__u32 round = 0; round < rounds_max && round < count; round++) {
            op_round(&state, kind, round);
            op_run(&state, kind, size);
        }
    } else if (loop == 1) {
        for (__u32 round = 0; round < rounds_max && round < count; round++)
            op_round(&state, kind, round);
    } else if (self_timing) { /* as people time an operation by hand */
        for (__u32 round = 0; round < SELF_TIMED_MAX && round < rounds_max && round < count; round++) {
            __u64 start_ns;

            op_round(&state, kind, round);
            start_ns = bpf_ktime_get_ns();
            op_run(&state, kind, size);
            count_self_timed(bpf_ktime_get_ns() - start_ns);
        }
    }
}

SEC("raw_tp")
int loop_raw_tp(void *context)
{
    body(context);
    return 0;
}

/* For what tracing programs may not do (spin locks). */
SEC("tc")
int loop_tc(struct __sk_buff *context)
{
    body(context);
    return 0;
}

/* Calls itself `tail_calls_left` times. */
SEC("raw_tp")
int tail(void *context)
{
    const __u32 left = tail_calls_left;

    if (left == 0)
        return 0;
    tail_calls_left = left - 1;
    bpf_tail_call(context, &tail_programs, 0);
    return 0;
}
