/* SPDX-License-Identifier: GPL-2.0 */
/* Known truths (docs/method.md, section 9): each check is a file or a function and its row in command.c. */
#pragma once

#include "base/error.h"
#include "base/interrupt.h"

#include <stdbool.h>

struct selfcheck {
    struct interrupt *interrupt;
    bool quick; /* fewer runs and levels, limits to match */
    void (*progress)(const char *what, unsigned done, unsigned of);
};

struct truth {
    char expected[160], seen[200];
    bool holds;
};

/* Each fills *truth. 0; -EINTR; another -errno with a sentence when it could not be looked at. */
typedef int truth_check(const struct selfcheck *selfcheck, struct truth *truth, struct error *error);

truth_check truth_aa, truth_spin_call, truth_spin_round_trip, truth_tail;

#define SELFCHECK_RUNS       20
#define SELFCHECK_RUNS_QUICK 5
