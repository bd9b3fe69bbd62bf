/* SPDX-License-Identifier: GPL-2.0 */
#include "workloads/http_server.h"
#include "workloads/stream.h"
#include "base/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#define CONNECTIONS_MAX 1100
#define REQUEST_MAX     4096
#define EVENTS          64

/* Replies are small and clients wait for them: one that does not fit into the socket's buffer is waited for.
 */
struct connection {
    int fd;
    size_t length; /* of the request so far */
    char request[REQUEST_MAX];
};

struct server {
    int epoll_fd, listener;
    char *reply;
    size_t reply_bytes;
    struct generator_shared *shared;
    struct connection *connections[CONNECTIONS_MAX];
};

static int make_reply(struct server *server, size_t body_bytes)
{
    char head[128];
    int length =
        snprintf(head, sizeof(head),
                 "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %zu\r\n\r\n", body_bytes);

    server->reply_bytes = (size_t)length + body_bytes;
    server->reply = malloc(server->reply_bytes);
    if (!server->reply)
        return -ENOMEM;
    memcpy(server->reply, head, (size_t)length);
    memset(server->reply + length, 'x', body_bytes);
    return 0;
}

static int watch(const struct server *server, int fd, unsigned slot)
{
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = slot};

    return epoll_ctl(server->epoll_fd, EPOLL_CTL_ADD, fd, &event) == 0 ? 0 : -errno;
}

static void drop(struct server *server, unsigned slot)
{
    close(server->connections[slot]->fd);
    free(server->connections[slot]);
    server->connections[slot] = NULL;
}

static void close_server(struct server *server)
{
    for (unsigned slot = 0; slot < CONNECTIONS_MAX; slot++)
        if (server->connections[slot])
            drop(server, slot);
    close_fd(&server->listener);
    close_fd(&server->epoll_fd);
    free(server->reply);
}

/* Slot 0 is the listener's. */
static void accept_one(struct server *server)
{
    int fd = accept4(server->listener, NULL, NULL, SOCK_CLOEXEC);
    unsigned slot = 1;

    if (fd < 0)
        return;
    while (slot < CONNECTIONS_MAX && server->connections[slot])
        slot++;
    if (slot < CONNECTIONS_MAX)
        server->connections[slot] = calloc(1, sizeof(struct connection));
    if (slot == CONNECTIONS_MAX || !server->connections[slot]) {
        close(fd);
        return;
    }
    endpoint_set_nodelay(fd);
    server->connections[slot]->fd = fd;
    if (watch(server, fd, slot) != 0)
        drop(server, slot);
}

/* Answers each whole request in the buffer; what is left of it moves to the front. */
static int answer(struct server *server, struct connection *connection)
{
    for (;;) {
        char *end = memmem(connection->request, connection->length, "\r\n\r\n", 4);
        size_t used;
        int result;

        if (!end)
            return connection->length < REQUEST_MAX ? 0 : -EMSGSIZE;
        result = stream_send(connection->fd, server->reply, server->reply_bytes);
        if (result)
            return result;
        atomic_fetch_add_explicit(&server->shared->served, 1, memory_order_relaxed);
        used = (size_t)(end + 4 - connection->request);
        connection->length -= used;
        memmove(connection->request, end + 4, connection->length);
    }
}

static void receive(struct server *server, unsigned slot)
{
    struct connection *connection = server->connections[slot];
    ssize_t got;

    if (!connection)
        return;
    got = recv(connection->fd, connection->request + connection->length, REQUEST_MAX - connection->length, 0);
    if (got < 0 && errno == EINTR)
        return;
    if (got > 0)
        connection->length += (size_t)got;
    if (got <= 0 || answer(server, connection) != 0)
        drop(server, slot);
}

static int serve_on_and_on(struct server *server)
{
    struct epoll_event events[EVENTS];

    for (;;) {
        int count = epoll_wait(server->epoll_fd, events, EVENTS, -1);

        if (count < 0 && errno != EINTR)
            return -errno;
        for (int i = 0; i < count; i++) {
            if (events[i].data.u32 == 0)
                accept_one(server);
            else
                receive(server, events[i].data.u32);
        }
    }
}

int http_serve(struct generator *generator, size_t body_bytes)
{
    CLEANUP(close_server)
    struct server server = {.epoll_fd = -1, .listener = -1, .shared = generator->shared};
    int result = make_reply(&server, body_bytes);

    server.listener = result ? result : stream_listen(generator);
    server.epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (server.listener < 0)
        return generator_fail(generator, GENERATOR_SERVER, server.listener, "opening its socket");
    if (server.epoll_fd < 0)
        return generator_fail(generator, GENERATOR_SERVER, -errno, "opening its epoll");
    result = watch(&server, server.listener, 0);
    if (result)
        return generator_fail(generator, GENERATOR_SERVER, result, "watching its socket");
    generator_ready(generator, GENERATOR_SERVER);
    return generator_fail(generator, GENERATOR_SERVER, serve_on_and_on(&server), "serving");
}
