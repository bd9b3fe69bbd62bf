// SPDX-License-Identifier: GPL-2.0
/* The sham target: a program like any tool's, on an event that does not happen (agents/sham_tool.c). */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "GPL";

SEC("raw_tp")
int sham(void *context)
{
    (void)context;
    return 0;
}
