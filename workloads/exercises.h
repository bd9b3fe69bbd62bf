/* SPDX-License-Identifier: GPL-2.0 */
/* What several workloads exercise, as items of their lists. */
#pragma once

/* Every system call passes these. */
#define EXERCISES_CALLS "tracepoint:raw_syscalls:sys_enter", "tracepoint:raw_syscalls:sys_exit"

/* A packet over a veth pair. */
#define EXERCISES_LINK                                                                                       \
    "tracepoint:net:net_dev_queue", "tracepoint:net:net_dev_start_xmit", "tracepoint:net:net_dev_xmit",      \
        "tracepoint:net:netif_rx", "tracepoint:net:netif_receive_skb"

#define EXERCISES_SOFTIRQ                                                                                    \
    "tracepoint:irq:softirq_raise", "tracepoint:irq:softirq_entry", "tracepoint:irq:softirq_exit"
