/* SPDX-License-Identifier: GPL-2.0 */
/* A signal that a process sends to itself and handles: generation, delivery and return. */
#include "base/i18n.h"
#include "workloads/exercises.h"
#include "workloads/looped.h"
#include "workloads/workload_list.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <unistd.h>

static const struct param_spec params[] = {OPTION_CPU, LOOPED_PARAMS, {0}};

static const char *const exercises[] = {
    "syscall:kill",
    "syscall:rt_sigreturn",
    EXERCISES_CALLS,
    "tracepoint:signal:signal_generate",
    "tracepoint:signal:signal_deliver",
    "function:do_send_sig_info",
    NULL,
};

static int check(const struct workload *workload, struct error *error)
{
    return looped_check(workload, "cpu", error);
}

static void handle(int number)
{
    (void)number; /* that it was delivered is all there is to do */
}

/* Delivered before kill() returns: the only thread does not block it (POSIX.1, kill()). */
static long run(void *argument)
{
    return kill((pid_t)(intptr_t)argument, SIGUSR1) == 0 ? 0 : -errno;
}

static int prepare_handler(struct looped *looped, struct looped_work *work, const char **step)
{
    const struct sigaction action = {.sa_handler = handle};

    (void)looped;
    *step = "setting its handler";
    *work = (struct looped_work){.run = run, .context = (void *)(intptr_t)getpid()};
    return sigaction(SIGUSR1, &action, NULL) == 0 ? 0 : -errno;
}

static int prepare(struct workload *workload, struct error *error)
{
    struct looped *looped = looped_new(workload, sizeof(*looped), "cpu", error);

    if (!looped)
        return -ENOMEM;
    looped->prepare = prepare_handler;
    return looped_finish(workload, true, error);
}

const struct workload_ops workload_signal = {
    .name = "signal",
    .summary = "a signal sent to oneself and handled",
    .operation = N_("signal"),
    .primary_metric = "latency.mean",
    .default_topology = "host",
    .params = params,
    .exercises = exercises,
    .check = check,
    .prepare = prepare,
    GENERATED_HOOKS,
};
