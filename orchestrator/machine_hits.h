/* SPDX-License-Identifier: GPL-2.0 */
/*
 * In whose name the programs run, for the statistics phase: how often the point of each is passed by the
 * target's own processes and by the load's. The kernel's statistics have the sum alone.
 */
#pragma once

#include "agents/inventory.h"
#include "agents/sampler.h"
#include "bpf/hit_counter.h"

enum hit_owner { HITS_OF_TARGET, HITS_OF_LOAD };

struct machine_hits {
    struct hit_counter **counters; /* owned; [count], NULL: can't be counted, or counted by an earlier one */
    unsigned *counted_by;          /* owned; [count] the first program at the same point */
    unsigned count;
};

/* 0 or -ENOMEM; machine_hits_close() in every case. */
int machine_hits_open(struct machine_hits *hits, const struct inventory *inventory,
                      const struct sampler_place *place);
/* hits[enum hit_owner] of one program's point since it was opened; NaN where it can't be counted. */
void machine_hits_read(const struct machine_hits *hits, unsigned program, double passed[HIT_CGROUPS]);
void machine_hits_close(struct machine_hits *hits);
