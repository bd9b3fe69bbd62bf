/* SPDX-License-Identifier: GPL-2.0 */
/* What fuzz targets share. Texts are copied to exactly their size, so that reading behind the end is found.
 */
#pragma once

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A copy that the caller frees; of a text a 0 byte follows. Ends the target without memory. */
static inline char *fuzz_copy(const uint8_t *data, size_t size, bool terminated)
{
    char *copy = malloc(size + (terminated || size == 0));

    if (!copy)
        abort();
    if (size > 0)
        memcpy(copy, data, size);
    if (terminated)
        copy[size] = 0;
    return copy;
}

static inline void fuzz_assert(bool holds)
{
    if (!holds)
        abort();
}

/* A number that came from somebody's text and is counted with: finite, not below 0. */
static inline bool fuzz_is_amount(double number)
{
    return isfinite(number) && number >= 0;
}
