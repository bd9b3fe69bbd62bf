/* SPDX-License-Identifier: GPL-2.0 */
/* Several outcomes, one exit status: the first that occurred of a fixed order (docs/commands.md). */
#pragma once

#include "base/error.h"

#include <stddef.h>

/* What a child's status, which may be of a shell or 128 and a signal, says in ours: EXIT_ENVIRONMENT where it
 * is none of them. */
enum exit_status outcome_of_child(int status);
/* "it was killed by signal 9 (Killed)", in `text`; NULL for a child that ended by itself. */
const char *outcome_killed(int status, char *text, size_t size);
/* `statuses` in any order; EXIT_MEASURED for none. What is none of ours counts as
 * outcome_of_child() says. */
enum exit_status outcome_of(const enum exit_status *statuses, unsigned count);
/* What is inconclusive by such a policy: "report" (NULL counts as that), "pass", "fail". */
enum exit_status outcome_of_open(const char *policy);
/* Of two. */
enum exit_status outcome_worse(enum exit_status a, enum exit_status b);
/*
 * What a command with an outcome returns behind writing it down: the outcome, or `failed`, the negative errno
 * that this ended with. Its sentence in *error stays, but hides no worse outcome: the status is the worse.
 */
int outcome_told(enum exit_status outcome, int failed, struct error *error);
