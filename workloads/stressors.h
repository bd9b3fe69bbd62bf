/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The stressors of stress-ng that a run may use: those that can't harm the host they run on. Adding one is a
 * row in workloads/stressors.c, with what keeps it in bounds; tracetoll list stressors is made from the
 * table.
 */
#pragma once

#define STRESSOR_OPTIONS_MAX 4

struct stressor {
    const char *name;
    const char *const *options;   /* that keep it in bounds; NULL-terminated, NULL: none */
    const char *why;              /* it is harmless */
    const char *const *exercises; /* NULL-terminated; NULL: nothing in particular */
};

extern const struct stressor stressors[]; /* ended by a NULL name */

/* Names that people may try, and why they are not here; ended by a NULL name. */
struct refused_stressor {
    const char *name, *why;
};
extern const struct refused_stressor refused_stressors[];

const struct stressor *stressor_find(const char *name);
/* NULL when there is nothing to say. */
const char *stressor_refusal(const char *name);
