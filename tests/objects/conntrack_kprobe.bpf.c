// SPDX-License-Identifier: GPL-2.0
/* A tool that traces connection tracking, by kprobes. */
#include "tests/objects/conntrack.bpf.h"

#include <linux/ptrace.h>
#include <bpf/bpf_tracing.h>

SEC("kprobe/nf_conntrack_in")
int BPF_KPROBE(in)
{
    on_in();
    return 0;
}

SEC("kretprobe/nf_conntrack_in")
int BPF_KRETPROBE(in_return)
{
    on_in_return();
    return 0;
}

SEC("kprobe/nf_conntrack_udp_packet")
int BPF_KPROBE(udp_packet, struct nf_conn *connection)
{
    on_packet(ctx, PROBE_UDP, connection);
    return 0;
}

SEC("kprobe/nf_conntrack_tcp_packet")
int BPF_KPROBE(tcp_packet, struct nf_conn *connection)
{
    on_packet(ctx, PROBE_TCP, connection);
    return 0;
}

SEC("kprobe/__nf_conntrack_confirm")
int BPF_KPROBE(confirm, struct sk_buff *packet)
{
    on_confirm(ctx, packet);
    return 0;
}

SEC("kretprobe/__nf_conntrack_confirm")
int BPF_KRETPROBE(confirm_return, int verdict)
{
    on_confirm_return(verdict);
    return 0;
}

SEC("kprobe/nf_ct_destroy")
int BPF_KPROBE(destroy, void *connection)
{
    on_destroy(connection);
    return 0;
}
