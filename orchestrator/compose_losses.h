/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

#include "reports/trial.h"

/*
 * The document's "losses"; `target` as compose_target() has it. delivered: the share of events that arrived,
 * null where the load produces none or as many as one likes; at_most: a run may produce fewer events than it
 * was taken for, and the true share is smaller then. A new reference.
 */
json_t *compose_losses(const struct trial *trial, const json_t *target);
