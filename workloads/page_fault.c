/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Minor page faults on anonymous memory: each operation touches one page that is not there. When all have
 * been touched they are given back, and the operation that does it takes that much longer: with 4096 pages it
 * is beyond the 99.9th percentile, and one part in some hundred of the mean.
 */
#include "base/i18n.h"
#include "workloads/looped.h"
#include "workloads/workload_list.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGES_MAX 262144 /* 1 GiB of pages of 4 KiB */

struct state {
    struct looped looped; /* first */
    long pages;
};

struct context {
    volatile char *memory;
    size_t page_bytes, size, next; /* next: offset */
};

static const struct param_spec params[] = {
    {"pages", "", "4096", "touched before all are given back", NULL},
    OPTION_CPU,
    LOOPED_PARAMS,
    {0},
};

static const char *const exercises[] = {
    "tracepoint:exceptions:page_fault_user",
    "software:page-faults",
    "software:minor-faults",
    "tracepoint:kmem:mm_page_alloc",
    "tracepoint:kmem:mm_page_free",
    "function:handle_mm_fault",
    NULL,
};

static int check(const struct workload *workload, struct error *error)
{
    long pages;
    int result = params_integer(&workload->params, "pages", 16, PAGES_MAX, &pages, error);

    return result ? result : looped_check(workload, "cpu", error);
}

static long run(void *argument)
{
    struct context *context = argument;

    if (context->next == context->size) {
        context->next = 0;
        if (madvise((void *)context->memory, context->size, MADV_DONTNEED) != 0)
            return -errno;
    }
    context->memory[context->next] = 1;
    context->next += context->page_bytes;
    return 0;
}

/* The generator has locked its memory, what is mapped later included: this has to come and go. */
static int prepare_pages(struct looped *looped, struct looped_work *work, const char **step)
{
    const struct state *state = (const struct state *)looped;
    struct context *context = calloc(1, sizeof(*context));
    void *memory;

    *step = "mapping its pages";
    if (!context)
        return -ENOMEM;
    context->page_bytes = (size_t)sysconf(_SC_PAGESIZE);
    context->size = context->next = context->page_bytes * (size_t)state->pages;
    *work = (struct looped_work){.run = run, .context = context};
    memory = mmap(NULL, context->size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        free(context);
        return -errno;
    }
    context->memory = memory;
    /* A huge page would come with the first touch; a kernel without them does not know the advice. */
    madvise(memory, context->size, MADV_NOHUGEPAGE);
    return munlock(memory, context->size) == 0 ? 0 : -errno;
}

static int prepare(struct workload *workload, struct error *error)
{
    struct state *state = looped_new(workload, sizeof(*state), "cpu", error);
    int result;

    if (!state)
        return -ENOMEM;
    state->looped.prepare = prepare_pages;
    result = params_integer(&workload->params, "pages", 16, PAGES_MAX, &state->pages, error);
    if (result) {
        generated_cleanup(workload);
        return result;
    }
    return looped_finish(workload, true, error);
}

const struct workload_ops workload_page_fault = {
    .name = "page_fault",
    .summary = "minor page faults on anonymous memory",
    .operation = N_("fault"),
    .primary_metric = "latency.mean",
    .default_topology = "host",
    .params = params,
    .exercises = exercises,
    .check = check,
    .prepare = prepare,
    GENERATED_HOOKS,
};
