/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What of a document goes into columns of the history. A series is what may be compared: the same target
 * (kind and command line), workload (with all parameters, topology and what runs beside it), machine and
 * mode. Its documents differ in the target's version and in the kernel's build.
 */
#pragma once

#include "reports/history/store.h"

/* The entries of one file, and what their texts belong to. Zeroed is empty. */
struct history_batch {
    struct history_entry *entries;
    json_t **harmless; /* of each: the document without what could drive a terminal */
    unsigned count, capacity;
    json_t *texts; /* an array that owns texts made for the entries */
};

void history_batch_free(struct history_batch *batch);
#define OWNED_BATCH CLEANUP(history_batch_free)

/*
 * The documents in one: itself, or those inside a document of several (kernels, gate); rows of micro are
 * passed over. The entries borrow from `document`. EXIT_USAGE when there is no result document in it, or a
 * bad one.
 */
int history_batch_read(const json_t *document, struct history_batch *batch, struct error *error);
