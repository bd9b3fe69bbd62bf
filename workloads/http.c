/* SPDX-License-Identifier: GPL-2.0 */
/*
 * HTTP requests over connections that stay: a small server of ours, and wrk (which knows no rate, so its
 * connections pause between requests where a rate is given). When server or wrk use more than 70 % of their
 * CPUs, latency is queueing: the run says so (docs/method.md).
 */
#include "workloads/exercises.h"
#include "workloads/external.h"
#include "workloads/generated.h"
#include "workloads/http_server.h"
#include "workloads/options.h"
#include "workloads/workload_list.h"
#include "workloads/wrk_output.h"
#include "base/i18n.h"
#include "base/cleanup.h"
#include "base/program_path.h"
#include "base/files.h"
#include "base/private_directory.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BODY_MAX            (1 << 20)
#define CONNECTION_RATE_MAX 1000 /* per second: wrk pauses for whole milliseconds */

struct state {
    struct generator generator; /* first: workloads/generated.h; the server alone */
    char *path;                 /* of wrk; owned */
    struct private_directory directory;
    char script[PATH_MAX + 16];
    size_t body_bytes;
    long connections;
    struct rate rate;
};

static const struct param_spec params[] = {
    {"size", "bytes", "1KiB", "of a reply's body", NULL},
    {"connections", "", "4", "that stay open", NULL},
    {"rate", "1/s", NULL,
     "requests per second at most, of all connections together: they pause for whole milliseconds (default: "
     "no pause)",
     NULL},
    OPTION_CPUS,
    {0},
};

static const char *const exercises[] = {
    "syscall:epoll_wait",
    "syscall:read",
    "syscall:write",
    "syscall:recvfrom",
    "syscall:sendto",
    EXERCISES_CALLS,
    EXERCISES_LINK,
    "tracepoint:napi:napi_poll",
    EXERCISES_SOFTIRQ,
    "tracepoint:sched:sched_switch",
    "tracepoint:sched:sched_waking",
    "tracepoint:sched:sched_wakeup",
    "tracepoint:tcp:tcp_probe",
    "function:tcp_sendmsg",
    "function:tcp_recvmsg",
    "function:tcp_rcv_established",
    NULL,
};

/* requests per second of all connections together */
static int read_rate(const struct workload *workload, struct state *state, struct error *error)
{
    const char *text = params_text(&workload->params, "rate");
    int result = text ? option_parse_rate(workload, text, &state->rate, error) : 0;

    if (result)
        return result;
    if (state->rate.share > 0)
        return error_set(error, EXIT_USAGE, -EINVAL,
                         "http: rate=%s is not possible; write requests per second, for example 2k/s", text);
    if (state->rate.per_second > (double)state->connections * CONNECTION_RATE_MAX)
        return error_set(error, EXIT_USAGE, -EINVAL,
                         "http: rate=%s needs more connections, which send at most %d requests per second "
                         "each; write connections=%.0f",
                         text, CONNECTION_RATE_MAX, ceil(state->rate.per_second / CONNECTION_RATE_MAX));
    return 0;
}

static int read_options(const struct workload *workload, struct state *state, struct error *error)
{
    int result = option_bytes(workload, "size", 0, BODY_MAX, &state->body_bytes, error);

    if (result == 0)
        result = params_integer(&workload->params, "connections", 1, 1024, &state->connections, error);
    if (result == 0)
        result = read_rate(workload, state, error);
    return result ? result : option_cpus(workload, "cpus", state->generator.cpu, error);
}

static int check(const struct workload *workload, struct error *error)
{
    struct state state = {0};

    return read_options(workload, &state, error);
}

static int serve(struct generator *generator)
{
    const struct state *state = generator->workload->state;

    return http_serve(generator, state->body_bytes);
}

/* What wrk runs: pauses for the rate, and the whole histogram at the end, in a form that is easy to read. */
static int write_script(struct state *state, struct error *error)
{
    FILE *file;
    int fd;

    snprintf(state->script, sizeof(state->script), "%s/wrk.lua", state->directory.path);
    fd = open(state->script, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    file = fd < 0 ? NULL : fdopen(fd, "w");
    if (!file)
        return error_set(error, EXIT_ENVIRONMENT, -errno, "cannot write %s: %s", state->script,
                         strerror(errno));
    if (state->rate.per_second > 0)
        fprintf(file, "function delay() return %.0f end\n",
                ceil((double)state->connections * 1e3 / state->rate.per_second)); /* "at most" */
    fputs("function done(summary, latency, requests)\n"
          "  local e = summary.errors\n"
          "  io.write(string.format('tracetoll %d %d %d %d %d\\n', summary.duration, summary.requests,\n"
          "    summary.bytes, e.connect + e.read + e.write + e.timeout, e.status))\n"
          "  for i = 1, #latency do\n"
          "    local value, count = latency(i)\n"
          "    io.write(string.format('bin %d %d\\n', value, count))\n"
          "  end\n"
          "  io.write('end\\n')\n"
          "end\n",
          file);
    return fclose(file) == 0 ? 0
                             : error_set(error, EXIT_ENVIRONMENT, -errno, "cannot write %s: %s",
                                         state->script, strerror(errno));
}

static void cleanup(struct workload *workload)
{
    struct state *state = workload->state;

    if (!state)
        return;
    private_directory_remove(&state->directory);
    free(state->path);
    generated_cleanup(workload);
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
    state->directory = PRIVATE_DIRECTORY_NONE;
    state->generator.main[GENERATOR_SERVER] = serve;
    result = read_options(workload, state, error);
    if (result == 0)
        result = program_find("wrk", &state->path, error);
    if (result == 0)
        result = private_directory_create(&state->directory, "/tmp", error);
    if (result == 0)
        result = write_script(state, error);
    workload->cpu = state->generator.cpu[GENERATOR_CLIENT];
    if (result)
        cleanup(workload);
    return result;
}

/*
 * wrk counts from its start, the machine is watched `seconds` from one second later: its counts are taken at
 * their mean rate, or costs per request would be those of fewer seconds than the requests are of.
 */
static int fill(const struct state *state, const struct wrk_result *got, unsigned seconds,
                struct load_sample *sample, struct error *error)
{
    const int *cpu = state->generator.cpu;
    double share = seconds / got->seconds;
    int result = external_fill(sample, got->requests * share, seconds * 1e9, got->failed * share, error);

    if (result)
        return result;
    values_set(&sample->values, "bytes", got->bytes * share);
    values_set(&sample->values, "load.cpus", cpu[GENERATOR_CLIENT] == cpu[GENERATOR_SERVER] ? 1 : 2);
    hist_merge(&sample->latency, &got->latency);
    return 0;
}

static int measure(struct workload *workload, uint64_t window_ns, const struct window_edges *edges,
                   struct load_sample *sample, struct error *error)
{
    const struct state *state = workload->state;
    unsigned seconds = external_seconds(window_ns);
    char url[128], connections[16], time[16], why[256];
    const char *argv[] = {"wrk",         "--threads",  "1",  "--connections",
                          connections,   "--duration", time, "--script",
                          state->script, url,          NULL};
    const struct program_plan plan = {state->path, argv, workload, GENERATOR_CLIENT,
                                      state->generator.cpu[GENERATOR_CLIENT]};
    OWNED_PTR struct wrk_result *got = malloc(sizeof(*got));
    OWNED_PTR char *output = NULL;
    bool ipv6 = strchr(workload->place.server_address, ':') != NULL;
    int result;

    if (!got)
        return error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");
    snprintf(url, sizeof(url), "http://%s%s%s:%u/", ipv6 ? "[" : "", workload->place.server_address,
             ipv6 ? "]" : "", atomic_load(&state->generator.shared->port));
    snprintf(connections, sizeof(connections), "%ld", state->connections);
    snprintf(time, sizeof(time), "%us", seconds + 1);
    result = external_run(&plan, seconds, edges, &output, error);
    if (result)
        return result;
    if (wrk_parse(output, (unsigned)state->connections, got, why, sizeof(why)))
        return external_bad_output("wrk", why, error);
    return fill(state, got, seconds, sample, error);
}

const struct workload_ops workload_http = {
    .name = "http",
    .summary = "HTTP over connections that stay: a server of ours, wrk in front of it",
    .operation = N_("request"),
    .primary_metric = "latency.mean",
    .default_topology = "veth",
    .params = params,
    .program = "wrk",
    .exercises = exercises,
    .own_generator = false,
    .min_window_ns = EXTERNAL_WINDOW_NS,
    .window_overhead_ns = EXTERNAL_OVERHEAD_NS,
    .check = check,
    .prepare = prepare,
    .start = generated_start,
    .measure = measure,
    .stop = generated_stop,
    .cleanup = cleanup,
};
