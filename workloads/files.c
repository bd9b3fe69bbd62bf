/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A file's life in a private directory: create, write, fsync, close, rename, unlink. What it costs without
 * the tool depends on the file system and the disk below; dir= chooses them.
 */
#include "workloads/exercises.h"
#include "workloads/looped.h"
#include "workloads/workload_list.h"
#include "base/i18n.h"
#include "base/private_directory.h"
#include "base/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

#define SIZE_MAX_BYTES (16 << 20)

struct state {
    struct looped looped; /* first */
    struct private_directory directory;
    size_t size;
    int sync;
};

struct context {
    const struct state *state;
    int directory_fd;
    char *buffer;
};

static const struct param_spec params[] = {
    {"dir", "", "/tmp", "a private directory is made in it, and removed", NULL},
    {"size", "bytes", "4KiB", "written to each file", NULL},
    {"fsync", "", "on", "before the file is closed", option_on_off},
    OPTION_CPU,
    LOOPED_PARAMS,
    {0},
};

static const char *const exercises[] = {
    "syscall:openat",      "syscall:write",       "syscall:close",
    "syscall:renameat",    "syscall:unlinkat",    "{fsync}",
    EXERCISES_CALLS,       "function:vfs_write",  "function:vfs_create",
    "function:vfs_rename", "function:vfs_unlink", NULL,
};

static const char *const *expand(const struct workload *workload, const char *key)
{
    static const char *const synced[] = {"syscall:fsync", "function:vfs_fsync_range", NULL};
    int sync = 0;

    params_flag(&workload->params, key, &sync, NULL);
    return sync ? synced : synced + 2;
}

static int check(const struct workload *workload, struct error *error)
{
    size_t size;
    int sync, result = option_bytes(workload, "size", 0, SIZE_MAX_BYTES, &size, error);

    if (result == 0)
        result = params_flag(&workload->params, "fsync", &sync, error);
    return result ? result : looped_check(workload, "cpu", error);
}

static int write_file(const struct context *context)
{
    const struct state *state = context->state;
    OWNED_FD int fd = openat(context->directory_fd, "new", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    size_t done = 0;

    if (fd < 0)
        return -errno;
    while (done < state->size) {
        ssize_t part = write(fd, context->buffer + done, state->size - done);

        if (part < 0)
            return -errno;
        done += (size_t)part;
    }
    return state->sync && fsync(fd) != 0 ? -errno : 0;
}

static long run(void *argument)
{
    const struct context *context = argument;
    int fd = context->directory_fd, result = write_file(context);

    if (result) {
        unlinkat(fd, "new", 0);
        return result;
    }
    if (renameat(fd, "new", fd, "done") != 0 || unlinkat(fd, "done", 0) != 0)
        return -errno;
    return 0;
}

static int prepare_files(struct looped *looped, struct looped_work *work, const char **step)
{
    const struct state *state = (const struct state *)looped;
    struct context *context = calloc(1, sizeof(*context));

    *step = state->directory.path;
    if (!context)
        return -ENOMEM;
    *work = (struct looped_work){.run = run, .context = context, .bytes = state->size};
    context->state = state;
    context->buffer = calloc(1, state->size + 1);
    if (!context->buffer) {
        free(context);
        return -ENOMEM;
    }
    /* A generator inherits no descriptors (process_settle()). */
    context->directory_fd = open(state->directory.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (context->directory_fd < 0)
        return -errno;
    /* What a generator that was killed has left. */
    unlinkat(context->directory_fd, "new", 0);
    unlinkat(context->directory_fd, "done", 0);
    return 0;
}

static void cleanup(struct workload *workload)
{
    struct state *state = workload->state;
    struct private_directory directory = state ? state->directory : PRIVATE_DIRECTORY_NONE;

    generated_cleanup(workload); /* the generator first: it still writes */
    private_directory_remove(&directory);
}

static int prepare(struct workload *workload, struct error *error)
{
    struct private_directory directory = PRIVATE_DIRECTORY_NONE;
    struct state *state = looped_new(workload, sizeof(*state), "cpu", error);
    int result;

    if (!state)
        return -ENOMEM;
    state->looped.prepare = prepare_files;
    state->looped.generator.reports_bytes = true;
    state->directory = PRIVATE_DIRECTORY_NONE;
    result = option_bytes(workload, "size", 0, SIZE_MAX_BYTES, &state->size, error);
    if (result == 0)
        result = params_flag(&workload->params, "fsync", &state->sync, error);
    if (result == 0)
        result = private_directory_create(&directory, params_text(&workload->params, "dir"), error);
    state->directory = directory;
    if (result == 0)
        result = looped_finish(workload, false, error); /* takes the state away when it fails */
    else
        generated_cleanup(workload);
    if (result)
        private_directory_remove(&directory);
    return result;
}

const struct workload_ops workload_files = {
    .name = "files",
    .summary = "create, write, fsync, rename and unlink a file",
    .operation = N_("file"),
    .primary_metric = "latency.mean",
    .default_topology = "host",
    .params = params,
    .exercises = exercises,
    .expand = expand,
    .own_generator = true,
    .warm_up_ns = 250 * NS_PER_MS,
    .background = &generated_background,
    .check = check,
    .prepare = prepare,
    .start = generated_start,
    .measure = generated_measure,
    .stop = generated_stop,
    .cleanup = cleanup,
};
