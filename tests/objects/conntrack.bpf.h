/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a tool that traces connection tracking does at each probe, for the two objects that differ only in how
 * they are attached. tests/targets/conntrack_bcc.py is the same tool for BCC: a change here belongs there,
 * too.
 */
#pragma once

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

char LICENSE[] SEC("license") = "GPL";

#define NFCT_POINTER_MASK (~7ul) /* the low bits of sk_buff._nfct are the state of the connection */
#define ACCEPTED          1      /* NF_ACCEPT */
#define REPORT_EVERY      64     /* packets of a connection */

/* Of the kernel's structures what is read here; libbpf finds the fields by name, also in a module's types. */
#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct sk_buff {
    unsigned long _nfct;
};

union nf_inet_addr {
    __u32 ip;
};

union nf_conntrack_man_proto {
    __u16 all;
};

struct nf_conntrack_man {
    union nf_inet_addr u3;
    union nf_conntrack_man_proto u;
};

struct nf_conntrack_tuple {
    struct nf_conntrack_man src;
    struct {
        union nf_inet_addr u3;
        union {
            __u16 all;
        } u;
    } dst;
};

struct nf_conntrack_tuple_hash {
    struct nf_conntrack_tuple tuple;
};

struct nf_conn {
    struct nf_conntrack_tuple_hash tuplehash[2];
};
#pragma clang attribute pop

enum probe {
    PROBE_IN,
    PROBE_IN_RETURN,
    PROBE_UDP,
    PROBE_TCP,
    PROBE_CONFIRM,
    PROBE_CONFIRM_RETURN,
    PROBE_DESTROY,
    REFUSED, /* no probe: confirmations that were not accepted */
    COUNTERS,
};

enum report { REPORT_NEW, REPORT_MORE };

struct flow {
    __u64 first_ns, last_ns, packets;
};

struct event {
    __u64 time_ns, connection, packets, age_ns;
    __u32 source, destination;
    __u16 source_port, destination_port; /* big endian, as in the packet */
    __s32 stack;
    __u32 report, unused;
    char comm[16];
};

struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, COUNTERS);
    __type(key, __u32);
    __type(value, __u64);
} counts SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 10240);
    __type(key, __u64);
    __type(value, __u64);
} starts SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 10240);
    __type(key, __u64);
    __type(value, struct flow);
} flows SEC(".maps");

/* Powers of two of nanoseconds. */
struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, 64);
    __type(key, __u32);
    __type(value, __u64);
} latencies SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_STACK_TRACE);
    __uint(max_entries, 1024);
    __uint(key_size, sizeof(__u32));
    __uint(value_size, 127 * sizeof(__u64));
} stacks SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
    __uint(key_size, sizeof(__u32));
    __uint(value_size, sizeof(__u32));
} events SEC(".maps");

static __always_inline void increment(void *per_cpu_array, __u32 index)
{
    __u64 *count = bpf_map_lookup_elem(per_cpu_array, &index);

    if (count)
        (*count)++;
}

static __always_inline __u32 log2_of(__u64 value)
{
    __u32 result = 0;

#pragma unroll
    for (__u32 step = 32; step > 0; step >>= 1) {
        if (value >> step) {
            value >>= step;
            result += step;
        }
    }
    return result;
}

/* A packet is tracked by one thread on one CPU, in a softirq also by whoever was interrupted. */
static __always_inline __u64 start_key(void)
{
    return (__u64)bpf_get_smp_processor_id() << 32 | (__u32)bpf_get_current_pid_tgid();
}

static __always_inline void on_in(void)
{
    __u64 key = start_key(), now_ns = bpf_ktime_get_ns();

    increment(&counts, PROBE_IN);
    bpf_map_update_elem(&starts, &key, &now_ns, BPF_ANY);
}

static __always_inline void on_in_return(void)
{
    __u64 key = start_key(), *start_ns = bpf_map_lookup_elem(&starts, &key);

    increment(&counts, PROBE_IN_RETURN);
    if (!start_ns)
        return;
    increment(&latencies, log2_of(bpf_ktime_get_ns() - *start_ns));
    bpf_map_delete_elem(&starts, &key);
}

static __always_inline void report(void *context, enum report kind, struct nf_conn *connection, __u64 packets,
                                   __u64 age_ns)
{
    struct event event = {.time_ns = bpf_ktime_get_ns(),
                          .connection = (__u64)connection,
                          .packets = packets,
                          .age_ns = age_ns,
                          .report = kind};

#ifdef WITH_ADDRESSES /* as in the tool for BCC */
    event.source = BPF_CORE_READ(connection, tuplehash[0].tuple.src.u3.ip);
    event.destination = BPF_CORE_READ(connection, tuplehash[0].tuple.dst.u3.ip);
    event.source_port = BPF_CORE_READ(connection, tuplehash[0].tuple.src.u.all);
    event.destination_port = BPF_CORE_READ(connection, tuplehash[0].tuple.dst.u.all);
#endif
    event.stack = bpf_get_stackid(context, &stacks, 0);
    bpf_get_current_comm(event.comm, sizeof(event.comm));
    bpf_perf_event_output(context, &events, BPF_F_CURRENT_CPU, &event, sizeof(event));
}

static __always_inline void on_packet(void *context, enum probe probe, struct nf_conn *connection)
{
    __u64 key = (__u64)connection, now_ns = bpf_ktime_get_ns();
    struct flow *flow = bpf_map_lookup_elem(&flows, &key);
    struct flow fresh = {now_ns, now_ns, 1};

    increment(&counts, probe);
    if (!flow) {
        bpf_map_update_elem(&flows, &key, &fresh, BPF_ANY);
        return;
    }
    flow->last_ns = now_ns;
    flow->packets++;
    if (flow->packets % REPORT_EVERY == 0)
        report(context, REPORT_MORE, connection, flow->packets, now_ns - flow->first_ns);
}

static __always_inline void on_confirm(void *context, struct sk_buff *packet)
{
    increment(&counts, PROBE_CONFIRM);
#ifdef WITH_ADDRESSES
    report(context, REPORT_NEW, (void *)(BPF_CORE_READ(packet, _nfct) & NFCT_POINTER_MASK), 1, 0);
#else
    (void)packet; /* only the packet knows the connection */
    report(context, REPORT_NEW, (void *)0, 1, 0);
#endif
}

static __always_inline void on_confirm_return(int verdict)
{
    increment(&counts, PROBE_CONFIRM_RETURN);
    if (verdict != ACCEPTED)
        increment(&counts, REFUSED);
}

static __always_inline void on_destroy(const void *connection)
{
    __u64 key = (__u64)connection;

    increment(&counts, PROBE_DESTROY);
    bpf_map_delete_elem(&flows, &key);
}
