/* SPDX-License-Identifier: GPL-2.0 */
/* A run as a child of ours, with progress while it goes on. */
#include "base/capture.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "orchestrator/gate/gate.h"
#include "reports/figures.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#define STOP_NS (30 * NS_PER_SECOND) /* that a child may take to clean up */

double gate_clock_seconds(void *context)
{
    (void)context;
    return (double)clock_now_ns() / 1e9;
}

/* What is left at most; NaN where it is not known. */
static double seconds_left(const struct gate_child *child, double now)
{
    const struct gate *gate = child->gate;
    double left = 0;

    for (const struct gate_job *job = child->job; job < gate->jobs + gate->job_count; job++)
        left += job->last_seconds > 0 ? job->last_seconds : NAN;
    left -= now - child->job_started_seconds;
    if (gate->limit_seconds > 0)
        left = fmin(left, gate->limit_seconds - (now - child->started_seconds)); /* takes what is known */
    return left < 0 ? 0 : left;
}

static void show(void *context)
{
    const struct gate_child *child = context;
    const struct gate *gate = child->gate;
    double now = gate_clock_seconds(NULL), left = seconds_left(child, now);
    char took[FIGURE_TEXT], time[FIGURE_TEXT];

    fprintf(child->display, "\r\033[K[%u/%u] %.60s%s  %s", child->job->first + 1, gate->run_count,
            gate->runs[child->job->first].label, child->job->count > 1 ? " and others" : "",
            figure_seconds(took, sizeof(took), now - child->job_started_seconds));
    if (isfinite(left))
        fprintf(child->display, ", all done within %s", figure_seconds(time, sizeof(time), left));
    fflush(child->display);
}

/* The last line, without our own name before it. */
static char *last_words(char *errors)
{
    static const char name[] = "tracetoll: ";
    const char *line = capture_last_line(errors);

    return strdup(strncmp(line, name, sizeof(name) - 1) == 0 ? line + sizeof(name) - 1 : line);
}

int gate_child_run(void *context, const struct gate_job *job, const struct words *words, char **message,
                   struct error *error)
{
    struct gate_child *child = context;
    OWNED_CAPTURE struct capture capture = {0};
    const struct capture_plan plan = {.argv = (const char *const *)words->items,
                                      .path = "/proc/self/exe",
                                      .output_fd = -1,
                                      .grace_ns = STOP_NS,
                                      .tick = child->display ? show : NULL,
                                      .context = child};
    int result;

    if (words->failed)
        return error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");
    child->job = job;
    child->job_started_seconds = gate_clock_seconds(NULL);
    result = capture_run(&plan, child->interrupt, &capture, error);
    if (child->display)
        fputs("\r\033[K", child->display);
    if (result)
        return result;
    *message = last_words(capture.errors);
    return capture.exit_status;
}
