/* SPDX-License-Identifier: GPL-2.0 */
/* The descriptors that workloads/table.c puts into the table. */
#pragma once

#include "workloads/workload.h"

extern const struct workload_ops workload_udp_rr;
extern const struct workload_ops workload_tcp_rr;
extern const struct workload_ops workload_tcp_crr;
extern const struct workload_ops workload_tcp_stream;
extern const struct workload_ops workload_udp_flood;
extern const struct workload_ops workload_syscall;
extern const struct workload_ops workload_sched_pipe;
extern const struct workload_ops workload_fork_exec;
extern const struct workload_ops workload_files;
extern const struct workload_ops workload_malloc;
extern const struct workload_ops workload_signal;
extern const struct workload_ops workload_page_fault;
extern const struct workload_ops workload_command;
extern const struct workload_ops workload_observe;
extern const struct workload_ops workload_iperf3;
extern const struct workload_ops workload_http;
extern const struct workload_ops workload_fio;
extern const struct workload_ops workload_stress_ng;
