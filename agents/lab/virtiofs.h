/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

#include "base/error.h"
#include "base/interrupt.h"
#include "base/process.h"

/*
 * Starts a virtiofsd that serves this machine's root on `socket`, and waits until it does. The guest mounts
 * it read-only. EXIT_ENVIRONMENT naming the package when it is missing.
 */
int virtiofs_start(struct process *process, const char *socket, struct interrupt *interrupt,
                   struct error *error);

/* Where it is; NULL when it is not installed. */
const char *virtiofs_program(void);
