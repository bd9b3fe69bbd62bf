/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/trial_file.h"
#include "base/cleanup.h"
#include "base/files.h"
#include "base/output_file.h"
#include "base/state_directory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

/*
 * Where the user names it, as any file that a command writes: empty from now on. In the state directory it is
 * ours alone, whatever the umask is or an earlier version made it, and not a link to something else; it keeps
 * the last trial until there is another (trial_begin()).
 */
static FILE *open_stream(const char *path, bool in_state)
{
    const int flags = O_WRONLY | O_CREAT | O_CLOEXEC;
    OWNED_FD int fd =
        in_state ? open(path, flags | O_NOFOLLOW, 0600) : output_open(path, flags | O_TRUNC, 0644);
    FILE *stream;

    if (fd < 0 || (in_state && fchmod(fd, 0600) != 0))
        return NULL;
    stream = fdopen(fd, "w");
    if (stream)
        take_fd(&fd);
    return stream;
}

int trial_file_open(struct trial_file *file, const char *path, struct error *error)
{
    *file = (struct trial_file){.path = path ? strdup(path) : state_path("last-trial.jsonl")};
    if (!file->path)
        return path ? error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory") : 0;
    if (!path)
        file_make_parents(file->path);
    file->stream = open_stream(file->path, !path);
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
