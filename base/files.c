/* SPDX-License-Identifier: GPL-2.0 */
#include "base/files.h"
#include "base/cleanup.h"
#include "base/output_file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static char *read_all(int fd, size_t limit, size_t *read_bytes)
{
    size_t capacity = 4096, length = 0;
    OWNED_PTR char *text = malloc(capacity + 1);

    while (text && length < limit) {
        ssize_t got;

        if (length == capacity) {
            char *larger = realloc(text, capacity * 2 + 1);

            if (!larger)
                return NULL;
            text = larger;
            capacity *= 2;
        }
        got = read(fd, text + length, (capacity < limit ? capacity : limit) - length);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return NULL;
        if (got == 0)
            break;
        length += (size_t)got;
    }
    if (text)
        text[length] = '\0';
    *read_bytes = length;
    return TAKE_PTR(text);
}

char *file_read_at(int directory_fd, const char *path, size_t limit)
{
    OWNED_FD int fd = openat(directory_fd, path, O_RDONLY | O_CLOEXEC);
    size_t length;

    return fd < 0 ? NULL : read_all(fd, limit, &length);
}

char *file_read_bytes(const char *path, size_t limit, size_t *length)
{
    OWNED_FD int fd = open(path, O_RDONLY | O_CLOEXEC);

    return fd < 0 ? NULL : read_all(fd, limit, length);
}

char *file_read(const char *path, size_t limit)
{
    return file_read_at(AT_FDCWD, path, limit);
}

ssize_t file_reread(int fd, char *buffer, size_t size)
{
    size_t length = 0;

    while (length + 1 < size) {
        ssize_t got = pread(fd, buffer + length, size - 1 - length, (off_t)length);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -errno;
        if (got == 0)
            break;
        length += (size_t)got;
    }
    buffer[length] = '\0';
    return (ssize_t)length;
}

int file_write_all(int fd, const void *data, size_t size)
{
    const char *rest = data;

    while (size > 0) {
        ssize_t put = write(fd, rest, size);

        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return -errno;
        rest += put;
        size -= (size_t)put;
    }
    return 0;
}

int file_write_at(int directory_fd, const char *path, const char *text)
{
    OWNED_FD int fd = openat(directory_fd, path, O_WRONLY | O_CLOEXEC);

    return fd < 0 ? -errno : file_write_all(fd, text, strlen(text));
}

int file_write(const char *path, const char *text)
{
    return file_write_at(AT_FDCWD, path, text);
}

void file_make_parents(char *path)
{
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(path, 0755);
        *slash = '/';
    }
}

int file_read_u64(const char *path, uint64_t *number)
{
    OWNED_PTR char *text = file_read(path, 64);
    char *end;

    if (!text)
        return -errno;
    errno = 0;
    *number = strtoull(text, &end, 0);
    return end == text || errno ? -EINVAL : 0;
}

/* Its name can be guessed: what is there by that name, perhaps a link in a shared directory, is not written
 * to. */
static int write_temporary(const char *temporary, const void *data, size_t size)
{
    OWNED_FD int fd = -1;
    int result;

    unlink(temporary);
    fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (fd < 0)
        return -errno;
    result = file_write_all(fd, data, size);
    if (result == 0 && fsync(fd) != 0 && errno != EINVAL)
        result = -errno;
    return result;
}

static int sync_directory(const char *path)
{
    OWNED_PTR char *copy = strdup(path);
    OWNED_FD int fd = copy ? open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;

    if (fd < 0)
        return copy ? -errno : -ENOMEM;
    return fsync(fd) == 0 || errno == EINVAL ? 0 : -errno;
}

/* A device or a pipe ("-o /dev/stdout") can't be renamed over: it is written in place. Somebody else's link
 * to one is replaced, as any file is. */
static int is_special(const char *path)
{
    struct stat status;

    return !output_link_is_foreign(path) && stat(path, &status) == 0 && !S_ISREG(status.st_mode);
}

int file_replace(const char *path, const void *data, size_t size)
{
    OWNED_PTR char *temporary = NULL;
    int result;

    if (is_special(path)) {
        OWNED_FD int fd = output_open(path, O_WRONLY, 0);

        return fd < 0 ? -errno : file_write_all(fd, data, size);
    }
    if (asprintf(&temporary, "%s.%d.tmp", path, (int)getpid()) < 0) {
        temporary = NULL;
        return -ENOMEM;
    }
    result = write_temporary(temporary, data, size);
    if (result == 0 && rename(temporary, path) != 0)
        result = -errno;
    if (result != 0) {
        unlink(temporary);
        return result;
    }
    return sync_directory(path);
}
