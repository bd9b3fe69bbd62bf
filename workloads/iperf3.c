/* SPDX-License-Identifier: GPL-2.0 */
/*
 * iperf3, from its JSON: whole runs of whole seconds, the first of which is thrown away by us. One operation
 * is a datagram with UDP, `length` bytes with TCP. Packets per second and losses in the report are the
 * kernel's counters; iperf3's own losses stand beside them.
 */
#include "workloads/exercises.h"
#include "workloads/external.h"
#include "workloads/generated.h"
#include "workloads/iperf3_output.h"
#include "workloads/options.h"
#include "workloads/workload_list.h"
#include "base/i18n.h"
#include "base/cleanup.h"
#include "base/program_path.h"
#include "base/files.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define PORT           5201
#define START_LIMIT_NS (5 * NS_PER_SECOND)

struct state {
    char *path; /* owned */
    struct program server;
    int cpu[GENERATOR_ROLES];
    bool udp;
    size_t length;
    long parallel;
    char bandwidth[32]; /* as iperf3 takes it */
};

static const char *const protocols[] = {"tcp", "udp", NULL};

static const struct param_spec params[] = {
    {"proto", "", "tcp", "protocol", protocols},
    {"bandwidth", "bit/s", "0", "asked for, 0: as much as goes (iperf3's suffixes K, M, G)", NULL},
    {"length", "bytes", NULL, "of a write or datagram (default: 128KiB with TCP, 1460 with UDP)", NULL},
    {"parallel", "", "1", "streams", NULL},
    OPTION_CPUS,
    {0},
};

static const char *const exercises[] = {
    "syscall:write",
    "syscall:read",
    "syscall:pselect6", /* what select() of glibc is since 2.34 */
    EXERCISES_CALLS,
    EXERCISES_LINK,
    "tracepoint:napi:napi_poll",
    EXERCISES_SOFTIRQ,
    "tracepoint:sched:sched_switch",
    "tracepoint:sched:sched_waking",
    "tracepoint:sched:sched_wakeup",
    "function:{proto}_sendmsg",
    "function:{proto}_recvmsg",
    "function:__dev_queue_xmit",
    NULL,
};

static int read_bandwidth(const struct workload *workload, char *bandwidth, size_t size, struct error *error)
{
    const char *text = params_text(&workload->params, "bandwidth");
    size_t digits = strspn(text, "0123456789."), rest = strlen(text + digits);

    if (digits == 0 || rest > 1 || (rest == 1 && !strchr("KMGkmg", text[digits])) || strlen(text) >= size)
        return error_set(error, EXIT_USAGE, -EINVAL,
                         "iperf3: bandwidth=%s is not possible; write bits per second, for example 100M",
                         text);
    snprintf(bandwidth, size, "%s", text);
    return 0;
}

static int read_options(const struct workload *workload, struct state *state, struct error *error)
{
    int result = read_bandwidth(workload, state->bandwidth, sizeof(state->bandwidth), error);

    state->udp = strcmp(params_text(&workload->params, "proto"), "udp") == 0;
    state->length = state->udp ? 1460 : 128 << 10;
    if (result == 0 && params_text(&workload->params, "length"))
        /* 16 bytes of a datagram are iperf3's own header */
        result = option_bytes(workload, "length", state->udp ? 16 : 1, state->udp ? 65487 : 1 << 20,
                              &state->length, error);
    if (result == 0)
        result = params_integer(&workload->params, "parallel", 1, 128, &state->parallel, error);
    return result ? result : option_cpus(workload, "cpus", state->cpu, error);
}

static int check(const struct workload *workload, struct error *error)
{
    struct state state = {0};

    return read_options(workload, &state, error);
}

static bool rate_is_given(const struct workload *workload)
{
    return strtod(params_text(&workload->params, "bandwidth"), NULL) > 0;
}

static void cleanup(struct workload *workload)
{
    struct state *state = workload->state;

    if (!state)
        return;
    program_end(&state->server);
    free(state->path);
    free(state);
    workload->state = NULL;
}

static int prepare(struct workload *workload, struct error *error)
{
    struct state *state;
    int result = generated_need_network(workload, error);

    if (result)
        return result;
    state = calloc(1, sizeof(*state));
    if (!state)
        return error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");
    workload->state = state;
    state->server = PROGRAM_NONE;
    result = read_options(workload, state, error);
    if (result == 0)
        result = program_find("iperf3", &state->path, error);
    workload->cpu = state->cpu[GENERATOR_CLIENT];
    if (result)
        cleanup(workload);
    return result;
}

/* Is the process in the server's namespace? Until it has entered that, it is in ours. */
static bool has_entered(pid_t pid, int netns_fd)
{
    struct stat wanted, got;
    char path[64];

    snprintf(path, sizeof(path), "/proc/%d/ns/net", (int)pid);
    return fstat(netns_fd, &wanted) == 0 && stat(path, &got) == 0 && wanted.st_ino == got.st_ino &&
           wanted.st_dev == got.st_dev;
}

/* Does anybody in the namespace of this process listen on the port? /proc/PID/net is that of the process. */
static bool listens(pid_t pid, unsigned port)
{
    static const char *const tables[] = {"tcp", "tcp6"};
    char path[64], wanted[32];

    snprintf(wanted, sizeof(wanted), ":%04X", port);
    for (int i = 0; i < 2; i++) {
        OWNED_PTR char *text = NULL;
        char *rest = NULL, *line;

        snprintf(path, sizeof(path), "/proc/%d/net/%s", (int)pid, tables[i]);
        text = file_read(path, 4 << 20);
        for (line = text ? strtok_r(text, "\n", &rest) : NULL; line; line = strtok_r(NULL, "\n", &rest)) {
            char local[64], remote[64], status[8];

            /* sl local_address rem_address st ...; 0A is LISTEN (net/tcp_states.h) */
            if (sscanf(line, "%*s %63s %63s %7s", local, remote, status) == 3 && strcmp(status, "0A") == 0 &&
                strlen(local) > 5 && strncmp(local + strlen(local) - 5, wanted, 5) == 0)
                return true;
        }
    }
    return false;
}

static int wait_for_server(struct workload *workload, struct error *error)
{
    const struct workload_place *place = &workload->place;
    struct state *state = workload->state;
    uint64_t limit_ns = clock_now_ns() + START_LIMIT_NS;
    char line[256];

    while (clock_now_ns() < limit_ns) {
        int result = program_wait(&state->server, place->interrupt, clock_now_ns() + 5 * NS_PER_MS, NULL);

        if (result < 0)
            return result;
        if (result == 1)
            return error_set(error, EXIT_ENVIRONMENT, -EPIPE, "the iperf3 server ended at once: %s",
                             program_last_line(&state->server, line, sizeof(line)));
        if (has_entered(state->server.process.pid, place->server_netns_fd) &&
            listens(state->server.process.pid, PORT))
            return 0;
    }
    return error_set(error, EXIT_ENVIRONMENT, -ETIME, "the iperf3 server does not listen after %d s",
                     (int)(START_LIMIT_NS / NS_PER_SECOND));
}

static int start(struct workload *workload, struct error *error)
{
    struct state *state = workload->state;
    char port[8];
    const char *argv[] = {"iperf3", "--server", "--port", port, "--bind", workload->place.server_address,
                          NULL};
    const struct program_plan plan = {state->path, argv, workload, GENERATOR_SERVER,
                                      state->cpu[GENERATOR_SERVER]};
    int result;

    snprintf(port, sizeof(port), "%d", PORT);
    result = program_start(&state->server, &plan, error);
    return result ? result : wait_for_server(workload, error);
}

static void stop(struct workload *workload)
{
    struct state *state = workload->state;

    if (state)
        program_end(&state->server);
}

static int fill(const struct state *state, const struct iperf3_result *got, struct load_sample *sample,
                struct error *error)
{
    double ops = state->udp ? got->packets : got->bytes / (double)state->length;
    struct values *values = &sample->values;
    int result = external_fill(sample, ops, got->seconds * 1e9, 0, error);

    if (result)
        return result;
    values_set(values, "bytes", got->bytes);
    if (state->udp) {
        values_set(values, "iperf3.packets", got->all_packets);
        values_set(values, "iperf3.lost_packets", got->lost_packets);
    } else if (!isnan(got->retransmits)) {
        values_set(values, "iperf3.retransmits", got->retransmits);
    }
    return 0;
}

static int measure(struct workload *workload, uint64_t window_ns, const struct window_edges *edges,
                   struct load_sample *sample, struct error *error)
{
    const struct state *state = workload->state;
    unsigned seconds = external_seconds(window_ns);
    char port[8], time[16], length[24], parallel[8], why[256];
    const char *argv[] = {
        "iperf3",
        "--client",
        workload->place.server_address,
        "--bind",
        workload->place.client_addresses[0],
        "--port",
        port,
        "--time",
        time,
        "--interval",
        "1",
        "--length",
        length,
        "--parallel",
        parallel,
        "--bitrate",
        state->bandwidth,
        "--json",
        state->udp ? "--udp" : NULL,
        NULL,
    };
    const struct program_plan plan = {state->path, argv, workload, GENERATOR_CLIENT,
                                      state->cpu[GENERATOR_CLIENT]};
    OWNED_PTR char *output = NULL;
    struct iperf3_result got;
    int result, parsed;

    snprintf(port, sizeof(port), "%d", PORT);
    snprintf(time, sizeof(time), "%u", seconds + 1);
    snprintf(length, sizeof(length), "%zu", state->length);
    snprintf(parallel, sizeof(parallel), "%ld", state->parallel);
    result = external_run(&plan, seconds, edges, &output, error);
    if (!output)
        return result;
    parsed = iperf3_parse(output, 1, state->udp, &got, why, sizeof(why));
    if (parsed == -EPROTO)
        return error_set(error, EXIT_UNTRUSTWORTHY, -EPIPE, "iperf3 failed: %s", why);
    if (result)
        return result;
    return parsed ? external_bad_output("iperf3", why, error) : fill(state, &got, sample, error);
}

const struct workload_ops workload_iperf3 = {
    .name = "iperf3",
    .summary = "whole runs of iperf3, TCP or UDP",
    .operation = N_("block"),
    .primary_metric = "throughput",
    .default_topology = "veth",
    .params = params,
    .program = "iperf3",
    .exercises = exercises,
    .rate_is_given = rate_is_given,
    .own_generator = false,
    .min_window_ns = EXTERNAL_WINDOW_NS,
    .window_overhead_ns = EXTERNAL_OVERHEAD_NS,
    .check = check,
    .prepare = prepare,
    .start = start,
    .measure = measure,
    .stop = stop,
    .cleanup = cleanup,
};
