/* SPDX-License-Identifier: GPL-2.0 */
#include "agents/lab/guest.h"
#include "agents/lab/console.h"
#include "agents/lab/frame.h"
#include "agents/lab/protocol.h"
#include "agents/lab/virtiofs.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/files.h"
#include "base/program_path.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define CONSOLE_MAX (4 << 20)
#define TAIL_LINES  20
#define TAIL_BYTES  700 /* so that the sentence before it fits as well */

struct launch {
    const struct qemu_words *words;
    const char *path;
    int log_fd;
};

/* In the child. */
static void execute(void *argument, pid_t parent)
{
    const struct launch *launch = argument;
    struct process_place place = PROCESS_PLACE_NONE;
    const char *step;

    place.output_fd = place.error_fd = launch->log_fd;
    if (process_settle(&place, parent, &step) == 0)
        execv(launch->path, launch->words->items);
    _exit(127);
}

static void name_files(struct lab_guest *guest, const struct lab_guest_plan *plan)
{
    snprintf(guest->console, PATH_MAX, "%.3900s/console.%u", plan->directory, plan->id);
    snprintf(guest->channel, PATH_MAX, "%.3900s/channel.%u", plan->directory, plan->id);
    snprintf(guest->socket, PATH_MAX, "%.3900s/socket.%u", plan->directory, plan->id);
}

#define LOG_NAME_MAX (PATH_MAX + 8)
#define LOG_MAX      65536

/* Of what QEMU itself prints. */
static void name_log(const struct lab_guest *guest, char *name, size_t size)
{
    snprintf(name, size, "%s.log", guest->console);
}

static int launch(struct lab_guest *guest, const struct qemu_words *words)
{
    OWNED_PTR char *path = NULL;
    char log[LOG_NAME_MAX];
    OWNED_FD int log_fd = -1;
    int result = program_find(QEMU_PROGRAM, &path, NULL);

    name_log(guest, log, sizeof(log));
    log_fd = open(log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (log_fd < 0)
        return -errno;
    return result ? result : process_fork(&guest->qemu, execute, &(struct launch){words, path, log_fd});
}

int lab_guest_start(struct lab_guest *guest, const struct lab_guest_plan *plan, struct interrupt *interrupt,
                    struct error *error)
{
    CLEANUP(qemu_words_free) struct qemu_words words = {0};
    struct qemu_machine machine = plan->machine;
    int result = 0;

    *guest = LAB_GUEST_NONE;
    guest->plan = plan;
    name_files(guest, plan);
    if (plan->host_root)
        result = virtiofs_start(&guest->virtiofsd, guest->socket, interrupt, error);
    if (result)
        return result;
    machine.console = guest->console;
    machine.channel = guest->channel;
    machine.virtiofs = plan->host_root ? guest->socket : NULL;
    result = qemu_command(&machine, &words);
    if (result == 0)
        result = launch(guest, &words);
    guest->started_ns = clock_now_ns();
    return result ? error_set(error, EXIT_ENVIRONMENT, result, "%s: cannot start QEMU: %s", plan->label,
                              strerror(-result))
                  : 0;
}

static char *read_console(const struct lab_guest *guest)
{
    return file_read(guest->console, CONSOLE_MAX);
}

static void end_now(struct lab_guest *guest)
{
    process_kill_group(&guest->qemu);
    process_wait(&guest->qemu);
    guest->phase = LAB_ENDED;
    guest->ended_ns = clock_now_ns();
}

static bool is_late(const struct lab_guest *guest, uint64_t now_ns)
{
    return guest->phase == LAB_BOOTING ? now_ns - guest->started_ns > guest->plan->boot_limit_ns
                                       : now_ns - guest->ready_ns > guest->plan->run_limit_ns;
}

enum lab_phase lab_guest_look(struct lab_guest *guest)
{
    uint64_t now_ns = clock_now_ns();

    if (guest->phase == LAB_BOOTING) {
        OWNED_PTR char *console = read_console(guest);

        if (console && console_ready(console)) {
            guest->phase = LAB_RUNNING;
            guest->ready_ns = now_ns;
        }
    }
    if (guest->phase != LAB_ENDED && process_ended(&guest->qemu)) {
        guest->phase = LAB_ENDED;
        guest->ended_ns = now_ns;
    } else if (guest->phase != LAB_ENDED && is_late(guest, now_ns)) {
        guest->timed_out = true;
        end_now(guest);
    }
    return guest->phase;
}

/* --- what it left --- */

/* 0 when all frames up to the last one are there and whole. */
static int read_channel(const struct lab_guest *guest, struct lab_outcome *outcome)
{
    size_t length;
    OWNED_PTR char *received = file_read_bytes(guest->channel, FRAME_RAW_MAX, &length);

    return received ? lab_outcome_take(outcome, received, length) : -errno;
}

static int fail(const struct lab_guest *guest, const char *console, enum exit_status status, const char *what,
                struct error *error)
{
    char tail[TAIL_BYTES];

    console_tail(console, TAIL_LINES, tail, sizeof(tail));
    return error_set(error, status, -EIO, "%s: %s%s%s", guest->plan->label, what,
                     tail[0] ? "; its console's last lines:\n" : "", tail);
}

/* QEMU's last words, where no kernel of its has said any; else "". */
static const char *said_by_qemu(const struct lab_guest *guest, const char *console, char *text, size_t size)
{
    OWNED_PTR char *words = NULL;
    char log[LOG_NAME_MAX];

    text[0] = '\0';
    name_log(guest, log, sizeof(log));
    if (!console[0])
        words = file_read(log, LOG_MAX);
    return words ? console_tail(words, 1, text, size) : text;
}

static int explain(const struct lab_guest *guest, const char *console, enum console_trouble trouble,
                   const char *line, struct error *error)
{
    char what[512], words[256];

    if (trouble == CONSOLE_NO_MEMORY) {
        snprintf(what, sizeof(what),
                 "the guest ran out of its %u MiB of memory (give more with --memory): %s",
                 guest->plan->machine.memory_mib, line);
        return fail(guest, console, EXIT_ENVIRONMENT, what, error);
    }
    if (trouble == CONSOLE_PANIC && guest->ready_ns) {
        snprintf(what, sizeof(what), "its kernel panicked in the middle: %s", line);
        return fail(guest, console, EXIT_UNTRUSTWORTHY, what, error);
    }
    if (guest->timed_out && guest->ready_ns) {
        snprintf(what, sizeof(what), "the command did not end within %.0f s and was ended (--timeout)",
                 (double)guest->plan->run_limit_ns / 1e9);
        return fail(guest, console, EXIT_UNTRUSTWORTHY, what, error);
    }
    if (!guest->ready_ns && !guest->timed_out && said_by_qemu(guest, console, words, sizeof(words))[0]) {
        snprintf(what, sizeof(what), "no kernel was started: %s", words);
        return fail(guest, console, EXIT_ENVIRONMENT, what, error);
    }
    if (!guest->ready_ns) {
        snprintf(what, sizeof(what),
                 guest->timed_out
                     ? "the kernel did not boot within %.0f s (--boot-timeout)"
                     : "the kernel ended after %.0f s, before its init ran; too little memory does "
                       "that as well (--memory)",
                 (double)(guest->ended_ns - guest->started_ns) / 1e9);
        return fail(guest, console, EXIT_ENVIRONMENT, what, error);
    }
    return fail(guest, console, EXIT_UNTRUSTWORTHY, "its result is cut off or damaged", error);
}

int lab_guest_collect(struct lab_guest *guest, struct lab_outcome *outcome, struct error *error)
{
    OWNED_PTR char *console = read_console(guest);
    enum console_trouble trouble;
    char line[256];
    int result;

    *outcome = (struct lab_outcome){.exit_status = -1};
    if (!console)
        return error_set(error, EXIT_ENVIRONMENT, -errno, "%s: QEMU wrote no console; is its package whole?",
                         guest->plan->label);
    result = guest->timed_out ? -ETIMEDOUT : read_channel(guest, outcome);
    trouble = console_trouble(console, line, sizeof(line));
    if (console_ready(console) && !guest->ready_ns) /* it ended before we looked */
        guest->ready_ns = guest->ended_ns;
    if (result || trouble == CONSOLE_PANIC || trouble == CONSOLE_NO_MEMORY)
        return explain(guest, console, trouble, line, error);
    if (trouble != CONSOLE_QUIET && !outcome->kernel_trouble[0])
        snprintf(outcome->kernel_trouble, sizeof(outcome->kernel_trouble), "%s", line);
    return 0;
}

void lab_guest_close(struct lab_guest *guest)
{
    char log[LOG_NAME_MAX];

    if (guest->qemu.pid > 0 && !guest->qemu.reaped)
        process_kill_group(&guest->qemu);
    process_kill(&guest->qemu);
    if (guest->virtiofsd.pid > 0 && !guest->virtiofsd.reaped)
        process_kill_group(&guest->virtiofsd);
    process_kill(&guest->virtiofsd);
    if (!guest->console[0])
        return;
    name_log(guest, log, sizeof(log));
    unlink(log);
    unlink(guest->console);
    unlink(guest->channel);
    unlink(guest->socket);
    *guest = LAB_GUEST_NONE;
}
