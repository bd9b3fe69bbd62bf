/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which map an instruction works on, from where its address is on the way there. Pure.
 *
 * A translated program names a map by its ID where it takes its address (BPF_PSEUDO_MAP_FD); what is called
 * with that address, or calculates with it (lookups in arrays are no calls any more), works on the map. Data
 * sections (BPF_PSEUDO_MAP_VALUE) are read and written like any memory, and those are no operations.
 */
#pragma once

#include "agents/flow_graph.h"

#include <linux/bpf.h>

struct map_use {
    uint32_t map;   /* its ID; 0: none */
    bool handed_on; /* to a subprogram, which may use it any number of times */
};

/*
 * Of each instruction of a subprogram, whose graph flow_sort() has gone through: uses[graph->count], filled.
 * An address that comes by two ways from two maps is known for neither. 0 or -ENOMEM.
 */
int xlated_map_uses(const struct bpf_insn *instructions, const struct flow_graph *graph,
                    struct map_use *uses);
