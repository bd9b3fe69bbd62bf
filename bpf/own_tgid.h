/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

#include <stdint.h>

/*
 * The number that BPF programs know this process by (bpf_get_current_pid_tgid()): that of the initial PID
 * namespace, and not the one in a container. 0: not known (in a container before Linux 5.10).
 */
uint32_t own_tgid(void);
