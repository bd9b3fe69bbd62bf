/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Connect, request, reply, close. The server closes first, in the ordinary way: the client reads the end of
 * the stream and only then closes, so that each connection takes the same five state changes on either side
 * (sock:inet_sock_set_state), and TIME_WAIT stays with the server. Nothing runs out: the client cycles
 * through a pool of addresses and, in its own namespace, through few ports; a SYN for a pair of addresses and
 * ports that the server still has in TIME_WAIT is taken as new, since its sequence number is higher (RFC
 * 1122, 4.2.2.13), so there are never more of those (and of a firewall's entries) than pairs.
 */
#include "workloads/exercises.h"
#include "workloads/generated.h"
#include "workloads/options.h"
#include "workloads/pace.h"
#include "workloads/stream.h"
#include "workloads/workload_list.h"
#include "base/i18n.h"
#include "base/cleanup.h"
#include "base/files.h"

#include <errno.h>
#include <stdlib.h>

#define SIZE_MAX_BYTES 65536
/* 256 of them: with 16 addresses all pairs have been used once before the warm-up is over. */
#define PORT_RANGE "32768 33023"

struct state {
    struct generator generator; /* first: workloads/generated.h */
    size_t size;
    struct rate rate;
};

struct client {
    struct recorder recorder;
    struct pace *pace; /* NULL: closed loop */
    struct endpoint server;
    struct endpoint pool[ADDRESS_POOL_MAX];
    unsigned pool_count, next, failed_in_a_row;
    char *buffer;
    size_t size;
    uint64_t round_trip_ns; /* that the links take on purpose */
};

static const struct param_spec params[] = {
    {"size", "bytes", "64", "of request and reply", NULL},
    OPTION_MODE,
    OPTION_RATE,
    OPTION_CPUS,
    OPTION_REFERENCE,
    {0},
};

static const char *const exercises[] = {
    "syscall:socket",
    "syscall:bind",
    "syscall:connect",
    "syscall:accept4",
    "syscall:sendto",
    "syscall:recvfrom",
    "syscall:close",
    EXERCISES_CALLS,
    "tracepoint:sock:inet_sock_set_state",
    EXERCISES_LINK,
    EXERCISES_SOFTIRQ,
    "tracepoint:sched:sched_switch",
    "tracepoint:sched:sched_waking",
    "tracepoint:sched:sched_wakeup",
    "tracepoint:tcp:tcp_destroy_sock",
    "function:tcp_v4_connect",
    "function:inet_csk_accept",
    "function:tcp_set_state",
    "function:tcp_sendmsg",
    "function:tcp_recvmsg",
    "function:tcp_close",
    NULL,
};

static int check(const struct workload *workload, struct error *error)
{
    size_t size;
    struct rate rate;
    int cpu[GENERATOR_ROLES], result = option_bytes(workload, "size", 1, SIZE_MAX_BYTES, &size, error);

    if (result == 0)
        result = option_rate(workload, &rate, error);
    return result ? result : option_cpus(workload, "cpus", cpu, error);
}

static int serve(struct generator *generator)
{
    const struct state *state = generator->workload->state;
    char *buffer = calloc(1, state->size);
    int listener = stream_listen(generator);

    if (listener < 0 || !buffer)
        return generator_fail(generator, GENERATOR_SERVER, buffer ? listener : -ENOMEM, "opening its socket");
    generator_ready(generator, GENERATOR_SERVER);
    for (;;) {
        int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

        if (fd < 0)
            return generator_fail(generator, GENERATOR_SERVER, -errno, "accepting a connection");
        if (stream_receive(fd, buffer, state->size) == 0)
            stream_send(fd, buffer, state->size);
        close(fd);
    }
}

static bool later(void)
{
    return errno == EAGAIN || errno == EINTR || errno == EINPROGRESS || errno == EALREADY;
}

/* A socket at the next address of the pool; its port is chosen by connect(), for the whole pair. */
static int next_socket(struct client *client)
{
    const struct endpoint *from = &client->pool[client->next];
    OWNED_FD int fd = endpoint_socket(from, SOCK_STREAM);
    int on = 1, result;

    if (fd < 0)
        return fd;
    client->next = (client->next + 1) % client->pool_count;
    result = endpoint_set_tick(fd, ENDPOINT_TICK_NS + client->round_trip_ns);
    if (result)
        return result;
    if (setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof(on)) != 0 ||
        bind(fd, &from->address.any, from->length) != 0)
        return -errno;
    return take_fd(&fd);
}

static uint64_t hanging(struct client *client, uint64_t start_ns)
{
    return client->pace ? pace_hanging(client->pace, &client->recorder, start_ns)
                        : recorder_hanging(&client->recorder, start_ns);
}

static int connect_socket(struct client *client, int fd, uint64_t *start_ns)
{
    while (connect(fd, &client->server.address.any, client->server.length) != 0) {
        if (errno == EISCONN) /* it came about between two looks */
            return 0;
        if (!later())
            return -errno;
        *start_ns = hanging(client, *start_ns);
    }
    return 0;
}

static int send_request(struct client *client, int fd, uint64_t *start_ns)
{
    size_t sent = 0;

    while (sent < client->size) {
        ssize_t part = send(fd, client->buffer + sent, client->size - sent, MSG_NOSIGNAL);

        if (part >= 0)
            sent += (size_t)part;
        else if (!later())
            return -errno;
        else
            *start_ns = hanging(client, *start_ns);
    }
    return 0;
}

/* The reply and the end of the stream behind it. */
static int receive_reply(struct client *client, int fd, uint64_t *start_ns)
{
    size_t received = 0;

    for (;;) {
        ssize_t part = recv(fd, client->buffer, client->size, 0);

        if (part == 0)
            return received == client->size ? 0 : -ECONNRESET;
        if (part > 0)
            received += (size_t)part;
        else if (!later())
            return -errno;
        else
            *start_ns = hanging(client, *start_ns);
    }
}

/* 0 or a negative errno. */
static int exchange(struct client *client, uint64_t *start_ns)
{
    OWNED_FD int fd = next_socket(client);
    int result = fd < 0 ? fd : connect_socket(client, fd, start_ns);

    if (result == 0)
        result = send_request(client, fd, start_ns);
    return result ? result : receive_reply(client, fd, start_ns);
}

/* Each connection failing at once would be a busy loop: going on makes no sense then. */
#define FAILED_IN_A_ROW_MAX 100

/* One connection, counted from start_ns on; its result. */
static int connect_once(struct client *client, uint64_t *start_ns)
{
    struct recorder *recorder = &client->recorder;
    int result = exchange(client, start_ns);
    uint64_t end_ns = clock_now_ns();

    if (__builtin_expect(result == 0, 1)) {
        recorder_add(recorder, end_ns - *start_ns, 2 * client->size);
        client->failed_in_a_row = 0;
    } else {
        recorder_fail(recorder->window, end_ns - *start_ns);
        client->failed_in_a_row++;
    }
    *start_ns = end_ns;
    return result;
}

static int connect_on_and_on(struct client *client)
{
    uint64_t start_ns = clock_now_ns();
    int result = 0;

    while (client->failed_in_a_row < FAILED_IN_A_ROW_MAX) {
        start_ns = recorder_between(&client->recorder, start_ns);
        result = connect_once(client, &start_ns);
    }
    return result;
}

static int connect_at_rate(struct client *client, double per_second)
{
    struct pace pace;
    int result = 0;

    pace_begin(&pace, per_second);
    pace.grace_ns += client->round_trip_ns;
    client->pace = &pace;
    while (client->failed_in_a_row < FAILED_IN_A_ROW_MAX) {
        uint64_t due_ns;

        pace_wait(&pace, &client->recorder);
        due_ns = pace_due_ns(&pace);
        pace.begun++;
        result = connect_once(client, &due_ns);
    }
    client->pace = NULL;
    return result;
}

static int parse_addresses(struct client *client, const struct generator *generator)
{
    const struct workload_place *place = &generator->workload->place;
    int result = endpoint_parse(&client->server, place->server_address,
                                (uint16_t)atomic_load(&generator->shared->port));

    for (unsigned i = 0; result == 0 && i < place->client_address_count && i < ADDRESS_POOL_MAX; i++) {
        result = endpoint_parse(&client->pool[i], place->client_addresses[i], 0);
        client->pool_count = i + 1;
    }
    return result;
}

static int run_client(struct generator *generator)
{
    const struct state *state = generator->workload->state;
    struct client client = {.size = state->size,
                            .buffer = calloc(1, state->size),
                            .round_trip_ns = workload_round_trip_ns(&generator->workload->place)};
    int result = recorder_prepare(&client.recorder, &generator->shared->recorder, generator->reference);

    if (result || !client.buffer)
        return generator_fail(generator, GENERATOR_CLIENT, -ENOMEM, "preparing its buffers");
    result = parse_addresses(&client, generator);
    if (result)
        return generator_fail(generator, GENERATOR_CLIENT, result, "reading its addresses");
    /* In the client's own namespace, in which this process is. */
    result = file_write("/proc/sys/net/ipv4/ip_local_port_range", PORT_RANGE);
    if (result)
        return generator_fail(generator, GENERATOR_CLIENT, result, "setting net.ipv4.ip_local_port_range");
    generator_ready(generator, GENERATOR_CLIENT);
    result = generator->offered_rate > 0 ? connect_at_rate(&client, generator->offered_rate)
                                         : connect_on_and_on(&client);
    return generator_fail(generator, GENERATOR_CLIENT, result,
                          "100 connections in a row failed, the last with");
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
    state->generator.reports_bytes = true;
    result = option_bytes(workload, "size", 1, SIZE_MAX_BYTES, &state->size, error);
    if (result == 0)
        result = option_rate(workload, &state->rate, error);
    if (result == 0)
        result = option_generator(workload, "cpus", &state->generator, error);
    if (result == 0)
        result = option_apply_rate(&state->rate, &state->generator, error);
    if (result)
        generated_cleanup(workload);
    return result;
}

const struct workload_ops workload_tcp_crr = {
    .name = "tcp_crr",
    .summary = "TCP connect, request, reply, close, one connection at a time or at a given rate",
    .operation = N_("connection"),
    .primary_metric = "latency.mean",
    .default_topology = "veth",
    .params = params,
    .exercises = exercises,
    .check = check,
    .prepare = prepare,
    GENERATED_HOOKS,
};
