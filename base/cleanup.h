/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Ownership made visible: a variable declared with one of the attributes below owns what it names and
 * releases it when it goes out of scope, unless ownership is taken away with take_fd() or TAKE_PTR().
 */
#pragma once

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define CLEANUP(release) __attribute__((cleanup(release)))

static inline void cleanup_free(void *pointer)
{
    free(*(void **)pointer);
}

/* Closes *fd unless it is -1 and leaves -1 behind; keeps errno. */
static inline void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

static inline void close_file(FILE **file)
{
    if (*file)
        fclose(*file);
    *file = NULL;
}

static inline int take_fd(int *fd)
{
    int taken = *fd;

    *fd = -1;
    return taken;
}

#define OWNED_PTR  CLEANUP(cleanup_free)
#define OWNED_FD   CLEANUP(close_fd)
#define OWNED_FILE CLEANUP(close_file)

#define TAKE_PTR(pointer)                                                                                    \
    ({                                                                                                       \
        __typeof__(pointer) taken_ = (pointer);                                                              \
        (pointer) = NULL;                                                                                    \
        taken_;                                                                                              \
    })

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
