/* SPDX-License-Identifier: GPL-2.0 */
/* A file of /proc, held open and read anew at each look. */
#pragma once

#include "agents/text.h"

#include <stdbool.h>
#include <stddef.h>

struct proc_file {
    int fd;       /* owned; negative: it could not be opened */
    char *buffer; /* owned */
    size_t size;
};

/* 0 or a negative errno; proc_file_close() in any case. */
int proc_file_open(struct proc_file *file, const char *path);
void proc_file_close(struct proc_file *file);
/* All of it, borrowed until the next call. False: it can't be read, or is larger than any such file. */
bool proc_file_get(struct proc_file *file, struct text *text);
