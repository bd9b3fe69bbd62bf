/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define HASH_START UINT64_C(0xcbf29ce484222325)

/* FNV-1a (Fowler, Noll, Vo), from HASH_START or from what was hashed before: 64 bits are plenty to notice a
 * change, and keep nobody from making one unnoticed. */
static inline uint64_t hash_bytes(uint64_t state, const void *data, size_t size)
{
    for (const unsigned char *byte = data; size > 0; size--, byte++)
        state = (state ^ *byte) * UINT64_C(0x100000001b3);
    return state;
}
