/* SPDX-License-Identifier: GPL-2.0 */
/* One system call (or a pair that belongs together) in a closed loop: what a tool costs the traced task. */
#include "workloads/calls.h"
#include "workloads/generated.h"
#include "workloads/options.h"
#include "workloads/workload_list.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CALIBRATION_NS (100 * NS_PER_MS)
#define SIZE_MAX_BYTES 65536

struct state {
    struct generator generator; /* first: workloads/generated.h */
    const struct call *call;
    size_t size;
};

static const struct param_spec params[] = {
    {"call", "", "getpid", "the call, or pair of calls", call_names},
    {"size", "bytes", "64", "of read, write and pipe buffers, and of mappings", NULL},
    OPTION_CPU,
    OPTION_REFERENCE,
    {0},
};

static const char *const exercises[] = {
    "syscall:{call}",
    "tracepoint:raw_syscalls:sys_enter",
    "tracepoint:raw_syscalls:sys_exit",
    NULL,
};

static const char *const *expand(const struct workload *workload, const char *key)
{
    const struct call *call =
        strcmp(key, "call") == 0 ? call_find(params_text(&workload->params, key)) : NULL;

    return call ? call->system_calls : NULL;
}

static int check(const struct workload *workload, struct error *error)
{
    size_t size;
    int cpu[GENERATOR_ROLES], result = option_bytes(workload, "size", 1, SIZE_MAX_BYTES, &size, error);

    return result ? result : option_cpus(workload, "cpu", cpu, error);
}

/* The loop that is measured: one clock reading per call, its end is the next one's start. */
static __attribute__((noinline)) void make_calls(struct recorder *recorder, const struct call *call,
                                                 struct call_state *state, uint64_t count)
{
    uint64_t start_ns = clock_now_ns();

    for (uint64_t i = 0; i < count; i++) {
        uint64_t end_ns;
        long result;

        start_ns = recorder_between(recorder, start_ns);
        result = call->run(state);
        end_ns = clock_now_ns();
        if (__builtin_expect(result >= 0, 1))
            recorder_add(recorder, end_ns - start_ns, 0);
        else
            recorder_fail(recorder->window, end_ns - start_ns);
        start_ns = end_ns;
    }
}

/* In the child. */
static int run_client(struct generator *generator)
{
    struct state *state = generator->workload->state;
    struct call_state call_state = {.fd = {-1, -1}, .size = state->size};
    struct recorder recorder;
    int result = recorder_prepare(&recorder, &generator->shared->recorder, generator->reference);

    call_state.buffer = aligned_alloc(64, (state->size + 63) / 64 * 64);
    if (!call_state.buffer || result)
        return generator_fail(generator, GENERATOR_CLIENT, -ENOMEM, "preparing its buffers");
    memset(call_state.buffer, 0, state->size);
    result = state->call->prepare ? state->call->prepare(&call_state) : 0;
    if (result)
        return generator_fail(generator, GENERATOR_CLIENT, result, state->call->name);
    recorder.timer_ns = (uint64_t)(generator->timer_ns + 0.5);
    generator_ready(generator, GENERATOR_CLIENT);
    for (;;)
        make_calls(&recorder, state->call, &call_state, UINT64_MAX);
}

/* What loop and clock cost: the median of the same loop around nothing, in whole nanoseconds. */
static int calibrate(struct state *state, struct error *error)
{
    struct load_sample *sample = calloc(1, sizeof(*sample));
    const struct call *call = state->call;
    int result;

    if (!sample)
        return error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");
    state->call = &call_nothing;
    result = generator_start(&state->generator, error);
    if (result == 0)
        result = generator_measure(&state->generator, CALIBRATION_NS, NULL, sample, error);
    if (result == 0)
        state->generator.timer_ns = round(hist_quantile_ns(&sample->latency, 0.5));
    generator_stop(&state->generator);
    state->call = call;
    values_free(&sample->values);
    free(sample);
    return result;
}

static int prepare(struct workload *workload, struct error *error)
{
    struct state *state = generated_prepare(workload, sizeof(*state), error);
    int reference = 0, result;

    if (!state)
        return -ENOMEM;
    state->call = call_find(params_text(&workload->params, "call"));
    state->generator.main[GENERATOR_CLIENT] = run_client;
    result = option_bytes(workload, "size", 1, SIZE_MAX_BYTES, &state->size, error);
    if (result == 0)
        result = option_cpus(workload, "cpu", state->generator.cpu, error);
    if (result == 0)
        result = params_flag(&workload->params, "reference", &reference, error);
    if (result == 0)
        result = calibrate(state, error);
    state->generator.reference = reference;
    workload->cpu = state->generator.cpu[GENERATOR_CLIENT];
    if (result)
        generated_cleanup(workload);
    return result;
}

const struct workload_ops workload_syscall = {
    .name = "syscall",
    .summary = "one system call in a closed loop, the latency of each",
    .operation = "call",
    .primary_metric = "latency.mean",
    .default_topology = "host",
    .params = params,
    .exercises = exercises,
    .expand = expand,
    .own_generator = true,
    .warm_up_ns = 250 * NS_PER_MS,
    .check = check,
    .prepare = prepare,
    .start = generated_start,
    .measure = generated_measure,
    .stop = generated_stop,
    .cleanup = generated_cleanup,
};
