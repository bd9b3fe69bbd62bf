/* SPDX-License-Identifier: GPL-2.0 */
#include "workloads/program.h"
#include "base/cleanup.h"
#include "base/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

struct launch {
    const struct program_plan *plan;
    const struct program *program;
};

/* In the child. */
static void execute(void *argument, pid_t parent)
{
    const struct launch *launch = argument;
    const struct program_plan *plan = launch->plan;
    const struct workload_place *at = &plan->workload->place;
    struct process_place place = {
        .netns_fd = plan->role == GENERATOR_SERVER ? at->server_netns_fd : at->client_netns_fd,
        .cgroup_procs_fd = at->cgroup_procs_fd,
        .cpu = plan->cpu,
        .output_fd = launch->program->output_fd,
        .error_fd = launch->program->error_fd,
    };
    const char *step;
    int result = process_settle(&place, parent, &step);

    if (result == 0) {
        execv(plan->path, (char *const *)plan->argv);
        result = -errno;
        step = plan->path;
    }
    dprintf(2, "%s: %s\n", step, strerror(-result));
    _exit(127);
}

/* Sealed at its full size: a program that floods it is told EPERM, and our memory is safe. */
static int make_memory(int *fd)
{
    *fd = memfd_create("tracetoll-output", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (*fd < 0)
        return -errno;
    if (ftruncate(*fd, PROGRAM_OUTPUT_MAX) != 0 || fcntl(*fd, F_ADD_SEALS, F_SEAL_GROW) != 0)
        return -errno;
    return 0;
}

int program_start(struct program *program, const struct program_plan *plan, struct error *error)
{
    const struct launch launch = {plan, program};
    int result;

    *program = PROGRAM_NONE;
    program->name = plan->argv[0];
    result = make_memory(&program->output_fd);
    if (result == 0)
        result = make_memory(&program->error_fd);
    if (result == 0)
        result = process_fork(&program->process, execute, (void *)&launch);
    if (result) {
        program_end(program);
        return error_set(error, EXIT_ENVIRONMENT, result, "%s can't be started: %s", plan->argv[0],
                         strerror(-result));
    }
    return 0;
}

int program_wait(struct program *program, struct interrupt *interrupt, uint64_t until_ns,
                 const struct window_edges *edges)
{
    bool ticking = edges && edges->tick;

    for (uint64_t now_ns = clock_now_ns(); now_ns < until_ns; now_ns = clock_now_ns()) {
        uint64_t next_ns = ticking && until_ns - now_ns > WINDOW_TICK_NS ? now_ns + WINDOW_TICK_NS : until_ns;
        int result = interrupt_wait(interrupt, next_ns, program->process.pidfd);

        if (result)
            return result;
        if (next_ns < until_ns)
            edges->tick(edges->context);
    }
    return 0;
}

/* How much has been written: the offset is shared with the child's descriptor. */
static size_t written(int fd)
{
    off_t offset = lseek(fd, 0, SEEK_CUR);

    return offset > 0 ? (size_t)offset : 0;
}

static char *content(int fd)
{
    size_t length = fd < 0 ? 0 : written(fd);
    char *text = malloc(length + 1);
    ssize_t got;

    if (!text)
        return NULL;
    got = length ? pread(fd, text, length, 0) : 0;
    text[got > 0 ? got : 0] = '\0';
    return text;
}

char *program_output(const struct program *program)
{
    return content(program->output_fd);
}

static bool last_line(int fd, char *line, size_t size)
{
    OWNED_PTR char *text = content(fd);
    char *end, *start;

    line[0] = '\0';
    if (!text)
        return false;
    end = text + strlen(text);
    while (end > text && (end[-1] == '\n' || end[-1] == ' '))
        *--end = '\0';
    start = strrchr(text, '\n');
    snprintf(line, size, "%s", start ? start + 1 : text);
    return line[0];
}

char *program_last_line(const struct program *program, char *text, size_t size)
{
    if (!last_line(program->error_fd, text, size))
        last_line(program->output_fd, text, size);
    return text;
}

int program_finish(struct program *program, struct interrupt *interrupt, uint64_t limit_ns,
                   struct error *error)
{
    int result = program_wait(program, interrupt, limit_ns, NULL);
    char end[64], line[256];

    if (result < 0)
        return result;
    if (result == 0) {
        process_kill_group(&program->process);
        process_wait(&program->process);
        return error_set(error, EXIT_UNTRUSTWORTHY, -EPIPE,
                         "%s did not end in time and was ended; its last line: %s", program->name,
                         program_last_line(program, line, sizeof(line)));
    }
    /* What it has left behind in its group would go on loading the machine. */
    process_kill_group(&program->process);
    process_wait(&program->process);
    if (program->process.status == 0)
        return 0;
    return error_set(error, EXIT_UNTRUSTWORTHY, -EPIPE, "%s %s; its last line: %s", program->name,
                     process_describe_end(&program->process, end, sizeof(end)),
                     program_last_line(program, line, sizeof(line)));
}

void program_end(struct program *program)
{
    process_kill_group(&program->process);
    process_kill(&program->process);
    close_fd(&program->output_fd);
    close_fd(&program->error_fd);
}
