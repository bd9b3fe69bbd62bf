/* SPDX-License-Identifier: GPL-2.0 */
/* Prints what it was given by whoever started it: one "key value" a line. */
#include "tests/targets/common.h"

#include <dirent.h>
#include <linux/magic.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/statfs.h>

static int is_mounted(const char *path, long magic)
{
    struct statfs status;

    return statfs(path, &status) == 0 && status.f_type == magic;
}

static int open_descriptors(void)
{
    DIR *directory = opendir("/proc/self/fd");
    int count = 0;

    while (directory && readdir(directory))
        count++;
    return count - 3; /* ".", ".." and the directory itself */
}

/* Ignored or blocked: what execve passes on. */
static int changed_signals(void)
{
    struct sigaction action;
    sigset_t mask;
    int count = 0;

    sigprocmask(SIG_SETMASK, NULL, &mask);
    for (int number = 1; number < 32; number++) {
        sigaction(number, NULL, &action);
        count += action.sa_handler == SIG_IGN || sigismember(&mask, number);
    }
    return count;
}

static int oom_score_adj(void)
{
    FILE *file = fopen("/proc/self/oom_score_adj", "r");
    int value = 0;

    if (!file || fscanf(file, "%d", &value) != 1)
        value = -1;
    if (file)
        fclose(file);
    return value;
}

int main(void)
{
    cpu_set_t cpus;

    sched_getaffinity(0, sizeof(cpus), &cpus);
    printf("tracefs %d\n", is_mounted("/sys/kernel/tracing", TRACEFS_MAGIC));
    printf("debugfs %d\n", is_mounted("/sys/kernel/debug", DEBUGFS_MAGIC));
    printf("bpffs %d\n", is_mounted("/sys/fs/bpf", BPF_FS_MAGIC));
    printf("descriptors %d\n", open_descriptors());
    printf("signals %d\n", changed_signals());
    printf("cpus %d\n", CPU_COUNT(&cpus));
    printf("own_session %d\n", getsid(0) == getpid());
    printf("timer_slack %d\n", prctl(PR_GET_TIMERSLACK));
    printf("oom_score_adj %d\n", oom_score_adj());
    printf("unbuffered %s\n", getenv("PYTHONUNBUFFERED"));
    fflush(stdout);
    attach_program("surroundings");
    wait_for_the_end();
}
