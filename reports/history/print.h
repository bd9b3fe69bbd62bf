/* SPDX-License-Identifier: GPL-2.0 */
/* What the history says, for people. Each takes a document whose texts are harmless (reports/text.h). */
#pragma once

#include "reports/renderer.h"

#include <jansson.h>
#include <stdio.h>

/* Of "tracetoll.history/1": a table with a part for each key. 0 or a negative errno. */
int history_print_list(const json_t *list, const struct render_options *options, FILE *out);

/* Of "tracetoll.trend/1". `pictures`: of each series, and not only where something changed. */
int history_print_trend(const json_t *trend, bool pictures, const struct render_options *options, FILE *out);
/* One self-contained page without scripts. */
int history_print_trend_html(const json_t *trend, FILE *out);

#define TREND_OTHER_SCALE 160

/* Of a trend's metric: what is said of documents whose effect is on another scale. false: there are none. */
bool history_other_scale(char *text, size_t size, const json_t *metric);
