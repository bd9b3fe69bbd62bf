/* SPDX-License-Identifier: GPL-2.0 */
#include "tests/bench/workers.h"
#include "base/cleanup.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define WORKERS_MAX 256

static unsigned usable_cpus(void)
{
    cpu_set_t set;

    if (sched_getaffinity(0, sizeof(set), &set))
        return 1;
    return CPU_COUNT(&set) < WORKERS_MAX ? (unsigned)CPU_COUNT(&set) : WORKERS_MAX;
}

static pid_t start(unsigned worker, unsigned workers, unsigned chunks, chunk_fn *chunk, const void *context,
                   uint64_t *counts)
{
    pid_t pid = fork();

    if (pid)
        return pid;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (unsigned number = worker; number < chunks; number += workers)
        chunk(number, counts, context);
    _exit(0);
}

/* 0 or -EIO; waits for each that was started. */
static int wait_all(const pid_t *pids, unsigned count)
{
    int result = 0;

    for (unsigned i = 0; i < count; i++) {
        int status = 0;

        while (waitpid(pids[i], &status, 0) < 0 && errno == EINTR)
            ;
        if (status)
            result = -EIO;
    }
    return result;
}

int workers_count(unsigned chunks, chunk_fn *chunk, const void *context, uint64_t *sums, size_t counters)
{
    unsigned workers = usable_cpus(), started = 0;
    size_t bytes = workers * counters * sizeof(uint64_t);
    uint64_t *counts = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    pid_t pids[WORKERS_MAX];
    int result, failed = 0;

    if (counts == MAP_FAILED)
        return -errno;
    for (; started < workers; started++) {
        pids[started] = start(started, workers, chunks, chunk, context, counts + started * counters);
        if (pids[started] < 0) {
            failed = -errno;
            break;
        }
    }
    result = wait_all(pids, started);
    for (size_t i = 0; i < workers * counters; i++)
        sums[i % counters] += counts[i];
    munmap(counts, bytes);
    return failed ? failed : result;
}
