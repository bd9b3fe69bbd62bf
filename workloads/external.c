/* SPDX-License-Identifier: GPL-2.0 */
#include "workloads/external.h"
#include "base/cleanup.h"

#include <errno.h>

unsigned external_seconds(uint64_t window_ns)
{
    uint64_t seconds = (window_ns + NS_PER_SECOND - 1) / NS_PER_SECOND;

    return seconds < 1 ? 1 : (unsigned)seconds;
}

/*
 * Until the time has come; -EPIPE with a sentence when it has ended before due_ns. After that it may end: we
 * come late to the begin of a window, or sleep through all of it, on a machine that is short of CPUs. What
 * was counted then is judged by those who know how much that was.
 */
static int until(struct program *program, struct interrupt *interrupt, uint64_t until_ns, uint64_t due_ns,
                 const struct window_edges *edges, struct error *error)
{
    int result = program_wait(program, interrupt, until_ns, edges);
    char end[64], line[256];

    if (result <= 0)
        return result;
    if (clock_now_ns() >= due_ns)
        return 0;
    process_wait(&program->process);
    return error_set(error, EXIT_UNTRUSTWORTHY, -EPIPE, "%s %s half-way; its last line: %s", program->name,
                     process_describe_end(&program->process, end, sizeof(end)),
                     program_last_line(program, line, sizeof(line)));
}

/* What it printed, also where it failed: the result stays what it was. */
static int with_output(const struct program *program, int result, char **output, struct error *error)
{
    if (result && result != -EPIPE)
        return result;
    *output = program_output(program);
    return *output || result ? result : error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");
}

int external_run(const struct program_plan *plan, unsigned seconds, const struct window_edges *edges,
                 char **output, struct error *error)
{
    CLEANUP(program_end) struct program program = PROGRAM_NONE;
    struct interrupt *interrupt = plan->workload->place.interrupt;
    uint64_t length_ns = seconds * NS_PER_SECOND, begin_ns = clock_now_ns() + EXTERNAL_SKIP_NS;
    uint64_t due_ns = begin_ns + length_ns;
    int result = program_start(&program, plan, error);

    if (result == 0)
        result = until(&program, interrupt, begin_ns, due_ns, NULL, error);
    if (result)
        return with_output(&program, result, output, error);
    if (edges && edges->begin)
        edges->begin(edges->context);
    result = until(&program, interrupt, clock_now_ns() + length_ns, due_ns, edges, error);
    if (result)
        return with_output(&program, result, output, error);
    if (edges && edges->end)
        edges->end(edges->context);
    result = program_finish(&program, interrupt, clock_now_ns() + EXTERNAL_GRACE_NS, error);
    return with_output(&program, result, output, error);
}

int external_fill(struct load_sample *sample, double ops, double window_ns, double failed,
                  struct error *error)
{
    struct values *values = &sample->values;
    int result = values_set(values, "ops", ops);

    result = result ? result : values_set(values, "window_ns", window_ns);
    result = result ? result : values_set(values, "failed", failed);
    result = result ? result : values_set(values, "load.missed", 0);
    return result ? error_set(error, EXIT_ENVIRONMENT, result, "out of memory") : 0;
}

int external_bad_output(const char *name, const char *what, struct error *error)
{
    return error_set(error, EXIT_UNTRUSTWORTHY, -EPIPE,
                     "%s printed something else than expected (%s); is it an unusual version?", name, what);
}

int external_start(struct workload *workload, struct error *error)
{
    (void)workload;
    (void)error;
    return 0;
}

void external_stop(struct workload *workload)
{
    (void)workload;
}
