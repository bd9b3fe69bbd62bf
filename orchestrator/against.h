/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Has an overhead become worse than that of an earlier document? Ratios of overheads with their standard
 * errors, or in exact mode instructions, as `tracetoll diff` compares them: never times of two machines.
 */
#pragma once

#include "base/error.h"
#include "orchestrator/diff/budgets.h"

#include <jansson.h>

struct against {
    const json_t *base; /* borrowed, like all; checked by document_check() */
    const char *base_file, *new_file;
    struct diff_budgets budgets;
    unsigned family, attempt; /* as in struct diff_input */
    const char *inconclusive; /* "report", "pass", "fail"; NULL counts as the first */
};

/*
 * *diff is a new reference, or NULL without a comparison; the return value is the exit status that it alone
 * would have. *error has a sentence where there is none.
 */
enum exit_status against_compare(const struct against *against, const json_t *document, json_t **diff,
                                 struct error *error);
