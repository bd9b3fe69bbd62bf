/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Paths through a program's instructions: how often something is passed between the entry and an exit, at
 * least and at most. Nodes are instructions; plain numbers in, plain numbers out.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define FLOW_NONE      UINT32_MAX
#define FLOW_UNBOUNDED UINT64_MAX

/* Owns its arrays; a zeroed one is empty. */
struct flow_graph {
    unsigned count;
    uint32_t (*next)[2]; /* where a node may lead; FLOW_NONE: nowhere. Filled by the caller */
    /* filled by flow_sort() */
    uint32_t *component; /* of nodes that lead to each other; what a component leads to has a lower number */
    uint32_t *finished;  /* nodes from the entry, what they lead to before them (but for cycles) */
    bool *cyclic;        /* by component */
    unsigned reached, components;
};

/* 0 or -ENOMEM; the caller fills next. */
int flow_init(struct flow_graph *graph, unsigned count);
void flow_free(struct flow_graph *graph);

/* From here on `next` stays. 0; -EINVAL for an edge that leads outside; -ENOMEM. */
int flow_sort(struct flow_graph *graph, uint32_t entry);

struct flow_range {
    uint64_t fewest, most; /* most FLOW_UNBOUNDED: in a loop */
};

/*
 * Sum of the weights of the nodes on a path from the entry to a node that leads nowhere: of the cheapest and
 * of the dearest. `weights` has one range for each node. 0 or -ENOMEM.
 */
int flow_paths(const struct flow_graph *graph, uint32_t entry, const struct flow_range *weights,
               struct flow_range *sum);
