/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a program needs to run in a guest that has nothing else: its shared libraries by ldd, the interpreter
 * of a script, and for interpreters that load what they need by name (Python and its modules) whole packages
 * by dpkg.
 */
#pragma once

#include "agents/lab/file_set.h"
#include "base/error.h"
#include "base/interrupt.h"

#include <stdbool.h>

struct closure {
    struct file_set *files; /* borrowed; what is found goes there */
    struct interrupt *interrupt;
    bool needs_headers; /* out: something in it compiles against the kernel's headers */
};

/* A program by name or path, at the path it has here. EXIT_TARGET with a sentence naming what is missing. */
int closure_add_program(struct closure *closure, const char *program, struct error *error);

/* An executable with its libraries, at another path in the guest. The same. */
int closure_add_as(struct closure *closure, const char *path, const char *guest_path, struct error *error);

/* Packages with all that they depend on, without documentation. `names` ends with NULL. */
int closure_add_packages(struct closure *closure, const char *const *names, struct error *error);

/*
 * The words of a command line: its program, and each argument that names a file of this machine, relative to
 * the current directory or not.
 */
int closure_add_command(struct closure *closure, char *const *argv, struct error *error);

/* Packages of the modules that a Python script imports (agents/lab/closure_python.c). */
int closure_add_python(struct closure *closure, const char *script, struct error *error);

/* --- pure: for tests --- */

/* Next library of ldd's output: its path into `path`, or "" and the name alone when it was not found. NULL at
 * the end, else where to go on. */
const char *closure_next_library(const char *output, char *path, size_t path_size, char *name,
                                 size_t name_size);
/* Next module name that a Python source imports at the start of a line; NULL at the end. */
const char *closure_next_import(const char *source, char *name, size_t size);
/* Next package of a Depends line, the first of alternatives, without version and architecture. NULL at the
 * end. */
const char *closure_next_package(const char *depends, char *name, size_t size);
