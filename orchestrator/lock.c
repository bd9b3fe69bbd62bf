/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/lock.h"
#include "base/cleanup.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

static const struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "\0tracetoll-run"};
#define ADDRESS_LENGTH (sizeof(sa_family_t) + sizeof("\0tracetoll-run") - 1)

/* PID of the run that listens; 0 when it cannot be learnt. */
static int holder(void)
{
    OWNED_FD int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    struct ucred credentials = {0};
    socklen_t size = sizeof(credentials);

    if (fd < 0 || connect(fd, (const struct sockaddr *)&address, ADDRESS_LENGTH) != 0)
        return 0;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0)
        return 0;
    return credentials.pid;
}

int lock_machine(struct error *error)
{
    OWNED_FD int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return error_set(error, EXIT_ENVIRONMENT, -errno, "cannot make a socket: %s", strerror(errno));
    if (bind(fd, (const struct sockaddr *)&address, ADDRESS_LENGTH) != 0)
        return error_set(error, EXIT_ENVIRONMENT, -EBUSY,
                         "another run (PID %d) is measuring on this machine; wait for it to end, or end it",
                         holder());
    /* Nobody is ever accepted: to be asked for credentials, a listening socket is enough. */
    if (listen(fd, 64) != 0)
        return error_set(error, EXIT_ENVIRONMENT, -errno, "cannot listen on a socket: %s", strerror(errno));
    return take_fd(&fd);
}
