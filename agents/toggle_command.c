/* SPDX-License-Identifier: GPL-2.0 */
#include "agents/toggle_command.h"
#include "agents/target_life.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/process.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#define OUTPUT_BYTES 65536

struct start {
    const char *command;
    int output_fd;
    struct keeper *keeper;
};

void toggle_command_become(const char *command, int output_fd, pid_t parent)
{
    struct process_place place = PROCESS_PLACE_NONE;
    const char *step;

    place.output_fd = place.error_fd = output_fd;
    setsid();
    launch_reset_resources();
    if (process_settle(&place, parent, &step) == 0)
        execl("/bin/sh", "sh", "-c", command, (char *)NULL);
    _exit(127);
}

static void execute(void *argument, pid_t parent)
{
    const struct start *start = argument;

    /* Known before it is looked whether we still live: either the keeper sees it, or it does nothing. */
    if (start->keeper) {
        setsid();
        keeper_set_switching(start->keeper, getpid());
    }
    toggle_command_become(start->command, start->output_fd, parent);
}

/*
 * Memory of a fixed size: what goes on writing to it once it is full gets an error and no signal, and it
 * lasts for as long as somebody has it open. A pipe would end an agent that outlives us.
 */
static int make_output(void)
{
    OWNED_FD int fd = memfd_create("toggle", MFD_CLOEXEC | MFD_ALLOW_SEALING);

    if (fd < 0 || ftruncate(fd, OUTPUT_BYTES) != 0 ||
        fcntl(fd, F_ADD_SEALS, F_SEAL_GROW | F_SEAL_SHRINK) != 0)
        return -errno;
    return take_fd(&fd);
}

static void read_end(int fd, char *text, size_t size)
{
    OWNED_PTR char *all = calloc(1, OUTPUT_BYTES + 1);
    size_t length, from;

    text[0] = '\0';
    if (!all || pread(fd, all, OUTPUT_BYTES, 0) < 0)
        return;
    length = strlen(all);
    while (length > 0 && strchr(" \n", all[length - 1]))
        all[--length] = '\0';
    from = length < size ? 0 : length - size + 1;
    for (size_t i = from; i < length; i++)
        if ((unsigned char)all[i] < ' ' && all[i] != '\n' && all[i] != '\t')
            all[i] = '?';
    snprintf(text, size, "%s", all + from);
}

int toggle_command_run(const char *command, struct keeper *keeper, uint64_t timeout_ns,
                       struct interrupt *interrupt, struct toggle_command_end *end)
{
    OWNED_FD int output_fd = make_output();
    struct start start = {command, output_fd, keeper};
    struct process process = PROCESS_NONE;
    int result = output_fd < 0 ? output_fd : process_fork(&process, execute, &start);

    *end = (struct toggle_command_end){.status = -1};
    if (result)
        return result;
    result = interrupt_wait(interrupt, clock_now_ns() + timeout_ns, process.pidfd);
    if (result != 1) {
        process_kill_group(&process);
        process_kill(&process);
    } else {
        process_wait(&process);
        end->status = process.status;
        process_kill(&process); /* has ended: frees the descriptor alone */
    }
    if (keeper)
        keeper_set_switching(keeper, 0);
    read_end(output_fd, end->output, sizeof(end->output));
    return result == 1 ? 0 : result == 0 ? -ETIMEDOUT : result;
}
