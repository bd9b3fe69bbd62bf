/* SPDX-License-Identifier: GPL-2.0 */
/* A sentence put together piece by piece and then handed to a sink. */
#pragma once

#include "reports/report_facts.h"

#include <stdio.h>

struct draft {
    char *text;
    size_t size;
    FILE *out; /* NULL without memory: draft_add() then does nothing, and no fact is given */
};

void draft_begin(struct draft *draft);
void draft_add(struct draft *draft, const char *format, ...) __attribute__((format(printf, 2, 3)));
/*
 * draft_add() with ", " in front unless it is the first piece. The first argument is a text: where it is
 * empty, nothing is added.
 */
void draft_list(struct draft *draft, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Gives the fact unless it is empty, and releases the draft. */
void draft_end(struct draft *draft, const struct fact_sink *sink, const char *label);

/* The words of an array of strings, quoted for a shell where needed. */
void draft_add_command(struct draft *draft, const json_t *argv);
