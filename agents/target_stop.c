/* SPDX-License-Identifier: GPL-2.0 */
#include "agents/cgroup.h"
#include "agents/inventory_scan.h"
#include "agents/target_life.h"
#include "base/cleanup.h"
#include "base/clock.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#define POLL_NS NS_PER_MS

/*
 * BPF objects outlive their process by a grace period or two; on a busy machine that of RCU tasks trace
 * (system call tracepoints since Linux 6.13) has taken more than two seconds. After SUSPECT_NS a pin is
 * looked for.
 */
#define SUSPECT_NS (2 * NS_PER_SECOND)
#define FREEING_NS (10 * NS_PER_SECOND)

#define LEFT_BEHIND_NAMED 3

/* What is tried, in this order, and its share of the time-out in percent. */
static const struct {
    int signal;
    bool main_only;
    unsigned percent;
} steps[] = {
    {SIGINT, true, 10},
    {SIGINT, false, 40}, /* as Ctrl-C does */
    {SIGTERM, false, 30},
    {SIGKILL, false, 20},
};

static bool wait_empty(struct target *target, uint64_t deadline_ns)
{
    struct life *life = target->state;
    struct timespec pause = clock_timespec(POLL_NS);

    for (;;) {
        life_reap(target);
        if (!cgroup_is_populated(life->events_fd))
            return true;
        if (clock_now_ns() >= deadline_ns)
            return false;
        nanosleep(&pause, NULL);
    }
}

/*
 * The main process first, alone, where others may depend on it: a wrapper such as sudo passes the signal on,
 * and a tool that gets it twice gives up its clean end. A shell passes nothing on, which is found out once.
 */
static bool main_comes_first(const struct life *life)
{
    OWNED_PTR pid_t *pids = NULL;
    unsigned count = 0;

    return life->main_pid > 0 && !life->needs_all && cgroup_processes(life->cgroup, &pids, &count) == 0 &&
           count > 1;
}

static void send_signal(const struct life *life, int number, bool main_only)
{
    if (number == SIGKILL)
        cgroup_kill(life->cgroup);
    else if (!main_only)
        cgroup_signal(life->cgroup, number);
    else if (life->main_pid > 0)
        kill(life->main_pid, number);
}

int life_stop(struct target *target)
{
    struct life *life = target->state;
    uint64_t deadline_ns = clock_now_ns();
    bool main_first = main_comes_first(life);

    if (wait_empty(target, 0))
        return 0;
    cgroup_unpin(life->cgroup);
    for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
        deadline_ns += target->limits.detach_timeout_ns / 100 * steps[i].percent;
        if (steps[i].main_only && !main_first)
            continue;
        send_signal(life, steps[i].signal, steps[i].main_only);
        target->stop_signal = steps[i].signal;
        if (wait_empty(target, deadline_ns))
            return 0;
        life->needs_all |= steps[i].main_only;
    }
    return -EBUSY;
}

void life_name_left_behind(const struct inventory *seen, char *text, size_t size)
{
    size_t used = 0;
    unsigned named = 0;

    text[0] = '\0';
    for (unsigned i = 0; i < seen->program_count && named < LEFT_BEHIND_NAMED; i++) {
        const struct inventory_program *program = &seen->programs[i];
        struct inventory one = {.programs = (struct inventory_program *)program, .program_count = 1};
        OWNED_PTR char *pin = NULL;

        if (inventory_still_present(&one, NULL) == 0 || used + 1 >= size)
            continue;
        pin = pin_path_of(program->id);
        used += (size_t)snprintf(text + used, size - used, "%s%s (ID %u%s%s%s%s)", named++ ? ", " : "",
                                 program->name[0] ? program->name : program->type, program->id,
                                 program->attach[0] ? ", on " : "", program->attach,
                                 pin ? ", pinned at " : "", pin ? pin : "");
    }
}

static bool is_any_pinned(const struct inventory *seen)
{
    bool pinned = false;

    for (unsigned i = 0; !pinned && i < seen->program_count; i++) {
        OWNED_PTR char *pin = pin_path_of(seen->programs[i].id);

        pinned = pin != NULL;
    }
    return pinned;
}

/* Programs that still exist at the end of the wait. */
static unsigned wait_freed(const struct inventory *seen, uint64_t deadline_ns)
{
    struct timespec pause = clock_timespec(POLL_NS);
    unsigned left;

    while ((left = inventory_still_present(seen, NULL)) > 0 && clock_now_ns() < deadline_ns)
        nanosleep(&pause, NULL);
    return left;
}

int life_wait_gone(struct target *target, struct error *error)
{
    struct life *life = target->state;
    uint64_t start_ns = clock_now_ns();
    unsigned left = wait_freed(&life->seen, start_ns + SUSPECT_NS);
    char names[500];

    if (left > 0 && !is_any_pinned(&life->seen))
        left = wait_freed(&life->seen, start_ns + FREEING_NS);
    if (left == 0)
        return 0;
    life_name_left_behind(&life->seen, names, sizeof(names));
    return error_set(error, EXIT_TARGET, -EBUSY,
                     "%s ended but left %u BPF program%s behind, so that off is not off: %s; if they are its "
                     "own and nobody else's, who loaded them as it started, remove the pin or detach them "
                     "(bpftool link, bpftool net), and have the tool do so when it ends",
                     target->argv[0] ? target->argv[0] : target->ops->name, left, left == 1 ? "" : "s",
                     names);
}
