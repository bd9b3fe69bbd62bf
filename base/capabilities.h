/* SPDX-License-Identifier: GPL-2.0 */
/* Privileges by capability: what a command needs (docs/privileges.md), and generators that give theirs up. */
#pragma once

#include "base/error.h"

/*
 * Whether what measuring needs is in the effective set. EXIT_ENVIRONMENT with a sentence that begins with
 * `what`
 * ("measuring") and names the first one that is missing. An ID that is not root's is not asked about.
 */
int capabilities_check(const char *what, struct error *error);

/*
 * Gives up all capabilities but the right to lock memory, for good: programs that it executes get none back,
 * even as root. To be called after namespaces and cgroups are joined. 0 or a negative errno.
 */
int capabilities_drop(void);
