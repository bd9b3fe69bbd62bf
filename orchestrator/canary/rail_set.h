/* SPDX-License-Identifier: GPL-2.0 */
/* The rails of a scenario: checked, opened, and read all at once. */
#pragma once

#include "orchestrator/canary/rail_kind.h"

/* A zeroed one is empty. */
struct rail_set {
    struct rail rails[RAILS_MAX];
    const struct rail_kind *kinds[RAILS_MAX];
    void *states[RAILS_MAX]; /* owned, by the kinds */
    unsigned count;
};

/* NULL with a sentence that names the nearest one. */
const struct rail_kind *rail_kind_find(const char *name, struct error *error);
/* Is what was given right, and where is the limit? EXIT_USAGE. */
int rail_check(const struct rail_kind *kind, const struct rail_given *given, double *highest,
               struct error *error);

/* Adds one that was checked. -E2BIG with a sentence when there are too many. */
int rail_set_add(struct rail_set *set, const struct rail_kind *kind, const struct rail_given *given,
                 double highest, struct interrupt *interrupt, struct error *error);
/* Into `readings`, one for each. */
void rail_set_read(const struct rail_set *set, const struct rail_place *place, struct rail_reading *readings);
void rail_set_close(struct rail_set *set);
