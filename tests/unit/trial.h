/* SPDX-License-Identifier: GPL-2.0 */
/* What the tests of the trial file share. */
#pragma once

#include "tests/unit/unit.h"

#include "base/cleanup.h"
#include "reports/trial.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define EXAMPLE "tests/data/example-trial.jsonl"

static inline int read_bytes(const char *bytes, size_t length, struct trial *trial, bool *truncated,
                             struct error *error)
{
    OWNED_FILE FILE *file = fmemopen((void *)bytes, length, "r");

    assert_non_null(file);
    return trial_read(trial, file, truncated, error);
}

static inline int read_text(const char *text, struct trial *trial, bool *truncated, struct error *error)
{
    return read_bytes(text, strlen(text), trial, truncated, error);
}
