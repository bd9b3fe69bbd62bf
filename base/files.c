/* SPDX-License-Identifier: GPL-2.0 */
#include "base/files.h"
#include "base/cleanup.h"
#include "base/output_file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdbool.h>
#include <stdio.h>
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
 * to. The mode is set by descriptor, for the same reason; NULL: as the umask has it. */
static int write_temporary(const char *temporary, const void *data, size_t size, const mode_t *mode)
{
    OWNED_FD int fd = -1;
    int result;

    unlink(temporary);
    fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (fd < 0)
        return -errno;
    result = file_write_all(fd, data, size);
    if (result == 0 && mode && fchmod(fd, *mode) != 0)
        result = -errno;
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

static bool is_within(const char *directory, const char *top)
{
    size_t length = strlen(top);

    return strncmp(directory, top, length) == 0 && (directory[length] == '/' || directory[length] == '\0');
}

/* /dev/stdout, /dev/fd/1, /proc/self/fd/1: the machine's own, which nobody wants replaced even where they
 * lead to a regular file now. /dev/shm is for files, as /tmp is. */
static bool is_system_link(const char *path)
{
    OWNED_PTR char *copy = strdup(path);
    OWNED_PTR char *directory = copy ? realpath(dirname(copy), NULL) : NULL;
    struct stat status;

    return directory && lstat(path, &status) == 0 && S_ISLNK(status.st_mode) &&
           (is_within(directory, "/proc") ||
            (is_within(directory, "/dev") && !is_within(directory, "/dev/shm")));
}

/* Nor can a device or a pipe be renamed over: they are written in place. Somebody else's link to one is
 * replaced, as any file is. 1 with what it leads to, 0, or a negative errno. */
static int find_special(const char *path, struct stat *found)
{
    bool is_system = is_system_link(path);

    if (!is_system && output_link_is_foreign(path))
        return 0;
    if (stat(path, found) != 0)
        return is_system ? -errno : 0;
    return is_system || !S_ISREG(found->st_mode);
}

static bool is_same_file(const struct stat *one, const struct stat *other)
{
    return one->st_dev == other->st_dev && one->st_ino == other->st_ino;
}

/* A descriptor, or -1 with errno. What is our output already goes there behind what we have printed and
 * before what we and others print next: opened anew it would have a position of its own, and one overwrite
 * the other. */
static int open_in_place(const char *path, const struct stat *found)
{
    struct stat status;

    for (int fd = STDOUT_FILENO; fd <= STDERR_FILENO; fd++)
        if (fstat(fd, &status) == 0 && is_same_file(&status, found))
            return fflush(stdout) == 0 ? fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1) : -1;
    return output_open(path, O_WRONLY | (S_ISREG(found->st_mode) ? O_APPEND : 0), 0);
}

/* In a directory of somebody else's the pipe that was found may have become a hard link to a file of ours by
 * the time that it is open. */
static int write_in_place(const char *path, const struct stat *found, const void *data, size_t size)
{
    OWNED_FD int fd = open_in_place(path, found);
    struct stat status;

    if (fd < 0 || fstat(fd, &status) != 0)
        return -errno;
    return is_same_file(&status, found) ? file_write_all(fd, data, size) : -ESTALE;
}

static int replace(const char *path, const void *data, size_t size, const mode_t *mode)
{
    OWNED_PTR char *temporary = NULL;
    struct stat found;
    int result = find_special(path, &found);

    if (result)
        return result < 0 ? result : write_in_place(path, &found, data, size);
    if (asprintf(&temporary, "%s.%d.tmp", path, (int)getpid()) < 0) {
        temporary = NULL;
        return -ENOMEM;
    }
    result = write_temporary(temporary, data, size, mode);
    if (result == 0 && rename(temporary, path) != 0)
        result = -errno;
    if (result != 0) {
        unlink(temporary);
        return result;
    }
    return sync_directory(path);
}

int file_replace(const char *path, const void *data, size_t size)
{
    return replace(path, data, size, NULL);
}

int file_replace_mode(const char *path, const void *data, size_t size, mode_t mode)
{
    return replace(path, data, size, &mode);
}

int file_remove_regular(const char *path)
{
    struct stat status;

    if (lstat(path, &status) != 0)
        return -errno;
    if (!S_ISREG(status.st_mode))
        return -EINVAL;
    return unlink(path) == 0 ? 0 : -errno;
}
