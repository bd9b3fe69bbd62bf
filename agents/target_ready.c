/* SPDX-License-Identifier: GPL-2.0 */
/*
 * When is a tool attached? What it prints says nothing (and may come late, or never); what counts is the set
 * of BPF objects in the kernel. At the first attachment the set must have stopped changing; from then on it
 * is known and only has to be there again.
 */
#include "agents/cgroup.h"
#include "agents/inventory_scan.h"
#include "agents/target_life.h"
#include "base/cleanup.h"
#include "base/clock.h"

#include <errno.h>
#include <string.h>

#define POLL_NS     (2 * NS_PER_MS)
#define COST_FACTOR 4 /* a scan of many descriptors takes at most a fifth of a CPU */

/* How far the set has come. */
struct progress {
    uint64_t fingerprint, changed_ns; /* 0: nothing attached yet; when it came to be what it is */
    unsigned programs;
};

int life_scan(struct life *life, struct inventory *found)
{
    OWNED_PTR pid_t *pids = NULL;
    struct inventory fresh = {0};
    unsigned count = 0;
    int result = inventory_find_new(&fresh, &life->before);

    if (result == 0)
        result = cgroup_processes(life->cgroup, &pids, &count);
    if (result == 0)
        result = inventory_scan(found, pids, count);
    if (result == 0)
        result = inventory_add_unheld(found, &fresh, &life->before, &life->reference);
    inventory_free(&fresh);
    return result;
}

static bool is_complete(const struct target *target, const struct progress *progress,
                        const struct inventory *found, uint64_t now_ns)
{
    const struct life *life = target->state;

    if (progress->fingerprint == 0)
        return false;
    if (life->reference.program_count > 0)
        return found->link_count >= life->reference.link_count &&
               found->perf_event_count >= life->reference.perf_event_count && /* one program, one per CPU */
               inventory_same_set(&life->reference, found);
    return now_ns - progress->changed_ns >= target->limits.stable_ns;
}

static int take_as_ready(struct target *target, const struct progress *progress, struct inventory *found)
{
    struct life *life = target->state;
    int result = inventory_merge(&life->seen, found);

    if (result == 0 && life->reference.program_count == 0) {
        result = inventory_merge(&life->reference, found);
        life->reference.link_count = found->link_count;
        life->reference.perf_event_count = found->perf_event_count;
    }
    if (result == 0)
        result = inventory_describe(found);
    if (result != 0)
        return result;
    target->attach_ns = progress->changed_ns > life->exec_ns ? progress->changed_ns - life->exec_ns : 1;
    target->attached_at_ns = clock_now_ns();
    inventory_free(&target->inventory);
    target->inventory = *found;
    *found = (struct inventory){0};
    return 0;
}

/* How far it has come; never NULL. */
static const char *what_is_missing(const struct life *life, const struct progress *progress, double seconds,
                                   char *text, size_t size)
{
    if (life->reference.program_count > 0)
        snprintf(text, size,
                 "did not attach within %.3g s what it attached the first time (%u programs, now %u)",
                 seconds, life->reference.program_count, progress->programs);
    else if (progress->fingerprint != 0)
        snprintf(text, size, "went on changing its set of BPF programs for %.3g s (%u programs at the end)",
                 seconds, progress->programs);
    else if (progress->programs > 0)
        snprintf(text, size, "loaded %u BPF programs within %.3g s but attached none", progress->programs,
                 seconds);
    else
        snprintf(text, size, "attached no BPF program within %.3g s", seconds);
    return text;
}

/* Busy, starved, or waiting for something? Of what is known: "; it used 0.3 s of CPU, waited 2 s for one and
 * 27 s for disks". */
static const char *what_it_did(const struct life *life, char *text, size_t size)
{
    double used_ns, cpu_ns, disks_ns;

    text[0] = '\0';
    if (cgroup_cpu_ns(life->cgroup, &used_ns, NULL, NULL))
        return text;
    if (cgroup_waited_ns(life->cgroup, "cpu", &cpu_ns) || cgroup_waited_ns(life->cgroup, "io", &disks_ns))
        snprintf(text, size, "; it used %.3g s of CPU", used_ns / NS_PER_SECOND);
    else
        snprintf(text, size, "; it used %.3g s of CPU, waited %.3g s for one and %.3g s for disks",
                 used_ns / NS_PER_SECOND, cpu_ns / NS_PER_SECOND, disks_ns / NS_PER_SECOND);
    return text;
}

static int too_late(struct target *target, const struct progress *progress, struct error *error)
{
    const struct life *life = target->state;
    double seconds = (double)target->limits.attach_timeout_ns / NS_PER_SECOND;
    char missing[150], did[100];

    what_it_did(life, did, sizeof(did));
    life_stop(target); /* so that all it printed is there */
    keeper_wait_drained(life->keeper, clock_now_ns() + NS_PER_SECOND);
    return life_fail(target, -ETIMEDOUT, error, "%s%s",
                     what_is_missing(life, progress, seconds, missing, sizeof(missing)), did);
}

static int ended_early(struct target *target, struct error *error)
{
    struct life *life = target->state;
    char ended[100];

    keeper_wait_drained(life->keeper, clock_now_ns() + NS_PER_SECOND);
    life_reap(target);
    return life_fail(target, -ESRCH, error, "%s before it attached a BPF program",
                     life_describe_end(target, ended, sizeof(ended)));
}

/* One look at it: 1 ready, 0 not yet, negative: failed. */
static int look(struct target *target, void *context, struct error *error)
{
    struct progress *progress = context;
    struct life *life = target->state;
    struct inventory found = {0};
    uint64_t now_ns = clock_now_ns(), fingerprint;
    int result = life_scan(life, &found);

    fingerprint = inventory_is_attached(&found) ? inventory_fingerprint(&found) : 0;
    if (fingerprint != progress->fingerprint)
        *progress = (struct progress){.fingerprint = fingerprint, .changed_ns = now_ns};
    progress->programs = found.program_count;
    life_reap(target);
    if (result == 0 && !cgroup_is_populated(life->events_fd))
        result = ended_early(target, error);
    else if (result == 0 && is_complete(target, progress, &found, now_ns))
        result = take_as_ready(target, progress, &found) == 0 ? 1 : -ENOMEM;
    else if (result == 0 && now_ns - life->exec_ns >= target->limits.attach_timeout_ns)
        result = too_late(target, progress, error);
    if (result < 0)
        inventory_merge(&life->seen, &found); /* must be gone before we return */
    inventory_free(&found);
    return result;
}

int target_poll(struct target *target, target_look *look_at, void *progress, struct error *error)
{
    for (;;) {
        uint64_t start_ns = clock_now_ns(), cost_ns;
        int result = look_at(target, progress, error);

        if (result == 1)
            return 0;
        if (result == -ENOMEM)
            return error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");
        if (result < 0)
            return result;
        cost_ns = (clock_now_ns() - start_ns) * COST_FACTOR;
        result = interrupt_wait(target->place.interrupt,
                                clock_now_ns() + (cost_ns > POLL_NS ? cost_ns : POLL_NS), -1);
        if (result < 0)
            return error_set(error, result == -EINTR ? EXIT_INTERRUPTED : EXIT_ENVIRONMENT, result,
                             "interrupted while the target was being switched on");
    }
}

int life_wait_ready(struct target *target, struct error *error)
{
    struct progress progress = {0};

    return target_poll(target, look, &progress, error);
}
