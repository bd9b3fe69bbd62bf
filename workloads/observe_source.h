/* SPDX-License-Identifier: GPL-2.0 */
/* A number that somebody else keeps: what a command prints, or what an endpoint serves to Prometheus. */
#pragma once

#include "base/error.h"
#include "base/interrupt.h"
#include "workloads/exposition.h"

#include <stdint.h>

enum observe_kind { OBSERVE_GAUGE, OBSERVE_COUNTER, OBSERVE_HISTOGRAM };

struct observe_source; /* opened */

/* All borrowed; exactly one of command and url. */
struct observe_source_plan {
    const char
        *command;       /* for sh -c; prints one number, or the text of an endpoint where `metric` is given */
    const char *url;    /* http, on this machine */
    const char *metric; /* a selector; NULL: the command prints a number alone */
    enum observe_kind kind;
};

/* Is the plan one that can work? EXIT_USAGE with a sentence; nothing is asked. */
int observe_source_check(const struct observe_source_plan *plan, struct error *error);
/* The texts must live on. observe_source_close() releases; NULL is allowed there. */
int observe_source_open(struct observe_source **source, const struct observe_source_plan *plan,
                        struct error *error);
void observe_source_close(struct observe_source *source);

/* Asks; *at_ns is when (CLOCK_MONOTONIC, the middle of the question). -EPIPE with a sentence when there is no
 * such number, -EINTR. */
int observe_source_read(struct observe_source *source, struct interrupt *interrupt,
                        struct exposition_reading *reading, uint64_t *at_ns, struct error *error);
