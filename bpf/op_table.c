/* SPDX-License-Identifier: GPL-2.0 */
#include "bpf/op_table.h"
#include "base/cleanup.h"
#include "base/names.h"

#include <errno.h>
#include <string.h>

/*
 * Of what takes 40 ns and more as many are enough for a slope, and the verifier goes through every round: at
 * 0.1 ms each, that was most of the time that `micro` took.
 */
#define SLOW_MAX 256

#define HELPER(op, is, text) [OP_##op] = {.name = is, .suite = "helper", .summary = text}
#define SIZED(op, is, text, unit, fallback, low, high)                                                       \
    [OP_##op] = {.name = is,                                                                                 \
                 .suite = "helper",                                                                          \
                 .summary = text,                                                                            \
                 .size_is = unit,                                                                            \
                 .size_default = fallback,                                                                   \
                 .size_min = low,                                                                            \
                 .size_max = high}
#define ON_MAP(op, is, text, in, unit, fallback, low, high, most)                                            \
    [OP_##op] = {.name = is,                                                                                 \
                 .suite = "helper",                                                                          \
                 .summary = text,                                                                            \
                 .map = in,                                                                                  \
                 .size_is = unit,                                                                            \
                 .size_default = fallback,                                                                   \
                 .size_min = low,                                                                            \
                 .size_max = high,                                                                           \
                 .rounds_max = most}
#define EVENT(op, is, text, in) ON_MAP(op, is, text, in, "bytes", 64, 8, SCRATCH_BYTES, SLOW_MAX)

#define MAP_OP(op, is, text, in, fill, most)                                                                 \
    [OP_##op] = {.name = is,                                                                                 \
                 .suite = "map",                                                                             \
                 .summary = text,                                                                            \
                 .map = in,                                                                                  \
                 .keyed = true,                                                                              \
                 .filled = fill,                                                                             \
                 .rounds_max = most}
#define PAIR_OP(op, is, text, in)                                                                            \
    [OP_##op] = {.name = is,                                                                                 \
                 .suite = "map",                                                                             \
                 .summary = text,                                                                            \
                 .map = in,                                                                                  \
                 .keyed = true,                                                                              \
                 .filled = true,                                                                             \
                 .rounds_max = SLOW_MAX,                                                                     \
                 .counted_as = "pair"}
#define ARRAY_OPS(op, is, in)                                                                                \
    MAP_OP(op##_LOOKUP, is "_lookup", "look up an element", in, false, 0),                                   \
        MAP_OP(op##_UPDATE, is "_update", "overwrite an element", in, false, 0)
#define MAP_OPS(op, is, in)                                                                                  \
    MAP_OP(op##_LOOKUP, is "_lookup", "look up a key that is there", in, true, 0),                           \
        MAP_OP(op##_MISS, is "_miss", "look up a key that is not there", in, true, 0),                       \
        MAP_OP(op##_UPDATE, is "_update", "overwrite the value of a key that is there", in, true, SLOW_MAX), \
        PAIR_OP(op##_INSERT_DELETE, is "_insert_delete", "insert a new key and delete it again", in)

#define INSN(op, is, text)                                                                                   \
    [OP_INSN_##op] = {.name = "insn_" is,                                                                    \
                      .suite = "insn",                                                                       \
                      .summary = text,                                                                       \
                      .rounds_max = 256,                                                                     \
                      .per_round = OP_INSN_REPEATS,                                                          \
                      .counted_as = "instruction"}

/*
 * Elements that one run may allocate. The kernel's store for programs holds at most 96 small ones for each
 * CPU and is refilled by 48 from an interrupt of its own, when fewer than 32 are left
 * (kernel/bpf/memalloc.c): runs this short seldom have a refill in them, and their median none.
 */
#define ALLOCATIONS_MAX 16

const struct op_info op_table[OP_COUNT] = {
    [OP_NOTHING] = {.name = "nothing", .summary = "nothing at all"},
    [OP_SPIN] = {.name = "spin",
                 .rounds_max = 1,
                 .map = "account",
                 .summary = "busy for this long; accounts what it really spent",
                 .size_is = "ns",
                 .size_default = 500,
                 .size_min = 0,
                 .size_max = SPIN_MAX_NS},
    [OP_SPIN_TAIL] = {.name = "spin_tail",
                      .rounds_max = 1,
                      .map = "account",
                      .summary = "the same in 3 of 100 runs, at random",
                      .size_is = "ns",
                      .size_default = 100000,
                      .size_min = 1,
                      .size_max = SPIN_MAX_NS},
    HELPER(KTIME_GET_NS, "ktime_get_ns", "read the monotonic clock"),
    HELPER(KTIME_GET_BOOT_NS, "ktime_get_boot_ns", "read the clock that counts suspension"),
    HELPER(GET_CURRENT_PID_TGID, "get_current_pid_tgid", "PID and thread ID of the current task"),
    HELPER(GET_CURRENT_COMM, "get_current_comm", "name of the current task, 16 bytes"),
    HELPER(GET_SMP_PROCESSOR_ID, "get_smp_processor_id", "number of this CPU"),
    SIZED(PROBE_READ_KERNEL, "probe_read_kernel", "copy kernel memory, in the cache", "bytes", 64, 1,
          SCRATCH_BYTES),
    SIZED(PROBE_READ_KERNEL_CROSS, "probe_read_kernel_cross", "the same across a page boundary", "bytes", 64,
          2, SCRATCH_BYTES),
    SIZED(PROBE_READ_USER, "probe_read_user", "copy user memory, in the cache", "bytes", 64, 1,
          SCRATCH_BYTES),
    SIZED(PROBE_READ_USER_CROSS, "probe_read_user_cross", "the same across a page boundary", "bytes", 64, 2,
          SCRATCH_BYTES),
    SIZED(PROBE_READ_USER_FAULT, "probe_read_user_fault", "user memory that is not mapped: the read fails",
          "bytes", 64, 1, SCRATCH_BYTES),
    SIZED(PROBE_READ_STR, "probe_read_str", "copy a string of this length from user memory", "bytes", 64, 1,
          SCRATCH_BYTES),
    EVENT(PERF_EVENT_OUTPUT, "perf_event_output", "an event into the perf buffer", "perf_buffer"),
    EVENT(RINGBUF_OUTPUT, "ringbuf_output", "an event copied into the ring buffer", "ring_buffer"),
    EVENT(RINGBUF_RESERVE_SUBMIT, "ringbuf_reserve_submit",
          "an event reserved in the ring buffer and submitted", "ring_buffer"),
    ON_MAP(GET_STACKID, "get_stackid", "walk the kernel stack, its ID from a map", "stacks", "frames", 16, 1,
           STACK_DEPTH_MAX, 0),
    ON_MAP(GET_STACKID_USER, "get_stackid_user", "walk the user stack, its ID from a map", "stacks", "frames",
           16, 1, STACK_DEPTH_MAX, 0),
    SIZED(GET_STACK, "get_stack", "walk the kernel stack into memory", "frames", 16, 1, STACK_DEPTH_MAX),
    SIZED(GET_STACK_USER, "get_stack_user", "walk the user stack into memory", "frames", 16, 1,
          STACK_DEPTH_MAX),
    HELPER(TRACE_PRINTK, "trace_printk", "a line with two numbers into the trace buffer"),
    HELPER(SNPRINTF, "snprintf", "two numbers as text"),
    [OP_LOOP] = {.name = "loop",
                 .suite = "helper",
                 .summary = "bpf_loop around an empty function",
                 .size_is = "iterations",
                 .size_default = 1,
                 .size_min = 1,
                 .size_max = 10000,
                 .rounds_max = 32},
    [OP_TAIL_CALL] = {.name = "tail_call",
                      .suite = "helper",
                      .summary = "jump to another program",
                      .map = "tail_programs",
                      .ends = true},
    HELPER(BPF_CALL, "bpf_call", "call a function of the same program"),
    [OP_SPIN_LOCK] = {.name = "spin_lock",
                      .suite = "helper",
                      .summary = "take and release a free spin lock",
                      .map = "locked",
                      .tc = true,
                      .counted_as = "pair"},
    ARRAY_OPS(ARRAY, "array", "array"),
    ARRAY_OPS(PERCPU_ARRAY, "percpu_array", "percpu_array"),
    MAP_OPS(HASH, "hash", "hash"),
    MAP_OPS(PERCPU_HASH, "percpu_hash", "percpu_hash"),
    MAP_OPS(LRU_HASH, "lru_hash", "lru_hash"),
    MAP_OPS(LRU_PERCPU_HASH, "lru_percpu_hash", "lru_percpu_hash"),
    MAP_OP(LPM_TRIE_LOOKUP, "lpm_trie_lookup", "look up a key that is there", "lpm_trie", true, 0),
    MAP_OP(LPM_TRIE_MISS, "lpm_trie_miss", "look up a key that is not there", "lpm_trie", true, 0),
    [OP_LPM_TRIE_UPDATE] = {.name = "lpm_trie_update",
                            .suite = "map",
                            .map = "lpm_trie",
                            .keyed = true,
                            .filled = true,
                            .summary = "replace the value of a key that is there",
                            .rounds_max = ALLOCATIONS_MAX,
                            .frees_later = true},
    [OP_LPM_TRIE_INSERT_DELETE] = {.name = "lpm_trie_insert_delete",
                                   .suite = "map",
                                   .map = "lpm_trie",
                                   .keyed = true,
                                   .filled = true,
                                   .summary = "insert a new key and delete it again",
                                   .rounds_max = ALLOCATIONS_MAX / 2, /* a leaf and a branch each */
                                   .frees_later = true,
                                   .counted_as = "pair"},
    [OP_QUEUE_PUSH_POP] = {.name = "queue_push_pop",
                           .suite = "map",
                           .summary = "push an element and pop it",
                           .map = "queue",
                           .counted_as = "pair"},
    [OP_TASK_STORAGE_LOOKUP] = {.name = "task_storage_lookup",
                                .suite = "map",
                                .summary = "the current task's value, which is there",
                                .map = "task_storage"},
    [OP_TASK_STORAGE_MISS] = {.name = "task_storage_miss",
                              .suite = "map",
                              .summary = "the current task's value, which is not there",
                              .map = "task_storage"},
    [OP_TASK_STORAGE_INSERT_DELETE] = {.name = "task_storage_insert_delete",
                                       .suite = "map",
                                       .summary = "make the current task's value and delete it again",
                                       .map = "task_storage",
                                       .rounds_max = ALLOCATIONS_MAX,
                                       .frees_later = true,
                                       .counted_as = "pair"},
    INSN(ADD_DEPENDENT, "add_dependent", "additions, each needs the one before"),
    INSN(ADD_INDEPENDENT, "add_independent", "additions in four streams"),
    INSN(MUL_DEPENDENT, "mul_dependent", "multiplications, each needs the one before"),
    INSN(MUL_INDEPENDENT, "mul_independent", "multiplications in four streams"),
    INSN(DIV_DEPENDENT, "div_dependent", "divisions, each needs the one before"),
    INSN(DIV_INDEPENDENT, "div_independent", "divisions in four streams"),
    INSN(LOAD_INDEPENDENT, "load_independent", "loads from the first-level cache"),
    INSN(LOAD_DEPENDENT, "load_dependent",
         "loads whose address needs the one before, with a mask and an addition"),
    INSN(STORE, "store", "stores to the first-level cache"),
    INSN(ATOMIC_ADD, "atomic_add", "atomic additions to one word"),
    INSN(BRANCH, "branch", "branches that are always taken"),
};

unsigned op_find(const char *name)
{
    unsigned kind = 0;

    while (kind < OP_COUNT && strcmp(op_table[kind].name, name) != 0)
        kind++;
    return kind;
}

int op_unknown(const char *name, struct error *error)
{
    const char *names[OP_COUNT];
    char suggestion[128];

    for (unsigned kind = 0; kind < OP_COUNT; kind++)
        names[kind] = op_table[kind].name;
    return error_set(error, EXIT_USAGE, -EINVAL,
                     "unknown operation \"%s\"%s; 'tracetoll list probes' prints them", name,
                     name_suggestion(suggestion, sizeof(suggestion), name, names, OP_COUNT));
}
