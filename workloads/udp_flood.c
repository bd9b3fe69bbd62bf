/* SPDX-License-Identifier: GPL-2.0 */
/*
 * UDP datagrams in one direction: packets per second. sendmmsg(2) by default, one packet each on its way
 * through the stack; with gso=on (UDP_SEGMENT, udp(7)) up to 64 datagrams cross it as one large packet, which
 * is another path for tools that hook it. One operation is one datagram, sent; what arrived is in `received`.
 */
#include "base/cleanup.h"
#include "base/i18n.h"
#include "workloads/exercises.h"
#include "workloads/endpoint.h"
#include "workloads/generated.h"
#include "workloads/options.h"
#include "workloads/pace.h"
#include "workloads/workload_list.h"

#include <errno.h>
#include <netinet/udp.h>
#include <stdlib.h>
#include <string.h>

#define SIZE_MAX_BYTES 65487 /* 64 KiB less UDP's and the longer, IPv6's, header */
#define BATCH_MAX      64    /* also what the kernel takes as segments (UDP_MAX_SEGMENTS before 6.9) */
#define QUEUE_BYTES    (16 << 20)
#define RECEIVE_BATCH  64

struct state {
    struct generator generator; /* first: workloads/generated.h */
    size_t size;
    long batch;
    int gso;
    struct rate rate;
};

struct client {
    struct recorder recorder;
    const struct state *state;
    int fd;
    char *buffer; /* a datagram; with GSO `batch` of them */
    struct iovec piece;
    struct mmsghdr messages[BATCH_MAX];
};

static const struct param_spec params[] = {
    {"size", "bytes", "18", "payload of a datagram (18 makes the smallest Ethernet frame)", NULL},
    {"batch", "", "64", "datagrams per system call at most", NULL},
    {"gso", "", "off", "one large packet through the stack instead of `batch` small ones", option_on_off},
    OPTION_MODE,
    OPTION_RATE,
    OPTION_CPUS,
    OPTION_REFERENCE,
    {0},
};

static const char *const exercises[] = {
    "syscall:sendmmsg",
    "syscall:recvmmsg",
    EXERCISES_CALLS,
    EXERCISES_LINK,
    "tracepoint:napi:napi_poll",
    EXERCISES_SOFTIRQ,
    "tracepoint:sched:sched_switch",
    "function:udp_sendmsg",
    "function:udp_recvmsg",
    "function:__dev_queue_xmit",
    "function:ip_output",
    "function:ip_rcv",
    NULL,
};

/* With GSO the datagrams of a batch go as one buffer, which has the limit of a datagram. */
static int read_options(const struct workload *workload, struct state *state, struct error *error)
{
    int result = option_bytes(workload, "size", 1, SIZE_MAX_BYTES, &state->size, error);

    if (result == 0)
        result = params_integer(&workload->params, "batch", 1, BATCH_MAX, &state->batch, error);
    if (result == 0)
        result = params_flag(&workload->params, "gso", &state->gso, error);
    if (result == 0)
        result = option_rate(workload, &state->rate, error);
    if (result)
        return result;
    if (state->gso && state->size * 2 > SIZE_MAX_BYTES)
        return error_set(
            error, EXIT_USAGE, -EINVAL,
            "udp_flood: gso=on packs datagrams of up to 1472 bytes together; size=%s leaves room "
            "for one only",
            params_text(&workload->params, "size"));
    if (state->gso && state->size * (size_t)state->batch > SIZE_MAX_BYTES)
        state->batch = (long)(SIZE_MAX_BYTES / state->size);
    return 0;
}

static int check(const struct workload *workload, struct error *error)
{
    struct state state = {0};
    int cpu[GENERATOR_ROLES], result = read_options(workload, &state, error);

    return result ? result : option_cpus(workload, "cpus", cpu, error);
}

static int receive_on_and_on(struct generator *generator, int fd, char *buffer, size_t size)
{
    struct generator_shared *shared = generator->shared;
    struct iovec piece = {buffer, size};
    struct mmsghdr messages[RECEIVE_BATCH];

    memset(messages, 0, sizeof(messages));
    for (int i = 0; i < RECEIVE_BATCH; i++)
        messages[i].msg_hdr = (struct msghdr){.msg_iov = &piece, .msg_iovlen = 1};
    for (;;) {
        /* The first is waited for, the others are taken if they are there. */
        int got = recvmmsg(fd, messages, RECEIVE_BATCH, MSG_WAITFORONE, NULL);

        if (got < 0 && errno != EINTR)
            return -errno;
        if (got <= 0)
            continue;
        atomic_fetch_add_explicit(&shared->served, (uint64_t)got, memory_order_relaxed);
        atomic_fetch_add_explicit(&shared->served_bytes, (uint64_t)got * size, memory_order_relaxed);
    }
}

static int serve(struct generator *generator)
{
    const struct state *state = generator->workload->state;
    OWNED_PTR char *buffer = calloc(1, state->size);
    struct endpoint here;
    uint16_t port;
    int fd, result = endpoint_parse(&here, generator->workload->place.server_address, 0);

    fd = result ? result : endpoint_socket(&here, SOCK_DGRAM);
    if (fd >= 0) {
        endpoint_set_buffers(fd, QUEUE_BYTES);
        result = endpoint_bind(fd, &here, &port);
    }
    if (fd < 0 || result || !buffer)
        return generator_fail(generator, GENERATOR_SERVER,
                              fd < 0   ? fd
                              : result ? result
                                       : -ENOMEM,
                              "opening its socket");
    atomic_store(&generator->shared->port, port);
    generator_ready(generator, GENERATOR_SERVER);
    return generator_fail(generator, GENERATOR_SERVER, receive_on_and_on(generator, fd, buffer, state->size),
                          "receiving");
}

/* Up to `count` datagrams; how many went, or a negative errno. A full queue below is waited for (EAGAIN). */
static long send_batch(struct client *client, long count)
{
    const struct state *state = client->state;
    ssize_t sent;

    if (!state->gso) {
        int messages = sendmmsg(client->fd, client->messages, (unsigned)count, 0);

        return messages >= 0 ? messages : errno == EAGAIN || errno == EINTR || errno == ENOBUFS ? 0 : -errno;
    }
    sent = send(client->fd, client->buffer, state->size * (size_t)count, 0);
    if (sent < 0)
        return errno == EAGAIN || errno == EINTR || errno == ENOBUFS ? 0 : -errno;
    return (long)((size_t)sent / state->size);
}

static void count(struct client *client, long sent)
{
    client->recorder.window->ops += (uint64_t)sent;
    client->recorder.window->bytes += (uint64_t)sent * client->state->size;
}

static long flood(struct client *client)
{
    uint64_t now_ns = clock_now_ns();

    for (;;) {
        long sent;

        recorder_between(&client->recorder, now_ns);
        sent = send_batch(client, client->state->batch);
        if (sent < 0)
            return sent;
        count(client, sent);
        now_ns = clock_now_ns();
    }
}

/* All that are due go at once, up to a batch. */
static long drip(struct client *client, double per_second)
{
    struct pace pace;

    pace_begin(&pace, per_second);
    pace.untimed = true;
    for (;;) {
        uint64_t now_ns = pace_wait(&pace, &client->recorder);
        uint64_t due = pace_intended(&pace, now_ns) - pace.begun;
        long sent =
            send_batch(client, due < (uint64_t)client->state->batch ? (long)due : client->state->batch);

        if (sent < 0)
            return sent;
        pace.begun += (uint64_t)sent;
        count(client, sent);
    }
}

static int open_client(struct client *client, const struct generator *generator)
{
    const struct state *state = client->state;
    struct endpoint server;
    int segment = (int)state->size, result;

    result = endpoint_parse(&server, generator->workload->place.server_address,
                            (uint16_t)atomic_load(&generator->shared->port));
    if (result)
        return result;
    client->fd = endpoint_socket(&server, SOCK_DGRAM);
    if (client->fd < 0)
        return client->fd;
    result = endpoint_set_tick(client->fd, ENDPOINT_TICK_NS);
    if (result)
        return result;
    if (connect(client->fd, &server.address.any, server.length) != 0)
        return -errno;
    if (state->gso && setsockopt(client->fd, IPPROTO_UDP, UDP_SEGMENT, &segment, sizeof(segment)) != 0)
        return -errno;
    return 0;
}

static int run_client(struct generator *generator)
{
    const struct state *state = generator->workload->state;
    struct client client = {.state = state, .buffer = calloc((size_t)state->batch, state->size)};
    int result = recorder_prepare(&client.recorder, &generator->shared->recorder, generator->reference);

    if (result || !client.buffer)
        return generator_fail(generator, GENERATOR_CLIENT, -ENOMEM, "preparing its buffers");
    client.piece = (struct iovec){client.buffer, state->size};
    for (int i = 0; i < BATCH_MAX; i++)
        client.messages[i].msg_hdr = (struct msghdr){.msg_iov = &client.piece, .msg_iovlen = 1};
    result = open_client(&client, generator);
    if (result)
        return generator_fail(generator, GENERATOR_CLIENT, result,
                              state->gso ? "opening its socket (UDP_SEGMENT needs Linux 4.18)"
                                         : "opening its socket");
    generator_ready(generator, GENERATOR_CLIENT);
    result = (int)(generator->offered_rate > 0 ? drip(&client, generator->offered_rate) : flood(&client));
    return generator_fail(generator, GENERATOR_CLIENT, result, "sending");
}

static int prepare(struct workload *workload, struct error *error)
{
    struct state *state;
    int result = generated_need_network(workload, error);

    if (result)
        return result;
    state = generated_prepare(workload, sizeof(*state), error);
    if (!state)
        return -ENOMEM;
    state->generator.main[GENERATOR_SERVER] = serve;
    state->generator.main[GENERATOR_CLIENT] = run_client;
    state->generator.reports_bytes = state->generator.reports_served = true;
    result = read_options(workload, state, error);
    if (result == 0)
        result = option_generator(workload, "cpus", &state->generator, error);
    if (result == 0)
        result = option_apply_rate(&state->rate, &state->generator, error);
    if (result)
        generated_cleanup(workload);
    return result;
}

const struct workload_ops workload_udp_flood = {
    .name = "udp_flood",
    .summary = "UDP datagrams in one direction, as many as go or at a given rate",
    .operation = N_("packet"),
    .primary_metric = "throughput",
    .default_topology = "veth",
    .params = params,
    .exercises = exercises,
    .rate_is_given = option_is_open,
    .check = check,
    .prepare = prepare,
    GENERATED_HOOKS,
};
