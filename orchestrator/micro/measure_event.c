/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An event on its way: what its producer pays, what the machine pays with the consumer, and what gets lost.
 * Runs with events and runs of the bare loop take turns.
 */
#include "orchestrator/micro/copies.h"
#include "orchestrator/micro/loads.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/cpus.h"
#include "bpf/consumer.h"

#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

#define EVENTS 1000 /* in one repetition */
#define BURST  100  /* events of one run, where they need not come alone */

/* Loads of the program, each with its consumer; a thread consumes from the one whose turn it is. */
struct flow {
    const struct micro_row *row;
    struct copies copies;
    struct consumer consumers[LOADS_MAX];
    unsigned load; /* whose turn it is */
    pthread_t thread;
    bool running, ready, stop;
    int stop_fd; /* wakes the thread to see that it has to stop */
    int cpu;     /* of the consumer */
    uint64_t wakeups, produced;
};
#define FLOW_INITIALIZER(its_row)                                                                            \
    {                                                                                                        \
        .row = (its_row), .stop_fd = -1                                                                      \
    }

static bool stopped(struct flow *flow)
{
    return __atomic_load_n(&flow->stop, __ATOMIC_RELAXED);
}

static void *consume(void *argument)
{
    struct flow *flow = argument;
    struct consumer *consumer = &flow->consumers[flow->load];
    struct epoll_event events[8];

    cpu_pin(flow->cpu);
    __atomic_store_n(&flow->ready, true, __ATOMIC_RELAXED);
    while (!stopped(flow)) {
        if (flow->row->consuming != CONSUMED_POLLING) {
            if (epoll_wait(consumer->epoll_fd, events, ARRAY_SIZE(events), -1) <= 0 || stopped(flow))
                continue;
            flow->wakeups++;
        }
        consumer_take(consumer);
    }
    consumer_take(consumer); /* what is left */
    return NULL;
}

static int flow_start(struct flow *flow, unsigned load)
{
    int code;

    flow->load = load;
    flow->stop = flow->ready = false;
    code = -pthread_create(&flow->thread, NULL, consume, flow);
    flow->running = code == 0;
    while (flow->running && !__atomic_load_n(&flow->ready, __ATOMIC_RELAXED))
        sched_yield(); /* its beginning is no part of what an event costs */
    return code;
}

static void flow_stop(struct flow *flow)
{
    eventfd_t wakes;

    if (!flow->running)
        return;
    __atomic_store_n(&flow->stop, true, __ATOMIC_RELAXED);
    eventfd_write(flow->stop_fd, 1);
    pthread_join(flow->thread, NULL);
    eventfd_read(flow->stop_fd, &wakes);
    flow->running = false;
}

static void flow_close(struct flow *flow)
{
    flow_stop(flow);
    for (unsigned i = 0; i < flow->copies.count; i++)
        consumer_close(&flow->consumers[i]);
    copies_close(&flow->copies);
    close_fd(&flow->stop_fd);
}

static int open_consumer(struct flow *flow, unsigned load)
{
    const struct consumer_options options = {.perf_pages = flow->row->config.pages,
                                             .wakeup_every = flow->row->config.wakeup_every};
    struct micro_program *program = flow->copies.programs[load];
    struct consumer *consumer = &flow->consumers[load];
    struct epoll_event stop = {.events = EPOLLIN};
    int code = consumer_open(consumer, micro_program_map(program, "perf_buffer"),
                             micro_program_map(program, "ring_buffer"), &options);

    if (code)
        return code;
    return epoll_ctl(consumer->epoll_fd, EPOLL_CTL_ADD, flow->stop_fd, &stop) == 0 ? 0 : -errno;
}

static int flow_open(struct flow *flow, const struct micro_setting *setting, struct error *error)
{
    int code;

    for (unsigned i = 0; i < LOADS_MAX; i++)
        flow->consumers[i] = (struct consumer)CONSUMER_INITIALIZER;
    flow->cpu = setting->other_cpu >= 0 ? setting->other_cpu : setting->cpu;
    if (setting->other_cpu < 0 && flow->row->consuming == CONSUMED_POLLING)
        return error_set(error, EXIT_UNSUPPORTED, -EOPNOTSUPP, "a polling consumer takes a CPU of its own");
    code = copies_open(&flow->copies, &flow->row->config, NULL, setting->loads, error);
    if (code)
        return code;
    flow->stop_fd = eventfd(0, EFD_CLOEXEC);
    if (flow->stop_fd < 0)
        code = -errno;
    for (unsigned i = 0; code == 0 && i < setting->loads; i++)
        code = open_consumer(flow, i);
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
    unsigned most = micro_program_rounds_max(flow->copies.programs[flow->load]);

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
        code = micro_program_run(flow->copies.programs[flow->load], mode, rounds, &ns);
        sum_ns += ns;
    }
    *producer = sum_ns / (runs * rounds);
    *cpu = (process_cpu_ns() - cpu_before) / (runs * rounds);
    if (mode == MICRO_OPERATIONS)
        flow->produced += runs * rounds;
    return code;
}

/* With the consumer of this load at work. */
static int repeat(struct flow *flow, unsigned load, double *producer, double *cpu)
{
    unsigned batch = flow->row->batch ? flow->row->batch : 1;
    double with, with_cpu, bare, bare_cpu;
    int code = flow_start(flow, load);

    if (code == 0)
        code = produce(flow, MICRO_OPERATIONS, &with, &with_cpu);
    if (code == 0)
        code = produce(flow, MICRO_BARE, &bare, &bare_cpu);
    flow_stop(flow);
    if (code)
        return code;
    *producer = (with - bare) / batch;
    *cpu = (with_cpu - bare_cpu) / batch;
    return 0;
}

static void add_details(const struct flow *flow, struct micro_result *result, const double *cpu,
                        unsigned count)
{
    struct micro_result total = {0};
    uint64_t taken = 0;

    for (unsigned i = 0; i < flow->copies.count; i++)
        taken += flow->consumers[i].events;
    micro_estimate(&total, cpu, count);
    micro_detail(result, "total_cpu_ns", json_real(total.cost.estimate));
    micro_detail(result, "wakeups_per_event", json_real((double)flow->wakeups / (double)flow->produced));
    micro_detail(result, "lost_share", json_real(1 - fmin(1, (double)taken / (double)flow->produced)));
}

int micro_measure_event(const struct micro_row *row, const struct micro_setting *setting,
                        struct micro_result *result, struct error *error)
{
    CLEANUP(flow_close) struct flow flow = FLOW_INITIALIZER(row);
    unsigned order[SIGNED_RANK_MAX], count = setting->repetitions;
    double producer[SIGNED_RANK_MAX], cpu[SIGNED_RANK_MAX];
    int code = flow_open(&flow, setting, error);

    if (code)
        return code;
    loads_order(order, count);
    for (unsigned i = 0; code == 0 && i < count; i++) {
        if (interrupt_pending(setting->interrupt))
            return -EINTR;
        code = repeat(&flow, order[i] % setting->loads, &producer[order[i]], &cpu[order[i]]);
    }
    if (code)
        return error_set(error, EXIT_ENVIRONMENT, code, "cannot run it: %s", strerror(-code));
    loads_estimate(result, producer, count, setting->loads);
    micro_judge_width(result, fmax(20, result->cost.estimate));
    add_details(&flow, result, cpu, count);
    return 0;
}
