/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/canary/rail_asker.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/files.h"
#include "base/process.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <unistd.h>

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
    struct rail_reading (*ask)(void *context);
    void *context;
    int output_fd;
};

static void sleep_until(uint64_t until_ns)
{
    struct timespec until = clock_timespec(until_ns);

    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == EINTR)
        continue;
}

/* In the child, whose standard output is the pipe. A pipe that is full keeps it from asking more. */
static void answer_forever(void *argument, pid_t parent)
{
    const struct start *start = argument;
    struct process_place place = PROCESS_PLACE_NONE;
    const char *step;

    place.output_fd = start->output_fd;
    if (process_settle(&place, parent, &step) != 0)
        _exit(127);
    for (;;) {
        uint64_t next_ns = clock_now_ns() + RAIL_LOOK_NS / 2;
        struct answer answer = {.reading = start->ask(start->context)};

        answer.at_ns = clock_now_ns();
        if (file_write_all(STDOUT_FILENO, &answer, sizeof(answer)) != 0)
            _exit(1);
        sleep_until(next_ns);
    }
}

int rail_asker_start(struct rail_asker **asker, struct rail_reading (*ask)(void *context), void *context)
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
    process_kill_group(&asker->process); /* also what it has just asked */
    process_kill(&asker->process);
    close_fd(&asker->answers_fd);
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
        return (struct rail_reading){NAN, now_ns};
    return asker->last.at_ns ? asker->last.reading : first;
}
