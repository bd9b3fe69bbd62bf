/* SPDX-License-Identifier: GPL-2.0 */
#include "workloads/disk.h"
#include "workloads/disk_loop.h"
#include "base/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#define FILE_NAME "tracetoll.data"
/* Where partition tables, file systems, RAID and LVM have their marks: the first MiB and the last one. */
#define LOOKED_AT (1 << 20)

int disk_use_file(struct disk *disk, const char *parent, struct error *error)
{
    int result;

    *disk = DISK_NONE;
    result = private_directory_create(&disk->directory, parent, error);
    if (result == 0)
        snprintf(disk->path, sizeof(disk->path), "%s/" FILE_NAME, disk->directory.path);
    return result;
}

int disk_use_loop(struct disk *disk, const char *parent, uint64_t bytes, struct error *error)
{
    int result;

    *disk = DISK_NONE;
    result = disk_loop_open(parent, bytes, &disk->loop_fd, &disk->mount_fd, error);
    if (result)
        return result;
    /* Mounted nowhere: reached through our descriptor, by others' names for it. */
    snprintf(disk->path, sizeof(disk->path), "/proc/%d/fd/%d/" FILE_NAME, (int)getpid(), disk->mount_fd);
    return 0;
}

static bool all_zero(const char *buffer, size_t size)
{
    return size == 0 || (buffer[0] == 0 && memcmp(buffer, buffer + 1, size - 1) == 0);
}

/* 1: nothing but zeros where marks would be; 0: something; or a negative errno. */
static int is_empty(int fd)
{
    OWNED_PTR char *buffer = malloc(LOOKED_AT);
    uint64_t size = 0;
    ssize_t first, last;

    if (!buffer)
        return -ENOMEM;
    if (ioctl(fd, BLKGETSIZE64, &size) != 0)
        return -errno;
    first = pread(fd, buffer, LOOKED_AT, 0);
    if (first < 0)
        return -errno;
    if (!all_zero(buffer, (size_t)first))
        return 0;
    last = size > LOOKED_AT ? pread(fd, buffer, LOOKED_AT, (off_t)(size - LOOKED_AT)) : 0;
    if (last < 0)
        return -errno;
    return all_zero(buffer, (size_t)last);
}

static int open_device(const char *device, struct error *error)
{
    /* Exclusive: the kernel refuses a device that is mounted, or part of another one (open(2)). */
    OWNED_FD int fd = open(device, O_RDWR | O_EXCL | O_CLOEXEC);
    struct stat status;

    if (fd < 0 && errno == EBUSY)
        return error_set(
            error, EXIT_ENVIRONMENT, -EBUSY,
            "%s is in use (mounted, or part of another device); unmount it, or leave out device=", device);
    if (fd < 0)
        return error_set(error, EXIT_ENVIRONMENT, -errno, "cannot open %s: %s", device, strerror(errno));
    if (fstat(fd, &status) != 0 || !S_ISBLK(status.st_mode))
        return error_set(error, EXIT_USAGE, -ENOTBLK, "%s is not a block device; use dir= for a file",
                         device);
    return take_fd(&fd);
}

int disk_use_device(struct disk *disk, const char *device, const char *destroy, struct error *error)
{
    OWNED_FD int fd = open_device(device, error);
    int empty;

    *disk = DISK_NONE;
    if (fd < 0)
        return fd;
    empty = is_empty(fd);
    if (empty < 0)
        return error_set(error, EXIT_ENVIRONMENT, empty, "cannot read %s: %s", device, strerror(-empty));
    if (!empty && (!destroy || strcmp(destroy, device) != 0))
        return error_set(
            error, EXIT_USAGE, -EEXIST,
            "%s is not empty, and this load may overwrite it; if nothing on it is needed, name it "
            "again: --destroy %s",
            device, device);
    snprintf(disk->path, sizeof(disk->path), "%s", device);
    return 0;
}

void disk_release(struct disk *disk)
{
    private_directory_remove(&disk->directory);
    close_fd(&disk->mount_fd);
    close_fd(&disk->loop_fd);
    *disk = DISK_NONE;
}
