#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Traces connection tracking, the way BCC tools in the field do: kprobes and kretprobes, hashes, stack traces, a perf
buffer. One line per new connection and per 64 packets of one; on SIGINT one line "PROBE count" per probe.

tests/objects/conntrack.bpf.h is the same tool for libbpf: a change here belongs there, too.
"""
import argparse
import json
import os
import signal
import socket
import struct
import sys

from bcc import BPF

TEXT = r"""
#ifdef WITH_ADDRESSES
#include <linux/skbuff.h>
#include <net/netfilter/nf_conntrack.h>
#else
#include <uapi/linux/ptrace.h>

struct nf_conn;
#endif

#define NFCT_POINTER_MASK (~7ul)
#define ACCEPTED 1
#define REPORT_EVERY 64

enum probe { PROBE_IN, PROBE_IN_RETURN, PROBE_UDP, PROBE_TCP, PROBE_CONFIRM, PROBE_CONFIRM_RETURN, PROBE_DESTROY, REFUSED,
             COUNTERS };
enum report { REPORT_NEW, REPORT_MORE };

struct flow {
    u64 first_ns, last_ns, packets;
};

struct event {
    u64 time_ns, connection, packets, age_ns;
    u32 source, destination;
    u16 source_port, destination_port;
    s32 stack;
    u32 report, unused;
    char comm[16];
};

BPF_PERCPU_ARRAY(counts, u64, COUNTERS);
BPF_HASH(starts, u64, u64);
BPF_HASH(flows, u64, struct flow);
BPF_PERCPU_ARRAY(latencies, u64, 64);
BPF_STACK_TRACE(stacks, 1024);
BPF_PERF_OUTPUT(events);

static inline void count(int index)
{
    u64 *number = counts.lookup(&index);

    if (number)
        (*number)++;
}

static inline u64 start_key(void)
{
    return (u64)bpf_get_smp_processor_id() << 32 | (u32)bpf_get_current_pid_tgid();
}

int kprobe__nf_conntrack_in(struct pt_regs *ctx)
{
    u64 key = start_key(), now_ns = bpf_ktime_get_ns();

    count(PROBE_IN);
    starts.update(&key, &now_ns);
    return 0;
}

int kretprobe__nf_conntrack_in(struct pt_regs *ctx)
{
    u64 key = start_key(), *start_ns = starts.lookup(&key), *number;
    int bucket;

    count(PROBE_IN_RETURN);
    if (!start_ns)
        return 0;
    bucket = bpf_log2l(bpf_ktime_get_ns() - *start_ns) & 63;
    number = latencies.lookup(&bucket);
    if (number)
        (*number)++;
    starts.delete(&key);
    return 0;
}

static inline void report(struct pt_regs *ctx, enum report kind, struct nf_conn *connection, u64 packets, u64 age_ns)
{
    struct event event = {};

    event.time_ns = bpf_ktime_get_ns();
    event.connection = (u64)connection;
    event.packets = packets;
    event.age_ns = age_ns;
    event.report = kind;
#ifdef WITH_ADDRESSES
    struct nf_conntrack_tuple *tuple = &connection->tuplehash[0].tuple;

    bpf_probe_read_kernel(&event.source, sizeof(event.source), &tuple->src.u3.ip);
    bpf_probe_read_kernel(&event.destination, sizeof(event.destination), &tuple->dst.u3.ip);
    bpf_probe_read_kernel(&event.source_port, sizeof(event.source_port), &tuple->src.u.all);
    bpf_probe_read_kernel(&event.destination_port, sizeof(event.destination_port), &tuple->dst.u.all);
#endif
    event.stack = stacks.get_stackid(ctx, 0);
    bpf_get_current_comm(event.comm, sizeof(event.comm));
    events.perf_submit(ctx, &event, sizeof(event));
}

static inline void on_packet(struct pt_regs *ctx, int probe, struct nf_conn *connection)
{
    u64 key = (u64)connection, now_ns = bpf_ktime_get_ns();
    struct flow *flow = flows.lookup(&key), fresh = {now_ns, now_ns, 1};

    count(probe);
    if (!flow) {
        flows.update(&key, &fresh);
        return;
    }
    flow->last_ns = now_ns;
    flow->packets++;
    if (flow->packets % REPORT_EVERY == 0)
        report(ctx, REPORT_MORE, connection, flow->packets, now_ns - flow->first_ns);
}

int kprobe__nf_conntrack_udp_packet(struct pt_regs *ctx)
{
    on_packet(ctx, PROBE_UDP, (struct nf_conn *)PT_REGS_PARM1(ctx));
    return 0;
}

int kprobe__nf_conntrack_tcp_packet(struct pt_regs *ctx)
{
    on_packet(ctx, PROBE_TCP, (struct nf_conn *)PT_REGS_PARM1(ctx));
    return 0;
}

int kprobe____nf_conntrack_confirm(struct pt_regs *ctx)
{
    unsigned long connection = 0; /* only the packet knows it */

    count(PROBE_CONFIRM);
#ifdef WITH_ADDRESSES
    struct sk_buff *packet = (struct sk_buff *)PT_REGS_PARM1(ctx);

    bpf_probe_read_kernel(&connection, sizeof(connection), &packet->_nfct);
#endif
    report(ctx, REPORT_NEW, (struct nf_conn *)(connection & NFCT_POINTER_MASK), 1, 0);
    return 0;
}

int kretprobe____nf_conntrack_confirm(struct pt_regs *ctx)
{
    count(PROBE_CONFIRM_RETURN);
    if ((int)PT_REGS_RC(ctx) != ACCEPTED)
        count(REFUSED);
    return 0;
}

int kprobe__nf_ct_destroy(struct pt_regs *ctx)
{
    u64 key = PT_REGS_PARM1(ctx);

    count(PROBE_DESTROY);
    flows.delete(&key);
    return 0;
}
"""

# In the order of enum probe.
PROBES = (
    "kprobe:nf_conntrack_in",
    "kretprobe:nf_conntrack_in",
    "kprobe:nf_conntrack_udp_packet",
    "kprobe:nf_conntrack_tcp_packet",
    "kprobe:__nf_conntrack_confirm",
    "kretprobe:__nf_conntrack_confirm",
    "kprobe:nf_ct_destroy",
)


def address(ip, port):
    return f"{socket.inet_ntoa(struct.pack('=I', ip))}:{socket.ntohs(port)}"


class Tool:
    def __init__(self, quiet, addresses):
        self.quiet = quiet
        self.addresses = addresses
        self.stopping = False
        self.events = self.lost = 0
        for number in signal.SIGINT, signal.SIGTERM:  # a background job starts with SIGINT ignored
            signal.signal(number, self.stop)
        signal.pthread_sigmask(signal.SIG_SETMASK, ())
        self.bpf = BPF(text=TEXT, cflags=["-DWITH_ADDRESSES"] if addresses else [])
        self.bpf["events"].open_perf_buffer(self.on_event, page_cnt=64, lost_cb=self.on_lost)

    def stop(self, _number, _frame):
        self.stopping = True

    def on_event(self, _cpu, data, _size):
        event = self.bpf["events"].event(data)
        self.events += 1
        if not self.quiet:
            ends = f"{address(event.source, event.source_port)} > {address(event.destination, event.destination_port)}"
            print("new " if event.report == 0 else "more", ends if self.addresses else f"{event.connection:#x}",
                  event.packets, event.stack, event.comm.decode(errors="replace"))

    def on_lost(self, count):
        self.lost += count

    def run(self):
        while not self.stopping:
            self.bpf.perf_buffer_poll(timeout=500)  # a signal between this line and the last one must not wait for ever

    def counts(self):
        table = self.bpf["counts"]
        return {probe: sum(table[table.Key(index)]) for index, probe in enumerate(PROBES)}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--counts", metavar="FILE", help="write the counts there as JSON")
    parser.add_argument("--quiet", action="store_true", help="no line per event")
    # The kernel's headers of packets and connections make compiling more than ten times as much work.
    parser.add_argument("--addresses", action="store_true", help="read addresses and ports of each connection")
    arguments = parser.parse_args()

    tool = Tool(arguments.quiet, arguments.addresses)
    tool.run()
    counts = tool.counts()
    for probe, count in counts.items():
        print(probe, count)
    if tool.lost:
        print(f"Lost {tool.lost} samples")
    if arguments.counts:
        with open(arguments.counts, "w", encoding="ascii") as file:
            json.dump({"probes": counts, "events": tool.events, "lost": tool.lost}, file)
            file.write("\n")
    sys.stdout.flush()


if __name__ == "__main__":
    try:
        main()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
