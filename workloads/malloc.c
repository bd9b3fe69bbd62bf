/* SPDX-License-Identifier: GPL-2.0 */
/* malloc() and free() of the C library, in pairs: for tools that put uprobes on an allocator. */
#include "base/i18n.h"
#include "workloads/looped.h"
#include "workloads/workload_list.h"

#include <errno.h>
#include <stdlib.h>

#define SIZE_MAX_BYTES (1 << 20)

struct state {
    struct looped looped; /* first */
    size_t size;
};

static const struct param_spec params[] = {
    {"size", "bytes", "64", "of an allocation", NULL},
    OPTION_CPU,
    LOOPED_PARAMS,
    {0},
};

static const char *const exercises[] = {"uprobe:libc:malloc", "uprobe:libc:free", NULL};

static int check(const struct workload *workload, struct error *error)
{
    size_t size;
    int result = option_bytes(workload, "size", 1, SIZE_MAX_BYTES, &size, error);

    return result ? result : looped_check(workload, "cpu", error);
}

/* Through volatile, or a compiler that knows malloc() leaves out the pair. */
static long run(void *argument)
{
    const struct state *state = argument;
    char *volatile memory = malloc(state->size);

    if (!memory)
        return -ENOMEM;
    *memory = 1;
    free(memory);
    return 0;
}

static int prepare_memory(struct looped *looped, struct looped_work *work, const char **step)
{
    (void)step;
    *work = (struct looped_work){.run = run, .context = looped};
    return 0;
}

static int prepare(struct workload *workload, struct error *error)
{
    struct state *state = looped_new(workload, sizeof(*state), "cpu", error);
    int result;

    if (!state)
        return -ENOMEM;
    state->looped.prepare = prepare_memory;
    result = option_bytes(workload, "size", 1, SIZE_MAX_BYTES, &state->size, error);
    if (result) {
        generated_cleanup(workload);
        return result;
    }
    return looped_finish(workload, true, error);
}

const struct workload_ops workload_malloc = {
    .name = "malloc",
    .summary = "malloc() and free() of the C library, in pairs",
    .operation = N_("allocation"),
    .primary_metric = "latency.mean",
    .default_topology = "host",
    .params = params,
    .exercises = exercises,
    .check = check,
    .prepare = prepare,
    GENERATED_HOOKS,
};
