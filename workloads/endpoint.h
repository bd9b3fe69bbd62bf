/* SPDX-License-Identifier: GPL-2.0 */
/* Sockets of the network loads. */
#pragma once

#include <netinet/in.h>
#include <stdint.h>
#include <sys/socket.h>

/* How long a blocking call waits before its loop looks around. */
#define ENDPOINT_TICK_NS UINT64_C(100000000)

struct endpoint {
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } address;
    socklen_t length;
};

/* IPv4 or IPv6 as text; 0 or -EINVAL. */
int endpoint_parse(struct endpoint *endpoint, const char *address, uint16_t port);

/* A new socket of the endpoint's family, close-on-exec; or a negative errno. */
int endpoint_socket(const struct endpoint *endpoint, int type);

/* Binds to the endpoint; *port is what it got. 0 or a negative errno. */
int endpoint_bind(int fd, const struct endpoint *endpoint, uint16_t *port);

/* Blocking calls come back with EAGAIN after a tick. 0 or a negative errno. */
int endpoint_set_tick(int fd, uint64_t tick_ns);
/* Room for what arrives while the reader is stopped. */
void endpoint_set_buffers(int fd, int bytes);
int endpoint_set_nodelay(int fd);
