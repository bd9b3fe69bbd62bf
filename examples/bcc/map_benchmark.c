/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A lookup in an array, a hash and a per-CPU array, timed inside a probe, one after another. The sums go into a map
 * of their own; each holds one call of the clock per lookup as well, and so does the row without a lookup.
 *
 *     tracetoll run -w syscall,call=getpid --bcc examples/bcc/map_benchmark.c
 *
 * The sums, while it is attached: bpftool map dump name sums; total_ns / count of a row, less that of row 0, is the
 * lookup. The run shows what all of it costs the system call. `tracetoll micro map` measures the same operations
 * as slopes.
 */
#include <uapi/linux/ptrace.h>

enum { EMPTY, ARRAY, HASH, PERCPU, ROWS };

struct sum {
    u64 count, total_ns;
};

BPF_ARRAY(test_array, u64, 1024);
BPF_HASH(test_hash, u32, u64, 1024);
BPF_PERCPU_ARRAY(test_percpu, u64, 1024);
BPF_PERCPU_ARRAY(sums, struct sum, ROWS);

static inline void add(int row, u64 time_ns)
{
    struct sum *sum = sums.lookup(&row);

    if (!sum)
        return;
    sum->count++;
    sum->total_ns += time_ns;
}

int kprobe__sys_getpid(struct pt_regs *ctx)
{
    u32 key = 0;
    int index = 0;
    u64 one = 1, start_ns, empty_ns, array_ns, hash_ns, percpu_ns;
    u64 *in_array, *in_hash, *in_percpu;

    start_ns = bpf_ktime_get_ns();
    empty_ns = bpf_ktime_get_ns();
    in_array = test_array.lookup(&index);
    array_ns = bpf_ktime_get_ns();
    in_hash = test_hash.lookup(&key);
    hash_ns = bpf_ktime_get_ns();
    in_percpu = test_percpu.lookup(&index);
    percpu_ns = bpf_ktime_get_ns();

    if (!in_array || !in_percpu)
        return 0;
    if (!in_hash) { /* the first time: a lookup that finds nothing is another measurement */
        test_hash.update(&key, &one);
        return 0;
    }
    add(EMPTY, empty_ns - start_ns);
    add(ARRAY, array_ns - empty_ns);
    add(HASH, hash_ns - array_ns);
    add(PERCPU, percpu_ns - hash_ns);
    return 0;
}
