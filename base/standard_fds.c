/* SPDX-License-Identifier: GPL-2.0 */
#include "base/standard_fds.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

int standard_fds_fill(void)
{
    /* The lowest that is free is opened, and for the other direction: a report that nobody gets stays an
     * error (as gnulib's stdopen has it). Children inherit it, as they would have one of ours. */
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) < 0)
            return -errno;
    return 0;
}
