/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One TCP connection filled by one side and emptied by the other: bytes per second, and CPU per byte. One
 * operation is one send() of `size` bytes, which the socket's buffer takes as room comes up.
 */
#include "base/cleanup.h"
#include "base/i18n.h"
#include "workloads/exercises.h"
#include "workloads/looped.h"
#include "workloads/stream.h"
#include "workloads/workload_list.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#define SIZE_MAX_BYTES (4 << 20)

struct state {
    struct looped looped; /* first */
    size_t size;
};

struct context {
    int fd;
    char *buffer;
    size_t size;
};

static const struct param_spec params[] = {
    {"size", "bytes", "128KiB", "of a send() and a recv()", NULL},
    OPTION_CPUS,
    LOOPED_PARAMS,
    {0},
};

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
    "function:tcp_cleanup_rbuf",
    "function:__dev_queue_xmit",
    NULL,
};

static int check(const struct workload *workload, struct error *error)
{
    size_t size;
    int result = option_bytes(workload, "size", 1, SIZE_MAX_BYTES, &size, error);

    return result ? result : looped_check(workload, "cpus", error);
}

/* Until the end of the stream. */
static void drain(struct generator_shared *shared, int fd, char *buffer, size_t size)
{
    for (;;) {
        ssize_t got = recv(fd, buffer, size, 0);

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return;
        atomic_fetch_add_explicit(&shared->served, 1, memory_order_relaxed);
        atomic_fetch_add_explicit(&shared->served_bytes, (uint64_t)got, memory_order_relaxed);
    }
}

static int serve(struct generator *generator)
{
    const struct state *state = generator->workload->state;
    OWNED_PTR char *buffer = calloc(1, state->size);
    int listener = stream_listen(generator);

    if (listener < 0 || !buffer)
        return generator_fail(generator, GENERATOR_SERVER, buffer ? listener : -ENOMEM, "opening its socket");
    generator_ready(generator, GENERATOR_SERVER);
    for (;;) {
        int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

        if (fd < 0)
            return generator_fail(generator, GENERATOR_SERVER, -errno, "accepting a connection");
        drain(generator->shared, fd, buffer, state->size);
        close(fd);
    }
}

static long run(void *argument)
{
    const struct context *context = argument;

    return stream_send(context->fd, context->buffer, context->size);
}

static int connect_to(const struct generator *generator)
{
    struct endpoint server;
    int fd, result = endpoint_parse(&server, generator->workload->place.server_address,
                                    (uint16_t)atomic_load(&generator->shared->port));

    if (result)
        return result;
    fd = endpoint_socket(&server, SOCK_STREAM);
    if (fd >= 0 && connect(fd, &server.address.any, server.length) != 0)
        return -errno;
    return fd;
}

static int prepare_stream(struct looped *looped, struct looped_work *work, const char **step)
{
    const struct state *state = (const struct state *)looped;
    struct context *context = calloc(1, sizeof(*context));

    *step = "connecting to the server";
    if (!context)
        return -ENOMEM;
    *work = (struct looped_work){.run = run, .context = context, .bytes = state->size};
    context->size = state->size;
    context->buffer = calloc(1, state->size);
    if (!context->buffer) {
        free(context);
        return -ENOMEM;
    }
    context->fd = connect_to(&looped->generator);
    return context->fd < 0 ? context->fd : 0;
}

static int prepare(struct workload *workload, struct error *error)
{
    struct state *state;
    int result = generated_need_network(workload, error);

    if (result)
        return result;
    state = looped_new(workload, sizeof(*state), "cpus", error);
    if (!state)
        return -ENOMEM;
    state->looped.prepare = prepare_stream;
    state->looped.generator.main[GENERATOR_SERVER] = serve;
    state->looped.generator.reports_bytes = true;
    state->looped.generator.reports_served = true;
    result = option_bytes(workload, "size", 1, SIZE_MAX_BYTES, &state->size, error);
    if (result) {
        generated_cleanup(workload);
        return result;
    }
    return looped_finish(workload, false, error);
}

const struct workload_ops workload_tcp_stream = {
    .name = "tcp_stream",
    .summary = "bytes in one direction over one TCP connection, as fast as they go or at a given rate",
    .operation = N_("send"),
    .primary_metric = "bandwidth",
    .default_topology = "veth",
    .params = params,
    .exercises = exercises,
    .rate_is_given = option_is_open,
    .check = check,
    .prepare = prepare,
    GENERATED_HOOKS,
};
