/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What each operation does, for programs of every type. `kind` and `size` come from frozen read-only data:
 * the verifier knows them, follows one branch and deletes the others (bpf_verifier:
 * opt_hard_wire_dead_code_branches), so that what is left is the operation alone, and a helper that a program
 * type lacks is an error only where it is asked for.
 */
#pragma once

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "bpf/ops.h"

#define MAP(name, kind, flags)                                                                               \
    struct {                                                                                                 \
        __uint(type, kind);                                                                                  \
        __uint(max_entries, 1024);                                                                           \
        __uint(key_size, 4);                                                                                 \
        __uint(value_size, 8);                                                                               \
        __uint(map_flags, flags);                                                                            \
    } name SEC(".maps")

MAP(array, BPF_MAP_TYPE_ARRAY, 0);
MAP(percpu_array, BPF_MAP_TYPE_PERCPU_ARRAY, 0);
MAP(hash, BPF_MAP_TYPE_HASH, 0);
MAP(percpu_hash, BPF_MAP_TYPE_PERCPU_HASH, 0);
MAP(lru_hash, BPF_MAP_TYPE_LRU_HASH, 0);
MAP(lru_percpu_hash, BPF_MAP_TYPE_LRU_PERCPU_HASH, 0);

struct {
    __uint(type, BPF_MAP_TYPE_LPM_TRIE);
    __uint(max_entries, 1024);
    __uint(key_size, 8);
    __uint(value_size, 8);
    __uint(map_flags, BPF_F_NO_PREALLOC);
} lpm_trie SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_QUEUE);
    __uint(max_entries, 1024);
    __uint(key_size, 0);
    __uint(value_size, 8);
} queue SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_TASK_STORAGE);
    __uint(map_flags, BPF_F_NO_PREALLOC);
    __type(key, int);
    __type(value, __u64);
} task_storage SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_STACK_TRACE);
    __uint(max_entries, 1024);
    __uint(key_size, 4);
    __uint(value_size, STACK_DEPTH_MAX * 8);
} stacks SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
    __uint(key_size, 4);
    __uint(value_size, 4);
} perf_buffer SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, 1 << 20);
} ring_buffer SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_PROG_ARRAY);
    __uint(max_entries, 1);
    __uint(key_size, 4);
    __uint(value_size, 4);
} tail_programs SEC(".maps");

struct locked {
    struct bpf_spin_lock lock;
    __u32 value;
};

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, struct locked);
} locked SEC(".maps");

struct scratch {
    __u64 words[SCRATCH_BYTES / 8];
};

struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, struct scratch);
} scratch_map SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, struct probe_account);
} account SEC(".maps");

/* Keys that the operations go through: (round & mask) + base, base apart for each CPU where asked for. */
const volatile __u32 key_mask = 63;
const volatile __u32 key_per_cpu = 0;
const volatile __u32 key_bytes = 4;
/* 0: an event wakes nobody; 1: the kernel decides, as tools have it; n: every n-th does. */
const volatile __u32 wakeup_every = 1;

/* Set at run time by who runs a micro program: an address that can't be read. */
volatile __u64 unmapped_address = 0;
volatile __u64 last_result = 0;
/* Operations that failed, and events that found no room: they cost less than those that go well. */
volatile __u64 failures = 0;
volatile __u64 lost_events = 0;

/* What an operation works on. */
struct op_state {
    void *context;
    struct scratch *scratch;
    __u32 key[KEY_BYTES_MAX / 4];
    __u64 source; /* in user space */
    __u32 base;
    __u32 events;
};

#define COUNT_INTO(counter, call)                                                                            \
    do {                                                                                                     \
        if (call)                                                                                            \
            __sync_fetch_and_add(&(counter), 1);                                                             \
    } while (0)
#define CHECK(call)    COUNT_INTO(failures, call)
#define EVENT(call)    COUNT_INTO(lost_events, call)
#define CONSUME(value) asm volatile("" : : "r"(value))

static __always_inline int is_missing(__u32 kind)
{
    return kind == OP_HASH_MISS || kind == OP_PERCPU_HASH_MISS || kind == OP_LRU_HASH_MISS ||
           kind == OP_LRU_PERCPU_HASH_MISS || kind == OP_LPM_TRIE_MISS || kind == OP_HASH_INSERT_DELETE ||
           kind == OP_PERCPU_HASH_INSERT_DELETE || kind == OP_LRU_HASH_INSERT_DELETE ||
           kind == OP_LRU_PERCPU_HASH_INSERT_DELETE || kind == OP_LPM_TRIE_INSERT_DELETE;
}

static __always_inline int is_lpm(__u32 kind)
{
    return kind == OP_LPM_TRIE_LOOKUP || kind == OP_LPM_TRIE_MISS || kind == OP_LPM_TRIE_UPDATE ||
           kind == OP_LPM_TRIE_INSERT_DELETE;
}

static __always_inline int takes_key(__u32 kind)
{
    return kind >= OP_ARRAY_LOOKUP && kind <= OP_LPM_TRIE_INSERT_DELETE;
}

static __always_inline int reads_user(__u32 kind)
{
    return kind == OP_PROBE_READ_USER || kind == OP_PROBE_READ_USER_CROSS || kind == OP_PROBE_READ_STR;
}

/* Memory of the process that runs it, to read from; in the file that includes this one. */
static __always_inline __u64 user_source(void);

/* 0 where there is no scratch memory, which does not happen. */
static __always_inline int op_prepare(struct op_state *state, void *context, __u32 kind)
{
    struct scratch *scratch;
    __u32 zero = 0;

    state->context = context;
    state->source = reads_user(kind) ? user_source() : 0;
    state->events = 0;
    /* What one CPU puts in, another one may not take out. */
    state->base = (is_missing(kind) ? MISSING_KEY : 0) +
                  (is_missing(kind) || key_per_cpu ? bpf_get_smp_processor_id() * (key_mask + 1) : 0);
    __builtin_memset(state->key, 0, sizeof(state->key));
    if (is_lpm(kind))
        state->key[0] = (key_bytes - 4) * 8;
    scratch = bpf_map_lookup_elem(&scratch_map, &zero);
    if (!scratch)
        return 0;
    asm volatile("" : "+r"(scratch)); /* or the compiler does arithmetic on pointers to spare a branch */
    state->scratch = scratch;
    return 1;
}

/* What a round does beside its operation: the bare loop does it as well, so that it cancels. */
static __always_inline void op_round(struct op_state *state, __u32 kind, __u32 round)
{
    /* Volatile: or the compiler makes one store of the two, to an address that the verifier can't follow. */
    volatile __u32 *key = state->key;

    if (is_lpm(kind))
        key[1] = (round & key_mask) + state->base;
    else if (takes_key(kind))
        key[0] = (round & key_mask) + state->base;
    asm volatile("" : : : "memory");
}

#define MAP_CASES(prefix, map)                                                                               \
    case OP_##prefix##_LOOKUP:                                                                               \
    case OP_##prefix##_MISS:                                                                                 \
        CONSUME(bpf_map_lookup_elem(&map, state->key));                                                      \
        break;                                                                                               \
    case OP_##prefix##_UPDATE:                                                                               \
        CHECK(bpf_map_update_elem(&map, state->key, state->scratch, BPF_ANY));                               \
        break;                                                                                               \
    case OP_##prefix##_INSERT_DELETE:                                                                        \
        CHECK(bpf_map_update_elem(&map, state->key, state->scratch, BPF_ANY));                               \
        CHECK(bpf_map_delete_elem(&map, state->key));                                                        \
        break;

#define ARRAY_CASES(prefix, map)                                                                             \
    case OP_##prefix##_LOOKUP:                                                                               \
        CONSUME(bpf_map_lookup_elem(&map, state->key));                                                      \
        break;                                                                                               \
    case OP_##prefix##_UPDATE:                                                                               \
        CHECK(bpf_map_update_elem(&map, state->key, state->scratch, BPF_ANY));                               \
        break;

struct spin {
    __u64 start_ns, now_ns;
    __u32 size;
};

static long spin_on(__u32 index, void *context)
{
    struct spin *spin = context;

    spin->now_ns = bpf_ktime_get_ns();
    return spin->now_ns - spin->start_ns >= spin->size;
}

/* Busy for `size` ns at least; with a size of 0 it does the same and looks at the clock once. */
static __always_inline void op_spin(__u32 size)
{
    struct spin spin = {.size = size};

    spin.start_ns = bpf_ktime_get_ns();
    bpf_loop(SPIN_MAX_NS, spin_on, &spin, 0); /* a look at the clock takes more than a nanosecond */
}

/*
 * All of a run from its first reading of the clock to the last goes into the account. The way to that first
 * reading (dispatch, page walks where the kernel's entry has emptied the TLB) no program can time; it is in
 * what the same program with spin:0ns costs beyond its account (docs/method.md, section 9).
 */
static __always_inline void op_account(__u64 begun_ns)
{
    __u32 zero = 0;
    struct probe_account *spent = bpf_map_lookup_elem(&account, &zero);

    if (!spent)
        return;
    spent->runs++; /* before the last reading: the first touch of the account is in it */
    asm volatile("" : : : "memory");
    spent->spun_ns += bpf_ktime_get_ns() - begun_ns;
}

static __always_inline __u64 wakeup_flags(struct op_state *state, __u64 no_wakeup, __u64 force)
{
    if (wakeup_every == 0)
        return no_wakeup;
    if (wakeup_every == 1)
        return 0;
    if (++state->events < wakeup_every)
        return no_wakeup;
    state->events = 0;
    return force;
}

static __always_inline void op_ringbuf_reserve(struct op_state *state, __u32 size)
{
    __u64 flags = wakeup_flags(state, BPF_RB_NO_WAKEUP, BPF_RB_FORCE_WAKEUP);
    void *record = bpf_ringbuf_reserve(&ring_buffer, size, 0);

    EVENT(!record);
    if (!record)
        return;
    *(volatile __u32 *)record = size;
    bpf_ringbuf_submit(record, flags);
}

static __noinline int called(int value)
{
    asm volatile("" : "+r"(value));
    return value;
}

static long looped(__u32 index, void *context)
{
    return 0;
}

static __always_inline void op_spin_lock(void)
{
    __u32 zero = 0;
    struct locked *entry = bpf_map_lookup_elem(&locked, &zero);

    if (!entry)
        return;
    bpf_spin_lock(&entry->lock);
    bpf_spin_unlock(&entry->lock);
}

static __always_inline void op_task_storage(__u32 kind)
{
    struct task_struct *task = bpf_get_current_task_btf();

    if (kind == OP_TASK_STORAGE_MISS) {
        CONSUME(bpf_task_storage_get(&task_storage, task, 0, 0));
        return;
    }
    CONSUME(bpf_task_storage_get(&task_storage, task, 0, BPF_LOCAL_STORAGE_GET_F_CREATE));
    if (kind == OP_TASK_STORAGE_INSERT_DELETE)
        CHECK(bpf_task_storage_delete(&task_storage, task));
}

#define FOUR(text)    text text text text
#define ALL(text)     FOUR(FOUR(FOUR(text))) FOUR(FOUR(FOUR(text))) /* OP_INSN_REPEATS */
#define DEPENDENT(op) asm volatile(ALL("%0 " op " %1\n") : "+r"(a) : "r"(e))
/* Four streams, a quarter of the instructions each. */
#define INDEPENDENT(op)                                                                                      \
    asm volatile(FOUR(FOUR("%0 " op " %4\n%1 " op " %4\n%2 " op " %4\n%3 " op " %4\n"))                      \
                     FOUR(FOUR("%0 " op " %4\n%1 " op " %4\n%2 " op " %4\n%3 " op " %4\n"))                  \
                 : "+r"(a), "+r"(b), "+r"(c), "+r"(d)                                                        \
                 : "r"(e))

static __always_inline void op_insn(struct op_state *state, __u32 kind)
{
    /* Read from a map: the verifier deletes branches whose outcome it knows. */
    volatile __u64 *words = state->scratch->words;
    __u64 a = words[0] | 1ULL << 62, b = words[1] | 1ULL << 62, c = words[2] | 1ULL << 62,
          d = words[3] | 1ULL << 62, e = words[4] | 3;

    switch (kind) {
    case OP_INSN_ADD_DEPENDENT:
        DEPENDENT("+=");
        break;
    case OP_INSN_ADD_INDEPENDENT:
        INDEPENDENT("+=");
        break;
    case OP_INSN_MUL_DEPENDENT:
        DEPENDENT("*=");
        break;
    case OP_INSN_MUL_INDEPENDENT:
        INDEPENDENT("*=");
        break;
    case OP_INSN_DIV_DEPENDENT:
        DEPENDENT("/=");
        break;
    case OP_INSN_DIV_INDEPENDENT:
        INDEPENDENT("/=");
        break;
    case OP_INSN_LOAD_INDEPENDENT:
        asm volatile(ALL("%0 = *(u64 *)(%1 + 0)\n") : "=r"(a) : "r"(words));
        break;
    case OP_INSN_LOAD_DEPENDENT: /* each address needs the value before: a mask and an addition beside each
                                    load */
        asm volatile(ALL("%0 &= 8\n%1 = %2\n%1 += %0\n%0 = *(u64 *)(%1 + 0)\n")
                     : "+r"(a), "+r"(b)
                     : "r"(words));
        b = 0; /* no sums of addresses */
        break;
    case OP_INSN_STORE:
        asm volatile(ALL("*(u64 *)(%1 + 0) = %0\n") : : "r"(e), "r"(words) : "memory");
        break;
    case OP_INSN_ATOMIC_ADD:
        asm volatile(ALL("lock *(u64 *)(%1 + 0) += %0\n") : : "r"(e), "r"(words) : "memory");
        break;
    case OP_INSN_BRANCH: /* taken every time, to the next instruction but one */
        a = words[5];
        asm volatile(ALL("if %0 != 77 goto +1\n%0 = 5\n") : "+r"(a));
        break;
    }
    words[0] = a + b + c + d; /* the next round begins with it: or the processor would run both at once */
}

/* Once. */
static __always_inline void op_run(struct op_state *state, __u32 kind, __u32 size)
{
    static const char text[] = "%d %d";
    __u64 flags;

    switch (kind) {
    case OP_SPIN:
        op_spin(size);
        break;
    case OP_SPIN_TAIL:
        if (bpf_get_prandom_u32() < (__u32)(SPIN_TAIL_SHARE * 0x100000000ULL))
            op_spin(size);
        break;
    case OP_KTIME_GET_NS:
        CONSUME(bpf_ktime_get_ns());
        break;
    case OP_KTIME_GET_BOOT_NS:
        CONSUME(bpf_ktime_get_boot_ns());
        break;
    case OP_GET_CURRENT_PID_TGID:
        CONSUME(bpf_get_current_pid_tgid());
        break;
    case OP_GET_CURRENT_COMM:
        bpf_get_current_comm(state->scratch, 16);
        break;
    case OP_GET_SMP_PROCESSOR_ID:
        CONSUME(bpf_get_smp_processor_id());
        break;
    case OP_PROBE_READ_KERNEL:
        bpf_probe_read_kernel(state->scratch, size, (void *)bpf_get_current_task());
        break;
    case OP_PROBE_READ_KERNEL_CROSS:
        bpf_probe_read_kernel(state->scratch, size,
                              (void *)((bpf_get_current_task() & ~4095ULL) + 4096 - size / 2));
        break;
    case OP_PROBE_READ_USER:
        bpf_probe_read_user(state->scratch, size, (void *)state->source);
        break;
    case OP_PROBE_READ_USER_CROSS:
        bpf_probe_read_user(state->scratch, size, (void *)((state->source & ~4095ULL) + 4096 - size / 2));
        break;
    case OP_PROBE_READ_USER_FAULT:
        bpf_probe_read_user(state->scratch, size, (void *)unmapped_address);
        break;
    case OP_PROBE_READ_STR:
        bpf_probe_read_user_str(state->scratch, size, (void *)state->source);
        break;
    case OP_PERF_EVENT_OUTPUT:
        EVENT(bpf_perf_event_output(state->context, &perf_buffer, BPF_F_CURRENT_CPU, state->scratch, size));
        break;
    case OP_RINGBUF_OUTPUT:
        flags = wakeup_flags(state, BPF_RB_NO_WAKEUP, BPF_RB_FORCE_WAKEUP);
        EVENT(bpf_ringbuf_output(&ring_buffer, state->scratch, size, flags));
        break;
    case OP_RINGBUF_RESERVE_SUBMIT:
        op_ringbuf_reserve(state, size);
        break;
    case OP_GET_STACKID:
        last_result = bpf_get_stackid(state->context, &stacks, BPF_F_FAST_STACK_CMP);
        break;
    case OP_GET_STACKID_USER:
        last_result = bpf_get_stackid(state->context, &stacks, BPF_F_FAST_STACK_CMP | BPF_F_USER_STACK);
        break;
    case OP_GET_STACK:
        last_result = bpf_get_stack(state->context, state->scratch, size * 8, 0);
        break;
    case OP_GET_STACK_USER:
        last_result = bpf_get_stack(state->context, state->scratch, size * 8, BPF_F_USER_STACK);
        break;
    case OP_TRACE_PRINTK:
        bpf_trace_printk(text, sizeof(text), 1, 2);
        break;
    case OP_SNPRINTF: {
        __u64 numbers[] = {1, 2};

        bpf_snprintf((char *)state->scratch, 64, text, numbers, sizeof(numbers));
        break;
    }
    case OP_LOOP:
        bpf_loop(size, looped, 0, 0);
        break;
    case OP_BPF_CALL:
        CONSUME(called(size));
        break;
    case OP_SPIN_LOCK:
        op_spin_lock();
        break;
        ARRAY_CASES(ARRAY, array)
        ARRAY_CASES(PERCPU_ARRAY, percpu_array)
        MAP_CASES(HASH, hash)
        MAP_CASES(PERCPU_HASH, percpu_hash)
        MAP_CASES(LRU_HASH, lru_hash)
        MAP_CASES(LRU_PERCPU_HASH, lru_percpu_hash)
        MAP_CASES(LPM_TRIE, lpm_trie)
    case OP_QUEUE_PUSH_POP:
        CHECK(bpf_map_push_elem(&queue, state->scratch, BPF_ANY));
        CHECK(bpf_map_pop_elem(&queue, state->scratch));
        break;
    case OP_TASK_STORAGE_LOOKUP:
    case OP_TASK_STORAGE_MISS:
    case OP_TASK_STORAGE_INSERT_DELETE:
        op_task_storage(kind);
        break;
    default:
        if (kind >= OP_INSN_ADD_DEPENDENT && kind <= OP_INSN_BRANCH)
            op_insn(state, kind);
        break;
    }
}
