/* SPDX-License-Identifier: GPL-2.0 */
/* libbpf-tools' funclatency at work on one function of the kernel, while a micro program calls it. */
#pragma once

#include "agents/funclatency_output.h"
#include "base/error.h"
#include "base/interrupt.h"
#include "bpf/micro_program.h"

#define FUNCLATENCY_PROGRAM "funclatency"

/*
 * Runs `funclatency -d 1 -p US FUNCTION`. 0; -EINTR; else EXIT_UNSUPPORTED with the reason why there is no
 * figure (not installed; -EPERM: no probe can be put on this function; -ENODATA: it saw no call), or as
 * micro_explain_run() for the program's own failures.
 */
int funclatency_time(const char *function, struct micro_program *program, struct interrupt *interrupt,
                     struct latency_histogram *histogram, struct error *error);
