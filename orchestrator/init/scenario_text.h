/* SPDX-License-Identifier: GPL-2.0 */
/* A proposal as the text of a scenario file, with what to think about before it is used. */
#pragma once

#include "agents/inventory.h"
#include "base/error.h"
#include "orchestrator/init/proposal.h"

#include <stdio.h>

/*
 * argv is the tool's command, NULL-terminated. Without a load in the proposal the file has one that must be
 * replaced, and says so. EXIT_USAGE for words that are not UTF-8: a scenario can't hold them.
 */
int scenario_text_write(FILE *out, char *const *argv, const struct inventory *inventory,
                        const struct proposal *proposal, struct error *error);
