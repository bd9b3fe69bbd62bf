/* SPDX-License-Identifier: GPL-2.0 */
/* One system call (or a pair that belongs together) after another: what a tool costs the traced task. */
#include "base/i18n.h"
#include "workloads/exercises.h"
#include "workloads/calls.h"
#include "workloads/looped.h"
#include "workloads/workload_list.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define SIZE_MAX_BYTES 65536

struct state {
    struct looped looped; /* first */
    const struct call *call;
    size_t size;
};

struct context {
    const struct call *call;
    struct call_state state;
};

static const struct param_spec params[] = {
    {"call", "", "getpid", "the call, or pair of calls", call_names},
    {"size", "bytes", "64", "of read, write and pipe buffers, and of mappings", NULL},
    OPTION_CPU,
    LOOPED_PARAMS,
    {0},
};

static const char *const exercises[] = {
    "syscall:{call}",
    EXERCISES_CALLS,
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
    int result = option_bytes(workload, "size", 1, SIZE_MAX_BYTES, &size, error);

    return result ? result : looped_check(workload, "cpu", error);
}

static long run(void *argument)
{
    struct context *context = argument;
    long result = context->call->run(&context->state);

    return __builtin_expect(result >= 0, 1) ? result : -errno;
}

/* In the child, which keeps it for the rest of its life. */
static int prepare_calls(struct looped *looped, struct looped_work *work, const char **step)
{
    const struct state *state = (const struct state *)looped;
    struct context *context = calloc(1, sizeof(*context));

    if (!context)
        return -ENOMEM;
    *context = (struct context){.call = state->call, .state = {.fd = {-1, -1}, .size = state->size}};
    context->state.buffer = aligned_alloc(64, (state->size + 63) / 64 * 64);
    *work = (struct looped_work){.run = run, .context = context};
    if (!context->state.buffer) {
        free(context);
        return -ENOMEM;
    }
    memset(context->state.buffer, 0, state->size);
    *step = state->call->name;
    return state->call->prepare ? state->call->prepare(&context->state) : 0;
}

static int prepare(struct workload *workload, struct error *error)
{
    struct state *state = looped_new(workload, sizeof(*state), "cpu", error);
    int result;

    if (!state)
        return -ENOMEM;
    state->looped.prepare = prepare_calls;
    state->call = call_find(params_text(&workload->params, "call"));
    result = option_bytes(workload, "size", 1, SIZE_MAX_BYTES, &state->size, error);
    if (result) {
        generated_cleanup(workload);
        return result;
    }
    return looped_finish(workload, true, error);
}

const struct workload_ops workload_syscall = {
    .name = "syscall",
    .summary = "one system call after another, the latency of each",
    .operation = N_("call"),
    .primary_metric = "latency.mean",
    .default_topology = "host",
    .params = params,
    .exercises = exercises,
    .expand = expand,
    .check = check,
    .prepare = prepare,
    GENERATED_HOOKS,
};
