/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/trial_file.h"
#include "base/cleanup.h"
#include "base/files.h"
#include "base/state_directory.h"

#include <errno.h>
#include <string.h>

int trial_file_open(struct trial_file *file, const char *path, struct error *error)
{
    *file = (struct trial_file){.path = path ? strdup(path) : state_path("last-trial.jsonl")};
    if (!file->path)
        return path ? error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory") : 0;
    if (!path)
        file_make_parents(file->path);
    file->stream = fopen(file->path, "we");
    if (!file->stream && path)
        return error_set(error, EXIT_ENVIRONMENT, -errno, "cannot write %s: %s", path, strerror(errno));
    return 0;
}

void trial_file_close(struct trial_file *file)
{
    close_file(&file->stream);
    free(file->path);
    file->path = NULL;
}
