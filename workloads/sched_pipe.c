/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Two tasks that wake each other through two pipes, as `perf bench sched pipe` does: one operation is there
 * and back. On one CPU each way is a context switch, on two a wake-up across CPUs.
 */
#include "workloads/exercises.h"
#include "workloads/looped.h"
#include "workloads/workload_list.h"
#include "base/i18n.h"
#include "base/cpus.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

struct context {
    int to_partner, from_partner;
};

static const struct param_spec params[] = {
    {"cpus", "CPU:CPU", NULL, "of the two tasks (default: both on the last one allowed)", NULL},
    LOOPED_PARAMS,
    {0},
};

static const char *const exercises[] = {
    "syscall:read",
    "syscall:write",
    EXERCISES_CALLS,
    "tracepoint:sched:sched_switch",
    "tracepoint:sched:sched_waking",
    "tracepoint:sched:sched_wakeup",
    "software:context-switches",
    "function:vfs_read",
    "function:vfs_write",
    "function:finish_task_switch",
    NULL,
};

static int check(const struct workload *workload, struct error *error)
{
    return looped_check(workload, "cpus", error);
}

/* One byte; 0 or a negative errno. -EPIPE: the other task is gone. */
static int read_byte(int fd)
{
    char byte;
    ssize_t got;

    do
        got = read(fd, &byte, 1);
    while (got < 0 && errno == EINTR);
    return got == 1 ? 0 : got ? -errno : -EPIPE;
}

static int write_byte(int fd)
{
    char byte = 0;

    return write(fd, &byte, 1) == 1 ? 0 : -errno;
}

static long run(void *argument)
{
    const struct context *context = argument;
    int result = write_byte(context->to_partner);

    return result ? result : read_byte(context->from_partner);
}

/* The second task. It ends with the first, whose ends of the pipes it does not hold. */
static void answer(int from, int to, int cpu, pid_t parent)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent || cpu_pin(cpu) != 0)
        _exit(1);
    process_make_prompt();
    while (read_byte(from) == 0 && write_byte(to) == 0)
        ;
    _exit(0);
}

static int start_partner(struct context *context, int cpu)
{
    pid_t parent = getpid(), pid;
    int there[2], back[2];

    if (pipe2(there, O_CLOEXEC) != 0)
        return -errno;
    if (pipe2(back, O_CLOEXEC) != 0)
        return -errno;
    pid = fork();
    if (pid < 0)
        return -errno;
    if (pid == 0) {
        close(there[1]);
        close(back[0]);
        answer(there[0], back[1], cpu, parent);
    }
    close(there[0]);
    close(back[1]);
    context->to_partner = there[1];
    context->from_partner = back[0];
    return 0;
}

static int prepare_pipes(struct looped *looped, struct looped_work *work, const char **step)
{
    struct context *context = calloc(1, sizeof(*context));

    *step = "starting its second task";
    if (!context)
        return -ENOMEM;
    signal(SIGPIPE, SIG_IGN); /* said by write() */
    *work = (struct looped_work){.run = run, .context = context};
    return start_partner(context, looped->generator.cpu[GENERATOR_SERVER]);
}

static int prepare(struct workload *workload, struct error *error)
{
    struct looped *looped = looped_new(workload, sizeof(*looped), "cpus", error);

    if (!looped)
        return -ENOMEM;
    looped->prepare = prepare_pipes;
    return looped_finish(workload, false, error);
}

const struct workload_ops workload_sched_pipe = {
    .name = "sched_pipe",
    .summary = "two tasks that wake each other through pipes",
    .operation = N_("round trip"),
    .primary_metric = "latency.mean",
    .default_topology = "host",
    .params = params,
    .exercises = exercises,
    .check = check,
    .prepare = prepare,
    GENERATED_HOOKS,
};
