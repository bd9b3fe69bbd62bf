/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Open loop: requests leave at intended times, whatever the replies do, and a reply's latency counts from the
 * intended time, so that a stall is not left out (what Gil Tene calls coordinated omission). A request
 * belongs to the window that holds its intended time. When a window ends, its last replies are waited for a
 * short while (and as long as the links take on purpose); those still missing count as failed, with their
 * age.
 */
#include "workloads/endpoint.h"
#include "workloads/rr.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>

#define WAITING_MAX (1U << 16)    /* requests on the way; more than that wait for room, and their time runs */
#define RING_MAX    (1U << 24)    /* 128 MiB */
#define GIVE_UP_NS  NS_PER_SECOND /* beyond the links' delay */
#define LOOK_NS     (10 * NS_PER_MS) /* longest sleep */

struct open_loop {
    struct rr_client *client;
    uint64_t *intended_ns; /* of request number % ring; 0: answered or given up */
    uint64_t ring;         /* a power of two: the oldest of them may be long overtaken by the newest */
    uint64_t waiting;      /* on the way */
    uint64_t first, last;  /* numbers of the oldest on the way and of the newest; first > last: none */
    double interval_ns;
    uint64_t grace_ns, give_up_ns;
    uint64_t skipped; /* intended but never sent */
    uint64_t begun_ns;
    uint64_t due_ns;             /* of request last + 1 */
    bool blocked;                /* that request is due and the socket takes no more */
    uint64_t boundary_ns;        /* requests intended before it belong to `old` */
    struct recorder_window *old; /* a window that has ended but not been handed over; NULL: none */
};

uint64_t rr_open_grace_ns(const struct workload_place *place)
{
    return RECORDER_GRACE_NS + workload_round_trip_ns(place);
}

uint64_t rr_open_give_up_ns(const struct workload_place *place)
{
    return GIVE_UP_NS + workload_round_trip_ns(place);
}

uint64_t rr_open_ring(double per_second, uint64_t give_up_ns)
{
    double wanted = 2 * per_second * (double)give_up_ns / 1e9;
    uint64_t ring = WAITING_MAX;

    while (ring < RING_MAX && (double)ring < wanted)
        ring *= 2;
    return ring;
}

static struct recorder_window *window_of(const struct open_loop *loop, uint64_t intended_ns)
{
    /* Earlier than the boundary and no old window: of one already handed over. */
    if (intended_ns < loop->boundary_ns)
        return loop->old;
    return loop->client->recorder.window;
}

static uint64_t *slot(const struct open_loop *loop, uint64_t number)
{
    return &loop->intended_ns[number & (loop->ring - 1)];
}

static void skip_answered(struct open_loop *loop)
{
    while (loop->first <= loop->last && *slot(loop, loop->first) == 0)
        loop->first++;
}

static bool full(const struct open_loop *loop)
{
    return loop->waiting >= WAITING_MAX || loop->last - loop->first + 1 >= loop->ring;
}

static void set_due(struct open_loop *loop)
{
    loop->due_ns = loop->begun_ns + (uint64_t)((double)(loop->last + loop->skipped) * loop->interval_ns);
}

static int send_due(struct open_loop *loop, uint64_t now_ns)
{
    const struct rr_transport *transport = loop->client->rr->transport;

    while (loop->due_ns <= now_ns && !full(loop)) {
        struct recorder_window *window = window_of(loop, loop->due_ns);
        int result = transport->send(loop->client, loop->last + 1, MSG_DONTWAIT);

        loop->blocked = result == 0;
        if (result <= 0)
            return result;
        loop->last++;
        loop->waiting++;
        *slot(loop, loop->last) = loop->due_ns;
        if (window)
            window->offered++;
        set_due(loop);
    }
    return 0;
}

static void take_reply(struct open_loop *loop, uint64_t number, uint64_t now_ns)
{
    struct recorder_window *window;
    uint64_t intended_ns;

    if (number < loop->first || number > loop->last || *slot(loop, number) == 0)
        return;
    intended_ns = *slot(loop, number);
    *slot(loop, number) = 0;
    loop->waiting--;
    skip_answered(loop);
    window = window_of(loop, intended_ns);
    if (!window)
        return;
    hist_add(&window->latency, now_ns - intended_ns);
    window->ops++;
    window->bytes += 2 * loop->client->rr->size;
}

/* Gives up what was intended before limit_ns. */
static void give_up(struct open_loop *loop, uint64_t limit_ns, uint64_t now_ns)
{
    for (uint64_t number = loop->first; number <= loop->last; number++) {
        uint64_t intended_ns = *slot(loop, number);
        struct recorder_window *window;

        if (intended_ns >= limit_ns)
            break;
        window = window_of(loop, intended_ns);
        if (intended_ns && window)
            recorder_fail(window, now_ns - intended_ns);
        loop->waiting -= intended_ns != 0;
        *slot(loop, number) = 0;
    }
    skip_answered(loop);
}

/* A window is handed over: what is missing in it counts with its age, requests that found no room included.
 */
static void give_up_old(struct open_loop *loop, uint64_t now_ns)
{
    give_up(loop, loop->boundary_ns, now_ns);
    while (loop->due_ns < loop->boundary_ns) {
        loop->old->offered++;
        recorder_fail(loop->old, now_ns - loop->due_ns);
        loop->skipped++;
        set_due(loop);
    }
}

static bool old_unanswered(const struct open_loop *loop)
{
    /* Those due before the boundary but not sent yet are as unanswered as those sent. */
    return (loop->first <= loop->last && *slot(loop, loop->first) < loop->boundary_ns) ||
           loop->due_ns < loop->boundary_ns;
}

/* Begins and finishes the end of a window. */
static void tend_windows(struct open_loop *loop, uint64_t now_ns)
{
    struct recorder *recorder = &loop->client->recorder;

    if (!loop->old && recorder_switch_requested(recorder)) {
        loop->old = recorder_switch(recorder, now_ns);
        loop->boundary_ns = now_ns;
    }
    if (!loop->old || (old_unanswered(loop) && now_ns < loop->boundary_ns + loop->grace_ns))
        return;
    give_up_old(loop, now_ns);
    loop->old = NULL;
    recorder_acknowledge(recorder);
}

/* Sleeps until the next request is due, or something comes in. 1: it has, 0: not, or a negative errno. */
static int wait_event(const struct open_loop *loop, uint64_t now_ns)
{
    struct pollfd waited = {.fd = loop->client->fd, .events = POLLIN};
    uint64_t wait_ns = LOOK_NS;
    struct timespec rest;
    int ready;

    if (loop->blocked)
        waited.events |= POLLOUT;
    else if (!full(loop) && loop->due_ns < now_ns + LOOK_NS)
        wait_ns = loop->due_ns > now_ns ? loop->due_ns - now_ns : 0;
    rest = clock_timespec(wait_ns);
    ready = ppoll(&waited, 1, &rest, NULL);
    if (ready < 0)
        return errno == EINTR ? 0 : -errno;
    return ready > 0 && (waited.revents & ~POLLOUT);
}

static int receive_one(struct open_loop *loop)
{
    uint64_t number;
    int result = loop->client->rr->transport->receive(loop->client, &number, MSG_DONTWAIT);

    if (result == 1)
        take_reply(loop, number, clock_now_ns());
    return result;
}

/* One burst, only where nothing waits for it. */
static uint64_t burst_if_idle(struct open_loop *loop, uint64_t now_ns)
{
    struct recorder *recorder = &loop->client->recorder;

    if (loop->first <= loop->last || !reference_fits(&recorder->reference, now_ns, loop->due_ns))
        return now_ns;
    return reference_burst(&recorder->reference, &recorder->window->reference);
}

static int step(struct open_loop *loop)
{
    uint64_t now_ns = clock_now_ns();
    int result;

    tend_windows(loop, now_ns);
    if (loop->first <= loop->last && *slot(loop, loop->first) + loop->give_up_ns < now_ns)
        give_up(loop, now_ns - loop->give_up_ns, now_ns);
    result = send_due(loop, now_ns);
    if (result < 0)
        return result;
    result = wait_event(loop, burst_if_idle(loop, clock_now_ns()));
    return result == 1 ? receive_one(loop) : result;
}

int rr_open_loop(struct rr_client *client)
{
    const struct generator *generator = &client->rr->generator;
    struct open_loop loop = {
        .client = client,
        .first = 1,
        .interval_ns = 1e9 / generator->offered_rate,
        .grace_ns = rr_open_grace_ns(&generator->workload->place),
        .give_up_ns = rr_open_give_up_ns(&generator->workload->place),
    };
    int result;

    loop.ring = rr_open_ring(generator->offered_rate, loop.give_up_ns);
    loop.intended_ns = calloc(loop.ring, sizeof(uint64_t));
    result = loop.intended_ns ? 0 : -ENOMEM;
    loop.begun_ns = clock_now_ns() + NS_PER_MS;
    set_due(&loop);
    while (result >= 0)
        result = step(&loop);
    free(loop.intended_ns);
    return generator_fail(client->rr->generator.workload->state, GENERATOR_CLIENT, result,
                          "request or reply");
}
