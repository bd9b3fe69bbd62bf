/* SPDX-License-Identifier: GPL-2.0 */
#include "workloads/external.h"
#include "base/cleanup.h"

#include <errno.h>

unsigned external_seconds(uint64_t window_ns)
{
    uint64_t seconds = (window_ns + NS_PER_SECOND - 1) / NS_PER_SECOND;

    return seconds < 1 ? 1 : (unsigned)seconds;
}

/* Until the time has come; -EPIPE with a sentence when it has ended before. */
static int until(struct program *program, struct interrupt *interrupt, uint64_t until_ns,
                 const struct window_edges *edges, struct error *error)
{
    int result = program_wait(program, interrupt, until_ns, edges);
    char end[64], line[256];

    if (result <= 0)
        return result;
    process_wait(&program->process);
    return error_set(error, EXIT_UNTRUSTWORTHY, -EPIPE, "%s %s half-way; its last line: %s", program->name,
                     process_describe_end(&program->process, end, sizeof(end)),
                     program_last_line(program, line, sizeof(line)));
}

int external_run(const struct program_plan *plan, unsigned seconds, const struct window_edges *edges,
                 char **output, struct error *error)
{
    CLEANUP(program_end) struct program program = PROGRAM_NONE;
    struct interrupt *interrupt = plan->workload->place.interrupt;
    uint64_t begin_ns = clock_now_ns() + EXTERNAL_SKIP_NS;
    int result = program_start(&program, plan, error);

    if (result == 0)
        result = until(&program, interrupt, begin_ns, NULL, error);
    if (result)
        return result;
    if (edges && edges->begin)
        edges->begin(edges->context);
    begin_ns = clock_now_ns();
    result = until(&program, interrupt, begin_ns + seconds * NS_PER_SECOND, edges, error);
    if (result)
        return result;
    if (edges && edges->end)
        edges->end(edges->context);
    result = program_finish(&program, interrupt, clock_now_ns() + EXTERNAL_GRACE_NS, error);
    if (result == -EINTR)
        return result;
    *output = program_output(&program);
    return *output || result ? result : error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");
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
