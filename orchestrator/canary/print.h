/* SPDX-License-Identifier: GPL-2.0 */
/* The canary document for people. */
#pragma once

#include <jansson.h>
#include <stdio.h>

/* 0 or a negative errno. */
int canary_print_text(const json_t *document, FILE *out);
int canary_print_markdown(const json_t *document, FILE *out);
