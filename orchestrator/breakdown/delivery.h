/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What it costs that events reach somebody: waking the consumer, and the consumer's time in the kernel (it
 * returns from its wait, reads, and goes back to sleep). Pure.
 *
 * Run times are counted in a phase of its own, in which a consumer may sleep more often or less than in the
 * windows; so telling it goes by how often it was woken in each. Two things would be counted twice. The
 * interrupt that wakes comes while the program still runs, mostly, so that its time is in the program's run
 * time: it is taken from the programs then, and not added. And where the consumer's own system calls pass the
 * target's programs, these run in its time: that is taken off.
 *
 * On a machine of one CPU a consumer that is woken takes the load's place: the change back is done in the
 * load's time, and no program is running then. With a CPU to spare it is an idle one that is left and gone
 * back to.
 */
#pragma once

#include "orchestrator/analysis.h"
#include "orchestrator/breakdown/program_cost.h"

#include <jansson.h>

struct delivery {
    struct interval consumer;       /* CPU time of the target's processes in the kernel */
    struct interval own_programs;   /* of that, in the target's own programs */
    struct interval wakeups_per_op; /* of the target's threads */
    double tellings_per_op;         /* interrupts that tell a consumer, whether it sleeps or not */
    struct interval wake_ns;        /* of one; NaN: no program wakes, or its price is not known */
    struct interval taken;          /* telling that is in the programs' run time, as often as then */
    struct interval within;         /* the same, as often as in the windows */
    struct interval outside;        /* and what is not */
    bool split;                     /* within and outside are known */
    struct interval changes;        /* of the only CPU, to the consumer and back, in the load's time */
};

/* NaN in .consumer where it is not known. */
struct delivery delivery_of(const struct analysis *analysis, const struct program_costs *costs);
/* Of one program's run time, per operation, what is telling its consumer: when it was counted. Its ends are
 * those of the run time: at either, what is left is the program's own. */
struct interval delivery_taken(const struct delivery *delivery, const struct program_costs *costs,
                               const struct program_cost *cost);
/* Of that, how much there is in the windows, per unit of it. */
double delivery_pace(const struct delivery *delivery, const struct program_costs *costs,
                     const struct program_cost *cost);
/* Of it, the consumer's time in the kernel, without the target's own programs. */
struct interval delivery_consumer(const struct delivery *delivery);
/* All of it. */
struct interval delivery_total(const struct delivery *delivery);
/* "delivery" of the breakdown. */
json_t *delivery_describe(const struct delivery *delivery);
