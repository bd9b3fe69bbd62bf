/* SPDX-License-Identifier: GPL-2.0 */
#include "base/private_directory.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/directory.h"
#include "base/owner.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define COUNT_MAX         64 /* of one process in one place */
#define DEPTH_MAX         32 /* of directories in it; each takes two descriptors while it is cleared */
#define REMOVE_TIMEOUT_NS NS_PER_SECOND
#define REMOVE_PAUSE_NS   NS_PER_MS

/* A descriptor of its own, so that `fd` outlives it; the position is shared and therefore set. */
static DIR *list(int fd)
{
    OWNED_FD int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    DIR *directory = copy >= 0 ? fdopendir(copy) : NULL;

    if (directory) {
        take_fd(&copy);
        rewinddir(directory);
    }
    return directory;
}

static void remove_content(int fd, unsigned depth);

/* What something is mounted on says EBUSY before anything else: nothing leads out of our directory. */
static void remove_inner(int fd, const char *name, unsigned depth)
{
    OWNED_FD int inner = -1;

    if (unlinkat(fd, name, AT_REMOVEDIR) == 0 || errno != ENOTEMPTY || depth == 0)
        return;
    inner = openat(fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (inner < 0)
        return;
    remove_content(inner, depth - 1);
    unlinkat(fd, name, AT_REMOVEDIR);
}

/* What can't be removed stays, and whoever removes the directory itself finds that out. */
static void remove_content(int fd, unsigned depth)
{
    OWNED_DIR DIR *directory = list(fd);
    struct dirent *entry;

    while (directory && (entry = readdir(directory))) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        if (unlinkat(fd, entry->d_name, 0) != 0 && errno == EISDIR)
            remove_inner(fd, entry->d_name, depth);
    }
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
    OWNED_DIR DIR *directory = list(parent_fd);
    struct dirent *entry;

    while (directory && (entry = readdir(directory))) {
        OWNED_FD int fd = -1;

        if (!owner_is_gone(entry->d_name))
            continue;
        fd = open_own(parent_fd, entry->d_name);
        if (fd < 0)
            continue;
        remove_content(fd, DEPTH_MAX);
        unlinkat(parent_fd, entry->d_name, AT_REMOVEDIR);
    }
}

static int fail(int code, const char *parent, struct error *error)
{
    return error_set(error, EXIT_ENVIRONMENT, code,
                     "cannot make a private directory below %s: %s; name a writable one with dir=", parent,
                     strerror(-code));
}

static bool is_own(int parent_fd, const char *name)
{
    OWNED_FD int fd = open_own(parent_fd, name);

    return fd >= 0;
}

/*
 * A run prepares all its loads in one process, and several of them may have their directories in one place:
 * the next free number goes behind the name. What has the name and is none of ours is not stepped around.
 */
static int make(int parent_fd, char name[OWNER_NAME_MAX])
{
    size_t length = strlen(name);

    for (unsigned i = 1; i <= COUNT_MAX; i++) {
        if (mkdirat(parent_fd, name, 0700) == 0)
            return 0;
        if (errno != EEXIST)
            return -errno;
        if (!is_own(parent_fd, name))
            break;
        snprintf(name + length, OWNER_NAME_MAX - length, ".%u", i);
    }
    return -EEXIST;
}

int private_directory_create(struct private_directory *directory, const char *parent, struct error *error)
{
    OWNED_FD int parent_fd = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    char name[OWNER_NAME_MAX];
    int result;

    *directory = PRIVATE_DIRECTORY_NONE;
    if (parent_fd < 0)
        return fail(-errno, parent, error);
    if (strlen(parent) + OWNER_NAME_MAX + 1 > sizeof(directory->path))
        return fail(-ENAMETOOLONG, parent, error);
    sweep(parent_fd);
    result = owner_name(name);
    if (result == 0)
        result = make(parent_fd, name);
    if (result)
        return fail(result, parent, error);
    snprintf(directory->path, sizeof(directory->path), "%s/%s", parent, name);
    directory->fd = open_own(parent_fd, name);
    if (directory->fd >= 0)
        return 0;
    result = directory->fd;
    rmdir(directory->path);
    *directory = PRIVATE_DIRECTORY_NONE;
    return fail(result, parent, error);
}

/* Programs that were killed may end their last call while we clear away, and leave one more file by it. */
static void remove_all(const struct private_directory *directory)
{
    const struct timespec rest = clock_timespec(REMOVE_PAUSE_NS);
    uint64_t deadline_ns = clock_now_ns() + REMOVE_TIMEOUT_NS;

    for (;;) {
        remove_content(directory->fd, DEPTH_MAX);
        if (rmdir(directory->path) == 0 || errno != ENOTEMPTY || clock_now_ns() >= deadline_ns)
            return;
        nanosleep(&rest, NULL);
    }
}

void private_directory_remove(struct private_directory *directory)
{
    if (directory->fd < 0)
        return;
    remove_all(directory);
    close_fd(&directory->fd);
    *directory = PRIVATE_DIRECTORY_NONE;
}
