/* SPDX-License-Identifier: GPL-2.0 */
#include "agents/lab/virtiofs.h"
#include "base/cleanup.h"
#include "base/clock.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define READY_NS (5 * NS_PER_SECOND)
#define LOOK_NS  (20 * NS_PER_MS)

const char *virtiofs_program(void)
{
    static const char *const places[] = {"/usr/lib/qemu/virtiofsd", "/usr/libexec/virtiofsd",
                                         "/usr/bin/virtiofsd"};

    for (size_t i = 0; i < ARRAY_SIZE(places); i++)
        if (access(places[i], X_OK) == 0)
            return places[i];
    return NULL;
}

/* In the child. The sandbox of its own choice does not work with "/" as its source (pivot_root is busy). */
static void execute(void *argument, pid_t parent)
{
    const struct process_place place = PROCESS_PLACE_NONE;
    const char *program = virtiofs_program();
    char option[4200];
    const char *const argv[] = {"virtiofsd",      option, "-o",           "source=/", "-o",
                                "sandbox=chroot", "-o",   "cache=always", NULL};
    const char *step;

    snprintf(option, sizeof(option), "--socket-path=%s", (const char *)argument);
    if (program && process_settle(&place, parent, &step) == 0)
        execv(program, (char *const *)argv);
    _exit(127);
}

static bool is_up(struct process *process, const char *socket, struct interrupt *interrupt, int *result)
{
    uint64_t deadline_ns = clock_now_ns() + READY_NS;

    while (access(socket, F_OK) != 0) {
        if (process_ended(process) || clock_now_ns() > deadline_ns) {
            *result = -ETIMEDOUT;
            return false;
        }
        *result = interrupt_wait(interrupt, clock_now_ns() + LOOK_NS, -1);
        if (*result < 0)
            return false;
    }
    return true;
}

int virtiofs_start(struct process *process, const char *socket, struct interrupt *interrupt,
                   struct error *error)
{
    int result;

    *process = PROCESS_NONE;
    if (!virtiofs_program())
        return error_set(error, EXIT_ENVIRONMENT, -ENOENT,
                         "a guest on this machine's root needs virtiofsd, which is not installed: apt-get "
                         "install qemu-system-common");
    result = process_fork(process, execute, (void *)socket);
    if (result == 0 && !is_up(process, socket, interrupt, &result))
        process_kill(process);
    if (result == -EINTR)
        return error_set(error, EXIT_INTERRUPTED, result, "interrupted; everything is cleaned up");
    return result < 0
               ? error_set(error, EXIT_ENVIRONMENT, result, "virtiofsd does not start: %s", strerror(-result))
               : 0;
}
