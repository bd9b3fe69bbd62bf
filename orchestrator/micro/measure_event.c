/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An event on its way: what its producer pays, what the machine pays with the consumer, and what gets lost.
 * Runs with events and runs of the bare loop take turns.
 */
#include "orchestrator/micro/event_loss.h"
#include "orchestrator/stats/select.h"
#include "agents/idle.h"
#include "agents/inventory.h"
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
#include <sys/resource.h>

#define EVENTS    1000 /* in one repetition */
#define BURST     100  /* events of one run, where they need not come alone */
#define SETTLE_MS 50
#define POLL_MS   100 /* as tools do: a timer that is set and taken back costs something, too */
#define RESTED    200 /* in one repetition, each after a pause */

/* The program, and a thread that consumes. */
struct flow {
    const struct micro_row *row;
    struct micro_program *program;
    struct consumer consumer;
    pthread_t thread;
    bool running, ready, stop;
    int stop_fd; /* wakes the thread to see that it has to stop */
    int cpu;     /* of the consumer */
    /* Both on one CPU, and the consumer woken by each event: the kernel's own count of the program's run time
     * tells what is done in it, since the consumer's turn is a part of any other clock. */
    bool shared;
    int statistics_fd;
    /* Each on its own CPU: that of the consumer is idle before, and neither thread's clock has its way out of
     * that. */
    struct idle_source *idle;
    uint64_t wakeups, produced, elapsed_ns; /* while events were produced */
};
#define FLOW_INITIALIZER(its_row)                                                                            \
    {                                                                                                        \
        .row = (its_row), .stop_fd = -1, .statistics_fd = -1, .consumer = CONSUMER_INITIALIZER               \
    }

static bool stopped(struct flow *flow)
{
    return __atomic_load_n(&flow->stop, __ATOMIC_RELAXED);
}

/* How often this thread went to sleep: a wait that returns at once is no wake-up. */
static uint64_t slept(void)
{
    struct rusage usage = {0};

    getrusage(RUSAGE_THREAD, &usage);
    return (uint64_t)usage.ru_nvcsw;
}

static void *consume(void *argument)
{
    struct flow *flow = argument;
    struct consumer *consumer = &flow->consumer;
    /* The consumers of our own probes wait without a timer (bpf/consumer.c): on one CPU it would be in the
     * change to a consumer and back, and is in no run's. */
    int wait_ms = flow->shared ? -1 : POLL_MS;
    struct epoll_event events[8];
    uint64_t before;

    cpu_pin(flow->cpu);
    before = slept();
    __atomic_store_n(&flow->ready, true, __ATOMIC_RELAXED);
    while (!stopped(flow)) {
        if (flow->row->consuming != CONSUMED_POLLING) {
            if (epoll_wait(consumer->epoll_fd, events, ARRAY_SIZE(events), wait_ms) <= 0 || stopped(flow))
                continue;
        }
        consumer_take(consumer);
    }
    consumer_take(consumer); /* what is left */
    before = slept() - before;
    flow->wakeups += before > 0 ? before - 1 : 0; /* the last sleep is ended by flow_stop() */
    return NULL;
}

/* Once for all repetitions: what a new thread leaves for RCU keeps its CPU's tick from being stopped in idle,
 * which is a good part of what going idle costs. */
static int flow_start(struct flow *flow)
{
    const struct timespec settle = {.tv_nsec = SETTLE_MS * NS_PER_MS};
    int code;

    flow->stop = flow->ready = false;
    code = -pthread_create(&flow->thread, NULL, consume, flow);
    flow->running = code == 0;
    while (flow->running && !__atomic_load_n(&flow->ready, __ATOMIC_RELAXED))
        sched_yield(); /* its beginning is no part of what an event costs */
    nanosleep(&settle, NULL);
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
    consumer_close(&flow->consumer);
    micro_program_close(&flow->program);
    idle_close(flow->idle);
    close_fd(&flow->stop_fd);
    close_fd(&flow->statistics_fd);
}

static int open_consumer(struct flow *flow)
{
    const struct consumer_options options = {.perf_pages = flow->row->config.pages,
                                             .wakeup_every = flow->row->config.wakeup_every};
    struct epoll_event stop = {.events = EPOLLIN};
    int code = consumer_open(&flow->consumer, micro_program_map(flow->program, "perf_buffer"),
                             micro_program_map(flow->program, "ring_buffer"), &options);

    if (code)
        return code;
    return epoll_ctl(flow->consumer.epoll_fd, EPOLL_CTL_ADD, flow->stop_fd, &stop) == 0 ? 0 : -errno;
}

/* Only the fine source will do: a repetition takes a millisecond or two. */
static void open_idle(struct flow *flow)
{
    struct error ignored = {0};

    if (idle_open(&flow->idle, &ignored) == 0 && idle_read(flow->idle, true) &&
        strcmp(idle_source_name(flow->idle), "timer_list") == 0)
        return;
    idle_close(flow->idle);
    flow->idle = NULL;
}

static int flow_open(struct flow *flow, const struct micro_setting *setting, struct error *error)
{
    int code;

    flow->cpu = setting->other_cpu >= 0 ? setting->other_cpu : setting->cpu;
    if (setting->other_cpu < 0 && flow->row->consuming == CONSUMED_WOKEN)
        flow->statistics_fd = bpf_statistics_enable(); /* before 5.8 there are none */
    flow->shared = flow->statistics_fd >= 0;
    if (flow->row->consuming == CONSUMED_RESTED)
        open_idle(flow);
    if (setting->other_cpu < 0 && flow->row->consuming == CONSUMED_POLLING)
        return error_set(error, EXIT_UNSUPPORTED, -EOPNOTSUPP, "a polling consumer takes a CPU of its own");
    if (setting->other_cpu < 0 && flow->row->consuming == CONSUMED_RESTED)
        return error_set(error, EXIT_UNSUPPORTED, -EOPNOTSUPP, "no CPU is idle before the consumer has it");
    code = micro_program_open(&flow->program, &flow->row->config, NULL, error);
    if (code)
        return code;
    flow->stop_fd = eventfd(0, EFD_CLOEXEC);
    if (flow->stop_fd < 0)
        code = -errno;
    if (code == 0)
        code = open_consumer(flow);
    return code ? error_set(error, EXIT_ENVIRONMENT, code, "cannot consume: %s", strerror(-code)) : 0;
}

/* Of all CPUs; NaN where nobody asks, or the kernel tells it by the tick. */
static double machine_busy_ns(const struct flow *flow)
{
    const struct idle_reading *reading = flow->idle ? idle_read(flow->idle, true) : NULL;
    double busy_ns = 0;

    if (!reading)
        return NAN;
    for (unsigned i = 0; i < reading->count; i++)
        busy_ns += (double)reading->now_ns - (double)reading->cpus[i].not_busy_ns;
    return busy_ns;
}

static double cpu_ns(clockid_t clock)
{
    struct timespec now = {0};

    clock_gettime(clock, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static double consumer_cpu_ns(const struct flow *flow)
{
    clockid_t clock;

    return pthread_getcpuclockid(flow->thread, &clock) == 0 ? cpu_ns(clock) : NAN;
}

/* Events that have to come alone are a run each: a burst would find its consumer awake. */
static unsigned rounds_of(const struct flow *flow)
{
    unsigned most = micro_program_rounds_max(flow->program);

    if (flow->row->consuming == CONSUMED_WOKEN || flow->row->consuming == CONSUMED_RESTED)
        return 1;
    return BURST < most ? BURST : most;
}

static double in_program_ns(const struct flow *flow)
{
    uint64_t run_time_ns, run_count;

    return flow->shared && micro_program_statistics(flow->program, &run_time_ns, &run_count) == 0
               ? (double)run_time_ns
               : NAN;
}

/* The producer's own CPU must not sleep: its way back would be in the sum. */
static void stay_busy(uint64_t ns)
{
    uint64_t until_ns = clock_now_ns() + ns;

    while (clock_now_ns() < until_ns)
        ;
}

/* ns of an event, or of a bare round. */
struct spending {
    double producer; /* while its program runs */
    double consumer; /* CPU time of the consumer's thread */
    double all;      /* CPU time of both threads */
    double machine;  /* CPU time of all that runs, the idle task's way to a thread included */
};

/*
 * EVENTS events, or as many bare rounds. A consumer that is to be woken by each, on the producer's own CPU,
 * has to get that CPU in between; where there is nobody to give it to, that costs the same, but for the
 * change.
 */
static int produce(struct flow *flow, enum micro_mode mode, struct spending *spent)
{
    bool rested = flow->row->consuming == CONSUMED_RESTED;
    unsigned rounds = rounds_of(flow), runs = rested ? RESTED : (EVENTS + rounds - 1) / rounds;
    double in_program_before = in_program_ns(flow), all_before = cpu_ns(CLOCK_PROCESS_CPUTIME_ID),
           consumer_before = consumer_cpu_ns(flow), machine_before = machine_busy_ns(flow), sum_ns = 0, ns;
    uint64_t start_ns = clock_now_ns();
    int code = 0;

    for (unsigned i = 0; code == 0 && i < runs; i++) {
        code = micro_program_run(flow->program, mode, rounds, &ns);
        sum_ns += ns;
        if (flow->shared)
            sched_yield();
        if (rested)
            stay_busy(flow->row->gap_ns);
    }
    if (flow->shared)
        sum_ns = in_program_ns(flow) - in_program_before;
    spent->producer = sum_ns / (runs * rounds);
    spent->consumer = (consumer_cpu_ns(flow) - consumer_before) / (runs * rounds);
    spent->all = (cpu_ns(CLOCK_PROCESS_CPUTIME_ID) - all_before) / (runs * rounds);
    spent->machine = (machine_busy_ns(flow) - machine_before) / (runs * rounds);
    if (mode == MICRO_OPERATIONS) {
        flow->produced += runs * rounds;
        flow->elapsed_ns += clock_now_ns() - start_ns;
    }
    return code;
}

/* With the consumer at work: of an event, what it adds to a bare round. */
static int repeat(struct flow *flow, struct spending *added)
{
    unsigned batch = flow->row->batch ? flow->row->batch : 1;
    struct spending with, bare;
    int code = produce(flow, MICRO_OPERATIONS, &with);

    if (code == 0)
        code = produce(flow, MICRO_BARE, &bare);
    if (code)
        return code;
    *added = (struct spending){
        (with.producer - bare.producer) / batch,
        (with.consumer - bare.consumer) / batch,
        (with.all - bare.all) / batch,
        (with.machine - bare.machine) / batch,
    };
    return 0;
}

/* What a change to the consumer and back takes: of the producer, outside of its program, or of an idle CPU.
 */
static void add_change(const struct flow *flow, struct micro_result *result, double *changes)
{
    double wakeups = (double)flow->wakeups / (double)flow->produced;

    if (flow->row->batch) /* what is added is of one of them */
        wakeups /= flow->row->batch;
    if (wakeups > 0 && (flow->shared || flow->idle))
        micro_detail(result, flow->shared ? "change_per_wakeup_ns" : "idle_change_per_wakeup_ns",
                     json_real(select_median(changes, result->count) / wakeups));
}

static void add_details(const struct flow *flow, struct micro_result *result, double *cpu, double *changes)
{
    micro_detail(result, "total_cpu_ns", json_real(select_median(cpu, result->count)));
    micro_detail(result, "wakeups_per_event", json_real((double)flow->wakeups / (double)flow->produced));
    if (flow->wakeups > 0)
        micro_detail(result, "wakeup_cycle_ns", json_real((double)flow->elapsed_ns / (double)flow->wakeups));
    micro_detail(result, "lost_share", json_real(event_lost_share(flow->consumer.events, flow->produced)));
    add_change(flow, result, changes);
}

int micro_measure_event(const struct micro_row *row, const struct micro_setting *setting,
                        struct micro_result *result, struct error *error)
{
    CLEANUP(flow_close) struct flow flow = FLOW_INITIALIZER(row);
    double cpu[SIGNED_RANK_MAX], changes[SIGNED_RANK_MAX];
    int code = flow_open(&flow, setting, error);

    if (code)
        return code;
    code = flow_start(&flow);
    for (unsigned i = 0; code == 0 && i < setting->repetitions; i++) {
        struct spending added = {0};

        if (interrupt_pending(setting->interrupt))
            return -EINTR;
        code = repeat(&flow, &added);
        result->values[i] = added.producer;
        cpu[i] = added.all;
        changes[i] = flow.shared ? added.all - added.producer - added.consumer : added.machine - added.all;
    }
    flow_stop(&flow);
    if (code)
        return error_set(error, EXIT_ENVIRONMENT, code, "cannot run it: %s", strerror(-code));
    result->count = setting->repetitions;
    result->status = ROW_MEASURED;
    add_details(&flow, result, cpu, changes);
    event_loss_judge(flow.consumer.events, flow.produced, result);
    return 0;
}
