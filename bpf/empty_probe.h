/* SPDX-License-Identifier: GPL-2.0 */
/* A program that does nothing, of the type that an attach kind takes; loaded, not attached. */
#pragma once

#include "base/error.h"
#include "bpf/attach_kinds.h"

#include <stdint.h>

struct empty_probe;

/* 0, or -errno with a sentence (EXIT_UNSUPPORTED, EXIT_TARGET). */
int empty_probe_open(struct empty_probe **probe, const struct attach_kind *kind, const char *where,
                     struct error *error);
void empty_probe_close(struct empty_probe **probe);
struct bpf_program *empty_probe_program(const struct empty_probe *probe);
/* By the kernel's count, while statistics are on. */
uint64_t empty_probe_runs(const struct empty_probe *probe);
