/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/canary/rail_asker.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/files.h"
#include "base/process.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

#define STOP_LIMIT_NS NS_PER_SECOND

/* One write of it is whole: it is shorter than PIPE_BUF. */
struct answer {
    struct rail_reading reading;
    uint64_t at_ns;
};

struct rail_asker {
    struct process process;
    int answers_fd;     /* owned; does not block */
    uint64_t begun_ns;  /* when it was started */
    struct answer last; /* at_ns 0: none yet */
};

struct start {
    rail_ask *ask;
    void *context;
    int output_fd;
};

/*
 * The commands that it runs lead process groups of their own, and only the asker knows which: it is asked to
 * end, by us or by our death, and ends what it has just asked before it goes.
 */
static int end_on_signal(struct interrupt *interrupt, pid_t parent)
{
    int result = interrupt_open(interrupt);

    if (result == 0 && prctl(PR_SET_PDEATHSIG, SIGTERM) != 0)
        result = -errno;
    /* It may have died before the line above. */
    return result == 0 && getppid() != parent ? -ESRCH : result;
}

/* In the child, whose standard output is the pipe. A pipe that is full keeps it from asking more. */
static void answer_forever(void *argument, pid_t parent)
{
    const struct start *start = argument;
    struct process_place place = PROCESS_PLACE_NONE;
    struct interrupt interrupt;
    uint64_t next_ns;
    const char *step;

    place.output_fd = start->output_fd;
    if (process_settle(&place, parent, &step) != 0 || end_on_signal(&interrupt, parent) != 0)
        _exit(127);
    do {
        struct answer answer;

        next_ns = clock_now_ns() + RAIL_LOOK_NS / 2;
        answer.reading = start->ask(start->context, &interrupt);
        answer.at_ns = clock_now_ns();
        if (interrupt_pending(&interrupt))
            break; /* that was no answer */
        if (file_write_all(STDOUT_FILENO, &answer, sizeof(answer)) != 0)
            _exit(1);
    } while (interrupt_wait(&interrupt, next_ns, -1) == 0);
    _exit(0);
}

int rail_asker_start(struct rail_asker **asker, rail_ask *ask, void *context)
{
    struct rail_asker *made = calloc(1, sizeof(*made));
    struct start start = {.ask = ask, .context = context};
    OWNED_FD int output_fd = -1;
    int fds[2], result = made ? 0 : -ENOMEM;

    if (result == 0 && pipe2(fds, O_CLOEXEC) != 0)
        result = -errno;
    if (result) {
        free(made);
        return result;
    }
    made->answers_fd = fds[0];
    made->begun_ns = clock_now_ns();
    output_fd = fds[1]; /* NOLINT(clang-analyzer-deadcode.DeadStores): its owner closes it */
    start.output_fd = fds[1];
    result = fcntl(made->answers_fd, F_SETFL, O_NONBLOCK) == 0
                 ? process_fork(&made->process, answer_forever, &start)
                 : -errno;
    if (result) {
        close_fd(&made->answers_fd);
        free(made);
        return result;
    }
    *asker = made;
    return 0;
}

void rail_asker_stop(struct rail_asker *asker)
{
    if (!asker)
        return;
    close_fd(&asker->answers_fd); /* it may wait for room in the pipe */
    if (!process_ended(&asker->process)) {
        kill(asker->process.pid, SIGTERM);
        interrupt_wait(NULL, clock_now_ns() + STOP_LIMIT_NS, asker->process.pidfd);
    }
    process_kill(&asker->process);
    free(asker);
}

struct rail_reading rail_asker_read(struct rail_asker *asker, struct rail_reading first)
{
    struct answer answer;
    uint64_t now_ns = clock_now_ns(), known_ns;

    while (read(asker->answers_fd, &answer, sizeof(answer)) == sizeof(answer))
        asker->last = answer;
    known_ns = asker->last.at_ns ? asker->last.at_ns : asker->begun_ns;
    if (now_ns - known_ns > RAIL_ANSWER_MAX_AGE_NS)
        return (struct rail_reading){.value = NAN, .since_ns = known_ns, .blind_ns = now_ns - known_ns};
    return asker->last.at_ns ? asker->last.reading : first;
}
