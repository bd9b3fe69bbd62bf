/* SPDX-License-Identifier: GPL-2.0 */
#include "base/capture.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/process.h"
#include "base/program_path.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>

struct start {
    const struct capture_plan *plan;
    const char *path;
    int output_fd, error_fd;
};

void capture_free(struct capture *capture)
{
    free(capture->output);
    free(capture->errors);
    *capture = (struct capture){0};
}

/* In the child. */
static void execute(void *argument, pid_t parent)
{
    const struct start *start = argument;
    struct process_place place = PROCESS_PLACE_NONE;
    const char *step = "changing its directory";
    int result = 0;

    place.output_fd = start->output_fd;
    place.error_fd = start->error_fd;
    if (start->plan->directory && chdir(start->plan->directory) != 0)
        result = -errno;
    if (result == 0)
        result = process_settle(&place, parent, &step);
    if (result == 0) {
        execv(start->path, (char *const *)start->plan->argv);
        result = -errno;
        step = start->path;
    }
    dprintf(2, "%s: %s\n", step, strerror(-result));
    _exit(127);
}

static char *read_back(int fd)
{
    off_t size = lseek(fd, 0, SEEK_END);
    char *text = size < 0 ? NULL : calloc(1, (size_t)size + 1);

    if (text && pread(fd, text, (size_t)size, 0) != size) {
        free(text);
        text = NULL;
    }
    return text;
}

/* As interrupt_wait(). */
static int wait_ticking(const struct process *process, const struct capture_plan *plan,
                        struct interrupt *interrupt, uint64_t deadline_ns)
{
    uint64_t now_ns;
    int result;

    if (!plan->tick)
        return interrupt_wait(interrupt, deadline_ns, process->pidfd);
    do {
        plan->tick(plan->context);
        now_ns = clock_now_ns();
        result = interrupt_wait(interrupt,
                                deadline_ns - now_ns < NS_PER_SECOND ? deadline_ns : now_ns + NS_PER_SECOND,
                                process->pidfd);
    } while (result == 0 && clock_now_ns() < deadline_ns);
    return result;
}

static int wait_for(struct process *process, const struct capture_plan *plan, struct interrupt *interrupt)
{
    uint64_t deadline_ns = plan->limit_ns ? clock_now_ns() + plan->limit_ns : UINT64_MAX;
    int result = wait_ticking(process, plan, interrupt, deadline_ns);

    if (result != 1 && plan->grace_ns) {
        kill(process->pid, SIGINT);
        interrupt_wait(NULL, clock_now_ns() + plan->grace_ns, process->pidfd);
    }
    process_kill_group(process); /* also what a program that has ended left behind */
    process_wait(process);
    return result == 1 ? 0 : result == 0 ? -ETIMEDOUT : result;
}

static int run(const struct start *start, struct interrupt *interrupt, struct capture *capture)
{
    struct process process = PROCESS_NONE;
    int result = process_fork(&process, execute, (void *)start);

    if (result)
        return result;
    result = wait_for(&process, start->plan, interrupt);
    capture->exit_status =
        WIFEXITED(process.status) ? WEXITSTATUS(process.status) : 128 + WTERMSIG(process.status);
    process_kill(&process);
    return result;
}

int capture_run(const struct capture_plan *plan, struct interrupt *interrupt, struct capture *capture,
                struct error *error)
{
    OWNED_FD int output = memfd_create("output", MFD_CLOEXEC), errors = memfd_create("errors", MFD_CLOEXEC);
    OWNED_PTR char *path = NULL;
    struct start start = {plan, plan->path, plan->output_fd >= 0 ? plan->output_fd : output, errors};
    int result = plan->path ? 0 : program_find(plan->argv[0], &path, error);

    *capture = (struct capture){0};
    if (result)
        return result;
    if (output < 0 || errors < 0)
        return error_set(error, EXIT_ENVIRONMENT, -errno, "cannot make a file in memory: %s",
                         strerror(errno));
    if (path)
        start.path = path;
    result = run(&start, interrupt, capture);
    if (result == 0) {
        capture->output = read_back(output);
        capture->errors = read_back(errors);
        if (!capture->output || !capture->errors)
            result = -ENOMEM;
    }
    if (result == -EINTR)
        return error_set(error, EXIT_INTERRUPTED, result, "interrupted; everything is cleaned up");
    if (result)
        return error_set(error, EXIT_ENVIRONMENT, result, "%s %s: %s", plan->argv[0],
                         result == -ETIMEDOUT ? "took too long and was ended" : "can't be run",
                         strerror(-result));
    return 0;
}

const char *capture_last_line(char *text)
{
    size_t length = strlen(text);
    char *start;

    while (length > 0 && (text[length - 1] == '\n' || text[length - 1] == ' '))
        text[--length] = '\0';
    start = strrchr(text, '\n');
    return start ? start + 1 : text;
}

int capture_must(const struct capture_plan *plan, const char *what, struct interrupt *interrupt,
                 struct capture *capture, struct error *error)
{
    int result = capture_run(plan, interrupt, capture, error);

    if (result || capture->exit_status == 0)
        return result;
    return error_set(error, EXIT_ENVIRONMENT, -EIO, "%s: %s ended with exit status %d: %.300s", what,
                     plan->argv[0], capture->exit_status, capture_last_line(capture->errors));
}
