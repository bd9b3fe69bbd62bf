/* SPDX-License-Identifier: GPL-2.0 */
#include "workloads/generator.h"
#include "workloads/ticks.h"
#include "base/capabilities.h"
#include "base/cleanup.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>

#define REACTION_LIMIT_NS (5 * NS_PER_SECOND) /* long enough for a machine in trouble */
#define ROUND_TRIPS_MAX   4                   /* of an operation, which a window's end waits for */
#define CAPACITY_WARM_NS  (250 * NS_PER_MS)
#define CAPACITY_NS       (500 * NS_PER_MS)

static const char *const role_names[] = {"server", "client"};

void generator_init(struct generator *generator, const struct workload *workload)
{
    *generator = (struct generator){
        .workload = workload,
        .cpu = {-1, -1},
        .process = {PROCESS_NONE, PROCESS_NONE},
        .ended_fd = -1,
    };
}

int generator_fail(struct generator *generator, enum generator_role role, int code, const char *what)
{
    snprintf(generator->shared->failure[role], sizeof(generator->shared->failure[role]), "%s: %s", what,
             strerror(-code));
    return code;
}

void generator_ready(struct generator *generator, enum generator_role role)
{
    atomic_store_explicit(&generator->shared->ready[role], 1, memory_order_release);
}

static void run_role(struct generator *generator, enum generator_role role, pid_t parent)
{
    const struct workload_place *place = &generator->workload->place;
    struct process_place where = PROCESS_PLACE_NONE;
    const char *step;
    int result;

    where.netns_fd = role == GENERATOR_SERVER ? place->server_netns_fd : place->client_netns_fd;
    where.cgroup_procs_fd = place->cgroup_procs_fd;
    where.cpu = generator->cpu[role];
    result = process_settle(&where, parent, &step);

    if (result) {
        generator_fail(generator, role, result, step);
        _exit(1);
    }
    process_make_prompt();
    result = capabilities_drop();
    if (result) {
        generator_fail(generator, role, result, "giving up its capabilities");
        _exit(1);
    }
    generator->main[role](generator);
    _exit(1);
}

static void run_server(void *argument, pid_t parent)
{
    run_role(argument, GENERATOR_SERVER, parent);
}

static void run_client(void *argument, pid_t parent)
{
    run_role(argument, GENERATOR_CLIENT, parent);
}

/* Which of them ended, and why, as one sentence. */
static int explain_end(struct generator *generator, struct error *error)
{
    for (int role = 0; role < GENERATOR_ROLES; role++) {
        struct process *process = &generator->process[role];
        const char *failure = generator->shared->failure[role];
        char end[64];

        if (!process_ended(process))
            continue;
        return error_set(error, EXIT_UNTRUSTWORTHY, -EPIPE, "the %s of workload %s %s%s%s", role_names[role],
                         generator->workload->ops->name, process_describe_end(process, end, sizeof(end)),
                         failure[0] ? ": " : "", failure);
    }
    return error_set(error, EXIT_UNTRUSTWORTHY, -EPIPE, "workload %s ended", generator->workload->ops->name);
}

int generator_pause(struct generator *generator, uint64_t ns, struct error *error)
{
    int result =
        interrupt_wait(generator->workload->place.interrupt, clock_now_ns() + ns, generator->ended_fd);

    return result == 1 ? explain_end(generator, error) : result;
}

uint64_t generator_reaction_limit_ns(const struct workload_place *place)
{
    return REACTION_LIMIT_NS + ROUND_TRIPS_MAX * workload_round_trip_ns(place);
}

/*
 * Until *word is `wanted`. It looks again and again, since a wake-up call would be a system call of the
 * generator, in what the target traces; the steps grow so that a slow generator is left alone.
 */
static int wait_for(struct generator *generator, _Atomic uint32_t *word, uint32_t wanted, struct error *error)
{
    uint64_t wait_ns = generator_reaction_limit_ns(&generator->workload->place),
             limit_ns = clock_now_ns() + wait_ns, step_ns = 20 * NS_PER_US;

    while (atomic_load_explicit(word, memory_order_acquire) != wanted) {
        int result = generator_pause(generator, step_ns, error);

        if (result)
            return result;
        if (clock_now_ns() > limit_ns)
            return error_set(error, EXIT_UNTRUSTWORTHY, -EPIPE, "workload %s has not reacted for %d s",
                             generator->workload->ops->name, (int)(wait_ns / NS_PER_SECOND));
        if (step_ns < NS_PER_MS)
            step_ns *= 2;
    }
    return 0;
}

static int watch_end(struct generator *generator, enum generator_role role)
{
    struct epoll_event event = {.events = EPOLLIN};

    return epoll_ctl(generator->ended_fd, EPOLL_CTL_ADD, generator->process[role].pidfd, &event) == 0
               ? 0
               : -errno;
}

static int start_role(struct generator *generator, enum generator_role role, struct error *error)
{
    int result;

    if (!generator->main[role])
        return 0;
    result = process_fork(&generator->process[role], role == GENERATOR_SERVER ? run_server : run_client,
                          generator);
    if (result == 0)
        result = watch_end(generator, role);
    if (result)
        return error_set(error, EXIT_ENVIRONMENT, result, "the %s of workload %s can't be started: %s",
                         role_names[role], generator->workload->ops->name, strerror(-result));
    result = wait_for(generator, &generator->shared->ready[role], 1, error);
    if (result == -EPIPE && error)
        error->status = EXIT_ENVIRONMENT; /* it never worked: not a matter of trust */
    return result;
}

static int map_shared(struct generator *generator)
{
    void *shared = mmap(NULL, sizeof(*generator->shared), PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

    if (shared == MAP_FAILED)
        return -errno;
    generator->shared = shared;
    generator->ended_fd = epoll_create1(EPOLL_CLOEXEC);
    return generator->ended_fd < 0 ? -errno : 0;
}

int generator_start(struct generator *generator, struct error *error)
{
    int result = map_shared(generator);

    if (result)
        error_set(error, EXIT_ENVIRONMENT, result, "workload %s can't be started: %s",
                  generator->workload->ops->name, strerror(-result));
    for (int role = 0; result == 0 && role < GENERATOR_ROLES; role++)
        result = start_role(generator, role, error);
    if (result)
        generator_stop(generator);
    return result;
}

void generator_stop(struct generator *generator)
{
    /* The client first: a server that goes first would make its last request fail. */
    process_kill(&generator->process[GENERATOR_CLIENT]);
    process_kill(&generator->process[GENERATOR_SERVER]);
    close_fd(&generator->ended_fd);
    if (generator->shared)
        munmap(generator->shared, sizeof(*generator->shared));
    generator->shared = NULL;
}

/* Makes the next window current and waits until the generator has let go of the one before. */
static int next_window(struct generator *generator, struct error *error)
{
    struct recorder_shared *recorder = &generator->shared->recorder;
    uint32_t number = atomic_load_explicit(&recorder->requested, memory_order_relaxed) + 1;

    memset(&recorder->windows[number % 2], 0, sizeof(recorder->windows[0]));
    atomic_store_explicit(&recorder->requested, number, memory_order_release);
    return wait_for(generator, &recorder->acknowledged, number, error);
}

/*
 * Open loop: replies or requests that are missing by more than one in a hundred. Where the links lose packets
 * because they were told to, an unanswered request is the load as it was ordered.
 */
static bool missed(const struct generator *generator, const struct recorder_window *window, double window_ns)
{
    double due = generator->offered_rate * window_ns / 1e9;
    uint64_t done = window->ops + (generator->workload->place.loss > 0 ? window->failed : 0);

    return generator->offered_rate > 0 && (double)done < 0.99 * due - 1;
}

struct served {
    uint64_t operations, bytes;
};

static struct served read_served(const struct generator *generator)
{
    return (struct served){
        .operations = atomic_load_explicit(&generator->shared->served, memory_order_relaxed),
        .bytes = atomic_load_explicit(&generator->shared->served_bytes, memory_order_relaxed),
    };
}

/* Of the CPU that a closed loop keeps busy: an open one may leave it idle, without ticks. NaN: not counted.
 */
static double read_ticks(const struct generator *generator)
{
    bool counted =
        generator->reference && generator->offered_rate <= 0 && generator->cpu[GENERATOR_CLIENT] >= 0;

    return counted ? ticks_count(generator->cpu[GENERATOR_CLIENT]) : NAN;
}

static int fill_ticks(const struct generator *generator, double ticks, struct values *values)
{
    int result;

    if (isnan(ticks))
        return 0;
    result = values_set(values, "load.ticks", ticks);
    result = result ? result : values_set(values, "load.tick_ns", ticks_period_ns());
    return result ? result : values_set(values, "load.cpu", generator->cpu[GENERATOR_CLIENT]);
}

static int fill(const struct generator *generator, struct recorder_window *window,
                const struct served *served, struct load_sample *sample)
{
    double window_ns = (double)(window->end_ns - window->start_ns);
    struct values *values = &sample->values;
    int result = values_set(values, "ops", (double)window->ops);

    result = result ? result : values_set(values, "window_ns", window_ns);
    result = result ? result : values_set(values, "failed", (double)window->failed);
    result = result ? result : values_set(values, "load.missed", missed(generator, window, window_ns));
    if (generator->offered_rate > 0)
        result =
            result ? result : values_set(values, "offered_rate", (double)window->offered * 1e9 / window_ns);
    if (generator->reports_bytes)
        result = result ? result : values_set(values, "bytes", (double)window->bytes);
    if (generator->timer_ns > 0)
        result = result ? result : values_set(values, "timer_ns", generator->timer_ns);
    if (generator->reports_served) {
        result = result ? result : values_set(values, "received", (double)served->operations);
        result = result ? result : values_set(values, "received_bytes", (double)served->bytes);
    }
    result = result ? result : reference_values(&window->reference, values);
    hist_merge(&sample->latency, &window->latency);
    return result;
}

/* Waits until end_ns; looks at the machine in between, where the caller wants to. */
static int pause_until(struct generator *generator, uint64_t end_ns, const struct window_edges *edges,
                       struct error *error)
{
    bool ticking = edges && edges->tick;
    int result = 0;

    for (uint64_t now_ns = clock_now_ns(); result == 0 && now_ns < end_ns; now_ns = clock_now_ns()) {
        uint64_t rest_ns = end_ns - now_ns;

        result =
            generator_pause(generator, ticking && rest_ns > WINDOW_TICK_NS ? WINDOW_TICK_NS : rest_ns, error);
        if (result == 0 && ticking && rest_ns > WINDOW_TICK_NS)
            edges->tick(edges->context);
    }
    return result;
}

int generator_measure(struct generator *generator, uint64_t window_ns, const struct window_edges *edges,
                      struct load_sample *sample, struct error *error)
{
    struct recorder_shared *recorder = &generator->shared->recorder;
    struct recorder_window *window;
    struct served before, served;
    double ticks;
    int result = next_window(generator, error);

    if (result)
        return result;
    ticks = read_ticks(generator);
    before = read_served(generator);
    window = &recorder->windows[atomic_load_explicit(&recorder->requested, memory_order_relaxed) % 2];
    if (edges && edges->begin)
        edges->begin(edges->context);
    result = pause_until(generator, window->start_ns + window_ns, edges, error);
    if (result == 0)
        result = next_window(generator, error);
    if (result)
        return result;
    ticks = read_ticks(generator) - ticks;
    served = read_served(generator);
    served.operations -= before.operations;
    served.bytes -= before.bytes;
    if (edges && edges->end)
        edges->end(edges->context);
    if (fill(generator, window, &served, sample) || fill_ticks(generator, ticks, &sample->values))
        return error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");
    return 0;
}

int generator_capacity(struct generator *generator, double *per_second, struct error *error)
{
    struct load_sample *sample = calloc(1, sizeof(*sample));
    int result;

    if (!sample)
        return error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");
    result = generator_start(generator, error);
    if (result == 0)
        result = generator_pause(generator, CAPACITY_WARM_NS, error);
    if (result == 0)
        result = generator_measure(generator, CAPACITY_NS, NULL, sample, error);
    if (result == 0)
        *per_second =
            values_or_nan(&sample->values, "ops") * 1e9 / values_or_nan(&sample->values, "window_ns");
    generator_stop(generator);
    values_free(&sample->values);
    free(sample);
    if (result == 0 && !(*per_second > 0))
        return error_set(error, EXIT_UNTRUSTWORTHY, -EPIPE, "workload %s completed nothing in a trial run",
                         generator->workload->ops->name);
    return result;
}
