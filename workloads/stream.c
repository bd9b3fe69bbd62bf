/* SPDX-License-Identifier: GPL-2.0 */
#include "workloads/stream.h"
#include "base/cleanup.h"

#include <errno.h>

#define BACKLOG 128

int stream_listen(struct generator *generator)
{
    struct endpoint here;
    OWNED_FD int fd = -1;
    uint16_t port;
    int result = endpoint_parse(&here, generator->workload->place.server_address, 0);

    if (result)
        return result;
    fd = endpoint_socket(&here, SOCK_STREAM);
    if (fd < 0)
        return fd;
    result = endpoint_bind(fd, &here, &port);
    if (result)
        return result;
    if (listen(fd, BACKLOG) != 0)
        return -errno;
    atomic_store(&generator->shared->port, port);
    return take_fd(&fd);
}

int stream_receive(int fd, char *buffer, size_t size)
{
    while (size > 0) {
        ssize_t got = recv(fd, buffer, size, 0);

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return got ? -errno : -ECONNRESET;
        buffer += got;
        size -= (size_t)got;
    }
    return 0;
}

int stream_send(int fd, const char *buffer, size_t size)
{
    while (size > 0) {
        ssize_t sent = send(fd, buffer, size, MSG_NOSIGNAL);

        if (sent < 0 && errno == EINTR)
            continue;
        if (sent < 0)
            return -errno;
        buffer += sent;
        size -= (size_t)sent;
    }
    return 0;
}
