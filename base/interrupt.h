/* SPDX-License-Identifier: GPL-2.0 */
/*
 * SIGINT, SIGTERM and SIGHUP as a file descriptor. Nothing is done in a signal handler: every wait of the
 * program goes through interrupt_wait(), which returns -EINTR once a signal has come, and keeps doing so.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct interrupt {
    int signal_fd; /* owned; -1 before interrupt_open */
    int signal;    /* the first signal that came, 0 before */

    /* Done while somebody waits, whoever that is and whatever for; see interrupt_tick(). */
    void (*tick)(void *context); /* NULL: nothing */
    void *tick_context;
    uint64_t tick_period_ns, tick_due_ns; /* the latter by CLOCK_MONOTONIC */
};

/* Blocks the signals and opens the signalfd; children must reset their mask (base/child.h does). */
int interrupt_open(struct interrupt *interrupt);
void interrupt_close(struct interrupt *interrupt);

/* Has a signal come? Never blocks. */
int interrupt_pending(struct interrupt *interrupt);

/* Has somebody stopped this process and let it go on (SIGCONT) since the last call? Never blocks. */
bool interrupt_was_stopped(void);

/*
 * Waits until deadline_ns (CLOCK_MONOTONIC) or until `fd` (-1: none) is readable. 0 at the deadline, 1 when
 * fd is readable or hung up, -EINTR after a signal. `interrupt` may be NULL: then signals don't end the wait.
 */
int interrupt_wait(struct interrupt *interrupt, uint64_t deadline_ns, int fd);

/*
 * From now on every wait calls tick(context) once a period has gone by since the last call, and goes on; with
 * NULL no more. What it sets `signal` to ends the wait, as a signal would. It must neither block nor wait.
 */
void interrupt_tick(struct interrupt *interrupt, uint64_t period_ns, void (*tick)(void *context),
                    void *context);
