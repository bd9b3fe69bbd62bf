/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Operations of the internal probes and the micro suites: what both sides, kernel and user space, call them.
 * Adding one is a line here, its code in bpf/ops.bpf.h and its row in bpf/op_table.c.
 */
#pragma once

#define OP_LIST(X)                                                                                           \
    X(NOTHING)                                                                                               \
    X(SPIN)                                                                                                  \
    X(SPIN_TAIL)                                                                                             \
    X(KTIME_GET_NS)                                                                                          \
    X(KTIME_GET_BOOT_NS)                                                                                     \
    X(GET_CURRENT_PID_TGID)                                                                                  \
    X(GET_CURRENT_COMM)                                                                                      \
    X(GET_SMP_PROCESSOR_ID)                                                                                  \
    X(PROBE_READ_KERNEL)                                                                                     \
    X(PROBE_READ_KERNEL_CROSS)                                                                               \
    X(PROBE_READ_USER)                                                                                       \
    X(PROBE_READ_USER_CROSS)                                                                                 \
    X(PROBE_READ_USER_FAULT)                                                                                 \
    X(PROBE_READ_STR)                                                                                        \
    X(PERF_EVENT_OUTPUT)                                                                                     \
    X(RINGBUF_OUTPUT)                                                                                        \
    X(RINGBUF_RESERVE_SUBMIT)                                                                                \
    X(GET_STACKID)                                                                                           \
    X(GET_STACKID_USER)                                                                                      \
    X(GET_STACK)                                                                                             \
    X(GET_STACK_USER)                                                                                        \
    X(TRACE_PRINTK)                                                                                          \
    X(SNPRINTF)                                                                                              \
    X(LOOP)                                                                                                  \
    X(TAIL_CALL)                                                                                             \
    X(BPF_CALL)                                                                                              \
    X(SPIN_LOCK)                                                                                             \
    X(ARRAY_LOOKUP)                                                                                          \
    X(ARRAY_UPDATE)                                                                                          \
    X(PERCPU_ARRAY_LOOKUP)                                                                                   \
    X(PERCPU_ARRAY_UPDATE)                                                                                   \
    X(HASH_LOOKUP)                                                                                           \
    X(HASH_MISS)                                                                                             \
    X(HASH_UPDATE)                                                                                           \
    X(HASH_INSERT_DELETE)                                                                                    \
    X(PERCPU_HASH_LOOKUP)                                                                                    \
    X(PERCPU_HASH_MISS)                                                                                      \
    X(PERCPU_HASH_UPDATE)                                                                                    \
    X(PERCPU_HASH_INSERT_DELETE)                                                                             \
    X(LRU_HASH_LOOKUP)                                                                                       \
    X(LRU_HASH_MISS)                                                                                         \
    X(LRU_HASH_UPDATE)                                                                                       \
    X(LRU_HASH_INSERT_DELETE)                                                                                \
    X(LRU_PERCPU_HASH_LOOKUP)                                                                                \
    X(LRU_PERCPU_HASH_MISS)                                                                                  \
    X(LRU_PERCPU_HASH_UPDATE)                                                                                \
    X(LRU_PERCPU_HASH_INSERT_DELETE)                                                                         \
    X(LPM_TRIE_LOOKUP)                                                                                       \
    X(LPM_TRIE_MISS)                                                                                         \
    X(LPM_TRIE_UPDATE)                                                                                       \
    X(LPM_TRIE_INSERT_DELETE)                                                                                \
    X(QUEUE_PUSH_POP)                                                                                        \
    X(TASK_STORAGE_LOOKUP)                                                                                   \
    X(TASK_STORAGE_MISS)                                                                                     \
    X(TASK_STORAGE_INSERT_DELETE)                                                                            \
    X(INSN_ADD_DEPENDENT)                                                                                    \
    X(INSN_ADD_INDEPENDENT)                                                                                  \
    X(INSN_MUL_DEPENDENT)                                                                                    \
    X(INSN_MUL_INDEPENDENT)                                                                                  \
    X(INSN_DIV_DEPENDENT)                                                                                    \
    X(INSN_DIV_INDEPENDENT)                                                                                  \
    X(INSN_LOAD_INDEPENDENT)                                                                                 \
    X(INSN_LOAD_DEPENDENT)                                                                                   \
    X(INSN_STORE)                                                                                            \
    X(INSN_ATOMIC_ADD)                                                                                       \
    X(INSN_BRANCH)

enum op_kind {
#define OP_ENUM(name) OP_##name,
    OP_LIST(OP_ENUM)
#undef OP_ENUM
        OP_COUNT
};

#define OP_INSN_REPEATS      128 /* instructions in one operation of the suite insn */
#define PROBE_OPS_MAX        4
#define PROBE_COUNT_MAX      256  /* *N of one operation in a probe */
#define MICRO_ROUNDS_MAX     1024 /* operations in one run of a micro program */
#define SELF_TIMED_MAX       128
#define TAIL_CALLS_MAX       32 /* the kernel stops at 33 */
#define SCRATCH_BYTES        4096
#define SPIN_MAX_NS          200000
#define SPIN_TAIL_SHARE      0.03
#define KEY_BYTES_MAX        64
#define STACK_DEPTH_MAX      127
#define MISSING_KEY          0x40000000u /* keys from here on are never filled in */
#define SELF_TIMED_BUCKETS   512
#define SELF_TIMED_BUCKET_NS 10

struct op_config {
    unsigned int kind;
    unsigned int size; /* bytes, nanoseconds or frames: what the operation takes it for */
    unsigned int count;
};

/* What a probe with spin has really spent, per CPU. */
struct probe_account {
    unsigned long long runs;
    unsigned long long spun_ns;
};
