/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/micro/funclatency.h"
#include "orchestrator/micro/micro.h"
#include "orchestrator/micro/trigger_loop.h"
#include "base/capture.h"
#include "base/cleanup.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define SECONDS  "1" /* it counts whole ones; this many take some ten thousand calls */
#define LIMIT_NS 60000000000ull
#define GRACE_NS 2000000000ull

/* "failed to attach kprobe: -22": the kernel's reason in words, where one can be told. */
static int refused(const char *function, struct capture *answer, struct error *error)
{
    const char *said = capture_last_line(answer->errors), *number = strstr(said, "kprobe: -");
    int code = number ? (int)strtol(number + strlen("kprobe: -"), NULL, 10) : 0;

    if (code == EINVAL)
        return error_set(error, EXIT_UNSUPPORTED, -EPERM,
                         "no probe can be put on %s: it is compiled without a place for one (notrace), or on "
                         "the kernel's list of what must not be probed",
                         function);
    return error_set(error, EXIT_UNSUPPORTED, -EPERM, "%s can't watch %s: %.160s%s%s", FUNCLATENCY_PROGRAM,
                     function, said, code ? ", " : "", code ? strerror(code) : "");
}

static int read_answer(const char *function, const struct trigger_loop *loop, struct capture *answer,
                       struct latency_histogram *histogram, struct error *error)
{
    int code;

    if (loop->code)
        return micro_explain_run(loop->code, error);
    if (answer->exit_status)
        return refused(function, answer, error);
    code = funclatency_parse(text_of(answer->output, strlen(answer->output)), histogram);
    if (code == -ENODATA)
        return error_set(error, EXIT_UNSUPPORTED, code,
                         "%s saw no call of %s, while it was called up to %" PRIu64 " times: the kernel "
                         "passed its probe over, or its PIDs are another namespace's",
                         FUNCLATENCY_PROGRAM, function, loop->operations);
    return code ? error_set(error, EXIT_UNSUPPORTED, code, "what %s printed is no histogram in nanoseconds",
                            FUNCLATENCY_PROGRAM)
                : 0;
}

int funclatency_time(const char *function, struct micro_program *program, struct interrupt *interrupt,
                     struct latency_histogram *histogram, struct error *error)
{
    CLEANUP(trigger_loop_stop) struct trigger_loop loop = {0};
    OWNED_CAPTURE struct capture answer = {0};
    char pid[16];
    const char *const argv[] = {FUNCLATENCY_PROGRAM, "-d", SECONDS, "-p", pid, function, NULL};
    struct capture_plan plan = CAPTURE_PLAN(argv);
    int code = trigger_loop_start(&loop, program);

    snprintf(pid, sizeof(pid), "%d", (int)getpid());
    plan.limit_ns = LIMIT_NS;
    plan.grace_ns = GRACE_NS;
    if (code)
        return error_set(error, EXIT_ENVIRONMENT, code, "cannot start a thread: %s", strerror(-code));
    code = capture_run(&plan, interrupt, &answer, error);
    trigger_loop_stop(&loop);
    return code ? code : read_answer(function, &loop, &answer, histogram, error);
}
