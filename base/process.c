/* SPDX-License-Identifier: GPL-2.0 */
#include "base/process.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/cpus.h"
#include "base/files.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>

static void reset_signals(void)
{
    const struct sigaction standard = {.sa_handler = SIG_DFL};
    sigset_t none;

    for (int number = 1; number < NSIG; number++)
        sigaction(number, &standard, NULL); /* KILL, STOP and libc's own two refuse */
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static int die_with(pid_t parent)
{
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0)
        return -errno;
    /* It may have died before the line above. */
    return getppid() == parent ? 0 : -ESRCH;
}

static int join_cgroup(int procs_fd)
{
    if (procs_fd < 0)
        return 0;
    return write(procs_fd, "0", 1) == 1 ? 0 : -errno;
}

static int join_netns(int netns_fd)
{
    if (netns_fd < 0)
        return 0;
    return setns(netns_fd, CLONE_NEWNET) == 0 ? 0 : -errno;
}

static int set_descriptors(const struct process_place *place)
{
    int null = open("/dev/null", O_RDWR);
    int fds[] = {null, place->output_fd < 0 ? null : place->output_fd,
                 place->error_fd < 0 ? null : place->error_fd};

    if (null < 0)
        return -errno;
    for (int fd = 0; fd < 3; fd++)
        if (dup2(fds[fd], fd) < 0)
            return -errno;
    return close_range(3, ~0U, 0) == 0 ? 0 : -errno;
}

int process_settle(const struct process_place *place, pid_t parent, const char **step)
{
    int result;

    *step = "dying with its parent";
    result = die_with(parent);
    setpgid(0, 0); /* Ctrl-C is for the orchestrator, which ends its load in order */
    reset_signals();
    if (result == 0) {
        *step = "joining its cgroup";
        result = join_cgroup(place->cgroup_procs_fd);
    }
    if (result == 0) {
        *step = "entering its network namespace";
        result = join_netns(place->netns_fd);
    }
    if (result == 0) {
        *step = "pinning itself to its CPU";
        result = place->cpu < 0 ? 0 : cpu_pin(place->cpu);
        if (result == -EINVAL) /* it was there when it was chosen */
            *step = "pinning itself to its CPU, which is not online any more";
    }
    if (result == 0) {
        *step = "setting up its descriptors";
        result = set_descriptors(place);
    }
    return result;
}

void process_make_prompt(void)
{
    /* Neither is fatal: where memory can't be locked, all of it has at least been touched before a window. */
    mlockall(MCL_CURRENT | MCL_FUTURE);
    prctl(PR_SET_TIMERSLACK, 1);
}

int process_fork(struct process *process, void (*run)(void *argument, pid_t parent), void *argument)
{
    pid_t parent = getpid(), pid;

    *process = PROCESS_NONE;
    pid = fork();
    if (pid < 0)
        return -errno;
    if (pid == 0) {
        run(argument, parent);
        _exit(127);
    }
    process->pid = pid;
    process->pidfd = (int)syscall(SYS_pidfd_open, pid, 0); /* close-on-exec by nature */
    if (process->pidfd < 0) {
        int code = -errno;

        process_kill(process);
        return code;
    }
    return 0;
}

static long to_ns(const struct timeval *time)
{
    return time->tv_sec * (long)NS_PER_SECOND + time->tv_usec * (long)NS_PER_US;
}

static bool reap(struct process *process, int options)
{
    struct rusage usage;

    while (!process->reaped) {
        pid_t got = wait4(process->pid, &process->status, options, &usage);

        if (got < 0 && errno == EINTR)
            continue;
        if (got != process->pid)
            return false;
        process->reaped = true;
        process->user_ns = to_ns(&usage.ru_utime);
        process->system_ns = to_ns(&usage.ru_stime);
    }
    return true;
}

bool process_ended(struct process *process)
{
    return process->pid > 0 && reap(process, WNOHANG);
}

void process_wait(struct process *process)
{
    reap(process, 0);
}

void process_kill(struct process *process)
{
    /* Until it is reaped the number can't belong to another. */
    if (process->pid > 0 && !process->reaped) {
        kill(process->pid, SIGKILL);
        reap(process, 0);
    }
    close_fd(&process->pidfd);
    *process = PROCESS_NONE;
}

/* While its number can't belong to others: the leader is not reaped yet. */
void process_kill_group(const struct process *process)
{
    if (process->pid > 0 && !process->reaped && kill(-process->pid, SIGKILL) != 0)
        kill(process->pid, SIGKILL); /* it has not got that far yet */
}

char *process_describe_end(const struct process *process, char *text, size_t size)
{
    if (!process->reaped)
        snprintf(text, size, "is still running");
    else if (WIFSIGNALED(process->status))
        snprintf(text, size, "was ended by signal %d (%s)", WTERMSIG(process->status),
                 strsignal(WTERMSIG(process->status)));
    else
        snprintf(text, size, "ended with exit status %d", WEXITSTATUS(process->status));
    return text;
}

/* Field 22 of /proc/PID/stat, behind a name that may hold blanks. */
int process_started(pid_t pid, uint64_t *ticks)
{
    OWNED_PTR char *text = NULL;
    char path[32], *field;

    snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
    text = file_read(path, 4096);
    if (!text)
        return -errno;
    field = strrchr(text, ')');
    if (!field ||
        sscanf(field + 1,
               " %*c %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %" SCNu64,
               ticks) != 1)
        return -EINVAL;
    return 0;
}
