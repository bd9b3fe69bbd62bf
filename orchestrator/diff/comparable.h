/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

#include "base/error.h"

#include <jansson.h>

/*
 * May the overheads of two documents be compared? Kernel, tool version and target may differ, they are what
 * is compared; load, topology, mode, and what the kind demands (CPU, QEMU) may not. 0, or -EINVAL,
 * EXIT_USAGE, with the first reason in one sentence.
 */
int diff_comparable(const json_t *old, const json_t *new, struct error *error);
