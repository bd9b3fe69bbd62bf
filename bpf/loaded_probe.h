/* SPDX-License-Identifier: GPL-2.0 */
/* A probe, loaded and not attached: without operations it is the empty program of its attach type. */
#pragma once

#include "base/error.h"
#include "bpf/probe_counts.h"
#include "bpf/spec.h"

#include <bpf/libbpf.h>
#include <stdint.h>

struct loaded_probe;

/* `where` instead of the spec's own. 0, or -errno with a sentence (EXIT_UNSUPPORTED, EXIT_TARGET). */
int loaded_probe_open(struct loaded_probe **probe, const struct probe_spec *spec, const char *where,
                      struct error *error);
void loaded_probe_close(struct loaded_probe **probe);
struct bpf_program *loaded_probe_program(const struct loaded_probe *probe);
/* By the kernel's count, while statistics are on; *run_time_ns of all of them, where it is not NULL. */
uint64_t loaded_probe_runs(const struct loaded_probe *probe, uint64_t *run_time_ns);
/* Adds its counts. */
void loaded_probe_counts(const struct loaded_probe *probe, struct probe_counts *sum);
