/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An event on its way: what its producer pays, what the machine pays with the consumer, and what gets lost.
 * Runs with events and runs of the bare loop take turns.
 */
#include "orchestrator/micro/micro.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/cpus.h"
#include "bpf/consumer.h"
#include "orchestrator/stats/select.h"

#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>

#define EVENTS  1000 /* in one repetition */
#define BURST   100  /* events of one run, where they need not come alone */
#define WAIT_MS 50

struct flow {
    const struct micro_row *row;
    struct micro_program *program;
    struct consumer consumer;
    pthread_t thread;
    bool running, stop;
    int cpu; /* of the consumer */
    uint64_t wakeups, produced;
};

static bool stopped(struct flow *flow)
{
    return __atomic_load_n(&flow->stop, __ATOMIC_RELAXED);
}

static void *consume(void *argument)
{
    struct flow *flow = argument;
    struct epoll_event events[8];

    cpu_pin(flow->cpu);
    while (!stopped(flow)) {
        if (flow->row->consuming != CONSUMED_POLLING) {
            if (epoll_wait(flow->consumer.epoll_fd, events, ARRAY_SIZE(events), WAIT_MS) <= 0)
                continue;
            flow->wakeups++;
        }
        consumer_take(&flow->consumer);
    }
    consumer_take(&flow->consumer);
    return NULL;
}

static void flow_close(struct flow *flow)
{
    __atomic_store_n(&flow->stop, true, __ATOMIC_RELAXED);
    if (flow->running)
        pthread_join(flow->thread, NULL);
    flow->running = false;
}

static void flow_free(struct flow *flow)
{
    flow_close(flow);
    consumer_close(&flow->consumer);
    micro_program_close(&flow->program);
}

static int flow_open(struct flow *flow, const struct micro_setting *setting, struct error *error)
{
    const struct consumer_options options = {.perf_pages = flow->row->config.pages,
                                             .wakeup_every = flow->row->config.wakeup_every};
    int code = micro_program_open(&flow->program, &flow->row->config, NULL, error);

    if (code)
        return code;
    flow->cpu = setting->other_cpu >= 0 ? setting->other_cpu : setting->cpu;
    if (setting->other_cpu < 0 && flow->row->consuming == CONSUMED_POLLING)
        return error_set(error, EXIT_UNSUPPORTED, -EOPNOTSUPP, "a polling consumer takes a CPU of its own");
    code = consumer_open(&flow->consumer, micro_program_map(flow->program, "perf_buffer"),
                         micro_program_map(flow->program, "ring_buffer"), &options);
    if (code == 0)
        code = -pthread_create(&flow->thread, NULL, consume, flow);
    flow->running = code == 0;
    return code ? error_set(error, EXIT_ENVIRONMENT, code, "cannot consume: %s", strerror(-code)) : 0;
}

static double process_cpu_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

/* Events that have to come alone are a run each: a burst would find its consumer awake. */
static unsigned rounds_of(const struct flow *flow)
{
    unsigned most = micro_program_rounds_max(flow->program);

    if (flow->row->consuming == CONSUMED_WOKEN)
        return 1;
    return BURST < most ? BURST : most;
}

/* EVENTS events, or as many bare rounds; *producer and *cpu: ns each. */
static int produce(struct flow *flow, enum micro_mode mode, double *producer, double *cpu)
{
    unsigned rounds = rounds_of(flow), runs = (EVENTS + rounds - 1) / rounds;
    double cpu_before = process_cpu_ns(), sum_ns = 0, ns;
    int code = 0;

    for (unsigned i = 0; code == 0 && i < runs; i++) {
        code = micro_program_run(flow->program, mode, rounds, &ns);
        sum_ns += ns;
    }
    *producer = sum_ns / (runs * rounds);
    *cpu = (process_cpu_ns() - cpu_before) / (runs * rounds);
    if (mode == MICRO_OPERATIONS)
        flow->produced += runs * rounds;
    return code;
}

static int repeat(struct flow *flow, unsigned batch, double *producer, double *cpu)
{
    double with, with_cpu, bare, bare_cpu;
    int code = produce(flow, MICRO_OPERATIONS, &with, &with_cpu);

    if (code == 0)
        code = produce(flow, MICRO_BARE, &bare, &bare_cpu);
    *producer = (with - bare) / batch;
    *cpu = (with_cpu - bare_cpu) / batch;
    return code;
}

static void judge(struct micro_result *result)
{
    double width = result->cost.high - result->cost.low;

    result->status = ROW_MEASURED;
    if (width <= fmax(20, result->cost.estimate))
        return;
    result->status = ROW_UNTRUSTWORTHY;
    snprintf(result->reason, sizeof(result->reason), "its interval is %.0f ns wide", width);
}

static void add_details(struct flow *flow, struct micro_result *result, const double *cpu, unsigned count)
{
    struct micro_result total = {0};

    micro_estimate(&total, cpu, count);
    micro_detail(result, "total_cpu_ns", json_real(total.cost.estimate));
    flow_close(flow); /* takes what is left */
    micro_detail(result, "wakeups_per_event", json_real((double)flow->wakeups / (double)flow->produced));
    micro_detail(result, "lost_share",
                 json_real(1 - fmin(1, (double)flow->consumer.events / (double)flow->produced)));
}

int micro_measure_event(const struct micro_row *row, const struct micro_setting *setting,
                        struct micro_result *result, struct error *error)
{
    CLEANUP(flow_free) struct flow flow = {.row = row, .consumer = CONSUMER_INITIALIZER};
    double producer[SIGNED_RANK_MAX], cpu[SIGNED_RANK_MAX];
    int code = flow_open(&flow, setting, error);

    if (code)
        return code;
    for (unsigned i = 0; code == 0 && i < setting->repetitions; i++) {
        if (interrupt_pending(setting->interrupt))
            return -EINTR;
        code = repeat(&flow, row->batch ? row->batch : 1, &producer[i], &cpu[i]);
    }
    if (code)
        return error_set(error, EXIT_ENVIRONMENT, code, "cannot run it: %s", strerror(-code));
    micro_estimate(result, producer, setting->repetitions);
    judge(result);
    add_details(&flow, result, cpu, setting->repetitions);
    return 0;
}
