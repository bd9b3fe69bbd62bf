/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Finds, in what a tool prints, the lines by which it reports lost events: "Lost 17 events" and what BCC,
 * libbpf tools, bpftrace, perf and tcpdump say instead. Strict: a whole line must match, since traced
 * programs' own data goes through the same stream. Pure: text in, counts out, wherever reads split it.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define LOSS_LINE_MAX 160

/* A zeroed struct is at the start of a line. Longer lines are never loss lines. */
struct loss_lines {
    uint64_t lines;  /* that report a loss of one or more */
    uint64_t events; /* sum of the numbers in them */
    size_t length;   /* of the line so far */
    char line[LOSS_LINE_MAX + 1];
};

void loss_lines_feed(struct loss_lines *parser, const char *data, size_t size);
/* The stream has ended: a last line without a newline counts. */
void loss_lines_end(struct loss_lines *parser);
