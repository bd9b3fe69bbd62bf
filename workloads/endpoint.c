/* SPDX-License-Identifier: GPL-2.0 */
#include "workloads/endpoint.h"
#include "base/clock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>

int endpoint_parse(struct endpoint *endpoint, const char *address, uint16_t port)
{
    *endpoint = (struct endpoint){0};
    if (inet_pton(AF_INET, address, &endpoint->address.v4.sin_addr) == 1) {
        endpoint->address.v4.sin_family = AF_INET;
        endpoint->address.v4.sin_port = htons(port);
        endpoint->length = sizeof(endpoint->address.v4);
        return 0;
    }
    if (inet_pton(AF_INET6, address, &endpoint->address.v6.sin6_addr) == 1) {
        endpoint->address.v6.sin6_family = AF_INET6;
        endpoint->address.v6.sin6_port = htons(port);
        endpoint->length = sizeof(endpoint->address.v6);
        return 0;
    }
    return -EINVAL;
}

int endpoint_socket(const struct endpoint *endpoint, int type)
{
    int fd = socket(endpoint->address.any.sa_family, type | SOCK_CLOEXEC, 0);

    return fd < 0 ? -errno : fd;
}

int endpoint_bind(int fd, const struct endpoint *endpoint, uint16_t *port)
{
    struct endpoint bound = {.length = sizeof(bound.address)};

    if (bind(fd, &endpoint->address.any, endpoint->length) != 0 ||
        getsockname(fd, &bound.address.any, &bound.length) != 0)
        return -errno;
    *port = ntohs(bound.address.any.sa_family == AF_INET ? bound.address.v4.sin_port
                                                         : bound.address.v6.sin6_port);
    return 0;
}

static int set_option(int fd, int level, int name, const void *value, socklen_t size)
{
    return setsockopt(fd, level, name, value, size) == 0 ? 0 : -errno;
}

int endpoint_set_tick(int fd, uint64_t tick_ns)
{
    struct timeval tick = {.tv_sec = (time_t)(tick_ns / NS_PER_SECOND),
                           .tv_usec = (suseconds_t)(tick_ns % NS_PER_SECOND / NS_PER_US)};
    int result = set_option(fd, SOL_SOCKET, SO_RCVTIMEO, &tick, sizeof(tick));

    return result ? result : set_option(fd, SOL_SOCKET, SO_SNDTIMEO, &tick, sizeof(tick));
}

void endpoint_set_buffers(int fd, int bytes)
{
    /* Beyond the system's limit where allowed; without it the default stands, and a stall loses datagrams. */
    if (set_option(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes)) != 0)
        set_option(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
}

int endpoint_set_nodelay(int fd)
{
    int on = 1;

    return set_option(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}
