/* SPDX-License-Identifier: GPL-2.0 */
#include "agents/proc_file.h"
#include "base/cleanup.h"
#include "base/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

#define BUFFER_BYTES     (256 * 1024)
#define BUFFER_BYTES_MAX (64 * 1024 * 1024) /* timer_list has some 3 KB a CPU */

int proc_file_open(struct proc_file *file, const char *path)
{
    file->size = BUFFER_BYTES;
    file->buffer = malloc(file->size);
    file->fd = open(path, O_RDONLY | O_CLOEXEC);
    return file->fd >= 0 ? 0 : -errno;
}

void proc_file_close(struct proc_file *file)
{
    close_fd(&file->fd);
    free(file->buffer);
}

static bool grow(struct proc_file *file)
{
    char *larger = file->size < BUFFER_BYTES_MAX ? realloc(file->buffer, 2 * file->size) : NULL;

    if (!larger)
        return false;
    file->buffer = larger;
    file->size *= 2;
    return true;
}

/* One that fills the buffer is read again as a whole: its parts would be of different moments. */
bool proc_file_get(struct proc_file *file, struct text *text)
{
    ssize_t length;

    if (file->fd < 0 || !file->buffer)
        return false;
    do {
        length = file_reread(file->fd, file->buffer, file->size);
        if (length < 0)
            return false;
    } while ((size_t)length + 1 >= file->size && grow(file));
    *text = text_of(file->buffer, (size_t)length);
    return (size_t)length + 1 < file->size;
}
