/* SPDX-License-Identifier: GPL-2.0 */
/* A comparison to read. `diff` is a document of diff_compose(), or one that looks like it. */
#pragma once

#include "reports/renderer.h"

/* Like a renderer's render(): 0 or a negative errno. */
int diff_print_text(const json_t *diff, const struct render_options *options, FILE *out);
int diff_print_markdown(const json_t *diff, const struct render_options *options, FILE *out);
