/* SPDX-License-Identifier: GPL-2.0 */
/* Processes: each operation starts a program and waits for its end, as a shell or a build does. */
#include "base/i18n.h"
#include "workloads/exercises.h"
#include "workloads/looped.h"
#include "workloads/workload_list.h"

#include <errno.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct param_spec params[] = {
    {"program", "", "/bin/true", "path of the program that is started, without arguments", NULL},
    OPTION_CPU,
    LOOPED_PARAMS,
    {0},
};

static const char *const exercises[] = {
    "syscall:execve",
    "syscall:exit_group",
    "syscall:wait4",
    "syscall:mmap",
    "syscall:openat",
    "syscall:close",
    EXERCISES_CALLS,
    "tracepoint:task:task_newtask",
    "tracepoint:sched:sched_process_fork",
    "tracepoint:sched:sched_process_exec",
    "tracepoint:sched:sched_process_exit",
    "tracepoint:sched:sched_process_free",
    "tracepoint:sched:sched_switch",
    "tracepoint:sched:sched_waking",
    "tracepoint:sched:sched_wakeup",
    "tracepoint:sched:sched_wakeup_new",
    "tracepoint:signal:signal_generate",
    "tracepoint:exceptions:page_fault_user",
    "software:page-faults",
    "software:context-switches",
    "function:do_exit",
    "function:begin_new_exec",
    NULL,
};

static int check(const struct workload *workload, struct error *error)
{
    const char *program = params_text(&workload->params, "program");

    if (access(program, X_OK) != 0)
        return error_set(
            error, EXIT_USAGE, -EINVAL,
            "fork_exec: program=%s can't be executed; give the whole path of a program that ends "
            "by itself",
            program);
    return looped_check(workload, "cpu", error);
}

static long run(void *argument)
{
    char *program = argument;
    char *const argv[] = {program, NULL}, *const environment[] = {NULL};
    int result, status;
    pid_t pid;

    result = posix_spawn(&pid, program, NULL, NULL, argv, environment);
    if (result)
        return -result;
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return -errno;
    return WIFEXITED(status) ? 0 : -ECHILD;
}

static int prepare_program(struct looped *looped, struct looped_work *work, const char **step)
{
    (void)step;
    *work = (struct looped_work){
        .run = run,
        .context = (char *)params_text(&looped->generator.workload->params, "program"),
    };
    return 0;
}

static int prepare(struct workload *workload, struct error *error)
{
    struct looped *looped = looped_new(workload, sizeof(*looped), "cpu", error);

    if (!looped)
        return -ENOMEM;
    looped->prepare = prepare_program;
    return looped_finish(workload, false, error);
}

const struct workload_ops workload_fork_exec = {
    .name = "fork_exec",
    .summary = "start a program and wait for its end, one after another",
    .operation = N_("process"),
    .primary_metric = "latency.mean",
    .default_topology = "host",
    .params = params,
    .program_parameter = "program",
    .exercises = exercises,
    .check = check,
    .prepare = prepare,
    GENERATED_HOOKS,
};
