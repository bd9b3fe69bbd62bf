/* SPDX-License-Identifier: GPL-2.0 */
/* UDP requests and replies of one size, one socket each side; the request's number comes back in the reply.
 */
#include "base/cleanup.h"
#include "base/i18n.h"
#include "workloads/exercises.h"
#include "workloads/endpoint.h"
#include "workloads/rr.h"
#include "workloads/workload_list.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Room for a stopped server's requests: a small one costs under a kilobyte of it. */
#define QUEUE_BYTES (16 << 20)

static int udp_connect(struct rr_client *client)
{
    const struct generator *generator = &client->rr->generator;
    struct endpoint server;
    int fd, result = endpoint_parse(&server, generator->workload->place.server_address,
                                    (uint16_t)atomic_load(&generator->shared->port));

    if (result)
        return result;
    fd = endpoint_socket(&server, SOCK_DGRAM);
    if (fd < 0)
        return fd;
    endpoint_set_buffers(fd, QUEUE_BYTES);
    result = endpoint_set_tick(fd, rr_tick_ns(client));
    if (result == 0 && connect(fd, &server.address.any, server.length) != 0)
        result = -errno;
    return result ? result : fd;
}

static int udp_send(struct rr_client *client, uint64_t number, int flags)
{
    memcpy(client->buffer, &number, sizeof(number));
    if (send(client->fd, client->buffer, client->rr->size, flags) == (ssize_t)client->rr->size)
        return 1;
    return errno == EAGAIN || errno == EINTR ? 0 : -errno;
}

static int udp_receive(struct rr_client *client, uint64_t *number, int flags)
{
    char *buffer = client->buffer + client->rr->size;
    ssize_t got = recv(client->fd, buffer, client->rr->size, flags);

    if (got == (ssize_t)client->rr->size) {
        memcpy(number, buffer, sizeof(*number));
        return 1;
    }
    return got >= 0 || errno == EAGAIN || errno == EINTR ? 0 : -errno;
}

static int open_server(struct generator *generator, uint16_t *port)
{
    struct endpoint any;
    int fd, result = endpoint_parse(&any, generator->workload->place.server_address, 0);

    if (result)
        return result;
    fd = endpoint_socket(&any, SOCK_DGRAM);
    if (fd < 0)
        return fd;
    endpoint_set_buffers(fd, QUEUE_BYTES);
    result = endpoint_bind(fd, &any, port);
    return result ? result : fd;
}

static int udp_serve(struct generator *generator)
{
    const struct rr *rr = generator->workload->state;
    OWNED_PTR char *buffer = calloc(1, rr->size);
    uint16_t port;
    int fd = open_server(generator, &port);

    if (fd < 0 || !buffer)
        return generator_fail(generator, GENERATOR_SERVER, buffer ? fd : -ENOMEM, "opening its socket");
    atomic_store(&generator->shared->port, port);
    generator_ready(generator, GENERATOR_SERVER);
    for (;;) {
        struct endpoint from = {.length = sizeof(from.address)};
        ssize_t got = recvfrom(fd, buffer, rr->size, 0, &from.address.any, &from.length);

        if (got >= 0)
            got = sendto(fd, buffer, (size_t)got, 0, &from.address.any, from.length);
        if (got < 0 && errno != EINTR)
            return generator_fail(generator, GENERATOR_SERVER, -errno, "receiving or replying");
    }
}

static const struct rr_transport udp = {
    .size_min = sizeof(uint64_t), /* the number */
    .size_max = 65507 - 20,       /* 64 KiB less UDP's and the longer, IPv6's, header */
    .lossy = true,
    .serve = udp_serve,
    .connect = udp_connect,
    .send = udp_send,
    .receive = udp_receive,
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
    "function:udp_sendmsg",
    "function:udp_recvmsg",
    "function:__dev_queue_xmit",
    NULL,
};

static int check(const struct workload *workload, struct error *error)
{
    return rr_check(workload, &udp, error);
}

static int prepare(struct workload *workload, struct error *error)
{
    return rr_prepare(workload, &udp, error);
}

const struct workload_ops workload_udp_rr = {
    .name = "udp_rr",
    .summary = "UDP request and reply, one at a time or at a given rate",
    .operation = N_("round trip"),
    .primary_metric = "latency.mean",
    .default_topology = "veth",
    .params = params,
    .exercises = exercises,
    .check = check,
    .prepare = prepare,
    GENERATED_HOOKS,
};
