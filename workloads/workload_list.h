/* SPDX-License-Identifier: GPL-2.0 */
/* The descriptors that workloads/table.c puts into the table. */
#pragma once

#include "workloads/workload.h"

extern const struct workload_ops workload_udp_rr;
extern const struct workload_ops workload_tcp_rr;
extern const struct workload_ops workload_tcp_crr;
extern const struct workload_ops workload_syscall;
extern const struct workload_ops workload_command;
