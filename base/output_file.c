/* SPDX-License-Identifier: GPL-2.0 */
#include "base/output_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

bool output_link_is_foreign(const char *path)
{
    struct stat status;

    return lstat(path, &status) == 0 && S_ISLNK(status.st_mode) && status.st_uid != 0 &&
           status.st_uid != geteuid();
}

/* First as if there were no link: whoever puts one there in between gains nothing. A link that we may follow
 * can't be taken away again by others where a directory is sticky, as shared ones are. */
int output_open(const char *path, int flags, mode_t mode)
{
    int fd = open(path, flags | O_NOFOLLOW | O_CLOEXEC, mode);

    if (fd >= 0 || errno != ELOOP)
        return fd;
    if (output_link_is_foreign(path)) {
        errno = ELOOP;
        return -1;
    }
    return open(path, flags | O_CLOEXEC, mode);
}
