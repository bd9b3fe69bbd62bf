/* SPDX-License-Identifier: GPL-2.0 */
#include "agents/target_life.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/cpus.h"
#include "base/files.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#define DEFAULT_TIMER_SLACK_NS 50000ul
/* As half of the machine's memory on top of its own (mm/oom_kill.c): it goes before we do, and each of a
 * thousand small processes does. */
#define TARGET_OOM_SCORE_ADJ "500"
#define LOWEST_FREE_FD       16 /* above what the child puts in place */

enum step { STEP_CGROUP, STEP_MOUNTS, STEP_NETNS, STEP_STDIO, STEP_EXEC };
static const char *const step_names[] = {[STEP_CGROUP] = "join its cgroup",
                                         [STEP_MOUNTS] = "make its mount namespace",
                                         [STEP_NETNS] = "enter the network namespace",
                                         [STEP_STDIO] = "set up its standard streams",
                                         [STEP_EXEC] = "execute it"};

/*
 * What the child writes into the pipe: its failure, or, with code 0, that it is about to execute and when.
 * Our own time, once the pipe that execve closes has told of its success, may be much later on a busy
 * machine.
 */
struct news {
    enum step step;
    int code; /* negative errno */
    uint64_t now_ns;
};

static void reset_signals(void)
{
    sigset_t none;

    for (int number = 1; number < NSIG; number++)
        signal(number, SIG_DFL); /* a shell's background job inherits SIGINT ignored */
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

void launch_reset_resources(void)
{
    struct rlimit memlock = {RLIM_INFINITY, RLIM_INFINITY};
    struct sched_param ordinary = {0};

    cpu_unpin(0);
    if (sched_getscheduler(0) != SCHED_OTHER)
        sched_setscheduler(0, SCHED_OTHER, &ordinary);
    prctl(PR_SET_TIMERSLACK, DEFAULT_TIMER_SLACK_NS);
    if (setrlimit(RLIMIT_MEMLOCK, &memlock) == 0 || getrlimit(RLIMIT_MEMLOCK, &memlock) != 0)
        return;
    memlock.rlim_cur = memlock.rlim_max; /* BPF memory is not charged to it since Linux 5.11 */
    setrlimit(RLIMIT_MEMLOCK, &memlock);
}

static int set_streams(const struct launch *launch)
{
    int null_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

    if (null_fd < 0 || dup2(null_fd, 0) < 0 || dup2(launch->output_fds[KEEPER_STDOUT], 1) < 0 ||
        dup2(launch->output_fds[KEEPER_STDERR], 2) < 0)
        return -errno;
    fcntl(0, F_SETFD, 0); /* null_fd may have been 0 itself */
    return 0;
}

/* From 3 on everything is marked to be closed by execve; the failure pipe has to live until then. */
static void close_inherited_on_exec(void)
{
    if (syscall(SYS_close_range, 3, ~0u, 4 /* CLOSE_RANGE_CLOEXEC */) == 0)
        return;
    for (int fd = 3; fd < (int)sysconf(_SC_OPEN_MAX); fd++)
        fcntl(fd, F_SETFD, FD_CLOEXEC);
}

static struct news run_child(const struct launch *launch, char *const *environment, pid_t parent, int pipe_fd)
{
    struct news ready = {.step = STEP_EXEC};
    int result;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(0);
    if (write(launch->cgroup_procs_fd, "0", 1) != 1)
        return (struct news){STEP_CGROUP, -errno, 0};
    setsid();
    result = mounts_make_private();
    if (result != 0)
        return (struct news){STEP_MOUNTS, result, 0};
    if (launch->netns_fd >= 0 && setns(launch->netns_fd, CLONE_NEWNET) != 0)
        return (struct news){STEP_NETNS, -errno, 0};
    result = set_streams(launch);
    if (result != 0)
        return (struct news){STEP_STDIO, result, 0};
    close_inherited_on_exec();
    launch_reset_resources();
    file_write("/proc/self/oom_score_adj", TARGET_OOM_SCORE_ADJ); /* who may not, runs as we do */
    reset_signals();
    ready.now_ns = clock_now_ns();
    if (write(pipe_fd, &ready, sizeof(ready)) != sizeof(ready))
        return (struct news){STEP_STDIO, -errno, 0};
    execve(launch->path, launch->argv, environment);
    return (struct news){STEP_EXEC, -errno, 0};
}

/* Our environment, and for Python tools: what they print goes to a pipe at once, and what they keep in sets
 * has the same order each time, as which function a tool of BCC attaches which program to follows from that.
 */
static char **make_environment(void)
{
    size_t count = 0, kept = 0;
    char **made;

    while (environ && environ[count])
        count++;
    made = calloc(count + 3, sizeof(*made));
    for (size_t i = 0; made && i < count; i++)
        if (strncmp(environ[i], "PYTHONUNBUFFERED=", strlen("PYTHONUNBUFFERED=")) != 0)
            made[kept++] = environ[i];
    if (!made)
        return NULL;
    made[kept++] = (char *)"PYTHONUNBUFFERED=1";
    if (!getenv("PYTHONHASHSEED"))
        made[kept] = (char *)"PYTHONHASHSEED=0";
    return made;
}

/* A descriptor of ours may be 0, 1 or 2 when we were started with these closed; the child needs them free. */
static int lift(int *fd)
{
    int lifted = *fd >= 0 && *fd < LOWEST_FREE_FD ? fcntl(*fd, F_DUPFD_CLOEXEC, LOWEST_FREE_FD) : *fd;

    if (lifted < 0 && *fd >= 0)
        return -errno;
    *fd = lifted;
    return 0;
}

static int lift_all(struct launch *launch, int *pipe_fd)
{
    int result = lift(pipe_fd);

    result = result ? result : lift(&launch->netns_fd);
    result = result ? result : lift(&launch->cgroup_procs_fd);
    for (unsigned i = 0; i < KEEPER_STREAMS; i++)
        result = result ? result : lift(&launch->output_fds[i]);
    return result;
}

static void child(struct launch launch, int pipe_fd, char *const *environment, pid_t parent)
{
    struct news failure = {STEP_STDIO, lift_all(&launch, &pipe_fd), 0};

    if (failure.code == 0)
        failure = run_child(&launch, environment, parent, pipe_fd);
    if (write(pipe_fd, &failure, sizeof(failure)) < 0)
        _exit(126);
    _exit(127);
}

static int explain(const struct launch *launch, const struct news *failure, struct error *error)
{
    const char *reason = strerror(-failure->code);

    if (failure->step == STEP_EXEC && failure->code == -ENOENT)
        reason = "its interpreter (first line, or dynamic loader) is not installed";
    if (failure->step == STEP_EXEC && failure->code == -ENOEXEC)
        reason = "not a program for this machine, and without a #! line";
    return error_set(error, EXIT_ENVIRONMENT, failure->code, "%s: cannot %s: %s", launch->path,
                     step_names[failure->step], reason);
}

static bool hear(int pipe_fd, struct news *news)
{
    ssize_t got;

    do
        got = read(pipe_fd, news, sizeof(*news));
    while (got < 0 && errno == EINTR);
    return got == sizeof(*news);
}

/* Until execve has closed the pipe, or the child has died. */
static int await_exec(const struct launch *launch, int pipe_fd, uint64_t *exec_ns, struct error *error)
{
    struct news news;

    *exec_ns = clock_now_ns();
    while (hear(pipe_fd, &news)) {
        if (news.code != 0)
            return explain(launch, &news, error);
        *exec_ns = news.now_ns;
    }
    return 0;
}

int launch(const struct launch *launch, pid_t *pid, uint64_t *exec_ns, struct error *error)
{
    OWNED_PTR char **environment = make_environment();
    OWNED_FD int read_fd = -1;
    int pipe_fds[2], result;
    pid_t parent = getpid(), forked;

    if (!environment || pipe2(pipe_fds, O_CLOEXEC) != 0)
        return error_set(error, EXIT_ENVIRONMENT, environment ? -errno : -ENOMEM, "%s: cannot launch it: %s",
                         launch->path, strerror(environment ? errno : ENOMEM));
    forked = fork();
    if (forked == 0)
        child(*launch, pipe_fds[1], environment, parent);
    read_fd = pipe_fds[0];
    close(pipe_fds[1]);
    if (forked < 0)
        return error_set(error, EXIT_ENVIRONMENT, -errno, "%s: cannot fork: %s", launch->path,
                         strerror(errno));
    result = await_exec(launch, read_fd, exec_ns, error);
    if (result == 0)
        *pid = forked;
    else
        waitpid(forked, NULL, 0);
    return result;
}
