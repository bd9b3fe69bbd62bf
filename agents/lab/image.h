/* SPDX-License-Identifier: GPL-2.0 */
/* The initramfs of one kernel's guests: init, modules, and, sealed, everything that the command needs. */
#pragma once

#include "agents/lab/kernel.h"
#include "base/error.h"
#include "base/interrupt.h"

#include <stdbool.h>
#include <stdint.h>

struct lab_image_plan {
    const struct lab_kernel *kernel;
    char *const *argv;     /* of the command, argv[0] stands for our own program; NULL-ended */
    char *const *programs; /* further programs, by name; NULL-ended */
    const char *helper;    /* executable beside ours, by name, that the target needs; NULL: none */
    char *const *command;  /* of the target, a program and its words; NULL: none */
    char *const *files;    /* further files of this machine; NULL-ended */
    bool sealed;           /* else the root is the host's, over virtiofs */
    bool needs_headers;    /* in: asked for; out of lab_image_gather(): the target compiles */
};

struct file_set;

/*
 * Gathers what a sealed guest has besides its kernel's own: *needs_headers says whether the kernel's headers
 * have to be added. EXIT_TARGET naming a file or library that is missing.
 */
int lab_image_gather(const struct lab_image_plan *plan, struct file_set *files, bool *needs_headers,
                     struct interrupt *interrupt, struct error *error);

/*
 * Adds init, configuration and modules of the kernel, and its headers when they are known, and writes the
 * initramfs to an open file. `files` is what lab_image_gather() left (or empty). *size_bytes: of the archive.
 */
int lab_image_write(const struct lab_image_plan *plan, struct file_set *files, int fd, uint64_t *size_bytes,
                    struct interrupt *interrupt, struct error *error);
