/* SPDX-License-Identifier: GPL-2.0 */
#include "base/interrupt.h"
#include "base/cleanup.h"
#include "base/clock.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>

static const sigset_t *continued_set(sigset_t *set)
{
    sigemptyset(set);
    sigaddset(set, SIGCONT);
    return set;
}

int interrupt_open(struct interrupt *interrupt)
{
    sigset_t set, continued;
    struct sigaction hang_up;

    *interrupt = (struct interrupt){.signal_fd = -1};
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    /* Blocked, it would reach us although it is ignored, as nohup wants it. Ignored SIGINTs are no such wish:
     * a shell without job control gives them to all that it starts in the background. */
    if (sigaction(SIGHUP, NULL, &hang_up) != 0 || hang_up.sa_handler != SIG_IGN)
        sigaddset(&set, SIGHUP);
    if (sigprocmask(SIG_BLOCK, &set, NULL) != 0 ||
        sigprocmask(SIG_BLOCK, continued_set(&continued), NULL) != 0)
        return -errno;
    interrupt->signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    return interrupt->signal_fd < 0 ? -errno : 0;
}

/* A blocked SIGCONT lets a stopped process go on all the same, and stays pending. */
bool interrupt_was_stopped(void)
{
    struct timespec now = {0};
    sigset_t continued;

    return sigtimedwait(continued_set(&continued), NULL, &now) == SIGCONT;
}

void interrupt_close(struct interrupt *interrupt)
{
    close_fd(&interrupt->signal_fd);
}

int interrupt_pending(struct interrupt *interrupt)
{
    struct signalfd_siginfo info;

    if (interrupt->signal == 0 && read(interrupt->signal_fd, &info, sizeof(info)) == sizeof(info))
        interrupt->signal = (int)info.ssi_signo;
    return interrupt->signal != 0;
}

void interrupt_tick(struct interrupt *interrupt, uint64_t period_ns, void (*tick)(void *context),
                    void *context)
{
    interrupt->tick = tick;
    interrupt->tick_context = context;
    interrupt->tick_period_ns = period_ns;
    interrupt->tick_due_ns = clock_now_ns() + period_ns;
}

static void tick_if_due(struct interrupt *interrupt)
{
    uint64_t now_ns = clock_now_ns();

    if (!interrupt->tick || now_ns < interrupt->tick_due_ns)
        return;
    interrupt->tick_due_ns = now_ns + interrupt->tick_period_ns;
    interrupt->tick(interrupt->tick_context);
}

/* How long a wait may sleep at a stretch. */
static uint64_t rest_ns(const struct interrupt *interrupt, uint64_t deadline_ns)
{
    uint64_t now_ns = clock_now_ns();
    uint64_t until_ns = interrupt && interrupt->tick && interrupt->tick_due_ns < deadline_ns
                            ? interrupt->tick_due_ns
                            : deadline_ns;

    return until_ns > now_ns ? until_ns - now_ns : 0;
}

int interrupt_wait(struct interrupt *interrupt, uint64_t deadline_ns, int fd)
{
    for (;;) {
        struct pollfd waited[2] = {{.fd = fd, .events = POLLIN},
                                   {.fd = interrupt ? interrupt->signal_fd : -1, .events = POLLIN}};
        struct timespec rest;
        int ready;

        if (interrupt)
            tick_if_due(interrupt);
        if (interrupt && interrupt_pending(interrupt))
            return -EINTR;
        rest = clock_timespec(rest_ns(interrupt, deadline_ns));
        ready = ppoll(waited, 2, &rest, NULL);
        if (ready < 0 && errno != EINTR)
            return -errno;
        if (ready > 0 && waited[0].revents &&
            !waited[1].revents) /* a signal comes before what it may have caused */
            return 1;
        if (ready == 0 && clock_now_ns() >= deadline_ns)
            return 0;
    }
}
