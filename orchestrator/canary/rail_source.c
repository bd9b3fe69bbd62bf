/* SPDX-License-Identifier: GPL-2.0 */
/* Rails on what a command or an endpoint says (workloads/observe_source.h). */
#include "base/cleanup.h"
#include "base/clock.h"
#include "orchestrator/canary/rail_asker.h"
#include "orchestrator/canary/rail_kind.h"
#include "workloads/observe_source.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#define QUANTILE 0.99

/* With fewer, a quantile that far out is no more than the longest of them. */
#define OBSERVATIONS_MIN 100

/* What one answer and those before it give. */
typedef struct rail_reading interpret(struct exposition_reading *before, uint64_t *before_ns,
                                      const struct exposition_reading *now, uint64_t now_ns);

struct source {
    struct observe_source *source;
    interpret *interpret;
    struct exposition_reading before; /* in the child: where the time begins that a reading tells of */
    uint64_t before_ns;
    struct rail_asker *asker;
};

static int check_plan(const struct rail_given *given, enum observe_kind kind, struct error *error)
{
    struct observe_source_plan plan = {
        .command = given->command, .url = given->url, .metric = given->metric, .kind = kind};

    if (!given->command && !given->url)
        return error_set(error, EXIT_USAGE, -EINVAL,
                         "it needs a number from somewhere; give url and metric, or command");
    return observe_source_check(&plan, error);
}

/* In the child. A failed question leaves what is known as it is. */
static struct rail_reading ask(void *context, struct interrupt *interrupt)
{
    struct source *source = context;
    OWNED_PTR struct exposition_reading *now = calloc(1, sizeof(*now));
    uint64_t now_ns, asked_ns = clock_now_ns();

    if (!now || observe_source_read(source->source, interrupt, now, &now_ns, NULL) != 0)
        return (struct rail_reading){.value = NAN, .since_ns = asked_ns};
    return source->interpret(&source->before, &source->before_ns, now, now_ns);
}

static void close_source(void *state)
{
    struct source *source = state;

    if (!source)
        return;
    rail_asker_stop(source->asker);
    observe_source_close(source->source);
    free(source);
}

/* Asked once here, so that what can't be read is told before anything is switched. */
static int open_source(void **state, const struct rail_given *given, enum observe_kind kind, interpret *how,
                       struct interrupt *interrupt, struct error *error)
{
    struct observe_source_plan plan = {
        .command = given->command, .url = given->url, .metric = given->metric, .kind = kind};
    struct source *source = calloc(1, sizeof(*source));
    int result = source ? observe_source_open(&source->source, &plan, error)
                        : error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");

    if (result == 0)
        result = observe_source_read(source->source, interrupt, &source->before, &source->before_ns, error);
    if (result == 0) {
        source->interpret = how;
        result = rail_asker_start(&source->asker, ask, source);
        if (result)
            error_set(error, EXIT_ENVIRONMENT, result, "no process to ask with");
    }
    if (result)
        close_source(source);
    else
        *state = source;
    return result;
}

static struct rail_reading read_source(void *state, const struct rail_place *place)
{
    struct source *source = state;

    (void)place;
    return rail_asker_read(source->asker,
                           (struct rail_reading){.value = NAN, .since_ns = source->before_ns, .idle = true});
}

/* --- a number as it is --- */

static struct rail_reading as_it_is(struct exposition_reading *before, uint64_t *before_ns,
                                    const struct exposition_reading *now, uint64_t now_ns)
{
    (void)before;
    (void)before_ns;
    return (struct rail_reading){.value = now->value, .since_ns = now_ns};
}

static int check_number(const struct rail_given *given, struct error *error)
{
    return check_plan(given, OBSERVE_GAUGE, error);
}

static int open_number(void **state, const struct rail_given *given, struct interrupt *interrupt,
                       struct error *error)
{
    return open_source(state, given, OBSERVE_GAUGE, as_it_is, interrupt, error);
}

const struct rail_kind rail_number = {
    .name = "number",
    .summary = "a number that a command prints or an endpoint serves",
    .unit = "",
    .check = check_number,
    .open = open_number,
    .read = read_source,
    .close = close_source,
};

/* --- a counter's rate --- */

/* A counter that fell was started anew: there is no rate, and none is missing. */
static struct rail_reading rate(struct exposition_reading *before, uint64_t *before_ns,
                                const struct exposition_reading *now, uint64_t now_ns)
{
    double grown = now->value - before->value;
    struct rail_reading reading = {
        .value = grown > 0 && now_ns > *before_ns ? grown / ((double)(now_ns - *before_ns) / 1e9) : 0,
        .since_ns = *before_ns,
        .idle = grown < 0 || now_ns <= *before_ns};

    *before = *now;
    *before_ns = now_ns;
    return reading;
}

static int check_counter(const struct rail_given *given, struct error *error)
{
    return check_plan(given, OBSERVE_COUNTER, error);
}

static int open_counter(void **state, const struct rail_given *given, struct interrupt *interrupt,
                        struct error *error)
{
    return open_source(state, given, OBSERVE_COUNTER, rate, interrupt, error);
}

const struct rail_kind rail_lost_events = {
    .name = "lost_events",
    .summary = "how fast a counter of lost events grows, which a command prints or an endpoint serves",
    .unit = "1/s",
    .check = check_counter,
    .open = open_counter,
    .read = read_source,
    .close = close_source,
};

/* --- a histogram's quantile --- */

/* Of what was observed since the last reading that told something; idle while that is too little. */
static struct rail_reading quantile(struct exposition_reading *before, uint64_t *before_ns,
                                    const struct exposition_reading *now, uint64_t now_ns)
{
    double observations = exposition_observations(before, now);
    struct rail_reading reading = {.since_ns = *before_ns, .idle = true};

    if (!isnan(observations) && observations < OBSERVATIONS_MIN)
        return reading;
    if (!isnan(observations)) { /* else its process was started anew */
        reading.value = exposition_quantile(before, now, QUANTILE, &reading.above);
        reading.idle = false;
    }
    *before = *now;
    *before_ns = now_ns;
    return reading;
}

static int check_histogram(const struct rail_given *given, struct error *error)
{
    return check_plan(given, OBSERVE_HISTOGRAM, error);
}

static int open_histogram(void **state, const struct rail_given *given, struct interrupt *interrupt,
                          struct error *error)
{
    return open_source(state, given, OBSERVE_HISTOGRAM, quantile, interrupt, error);
}

const struct rail_kind rail_p99 = {
    .name = "p99",
    .summary = "99th percentile of a latency histogram that an endpoint serves or a command prints",
    .unit = "",
    .check = check_histogram,
    .open = open_histogram,
    .read = read_source,
    .close = close_source,
};
