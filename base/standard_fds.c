/* SPDX-License-Identifier: GPL-2.0 */
#include "base/standard_fds.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

int standard_fds_fill(void)
{
    int fd;

    do { /* the lowest that is free; children inherit it, as they would have one of ours */
        fd = open("/dev/null", O_RDWR);
        if (fd < 0)
            return -errno;
    } while (fd <= STDERR_FILENO);
    close(fd);
    return 0;
}
