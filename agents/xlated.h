/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a loaded program contains, from the instructions that the verifier has translated (the kernel's
 * bpf_prog_info.xlated_prog_insns): its calls into the kernel, with the fewest and the most on any path, and
 * instructions on a path. Subprograms count where they are called.
 *
 * After translation a call says how far its function is from __bpf_call_base (kernel/bpf/syscall.c,
 * bpf_insn_prepare_dump), so that a lookup in a hash may appear as htab_map_lookup_elem:
 * agents/kernel_symbols.h gives the names. Lookups in arrays are no calls any more.
 */
#pragma once

#include "agents/flow_graph.h"

#include <linux/bpf.h>

#define XLATED_CALLS_MAX       64
#define XLATED_MAPS_MAX        64
#define XLATED_SUBPROGRAMS_MAX 256

struct xlated_call {
    int32_t offset; /* from __bpf_call_base */
    struct flow_range times;
};

/* Operations on a map (agents/xlated_maps.h). */
struct xlated_map {
    uint32_t id;
    struct flow_range times;
};

struct xlated {
    struct flow_range instructions; /* on a path */
    struct xlated_call calls[XLATED_CALLS_MAX];
    unsigned call_count;
    bool more_calls; /* than there is room for */
    struct xlated_map maps[XLATED_MAPS_MAX];
    unsigned map_count; /* those beyond are left out */
};

/*
 * `starts`: first instruction of each subprogram in rising order, starts[0] = 0 (func_info of the kernel); at
 * least one. 0; -EINVAL for what is no program; -ENOMEM.
 */
int xlated_read(const struct bpf_insn *instructions, unsigned count, const uint32_t *starts,
                unsigned start_count, struct xlated *out);
