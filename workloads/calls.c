/* SPDX-License-Identifier: GPL-2.0 */
#include "workloads/calls.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define CALLS(...) ((const char *const[]){__VA_ARGS__, NULL})

static int open_device(struct call_state *state, const char *path)
{
    state->fd[0] = open(path, O_RDWR | O_CLOEXEC);
    return state->fd[0] < 0 ? -errno : 0;
}

static int prepare_read(struct call_state *state)
{
    return open_device(state, "/dev/zero");
}

static int prepare_write(struct call_state *state)
{
    return open_device(state, "/dev/null");
}

static int prepare_pipe(struct call_state *state)
{
    return pipe2(state->fd, O_CLOEXEC) == 0 ? 0 : -errno;
}

static int prepare_pid(struct call_state *state)
{
    state->pid = getpid();
    return 0;
}

static long run_getpid(struct call_state *state)
{
    (void)state;
    return syscall(SYS_getpid); /* glibc has kept the answer in the past */
}

static long run_gettid(struct call_state *state)
{
    (void)state;
    return syscall(SYS_gettid);
}

static long run_read(struct call_state *state)
{
    return read(state->fd[0], state->buffer, state->size);
}

static long run_write(struct call_state *state)
{
    return write(state->fd[0], state->buffer, state->size);
}

static long run_open_close(struct call_state *state)
{
    int fd = openat(AT_FDCWD, "/dev/null", O_RDONLY | O_CLOEXEC);

    (void)state;
    return fd < 0 ? -1 : close(fd);
}

static long run_stat(struct call_state *state)
{
    struct stat status;

    (void)state;
    return fstatat(AT_FDCWD, "/dev/null", &status, 0);
}

static long run_futex(struct call_state *state)
{
    return syscall(SYS_futex, state->buffer, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0); /* nobody waits */
}

static long run_kill(struct call_state *state)
{
    return kill(state->pid, 0); /* looks the process up, checks the right, sends nothing */
}

static long run_nanosleep(struct call_state *state)
{
    const struct timespec shortest = {.tv_nsec = 1};

    (void)state;
    return clock_nanosleep(CLOCK_MONOTONIC, 0, &shortest, NULL) == 0 ? 0 : -1;
}

static long run_yield(struct call_state *state)
{
    (void)state;
    return sched_yield();
}

static long run_mmap(struct call_state *state)
{
    void *memory = mmap(NULL, state->size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    return memory == MAP_FAILED ? -1 : munmap(memory, state->size);
}

static long run_pipe(struct call_state *state)
{
    if (write(state->fd[1], state->buffer, state->size) != (ssize_t)state->size)
        return -1;
    return read(state->fd[0], state->buffer, state->size);
}

const struct call calls[] = {
    {"getpid", CALLS("getpid"), NULL, run_getpid},
    {"gettid", CALLS("gettid"), NULL, run_gettid},
    {"read", CALLS("read"), prepare_read, run_read},
    {"write", CALLS("write"), prepare_write, run_write},
    {"open_close", CALLS("openat", "close"), NULL, run_open_close},
    {"stat", CALLS("newfstatat"), NULL, run_stat},
    {"futex", CALLS("futex"), NULL, run_futex},
    {"kill", CALLS("kill"), prepare_pid, run_kill},
    {"nanosleep", CALLS("clock_nanosleep"), NULL, run_nanosleep},
    {"sched_yield", CALLS("sched_yield"), NULL, run_yield},
    {"mmap_munmap", CALLS("mmap", "munmap"), NULL, run_mmap},
    {"pipe", CALLS("write", "read"), prepare_pipe, run_pipe},
    {0},
};

/* As choices of the parameter; a test holds it to the table. */
const char *const call_names[] = {"getpid",      "gettid", "read", "write",     "open_close",
                                  "stat",        "futex",  "kill", "nanosleep", "sched_yield",
                                  "mmap_munmap", "pipe",   NULL};

const struct call *call_find(const char *name)
{
    for (const struct call *call = calls; call->name; call++)
        if (strcmp(call->name, name) == 0)
            return call;
    return NULL;
}
