/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/own_run.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/process.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define ARGUMENTS_MAX 32
#define STOP_NS       (20 * NS_PER_SECOND) /* that a run may take to clean up */
#define LAST_WORDS    400

struct child {
    const char *const *arguments;
    int output_fd, error_fd;
};

/* In the child. */
static void execute(void *argument, pid_t parent)
{
    const struct child *child = argument;
    struct process_place place = PROCESS_PLACE_NONE;
    const char *words[ARGUMENTS_MAX] = {"tracetoll", "run", "-q", "-f", "json"}, *step;
    unsigned count = 5;

    place.output_fd = child->output_fd;
    place.error_fd = child->error_fd;
    for (unsigned i = 0; child->arguments[i] && count < ARGUMENTS_MAX - 1; i++)
        words[count++] = child->arguments[i];
    if (process_settle(&place, parent, &step) == 0)
        execv("/proc/self/exe", (char *const *)words);
    _exit(127);
}

static char *read_all(int fd)
{
    off_t size = lseek(fd, 0, SEEK_END);
    char *text = size < 0 ? NULL : calloc(1, (size_t)size + 1);

    if (text && pread(fd, text, (size_t)size, 0) != size) {
        free(text);
        text = NULL;
    }
    return text;
}

static int stop(struct process *process)
{
    kill(process->pid, SIGINT);
    interrupt_wait(NULL, clock_now_ns() + STOP_NS, process->pidfd);
    if (!process_ended(process))
        process_kill(process);
    return -EINTR;
}

static int explain(const struct process *process, int error_fd, struct error *error)
{
    OWNED_PTR char *words = read_all(error_fd);
    size_t length = words ? strlen(words) : 0;
    char end[64];

    if (length > 0 && words[length - 1] == '\n')
        words[--length] = '\0';
    return error_set(error, EXIT_ENVIRONMENT, -EIO, "'tracetoll run' ended with %s: %s",
                     process_describe_end(process, end, sizeof(end)),
                     words ? words + (length > LAST_WORDS ? length - LAST_WORDS : 0) : "");
}

bool own_run_has_document(int exit_status)
{
    return exit_status == EXIT_MEASURED || exit_status == EXIT_BUDGET || exit_status == EXIT_INCONCLUSIVE ||
           exit_status == EXIT_UNTRUSTWORTHY;
}

static bool has_document(const struct process *process)
{
    return WIFEXITED(process->status) && own_run_has_document(WEXITSTATUS(process->status));
}

int own_run(const char *const *arguments, struct interrupt *interrupt, json_t **document, struct error *error)
{
    OWNED_FD int output = memfd_create("document", MFD_CLOEXEC), errors = memfd_create("errors", MFD_CLOEXEC);
    struct child child = {arguments, output, errors};
    struct process process = PROCESS_NONE;
    OWNED_PTR char *text = NULL;
    int result;

    *document = NULL;
    if (output < 0 || errors < 0)
        return error_set(error, EXIT_ENVIRONMENT, -errno, "cannot make a file in memory: %s",
                         strerror(errno));
    result = process_fork(&process, execute, &child);
    if (result)
        return error_set(error, EXIT_ENVIRONMENT, result, "cannot start a process: %s", strerror(-result));
    if (interrupt_wait(interrupt, UINT64_MAX, process.pidfd) == -EINTR)
        result = stop(&process);
    else
        process_wait(&process);
    if (result == 0 && !has_document(&process))
        result = explain(&process, errors, error);
    if (result == 0) {
        text = read_all(output);
        *document = text ? json_loads(text, 0, NULL) : NULL;
        if (!*document)
            result = error_set(error, EXIT_ENVIRONMENT, -EIO, "'tracetoll run' printed no document");
    }
    close_fd(&process.pidfd);
    return result;
}
