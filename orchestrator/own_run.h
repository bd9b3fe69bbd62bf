/* SPDX-License-Identifier: GPL-2.0 */
/* Our own program as a child, for commands that need whole runs. */
#pragma once

#include "base/capture.h"

#include <jansson.h>
#include <stdbool.h>

/* Does an exit status of run or micro come with a document? */
bool own_run_has_document(int exit_status);

/*
 * `words` (NULL-terminated) are its argv. As capture_run(): -ETIMEDOUT after limit_ns (0: none). When we are
 * interrupted, or it takes too long, it is given the time to clean up after itself.
 */
int own_program(const char *const *words, uint64_t limit_ns, struct interrupt *interrupt,
                struct capture *capture, struct error *error);

/*
 * 'tracetoll run' with `arguments` (NULL-terminated) behind "run -q -f json". *document is a new reference.
 * Exit statuses that come with a document (0, 1, 3, 7) are 0 here; -EINTR when we are interrupted; else -EIO
 * with the child's last words.
 */
int own_run(const char *const *arguments, struct interrupt *interrupt, json_t **document,
            struct error *error);
