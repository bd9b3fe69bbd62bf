/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Own generators against those that people know, on one veth pair and the same CPU, taking turns in a random
 * order: ratios of ours to theirs, with intervals. A generator that is slow itself hides what a tool costs.
 * build/bench/speed ROUNDS COMPARISON, which is a number from 0; prints a row of a table. 1: the aim is
 * missed for sure; 2: there is no such comparison.
 */
#include "base/cleanup.h"
#include "base/program_path.h"
#include "base/random.h"
#include "netns/topology.h"
#include "orchestrator/stats/estimate.h"
#include "orchestrator/stats/signed_rank.h"
#include "workloads/external.h"
#include "workloads/options.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WINDOW_NS  (2 * NS_PER_SECOND)
#define ROUNDS_MAX 100
#define ONE_SIDED  0.025

struct bench {
    struct topology topology;
    const char *pool[TOPOLOGY_CLIENTS_MAX];
};

struct comparison {
    const char *ours, *theirs; /* workloads; theirs may be "sockperf udp" or "sockperf tcp" */
    const char *value;         /* what is compared, per second of the window */
    double aim;
};

static const struct comparison comparisons[] = {
    {"udp_flood,size=18", "iperf3,proto=udp,length=18", "ops", 1.2},
    {"udp_flood,size=18,gso=on", "iperf3,proto=udp,length=18", "ops", 3},
    {"udp_rr,size=64", "sockperf udp", "ops", 1},
    {"tcp_rr,size=64", "sockperf tcp", "ops", 1},
    {"tcp_stream", "iperf3,proto=tcp", "bytes", 0.95},
};

static struct workload_place place_of(struct bench *bench)
{
    for (unsigned i = 0; i < bench->topology.client_pool_count; i++)
        bench->pool[i] = bench->topology.client_pool[i];
    return (struct workload_place){
        .client_netns_fd = bench->topology.client.netns_fd,
        .server_netns_fd = bench->topology.server.netns_fd,
        .server_address = bench->topology.server.address,
        .client_addresses = bench->pool,
        .client_address_count = bench->topology.client_pool_count,
        .cgroup_procs_fd = -1,
    };
}

static void release(struct workload *workload)
{
    if (workload->ops) {
        workload->ops->stop(workload);
        workload->ops->cleanup(workload);
    }
    workload_free(workload);
}

static double rate_of(const struct load_sample *sample, const char *value)
{
    return values_or_nan(&sample->values, value) * 1e9 / values_or_nan(&sample->values, "window_ns");
}

static int run_workload(struct bench *bench, const char *text, const char *value, double *rate,
                        struct error *error)
{
    CLEANUP(release) struct workload workload = {0};
    CLEANUP(load_sample_free) struct load_sample *sample = calloc(1, sizeof(*sample));
    int result = workload_parse(&workload, text, error);

    if (result)
        return result;
    workload.place = place_of(bench);
    result = workload.ops->prepare(&workload, error);
    if (result == 0)
        result = workload.ops->start(&workload, error);
    if (result == 0)
        interrupt_wait(NULL, clock_now_ns() + workload.ops->warm_up_ns, -1);
    if (result == 0)
        result = workload.ops->measure(&workload, WINDOW_NS, NULL, sample, error);
    if (result == 0)
        *rate = rate_of(sample, value);
    return result;
}

/* "sockperf: [Valid Duration] RunTime=1.549 sec; SentMessages=1234; ReceivedMessages=1234" */
static int parse_sockperf(const char *text, double *rate, struct error *error)
{
    const char *line = text ? strstr(text, "[Valid Duration] RunTime=") : NULL;
    double seconds;
    unsigned long sent, received;

    if (!line || sscanf(line, "[Valid Duration] RunTime=%lf sec; SentMessages=%lu; ReceivedMessages=%lu",
                        &seconds, &sent, &received) != 3)
        return external_bad_output("sockperf", "no valid duration", error);
    *rate = (double)received / seconds;
    return 0;
}

/* Round trips per second of its ping-pong; both ends on the CPU that ours take. */
static int run_sockperf(struct bench *bench, const char *text, double *rate, struct error *error)
{
    const char *tcp = strstr(text, "tcp") ? "--tcp" : NULL, *address = bench->topology.server.address;
    const char *server_argv[] = {"sockperf", "server", "-i", address, "-p", "11111", tcp, NULL};
    const char *client_argv[] = {"sockperf", "ping-pong", "-i", address, "-p", "11111",
                                 "-t",       "2",         "-m", "64",    tcp,  NULL};
    CLEANUP(program_end) struct program server = PROGRAM_NONE, client = PROGRAM_NONE;
    struct workload workload = {.place = place_of(bench)};
    OWNED_PTR char *path = NULL, *output = NULL;
    struct program_plan plan = {NULL, server_argv, &workload, GENERATOR_SERVER, option_last_cpu()};
    int result = program_find("sockperf", &path, error);

    plan.path = path;
    if (result == 0)
        result = program_start(&server, &plan, error);
    if (result)
        return result;
    program_wait(&server, NULL, clock_now_ns() + NS_PER_SECOND, NULL); /* it says nowhere when it listens */
    plan.argv = client_argv;
    plan.role = GENERATOR_CLIENT;
    result = program_start(&client, &plan, error);
    if (result == 0)
        result = program_finish(&client, NULL, clock_now_ns() + 20 * NS_PER_SECOND, error);
    output = program_output(&client);
    return result ? result : parse_sockperf(output, rate, error);
}

static int run_one(struct bench *bench, const char *text, const char *value, double *rate,
                   struct error *error)
{
    return strncmp(text, "sockperf", 8) == 0 ? run_sockperf(bench, text, rate, error)
                                             : run_workload(bench, text, value, rate, error);
}

/* One ratio: both in an order that the coin says. */
static int round_of(struct bench *bench, const struct comparison *comparison, bool ours_first, double *ratio,
                    struct error *error)
{
    double ours = 0, theirs = 0;
    int result = 0;

    for (int turn = 0; result == 0 && turn < 2; turn++) {
        bool own = (turn == 0) == ours_first;

        result = run_one(bench, own ? comparison->ours : comparison->theirs, comparison->value,
                         own ? &ours : &theirs, error);
    }
    *ratio = log(ours / theirs);
    return result;
}

/* 0: the aim is not missed for sure; 1: it is; or a negative errno. */
static int compare(struct bench *bench, const struct comparison *comparison, unsigned rounds,
                   struct random *random, struct error *error)
{
    double ratios[ROUNDS_MAX];
    struct interval interval;
    int result;

    for (unsigned i = 0; i < rounds; i++) {
        result = round_of(bench, comparison, random_coin(random), &ratios[i], error);
        if (result)
            return result;
    }
    result = hodges_lehmann(ratios, rounds, signed_rank_k(rounds, ONE_SIDED), &interval);
    if (result)
        return error_set(error, EXIT_UNTRUSTWORTHY, result, "%s: no ratio", comparison->ours);
    printf("| `%s` | `%s` | %.2f [%.2f, %.2f] | %.2f | %s |\n", comparison->ours, comparison->theirs,
           exp(interval.estimate), exp(interval.low), exp(interval.high), comparison->aim,
           exp(interval.low) >= comparison->aim    ? "yes"
           : exp(interval.high) >= comparison->aim ? "not told apart"
                                                   : "no");
    fflush(stdout);
    return exp(interval.high) < comparison->aim;
}

int main(int argc, char **argv)
{
    struct bench bench = {0};
    unsigned rounds = argc > 1 ? (unsigned)atoi(argv[1]) : 0, number = argc > 2 ? (unsigned)atoi(argv[2]) : 0;
    struct random random;
    struct error error = {0};
    int result;

    if (argc != 3 || rounds < 6 || rounds > ROUNDS_MAX || number >= ARRAY_SIZE(comparisons))
        return EXIT_USAGE;
    random_seed(&random, clock_now_ns());
    result = topology_parse(&bench.topology, "veth", &error);
    if (result == 0)
        result = topology_up(&bench.topology, &error);
    if (result == 0)
        result = compare(&bench, &comparisons[number], rounds, &random, &error);
    topology_free(&bench.topology);
    if (result < 0)
        return fprintf(stderr, "speed: %s\n", error.message), (int)error.status;
    return result;
}
