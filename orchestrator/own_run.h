/* SPDX-License-Identifier: GPL-2.0 */
/* A measuring run of our own program, for commands that need whole runs: `tracetoll run` as a child, its
 * document read. */
#pragma once

#include "base/error.h"
#include "base/interrupt.h"

#include <jansson.h>
#include <stdbool.h>

/* Does an exit status of run or micro come with a document? */
bool own_run_has_document(int exit_status);

/*
 * `arguments` (NULL-terminated) stand behind "run -q -o FILE". *document is a new reference. Exit statuses
 * that come with a document (0, 1, 3, 7) are 0 here; -EINTR when we are interrupted (the child is stopped
 * first); else -EIO with the child's last words.
 */
int own_run(const char *const *arguments, struct interrupt *interrupt, json_t **document,
            struct error *error);
