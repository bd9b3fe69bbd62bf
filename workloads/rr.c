/* SPDX-License-Identifier: GPL-2.0 */
#include "workloads/rr.h"
#include "workloads/endpoint.h"

#include <errno.h>
#include <stdlib.h>

#define GIVE_UP_NS       NS_PER_SECOND
#define GIVE_UP_LOSSY_NS (20 * NS_PER_MS) /* where replies are lost on purpose, beyond the links' delay */

/* A lost reply costs the loop this much; where many are, a second each would leave nothing else in a window.
 */
uint64_t rr_give_up_ns(const struct workload_place *place)
{
    return (place->loss > 0 ? GIVE_UP_LOSSY_NS : GIVE_UP_NS) + 2 * workload_round_trip_ns(place);
}

uint64_t rr_tick_ns(const struct rr_client *client)
{
    uint64_t tick_ns = ENDPOINT_TICK_NS + workload_round_trip_ns(&client->rr->generator.workload->place);

    if (client->rr->transport->lossy && client->give_up_ns / 2 < tick_ns)
        return client->give_up_ns / 2;
    return tick_ns;
}

int rr_check(const struct workload *workload, const struct rr_transport *transport, struct error *error)
{
    int cpu[GENERATOR_ROLES], result;
    struct rate rate;
    size_t size;

    result = option_bytes(workload, "size", transport->size_min, transport->size_max, &size, error);
    if (result == 0)
        result = option_rate(workload, &rate, error);
    return result ? result : option_cpus(workload, "cpus", cpu, error);
}

/* 1: the reply came, 0: given up, or a negative errno. *start_ns moves when a window ends on the way. */
static int exchange(struct rr_client *client, uint64_t *start_ns)
{
    const struct rr_transport *transport = client->rr->transport;
    uint64_t number = ++client->number, got = 0,
             begun_ns = *start_ns; /* of the request, in whatever window */
    int result;

    while ((result = transport->send(client, number, 0)) == 0)
        *start_ns = recorder_hanging(&client->recorder, *start_ns);
    if (result < 0)
        return result;
    do {
        result = transport->receive(client, &got, 0);
        if (result < 0)
            return result;
        if (result == 1)
            continue;
        *start_ns = recorder_hanging(&client->recorder, *start_ns);
        if (transport->lossy && clock_now_ns() - begun_ns > client->give_up_ns)
            return 0;
    } while (got != number); /* late replies of requests given up are skipped */
    return 1;
}

int rr_closed_loop(struct rr_client *client)
{
    struct recorder *recorder = &client->recorder;
    uint64_t start_ns = clock_now_ns();

    for (;;) {
        uint64_t end_ns;
        int result;

        start_ns = recorder_between(recorder, start_ns);
        result = exchange(client, &start_ns);
        end_ns = clock_now_ns();
        if (__builtin_expect(result == 1, 1))
            recorder_add(recorder, end_ns - start_ns, 2 * client->rr->size);
        else if (result == 0)
            recorder_fail(recorder->window, end_ns - start_ns);
        else
            return generator_fail(client->rr->generator.workload->state, GENERATOR_CLIENT, result,
                                  "request and reply");
        start_ns = end_ns;
    }
}

/* In the child. */
static int run_client(struct generator *generator)
{
    const struct rr *rr = generator->workload->state;
    struct rr_client client = {
        .rr = rr,
        .buffer = calloc(2, rr->size),
        .give_up_ns = rr_give_up_ns(&generator->workload->place),
    };
    int result = recorder_prepare(&client.recorder, &generator->shared->recorder, generator->reference);

    if (result || !client.buffer)
        return generator_fail(generator, GENERATOR_CLIENT, -ENOMEM, "preparing its buffers");
    client.fd = rr->transport->connect(&client);
    if (client.fd < 0)
        return generator_fail(generator, GENERATOR_CLIENT, client.fd, "connecting to the server");
    generator_ready(generator, GENERATOR_CLIENT);
    return generator->offered_rate > 0 ? rr_open_loop(&client) : rr_closed_loop(&client);
}

/* The capacity is that of one request at a time: where links take their time or lose replies, it says how
 * long those take, and a share of it nothing about an open loop. */
static int check_share(const struct workload *workload, const struct rate *rate, struct error *error)
{
    const struct workload_place *place = &workload->place;

    if (rate->share <= 0 || (place->delay_ns <= 0 && place->loss <= 0))
        return 0;
    return error_set(error, EXIT_USAGE, -EINVAL,
                     "%s: the capacity of one request at a time, which mode=open takes a share of, says "
                     "nothing where the topology adds %s; give rate= per second, for example rate=1k/s",
                     workload->ops->name, place->delay_ns > 0 ? "delay" : "loss");
}

static int set_options(struct workload *workload, struct rr *rr, struct error *error)
{
    int result =
        option_bytes(workload, "size", rr->transport->size_min, rr->transport->size_max, &rr->size, error);

    if (result == 0)
        result = option_rate(workload, &rr->rate, error);
    if (result == 0)
        result = check_share(workload, &rr->rate, error);
    if (result == 0)
        result = option_generator(workload, "cpus", &rr->generator, error);
    return result ? result : option_apply_rate(&rr->rate, &rr->generator, error);
}

int rr_prepare(struct workload *workload, const struct rr_transport *transport, struct error *error)
{
    struct rr *rr;
    int result = generated_need_network(workload, error);

    if (result)
        return result;
    rr = generated_prepare(workload, sizeof(*rr), error);
    if (!rr)
        return -ENOMEM;
    rr->transport = transport;
    rr->generator.main[GENERATOR_SERVER] = transport->serve;
    rr->generator.main[GENERATOR_CLIENT] = run_client;
    rr->generator.reports_bytes = true;
    result = set_options(workload, rr, error);
    if (result)
        generated_cleanup(workload);
    return result;
}
