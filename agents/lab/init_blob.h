/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

#include <stddef.h>

/* The guest's init (agents/guest/), as the build made it. */
const void *lab_init(size_t *size);
