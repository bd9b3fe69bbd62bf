/* SPDX-License-Identifier: GPL-2.0 */
/* Which loads, on which topologies, fire the programs of a tool: the fewest that reach all that can be. */
#pragma once

#include "agents/inventory.h"

#define PROPOSAL_LOADS_MAX 4

struct proposed_load {
    char *load; /* owned; as it is given to -w */
    const char *topology;
    const char *primary_metric;
    unsigned fires; /* programs that it is known to fire */
};

struct proposal {
    struct proposed_load loads[PROPOSAL_LOADS_MAX];
    unsigned load_count; /* 0: no load is known to fire any */
    unsigned program_count, fired;
    bool *reached; /* owned; per program of the inventory: does one of the loads fire it? */
};

/* 0 or -ENOMEM; proposal_free() in any case. Pure: nothing but the tables and the inventory is looked at. */
int proposal_make(struct proposal *proposal, const struct inventory *inventory);
void proposal_free(struct proposal *proposal);
