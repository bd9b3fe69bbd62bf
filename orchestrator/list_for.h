/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

#include "base/error.h"
#include "base/interrupt.h"

/*
 * Starts the tool (argv, NULL-terminated) for a moment, reads its attach points, and prints which loads fire
 * how many of its programs, best first. EXIT_TARGET when it does not attach.
 */
int list_workloads_for(char *const *argv, struct interrupt *interrupt, struct error *error);
