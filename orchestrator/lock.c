/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/lock.h"
#include "base/cleanup.h"
#include "base/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#define PLACE       "/dev/full"
#define LOCKS_BYTES (256 * 1024)

int lock_parse_holder(char *locks, const char *place)
{
    for (char *rest = locks, *line; (line = strsep(&rest, "\n"));) {
        char here[64];
        int pid;

        if (sscanf(line, "%*s FLOCK %*s %*s %d %63s", &pid, here) == 2 && strcmp(here, place) == 0)
            return pid;
    }
    return 0;
}

static int holder(int fd)
{
    OWNED_PTR char *locks = file_read("/proc/locks", LOCKS_BYTES);
    struct stat file;
    char place[64];

    if (!locks || fstat(fd, &file) != 0)
        return 0;
    snprintf(place, sizeof(place), "%02x:%02x:%ju", major(file.st_dev), minor(file.st_dev),
             (uintmax_t)file.st_ino);
    return lock_parse_holder(locks, place);
}

int lock_machine(struct error *error)
{
    OWNED_FD int fd = open(PLACE, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return error_set(error, EXIT_ENVIRONMENT, -errno, "cannot open %s: %s", PLACE, strerror(errno));
    if (flock(fd, LOCK_EX | LOCK_NB) != 0)
        return error_set(error, EXIT_ENVIRONMENT, -EBUSY,
                         "another run (PID %d) is measuring on this machine; wait for it to end, or end it",
                         holder(fd));
    return take_fd(&fd);
}
