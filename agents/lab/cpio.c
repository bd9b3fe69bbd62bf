/* SPDX-License-Identifier: GPL-2.0 */
#include "agents/lab/cpio.h"
#include "base/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

struct archive {
    FILE *out; /* of the caller's descriptor, duplicated */
    unsigned inode;
    uint64_t size;
    struct error *error;
};

static int put(struct archive *archive, const void *data, size_t size)
{
    if (fwrite(data, 1, size, archive->out) != size)
        return -errno;
    archive->size += size;
    return 0;
}

static int pad(struct archive *archive)
{
    static const char zeros[4];

    return put(archive, zeros, (4 - archive->size % 4) % 4);
}

static int put_header(struct archive *archive, const char *name, const struct guest_file *file, uint32_t size)
{
    bool directory = S_ISDIR(file->mode);
    char header[111];
    int result;

    snprintf(header, sizeof(header), "070701%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X",
             ++archive->inode, (unsigned)file->mode, 0U, 0U, directory ? 2U : 1U, 0U, size, 0U, 0U,
             file->major, file->minor, (unsigned)strlen(name) + 1, 0U);
    result = put(archive, header, 110);
    if (result == 0)
        result = put(archive, name, strlen(name) + 1);
    return result ? result : pad(archive);
}

static int copy_content(struct archive *archive, int fd, uint64_t size)
{
    char buffer[65536];

    while (size > 0) {
        ssize_t got = read(fd, buffer, size < sizeof(buffer) ? size : sizeof(buffer));
        int result = got > 0 ? put(archive, buffer, (size_t)got) : got < 0 ? -errno : -EIO;

        if (result)
            return result;
        size -= (uint64_t)got;
    }
    return 0;
}

static int put_source(struct archive *archive, const char *name, const struct guest_file *file)
{
    OWNED_FD int fd = open(file->source, O_RDONLY | O_CLOEXEC);
    struct stat status;
    int result;

    if (fd < 0 || fstat(fd, &status) != 0)
        return error_set(archive->error, EXIT_TARGET, -errno, "the guest needs %s, which can't be read: %s",
                         file->source, strerror(errno));
    if (status.st_size > UINT32_MAX)
        return error_set(archive->error, EXIT_USAGE, -EFBIG, "%s is too large for an initramfs",
                         file->source);
    result = put_header(archive, name, file, (uint32_t)status.st_size);
    if (result == 0)
        result = copy_content(archive, fd, (uint64_t)status.st_size);
    return result ? result : pad(archive);
}

static int put_file(const struct guest_file *file, void *context)
{
    struct archive *archive = context;
    const char *name = file->path + 1; /* relative, as the kernel wants it */
    int result;

    if (file->source)
        return put_source(archive, name, file);
    result = put_header(archive, name, file, (uint32_t)file->size);
    if (result == 0)
        result = put(archive, file->data ? file->data : "", file->size);
    return result ? result : pad(archive);
}

static int put_all(struct archive *archive, const struct file_set *set)
{
    static const struct guest_file trailer = {.mode = 0};
    int result = file_set_each(set, put_file, archive);

    if (result == 0)
        result = put_header(archive, "TRAILER!!!", &trailer, 0);
    return result == 0 && fflush(archive->out) != 0 ? -errno : result;
}

int cpio_write(int fd, const struct file_set *set, uint64_t *size_bytes, struct error *error)
{
    OWNED_FD int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    OWNED_FILE FILE *out = copy < 0 ? NULL : fdopen(copy, "w");
    struct archive archive = {.out = out, .error = error};
    int result;

    if (!out)
        return error_set(error, EXIT_ENVIRONMENT, -errno, "cannot write an initramfs: %s", strerror(errno));
    take_fd(&copy);
    result = put_all(&archive, set);
    *size_bytes = archive.size;
    if (result && !(error && error->message[0]))
        return error_set(error, EXIT_ENVIRONMENT, result,
                         "cannot write an initramfs: %s; free space, or name another directory with TMPDIR",
                         strerror(-result));
    return result;
}
