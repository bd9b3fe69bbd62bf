/* SPDX-License-Identifier: GPL-2.0 */
#include "workloads/looped.h"
#include "workloads/pace.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#define CALIBRATION_NS (100 * NS_PER_MS)
/* Each operation failing at once would be a busy loop that measures nothing. */
#define FAILED_IN_A_ROW_MAX 100

/* Counts an operation; -1 when going on makes no sense. */
static inline int count(struct recorder *recorder, const struct looped_work *work, long result, uint64_t ns,
                        unsigned *failed_in_a_row)
{
    if (__builtin_expect(result >= 0, 1)) {
        recorder_add(recorder, ns, work->bytes);
        *failed_in_a_row = 0;
        return 0;
    }
    recorder_fail(recorder->window, ns);
    return ++*failed_in_a_row < FAILED_IN_A_ROW_MAX ? 0 : -1;
}

/* One clock reading per operation: its end is the next one's start. */
static __attribute__((noinline)) int closed_loop(struct recorder *recorder, const struct looped_work *work)
{
    uint64_t start_ns = clock_now_ns();
    unsigned failed_in_a_row = 0;

    for (;;) {
        uint64_t end_ns;
        long result;

        start_ns = recorder_between(recorder, start_ns);
        result = work->run(work->context);
        end_ns = clock_now_ns();
        if (count(recorder, work, result, end_ns - start_ns, &failed_in_a_row))
            return (int)result;
        start_ns = end_ns;
    }
}

static int open_loop(struct recorder *recorder, const struct looped_work *work, double per_second)
{
    struct pace pace;
    unsigned failed_in_a_row = 0;

    pace_begin(&pace, per_second);
    for (;;) {
        uint64_t due_ns;
        long result;

        pace_wait(&pace, recorder);
        due_ns = pace_due_ns(&pace);
        pace.begun++;
        result = work->run(work->context);
        if (count(recorder, work, result, clock_now_ns() - due_ns, &failed_in_a_row))
            return (int)result;
    }
}

static long run_nothing(void *context)
{
    (void)context;
    return 0;
}

/* In the child. */
static int run_client(struct generator *generator)
{
    struct looped *looped = generator->workload->state;
    struct looped_work work = {.run = run_nothing};
    struct recorder recorder;
    const char *step = "preparing its buffers";
    int result = recorder_prepare(&recorder, &generator->shared->recorder, generator->reference);

    if (result == 0 && !looped->calibrating)
        result = looped->prepare(looped, &work, &step);
    if (result)
        return generator_fail(generator, GENERATOR_CLIENT, result, step);
    recorder.timer_ns = (uint64_t)(generator->timer_ns + 0.5);
    generator_ready(generator, GENERATOR_CLIENT);
    result = generator->offered_rate > 0 ? open_loop(&recorder, &work, generator->offered_rate)
                                         : closed_loop(&recorder, &work);
    return generator_fail(generator, GENERATOR_CLIENT, result,
                          "100 operations in a row failed, the last with");
}

int looped_check(const struct workload *workload, const char *cpu_key, struct error *error)
{
    int cpu[GENERATOR_ROLES], result;
    struct rate rate;

    result = option_rate(workload, &rate, error);
    return result ? result : option_cpus(workload, cpu_key, cpu, error);
}

void *looped_new(struct workload *workload, size_t size, const char *cpu_key, struct error *error)
{
    struct looped *looped = generated_prepare(workload, size, error);
    int result;

    if (!looped)
        return NULL;
    looped->generator.main[GENERATOR_CLIENT] = run_client;
    result = option_rate(workload, &looped->rate, error);
    if (result == 0)
        result = option_generator(workload, cpu_key, &looped->generator, error);
    if (result)
        generated_cleanup(workload);
    return workload->state;
}

/* The median of the same loop around nothing, in whole nanoseconds. */
static int calibrate(struct looped *looped, struct error *error)
{
    struct load_sample *sample = calloc(1, sizeof(*sample));
    struct generator *generator = &looped->generator;
    generator_main *server = generator->main[GENERATOR_SERVER];
    int result;

    if (!sample)
        return error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");
    looped->calibrating = true;
    generator->main[GENERATOR_SERVER] = NULL;
    result = generator_start(generator, error);
    if (result == 0)
        result = generator_measure(generator, CALIBRATION_NS, NULL, sample, error);
    if (result == 0)
        generator->timer_ns = round(hist_quantile_ns(&sample->latency, 0.5));
    generator_stop(generator);
    generator->main[GENERATOR_SERVER] = server;
    looped->calibrating = false;
    values_free(&sample->values);
    free(sample);
    return result;
}

int looped_finish(struct workload *workload, bool short_operations, struct error *error)
{
    struct looped *looped = workload->state;
    bool open = looped->rate.share > 0 || looped->rate.per_second > 0;
    int result = 0;

    /* An open loop counts from intended times, which no clock reading lengthens. */
    if (short_operations && !open)
        result = calibrate(looped, error);
    if (result == 0)
        result = option_apply_rate(&looped->rate, &looped->generator, error);
    if (result)
        generated_cleanup(workload);
    return result;
}
