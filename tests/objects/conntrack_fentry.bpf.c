// SPDX-License-Identifier: GPL-2.0
/*
 * A tool that traces connection tracking, by fentry and fexit. The functions may be in a module
 * (nf_conntrack): it has to be loaded, and libbpf finds them in its types by itself.
 */
#include "tests/objects/conntrack.bpf.h"

#include <bpf/bpf_tracing.h>

SEC("fentry/nf_conntrack_in")
int BPF_PROG(in)
{
    on_in();
    return 0;
}

SEC("fexit/nf_conntrack_in")
int BPF_PROG(in_return)
{
    on_in_return();
    return 0;
}

SEC("fentry/nf_conntrack_udp_packet")
int BPF_PROG(udp_packet, struct nf_conn *connection)
{
    on_packet(ctx, PROBE_UDP, connection);
    return 0;
}

SEC("fentry/nf_conntrack_tcp_packet")
int BPF_PROG(tcp_packet, struct nf_conn *connection)
{
    on_packet(ctx, PROBE_TCP, connection);
    return 0;
}

SEC("fentry/__nf_conntrack_confirm")
int BPF_PROG(confirm, struct sk_buff *packet)
{
    on_confirm(ctx, packet);
    return 0;
}

SEC("fexit/__nf_conntrack_confirm")
int BPF_PROG(confirm_return, struct sk_buff *packet, int verdict)
{
    on_confirm_return(verdict);
    return 0;
}

SEC("fentry/nf_ct_destroy")
int BPF_PROG(destroy, void *connection)
{
    on_destroy(connection);
    return 0;
}
