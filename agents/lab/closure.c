/* SPDX-License-Identifier: GPL-2.0 */
#include "agents/lab/closure.h"
#include "base/capture.h"
#include "base/cleanup.h"
#include "base/program_path.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define INTERPRETERS_MAX 4 /* of interpreters */

static int no_memory(struct error *error)
{
    return error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");
}

const char *closure_next_library(const char *output, char *path, size_t path_size, char *name,
                                 size_t name_size)
{
    while (*output) {
        size_t length = strcspn(output, "\n");
        const char *next = output + length + (output[length] == '\n');
        char line[PATH_MAX + 256], *arrow, *start;

        snprintf(line, sizeof(line), "%.*s", (int)length, output);
        output = next;
        start = line + strspn(line, " \t");
        arrow = strstr(start, " => ");
        snprintf(name, name_size, "%.*s", (int)strcspn(start, " "), start);
        if (arrow && strstr(arrow, "not found")) {
            path[0] = '\0';
            return next;
        }
        start = arrow ? arrow + 4 : start;
        if (*start != '/') /* the vDSO, "statically linked" */
            continue;
        snprintf(path, path_size, "%.*s", (int)strcspn(start, " "), start);
        return next;
    }
    return NULL;
}

static int add_one_library(struct closure *closure, const char *program, const char *path, const char *name,
                           struct error *error)
{
    if (!path[0])
        return error_set(error, EXIT_TARGET, -ENOENT, "%s needs the library %s, which is not installed",
                         program, name);
    return file_set_file(closure->files, path, path, 0755) ? no_memory(error) : 0;
}

static int add_libraries(struct closure *closure, const char *path, struct error *error)
{
    const char *const argv[] = {"ldd", path, NULL};
    const struct capture_plan plan = CAPTURE_PLAN(argv);
    OWNED_CAPTURE struct capture answer = {0};
    char library[PATH_MAX], name[256];
    int result = capture_run(&plan, closure->interrupt, &answer, error);
    const char *rest;

    if (result || answer.exit_status) /* "not a dynamic executable" */
        return result;
    rest = answer.output;
    while (result == 0 && (rest = closure_next_library(rest, library, sizeof(library), name, sizeof(name))))
        result = add_one_library(closure, path, library, name, error);
    return result;
}

#define ENV "/usr/bin/env"

/* Of "#!/usr/bin/env python3" and "#!/bin/sh -e". */
struct interpreter {
    char name[256]; /* of the program that is meant; "" for a file that is no script */
    bool by_env;    /* which has to be there, too */
};

static int read_interpreter(const char *path, struct interpreter *interpreter)
{
    OWNED_FD int fd = open(path, O_RDONLY | O_CLOEXEC);
    char line[256] = {0}, *word, *rest;

    *interpreter = (struct interpreter){0};
    if (fd < 0)
        return -errno;
    if (read(fd, line, sizeof(line) - 1) < 2 || line[0] != '#' || line[1] != '!')
        return 0;
    line[strcspn(line, "\n")] = '\0';
    word = strtok_r(line + 2, " \t", &rest);
    interpreter->by_env = word && strcmp(word, ENV) == 0;
    if (interpreter->by_env)
        word = strtok_r(NULL, " \t", &rest);
    snprintf(interpreter->name, sizeof(interpreter->name), "%s", word ? word : "");
    return 0;
}

static bool is_python(const char *path)
{
    const char *slash = strrchr(path, '/');

    return strncmp(slash ? slash + 1 : path, "python3", 7) == 0;
}

static int add_file(struct closure *closure, const char *path, unsigned depth, struct error *error);

static int add_interpreter(struct closure *closure, const char *script, const struct interpreter *interpreter,
                           unsigned depth, struct error *error)
{
    OWNED_PTR char *path = NULL;
    int result = 0;

    if (depth == INTERPRETERS_MAX)
        return error_set(error, EXIT_TARGET, -ELOOP, "%s: its interpreter is a script of a script", script);
    if (program_find(interpreter->name, &path, NULL) != 0)
        return error_set(error, EXIT_TARGET, -ENOENT, "%s needs %s, which is not installed", script,
                         interpreter->name);
    if (interpreter->by_env)
        result = add_file(closure, ENV, depth + 1, error);
    if (result == 0)
        result = add_file(closure, path, depth + 1, error);
    return result == 0 && is_python(path) ? closure_add_python(closure, script, error) : result;
}

static int add_file(struct closure *closure, const char *path, unsigned depth, struct error *error)
{
    struct interpreter interpreter;
    int result = read_interpreter(path, &interpreter);

    if (result)
        return error_set(error, EXIT_TARGET, result, "the guest needs %s, which can't be read: %s", path,
                         strerror(-result));
    if (file_set_file(closure->files, path, path, 0755) != 0)
        return no_memory(error);
    return interpreter.name[0] ? add_interpreter(closure, path, &interpreter, depth, error)
                               : add_libraries(closure, path, error);
}

/* A program that is a link (/usr/bin/python3) is there under both names. */
int closure_add_program(struct closure *closure, const char *program, struct error *error)
{
    OWNED_PTR char *path = NULL, *absolute = NULL;
    int result = program_find(program, &path, error);

    if (result) {
        if (error)
            error->status = EXIT_TARGET;
        return result;
    }
    absolute = path[0] == '/' ? strdup(path) : realpath(path, NULL);
    return absolute ? add_file(closure, absolute, 0, error) : no_memory(error);
}

int closure_add_as(struct closure *closure, const char *path, const char *guest_path, struct error *error)
{
    if (access(path, R_OK) != 0)
        return error_set(error, EXIT_TARGET, -errno, "the guest needs %s, which can't be read: %s", path,
                         strerror(errno));
    if (file_set_file(closure->files, guest_path, path, 0755) != 0)
        return no_memory(error);
    return add_libraries(closure, path, error);
}

static bool is_plain_file(const char *word)
{
    struct stat status;

    return strchr(word, '/') != NULL && stat(word, &status) == 0 && S_ISREG(status.st_mode);
}

static int add_word(struct closure *closure, const char *word, struct error *error)
{
    OWNED_PTR char *absolute = NULL;
    struct interpreter interpreter;
    int result;

    if (!is_plain_file(word) || strncmp(word, "/proc/", 6) == 0 || strncmp(word, "/sys/", 5) == 0)
        return 0;
    absolute = realpath(word, NULL);
    if (!absolute)
        return no_memory(error);
    result = read_interpreter(absolute, &interpreter);
    if (result == 0 && interpreter.name[0])
        return add_file(closure, absolute, 0, error);
    return file_set_copy(closure->files, absolute, absolute) ? no_memory(error) : 0;
}

int closure_add_command(struct closure *closure, char *const *argv, struct error *error)
{
    bool python = argv[0] && is_python(argv[0]);
    int result = argv[0] ? closure_add_program(closure, argv[0], error) : 0;

    if (result == 0 && python && !argv[1])
        return 0;
    for (unsigned i = 1; result == 0 && argv[0] && argv[i]; i++) {
        result = add_word(closure, argv[i], error);
        if (result == 0 && python && is_plain_file(argv[i]))
            result = closure_add_python(closure, argv[i], error);
    }
    return result;
}
