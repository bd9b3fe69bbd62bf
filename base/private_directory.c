/* SPDX-License-Identifier: GPL-2.0 */
#include "base/private_directory.h"
#include "base/cleanup.h"
#include "base/directory.h"
#include "base/owner.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static void remove_files(int fd)
{
    int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    OWNED_DIR DIR *directory = copy >= 0 ? fdopendir(copy) : NULL;
    struct dirent *entry;

    if (directory)
        rewinddir(directory);
    while (directory && (entry = readdir(directory)))
        unlinkat(fd, entry->d_name, 0); /* "." and ".." refuse */
}

/* Ours alone: a directory and not a link to one, of our user, that nobody else could have put things into. */
static int open_own(int parent_fd, const char *name)
{
    OWNED_FD int fd = openat(parent_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    struct stat status;

    if (fd < 0)
        return -errno;
    if (fstat(fd, &status) != 0 || status.st_uid != geteuid() || (status.st_mode & 0077))
        return -EPERM;
    return take_fd(&fd);
}

static void sweep(int parent_fd)
{
    int copy = fcntl(parent_fd, F_DUPFD_CLOEXEC, 0);
    OWNED_DIR DIR *directory = copy >= 0 ? fdopendir(copy) : NULL;
    struct dirent *entry;

    while (directory && (entry = readdir(directory))) {
        OWNED_FD int fd = -1;

        if (!owner_is_gone(entry->d_name))
            continue;
        fd = open_own(parent_fd, entry->d_name);
        if (fd < 0)
            continue;
        remove_files(fd);
        unlinkat(parent_fd, entry->d_name, AT_REMOVEDIR);
    }
}

static int fail(int code, const char *parent, struct error *error)
{
    return error_set(error, EXIT_ENVIRONMENT, code,
                     "cannot make a private directory below %s: %s; name a writable one with dir=", parent,
                     strerror(-code));
}

int private_directory_create(struct private_directory *directory, const char *parent, struct error *error)
{
    OWNED_FD int parent_fd = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    char name[OWNER_NAME_MAX];
    int result;

    *directory = PRIVATE_DIRECTORY_NONE;
    if (parent_fd < 0)
        return fail(-errno, parent, error);
    sweep(parent_fd);
    result = owner_name(name);
    if (result)
        return fail(result, parent, error);
    if (strlen(parent) + strlen(name) + 2 > sizeof(directory->path))
        return fail(-ENAMETOOLONG, parent, error);
    if (mkdirat(parent_fd, name, 0700) != 0)
        return fail(-errno, parent, error);
    snprintf(directory->path, sizeof(directory->path), "%s/%s", parent, name);
    directory->fd = open_own(parent_fd, name);
    if (directory->fd >= 0)
        return 0;
    result = directory->fd;
    rmdir(directory->path);
    *directory = PRIVATE_DIRECTORY_NONE;
    return fail(result, parent, error);
}

void private_directory_remove(struct private_directory *directory)
{
    if (directory->fd < 0)
        return;
    remove_files(directory->fd);
    rmdir(directory->path);
    close_fd(&directory->fd);
    *directory = PRIVATE_DIRECTORY_NONE;
}
