/* SPDX-License-Identifier: GPL-2.0 */
/* tracetoll.micro/1: what `micro` measured, for the cross-check, scripts and people. */
#pragma once

#include "orchestrator/micro/passes.h"

#include <stdio.h>

#define MICRO_SCHEMA "tracetoll.micro/1"

/* One row of "rows"; takes over the figure's detail. */
json_t *micro_compose_row(const struct micro_row *row, struct micro_figure *figure);
/* The document around its rows and clock (micro_session()), which it takes over. */
json_t *micro_compose(json_t *rows, json_t *clock, const char *method, bool full, int argc, char **argv,
                      double seconds);
/* A table for each suite. 0 or -ENOMEM. */
int micro_print(const json_t *document, FILE *out);
