/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Any program, as whole runs: the command line goes to /bin/sh -c, with standard descriptors at /dev/null, in
 * a process group of its own, which is killed as a whole at the end of a run.
 */
#include "workloads/exercises.h"
#include "workloads/options.h"
#include "base/i18n.h"
#include "base/process.h"
#include "workloads/workload_list.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/units.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

struct state {
    const char *command; /* borrowed from the parameters */
    int cpu;             /* -1: not pinned */
    uint64_t timeout_ns; /* of one run */
};

struct run {
    const struct workload *workload;
    struct process process;
    uint64_t wall_ns;
    bool failed; /* exit status not 0, a signal, or too long */
};

static const struct param_spec params[] = {
    {"cmd", "", NULL, "command line for /bin/sh -c; in double quotes where it has a comma", NULL},
    {"cpu", "CPU", NULL, "runs there (default: not pinned)", NULL},
    {"timeout", "s", "60s", "a run that takes longer is killed and counts as failed", NULL},
    {0},
};

static const char *const exercises[] = {
    "syscall:clone",
    "syscall:execve",
    "syscall:exit_group",
    EXERCISES_CALLS,
    "tracepoint:sched:sched_process_fork",
    "tracepoint:sched:sched_process_exec",
    "tracepoint:sched:sched_process_exit",
    "tracepoint:sched:sched_switch",
    NULL,
};

static int read_timeout(const struct workload *workload, uint64_t *timeout_ns, struct error *error)
{
    double ns = 0;
    int result = quantity_parse_time_ns(params_text(&workload->params, "timeout"), "timeout", &ns, error);

    if (result == 0 && (ns < 1e6 || ns > 86400e9))
        return error_set(error, EXIT_USAGE, -EINVAL, "command: timeout=%s is not possible; write 1ms to 24h",
                         params_text(&workload->params, "timeout"));
    *timeout_ns = (uint64_t)ns;
    return result;
}

static int check(const struct workload *workload, struct error *error)
{
    const char *command = params_text(&workload->params, "cmd");
    int cpu[GENERATOR_ROLES], result;
    uint64_t timeout_ns;

    if (!command || !command[0])
        return error_set(error, EXIT_USAGE, -EINVAL,
                         "workload command needs a command; write command,cmd=\"sort /etc/services\"");
    result = read_timeout(workload, &timeout_ns, error);
    return result ? result : option_cpus(workload, "cpu", cpu, error);
}

/* In the child. */
static void execute(void *argument, pid_t parent)
{
    const struct run *run = argument;
    const struct state *state = run->workload->state;
    struct process_place place = PROCESS_PLACE_NONE;
    const char *step;

    place.netns_fd = run->workload->place.client_netns_fd;
    place.cgroup_procs_fd = run->workload->place.cgroup_procs_fd;
    place.cpu = state->cpu;
    setpgid(0, 0);
    if (process_settle(&place, parent, &step) == 0)
        execl("/bin/sh", "sh", "-c", state->command, (char *)NULL);
    _exit(127);
}

/* One run; 0, -EINTR, or what kept it from starting. */
static int run_once(struct run *run)
{
    const struct state *state = run->workload->state;
    uint64_t start_ns = clock_now_ns();
    int result = process_fork(&run->process, execute, run);

    if (result)
        return result;
    result = interrupt_wait(run->workload->place.interrupt, start_ns + state->timeout_ns, run->process.pidfd);
    run->wall_ns = clock_now_ns() - start_ns;
    /* What it has left behind in its group would go on loading the machine. */
    process_kill_group(&run->process);
    process_wait(&run->process);
    run->failed = result != 1 || run->process.status != 0;
    return result < 0 ? result : 0;
}

/* A command that can't work is found out before anything is measured. */
static int try_once(struct workload *workload, struct error *error)
{
    struct run run = {.workload = workload, .process = PROCESS_NONE};
    int result = run_once(&run);
    char end[64];

    if (result == 0 && run.failed && run.wall_ns >= ((struct state *)workload->state)->timeout_ns)
        result = error_set(error, EXIT_ENVIRONMENT, -ETIME,
                           "the command of the workload (%s) took longer than %s; raise timeout=",
                           params_text(&workload->params, "cmd"), params_text(&workload->params, "timeout"));
    else if (result == 0 && run.failed)
        result = error_set(error, EXIT_ENVIRONMENT, -ENOEXEC,
                           "the command of the workload (%s) %s in a trial run; try it with sh -c, and "
                           "append '; true' if that status is meant",
                           params_text(&workload->params, "cmd"),
                           process_describe_end(&run.process, end, sizeof(end)));
    else if (result && result != -EINTR)
        error_set(error, EXIT_ENVIRONMENT, result, "the command of the workload can't be started: %s",
                  strerror(-result));
    process_kill(&run.process);
    return result;
}

static void cleanup(struct workload *workload)
{
    free(workload->state);
    workload->state = NULL;
}

static int prepare(struct workload *workload, struct error *error)
{
    struct state *state = calloc(1, sizeof(*state));
    int cpu[GENERATOR_ROLES] = {-1, -1}, result;

    if (!state)
        return error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");
    workload->state = state;
    state->command = params_text(&workload->params, "cmd");
    result = read_timeout(workload, &state->timeout_ns, error);
    if (result == 0 && params_text(&workload->params, "cpu"))
        result = option_cpus(workload, "cpu", cpu, error);
    state->cpu = workload->cpu = cpu[GENERATOR_CLIENT];
    if (result == 0)
        result = try_once(workload, error);
    if (result)
        cleanup(workload);
    return result;
}

static int start(struct workload *workload, struct error *error)
{
    (void)workload;
    (void)error;
    return 0; /* runs live inside measure() */
}

static void stop(struct workload *workload)
{
    (void)workload;
}

struct totals {
    double ops, failed, user_ns, system_ns;
};

static int fill(const struct totals *totals, double window_ns, struct values *values)
{
    int result = values_set(values, "ops", totals->ops);

    result = result ? result : values_set(values, "window_ns", window_ns);
    result = result ? result : values_set(values, "failed", totals->failed);
    result = result ? result : values_set(values, "load.missed", 0);
    result = result ? result : values_set(values, "user_ns", totals->user_ns);
    return result ? result : values_set(values, "system_ns", totals->system_ns);
}

static void count(struct totals *totals, const struct run *run, struct hist *latency)
{
    totals->ops += !run->failed;
    totals->failed += run->failed;
    totals->user_ns += (double)run->process.user_ns;
    totals->system_ns += (double)run->process.system_ns;
    hist_add(latency, run->wall_ns);
}

static int measure(struct workload *workload, uint64_t window_ns, const struct window_edges *edges,
                   struct load_sample *sample, struct error *error)
{
    struct run run = {.workload = workload, .process = PROCESS_NONE};
    struct totals totals = {0};
    uint64_t start_ns, end_ns;

    if (edges && edges->begin)
        edges->begin(edges->context);
    start_ns = clock_now_ns();
    /* At least one run; another one where it is likely to fit. */
    do {
        int result = run_once(&run);

        if (result == 0)
            count(&totals, &run, &sample->latency);
        process_kill(&run.process);
        if (result == -EINTR)
            return result;
        if (result)
            return error_set(error, EXIT_ENVIRONMENT, -EPIPE,
                             "the command of the workload can't be started: %s", strerror(-result));
        end_ns = clock_now_ns();
    } while (end_ns + run.wall_ns <= start_ns + window_ns);
    if (edges && edges->end)
        edges->end(edges->context);
    if (fill(&totals, (double)(end_ns - start_ns), &sample->values))
        return error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");
    return 0;
}

const struct workload_ops workload_command = {
    .name = "command",
    .summary = "complete runs of any command: wall time, user and system CPU",
    .operation = N_("run"),
    .primary_metric = "latency.mean",
    .default_topology = "host",
    .params = params,
    .exercises = exercises,
    .own_generator = false,
    .check = check,
    .prepare = prepare,
    .start = start,
    .measure = measure,
    .stop = stop,
    .cleanup = cleanup,
};
