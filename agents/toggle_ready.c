/* SPDX-License-Identifier: GPL-2.0 */
/* When is an agent on that somebody else runs? When what came into the system has stopped changing, or says
 * so. */
#include "agents/inventory_scan.h"
#include "agents/target_life.h"
#include "agents/toggle_command.h"
#include "agents/toggle_set.h"
#include "agents/toggle_state.h"
#include "base/cleanup.h"
#include "base/clock.h"

#include <errno.h>
#include <string.h>

#define READY_POLL_NS    (50 * NS_PER_MS)
#define READY_TIMEOUT_NS (5 * NS_PER_SECOND)

struct toggle_words toggle_words_of(const struct target *target)
{
    struct toggle_words words;

    toggle_words_parse(target->argv, &words, NULL);
    return words;
}

int toggle_says_ready(const struct toggle_words *words, struct interrupt *interrupt)
{
    struct toggle_command_end end;
    int result;

    if (!words->ready)
        return 0;
    result = toggle_command_run(words->ready, NULL, READY_TIMEOUT_NS, interrupt, &end);
    return result == -EINTR ? result : result == 0 && end.status == 0;
}

/* How far it has come. */
struct progress {
    uint64_t asked_ns, changed_ns, fingerprint;
    unsigned programs;
    bool said; /* --ready has ended with status 0 */
    uint64_t next_question_ns;
};

int toggle_take_as_ready(struct target *target, uint64_t attach_ns, struct inventory *own)
{
    struct toggle *toggle = target->state;
    CLEANUP(inventory_free) struct inventory described = {0};
    OWNED_PTR pid_t *pids = NULL;
    char *before = toggle->cgroup;
    unsigned count = 0;
    int result = inventory_merge(&toggle->own, own);

    if (result == 0 && !toggle->known)
        result = inventory_merge(&toggle->reference, own);
    for (unsigned i = 0; result == 0 && i < own->program_count; i++)
        inventory_read_program(&described, &own->programs[i]); /* its maps */
    if (result == 0)
        result = inventory_merge(&described, own);
    if (result == 0)
        result = inventory_describe(&described);
    if (result == 0)
        result = toggle_holders(own, &pids, &count);
    if (result)
        return result;
    toggle->known = true;
    toggle->cgroup = toggle_cgroup(pids, count);
    free(before); /* whoever has borrowed it asks again: cgroup_path() in agents/target.h */
    if (attach_ns) {
        target->attach_ns = attach_ns;
        target->attached_at_ns = clock_now_ns();
    }
    inventory_free(&target->inventory);
    target->inventory = described;
    described = (struct inventory){0};
    return 0;
}

/* The dear look: 1 ready, 0 not yet. */
static int scan(struct target *target, struct progress *progress)
{
    struct toggle *toggle = target->state;
    bool may_have_none = toggle_words_of(target).ready != NULL;
    CLEANUP(inventory_free) struct inventory found = {0};
    CLEANUP(inventory_free) struct inventory own = {0};
    CLEANUP(inventory_free) struct inventory foreign = {0};
    uint64_t attach_ns;
    unsigned missing;
    int result = toggle_scan(&toggle->before, &found);

    if (result == 0)
        result =
            toggle_attribute(&found, toggle->known ? &toggle->reference : NULL, &own, &foreign, &missing);
    if (result || missing > 0 || (!may_have_none && !inventory_is_attached(&own)))
        return result;
    attach_ns = progress->changed_ns > progress->asked_ns ? progress->changed_ns - progress->asked_ns : 1;
    result = toggle_take_as_ready(target, attach_ns, &own);
    return result ? result : 1;
}

static int too_late(struct target *target, const struct progress *progress, struct error *error)
{
    const struct toggle *toggle = target->state;
    struct toggle_words words = toggle_words_of(target);
    double seconds = (double)target->limits.attach_timeout_ns / 1e9;

    if (words.ready && !progress->said)
        return error_set(error, EXIT_TARGET, -ETIMEDOUT,
                         "--ready '%.200s' did not end with status 0 within %.3g s", words.ready, seconds);
    if (progress->programs == 0)
        return error_set(
            error, EXIT_TARGET, -ETIMEDOUT,
            "--on '%.200s' brought no BPF program within %.3g s; is it on already, or is it no tracing "
            "tool? then say with --ready when it is on",
            words.on, seconds);
    if (toggle->known)
        return error_set(
            error, EXIT_TARGET, -ETIMEDOUT,
            "--on '%.200s' did not bring what it brought the first time within %.3g s (%u programs, "
            "now %u)",
            words.on, seconds, toggle->reference.program_count, progress->programs);
    return error_set(
        error, EXIT_TARGET, -ETIMEDOUT,
        "the system's set of BPF programs went on changing for %.3g s after --on '%.200s' (%u new ones "
        "at the end), or none of them is attached",
        seconds, words.on, progress->programs);
}

/* 1, 0 or -EINTR. */
static int ask(const struct toggle_words *words, struct interrupt *interrupt, struct progress *progress,
               uint64_t now_ns)
{
    int answer;

    if (!words->ready || progress->said || now_ns < progress->next_question_ns)
        return !words->ready || progress->said;
    answer = toggle_says_ready(words, interrupt);
    if (answer < 0)
        return answer;
    progress->said = answer;
    progress->next_question_ns = clock_now_ns() + READY_POLL_NS;
    if (progress->said && progress->changed_ns < now_ns)
        progress->changed_ns = now_ns;
    return progress->said;
}

/* 1 ready, 0 not yet, negative: failed, without a sentence for -ENOMEM. */
static int look(struct target *target, void *context, struct error *error)
{
    struct progress *progress = context;
    struct toggle *toggle = target->state;
    struct toggle_words words = toggle_words_of(target);
    uint64_t now_ns = clock_now_ns(), fingerprint = toggle_fingerprint(&toggle->before, &progress->programs);
    bool complete, settled;
    int result = 0, said;

    if (fingerprint != progress->fingerprint)
        progress->changed_ns = now_ns;
    progress->fingerprint = fingerprint;
    settled = now_ns - progress->changed_ns >= target->limits.stable_ns;
    complete = toggle->known && toggle->reference.program_count > 0 &&
               progress->programs >= toggle->reference.program_count;
    said = ask(&words, target->place.interrupt, progress, now_ns);
    if (said < 0)
        return error_set(error, EXIT_INTERRUPTED, said, "interrupted while the target was being switched on");
    if (said && (settled || complete) && (words.ready || progress->programs > 0))
        result = scan(target, progress);
    if (result == 0 && now_ns - progress->asked_ns >= target->limits.attach_timeout_ns)
        result = too_late(target, progress, error);
    return result;
}

int toggle_wait_ready(struct target *target, uint64_t asked_ns, struct error *error)
{
    struct progress progress = {.asked_ns = asked_ns, .changed_ns = asked_ns};

    return target_poll(target, look, &progress, error);
}
