/* SPDX-License-Identifier: GPL-2.0 */
/* Requests and replies of one size over one TCP connection that stays. */
#include "base/cleanup.h"
#include "base/i18n.h"
#include "workloads/exercises.h"
#include "workloads/rr.h"
#include "workloads/stream.h"
#include "workloads/workload_list.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#define SIZE_MAX_BYTES (1 << 20)

static int tcp_connect(struct rr_client *client)
{
    const struct generator *generator = &client->rr->generator;
    struct endpoint server;
    int fd, result = endpoint_parse(&server, generator->workload->place.server_address,
                                    (uint16_t)atomic_load(&generator->shared->port));

    if (result)
        return result;
    fd = endpoint_socket(&server, SOCK_STREAM);
    if (fd < 0)
        return fd;
    if (connect(fd, &server.address.any, server.length) != 0)
        return -errno;
    result = endpoint_set_nodelay(fd);
    if (result == 0)
        result = endpoint_set_tick(fd, rr_tick_ns(client));
    return result ? result : fd;
}

/* Only what moves no byte is no progress: a part of a large message is neither done nor hanging. */
static int no_progress(void)
{
    return errno == EAGAIN || errno == EINTR ? 0 : -errno;
}

/* What is left of a request goes first: the number is that of the request begun. */
static int tcp_send(struct rr_client *client, uint64_t number, int flags)
{
    size_t size = client->rr->size;

    (void)number;
    if (client->unsent == 0)
        client->unsent = size;
    while (client->unsent) {
        const char *rest = client->buffer + size - client->unsent;
        ssize_t sent = send(client->fd, rest, client->unsent, flags | MSG_NOSIGNAL);

        if (sent < 0)
            return no_progress();
        client->unsent -= (size_t)sent;
    }
    return 1;
}

static int tcp_receive(struct rr_client *client, uint64_t *number, int flags)
{
    size_t size = client->rr->size;

    while (client->received < size) {
        ssize_t got = recv(client->fd, client->buffer + size, size - client->received, flags);

        if (got == 0)
            return -ECONNRESET;
        if (got < 0)
            return no_progress();
        client->received += (size_t)got;
    }
    client->received = 0;
    *number = ++client->replies;
    return 1;
}

static int tcp_serve(struct generator *generator)
{
    const struct rr *rr = generator->workload->state;
    OWNED_PTR char *buffer = calloc(1, rr->size);
    int listener = stream_listen(generator), fd;

    if (listener < 0 || !buffer)
        return generator_fail(generator, GENERATOR_SERVER, buffer ? listener : -ENOMEM, "opening its socket");
    generator_ready(generator, GENERATOR_SERVER);
    for (;;) {
        fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
        if (fd < 0)
            return generator_fail(generator, GENERATOR_SERVER, -errno, "accepting a connection");
        endpoint_set_nodelay(fd);
        while (stream_receive(fd, buffer, rr->size) == 0 && stream_send(fd, buffer, rr->size) == 0)
            ;
        close(fd);
    }
}

static const struct rr_transport tcp = {
    .size_min = 1,
    .size_max = SIZE_MAX_BYTES,
    .serve = tcp_serve,
    .connect = tcp_connect,
    .send = tcp_send,
    .receive = tcp_receive,
};

static const struct param_spec params[] = {RR_PARAMS, {0}};

static const char *const exercises[] = {
    "syscall:sendto",
    "syscall:recvfrom",
    EXERCISES_CALLS,
    EXERCISES_LINK,
    "tracepoint:napi:napi_poll",
    EXERCISES_SOFTIRQ,
    "tracepoint:sched:sched_switch",
    "tracepoint:sched:sched_waking",
    "tracepoint:sched:sched_wakeup",
    "tracepoint:tcp:tcp_probe",
    "tracepoint:tcp:tcp_rcv_space_adjust",
    "function:tcp_sendmsg",
    "function:tcp_recvmsg",
    "function:tcp_rcv_established",
    "function:__dev_queue_xmit",
    NULL,
};

static int check(const struct workload *workload, struct error *error)
{
    return rr_check(workload, &tcp, error);
}

static int prepare(struct workload *workload, struct error *error)
{
    return rr_prepare(workload, &tcp, error);
}

const struct workload_ops workload_tcp_rr = {
    .name = "tcp_rr",
    .summary = "TCP request and reply on a standing connection, one at a time or at a given rate",
    .operation = N_("round trip"),
    .primary_metric = "latency.mean",
    .default_topology = "veth",
    .params = params,
    .exercises = exercises,
    .check = check,
    .prepare = prepare,
    GENERATED_HOOKS,
};
