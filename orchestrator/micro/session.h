/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

#include "orchestrator/micro/micro.h"

#define MICRO_REPETITIONS 24
#define MICRO_LOADS       8
#define MICRO_LOADS_MIN   6 /* an interval takes as many (passes.h) */

struct micro_plan {
    unsigned repetitions; /* of a row, in all */
    unsigned loads;       /* that they are spread over, each in a pass of its own (passes.h); 1: exact */
    bool quiet;
    double enough_s; /* of time: MICRO_LOADS_MIN passes will do where another would exceed it; 0: as many as
                        `loads` */
};

/*
 * Measures all rows, appended to `list` as they stand in the document, with progress on stderr when it is a
 * terminal. *clock: the core's clock meanwhile, for the document; a new reference, or NULL where it was not
 * looked at. Takes the machine's lock; pins the calling thread meanwhile and puts it into a mount namespace
 * of its own for good. 0, or a negative errno with a sentence; rows that this machine lacks are no failure.
 * -EINTR when interrupted: the rows and the clock are there where MICRO_LOADS_MIN passes were through.
 */
int micro_session(const struct micro_rows *rows, const struct micro_plan *plan, struct interrupt *interrupt,
                  json_t *list, json_t **clock, struct error *error);

/* The same for who holds the lock already. */
int micro_measure_rows(const struct micro_rows *rows, const struct micro_plan *plan,
                       struct interrupt *interrupt, json_t *list, json_t **clock, struct error *error);
