/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Kind "toggle": an agent that is not ours to start: a unit of systemd, a container, a flag of something that
 * runs anyway. Two commands switch it; whether it is on is read from the system's BPF programs, or told by a
 * third command. Nothing that it starts is ever killed by us.
 */
#include "base/capabilities.h"
#include "agents/inventory_scan.h"
#include "agents/target_life.h"
#include "agents/toggle_state.h"
#include "agents/toggle_command.h"
#include "agents/toggle_set.h"
#include "base/cleanup.h"
#include "base/clock.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#define POLL_NS        (2 * NS_PER_MS)
#define READY_POLL_NS  (50 * NS_PER_MS)
#define OFF_TIMEOUT_NS (60 * NS_PER_SECOND) /* systemd's own limit for a stop is 90 s */
#define LEAVE_ATTEMPTS 3
#define LEAVE_PAUSE_NS (200 * NS_PER_MS)

int toggle_words_parse(char *const *argv, struct toggle_words *words, struct error *error)
{
    *words = (struct toggle_words){0};
    for (; argv && argv[0] && argv[1]; argv += 2) {
        if (strcmp(argv[0], "--on") == 0)
            words->on = argv[1];
        else if (strcmp(argv[0], "--off") == 0)
            words->off = argv[1];
        else if (strcmp(argv[0], "--ready") == 0)
            words->ready = argv[1];
        else if (strcmp(argv[0], "--leave") == 0)
            words->leave_on = strcmp(argv[1], "on") == 0;
    }
    if (!words->on || !words->on[0] || !words->off || !words->off[0])
        return error_set(
            error, EXIT_USAGE, -EINVAL,
            "an agent that is switched needs both commands; write --on 'systemctl start NAME' --off "
            "'systemctl stop NAME'");
    if (strlen(words->on) >= KEEPER_COMMAND_MAX || strlen(words->off) >= KEEPER_COMMAND_MAX)
        return error_set(error, EXIT_USAGE, -EINVAL,
                         "a command that switches an agent may have %d characters; put it into a script",
                         KEEPER_COMMAND_MAX - 1);
    return 0;
}

static int check(const struct target *target, struct error *error)
{
    struct toggle_words words;
    int result = toggle_words_parse(target->argv, &words, error);

    return result ? result : capabilities_check("reading BPF programs", error);
}

/* EXIT_TARGET: "--on 'systemctl start x' WHAT; it printed: ...". */
static int command_failed(const char *option, const char *command, const char *what,
                          const struct toggle_command_end *end, int code, struct error *error)
{
    return error_set(error, EXIT_TARGET, code, "%s '%.200s' %s%s%s", option, command, what,
                     end->output[0] ? "; the end of what it printed:\n" : "; it printed nothing",
                     end->output);
}

/* One of the two that switch. */
static int run(const struct target *target, const char *option, const char *command, uint64_t timeout_ns,
               struct interrupt *interrupt, struct error *error)
{
    const struct toggle *toggle = target->state;
    struct toggle_command_end end;
    char what[160];
    int result = toggle_command_run(command, toggle->keeper, timeout_ns, interrupt, &end);

    if (result == -EINTR)
        return error_set(error, EXIT_INTERRUPTED, result, "interrupted while the target was being switched");
    if (result == -ETIMEDOUT)
        snprintf(
            what, sizeof(what),
            "did not end within %.3g s and was killed; a tool that stays in the foreground is written behind "
            "--",
            (double)timeout_ns / 1e9);
    else if (result)
        return error_set(error, EXIT_ENVIRONMENT, result, "%s can't be run: %s", option, strerror(-result));
    else if (end.status == 0)
        return 0;
    else if (WIFSIGNALED(end.status))
        snprintf(what, sizeof(what), "was ended by signal %d", WTERMSIG(end.status));
    else
        snprintf(what, sizeof(what), "ended with status %d", WEXITSTATUS(end.status));
    return command_failed(option, command, what, &end, result ? result : -EIO, error);
}

/* What the keeper would run if we died now. 0 or -ENAMETOOLONG. */
static int last_command(const struct target *target, char *text, size_t size)
{
    struct toggle_words words = toggle_words_of(target);
    const char *log = target->place.switch_log ? target->place.switch_log : "";
    int length = snprintf(text, size, "event=%s\n%s\n%s", words.leave_on ? "on" : "off", log,
                          words.leave_on ? words.on : words.off);

    return (size_t)length < size ? 0 : -ENAMETOOLONG;
}

/* From here on our death leads to the end state that was asked for. */
static void rely_on_keeper(const struct target *target)
{
    const struct toggle *toggle = target->state;
    char text[KEEPER_COMMAND_MAX];

    if (last_command(target, text, sizeof(text)) == 0)
        keeper_set_last_command(toggle->keeper, text);
}

static int gone_or_named(struct target *target, struct error *error)
{
    struct toggle *toggle = target->state;
    struct toggle_words words = toggle_words_of(target);
    uint64_t deadline_ns = clock_now_ns() + target->limits.detach_timeout_ns;
    struct timespec pause = clock_timespec(POLL_NS);
    char names[400], holders[160];
    bool ready = toggle_says_ready(&words, NULL) > 0;

    while ((ready || inventory_still_present(&toggle->own, NULL) > 0) && clock_now_ns() < deadline_ns) {
        if (ready)
            pause = clock_timespec(READY_POLL_NS);
        nanosleep(&pause, NULL);
        ready = ready && toggle_says_ready(&words, NULL) > 0;
    }
    if (inventory_still_present(&toggle->own, NULL) > 0) {
        life_name_left_behind(&toggle->own, names, sizeof(names));
        toggle_name_holders(&toggle->own, holders, sizeof(holders));
        return error_set(
            error, EXIT_TARGET, -EBUSY,
            "--off '%.120s' ran but these BPF programs are left, so that off is not off: %s%s%s; if "
            "another program loaded them meanwhile, run again without it",
            words.off, names, holders[0] ? ", " : "", holders);
    }
    if (ready)
        return error_set(error, EXIT_TARGET, -EBUSY,
                         "--off '%.120s' ran but --ready '%.120s' still ends with status 0", words.off,
                         words.ready);
    return 0;
}

/* Off, and seen to be so; what the keeper would do is set before and after. */
static int make_off(struct target *target, struct error *error)
{
    struct toggle *toggle = target->state;
    struct toggle_words words = toggle_words_of(target);
    int result;

    rely_on_keeper(target);
    result = run(target, "--off", words.off, OFF_TIMEOUT_NS, NULL, error);
    if (result == 0)
        result = gone_or_named(target, error);
    if (result)
        return result;
    toggle->on = false;
    if (!words.leave_on)
        keeper_set_last_command(toggle->keeper, NULL);
    return 0;
}

static void release(struct target *target)
{
    struct toggle *toggle = target->state;

    keeper_stop(toggle->keeper);
    inventory_free(&toggle->before);
    inventory_free(&toggle->reference);
    inventory_free(&toggle->own);
    free(toggle->cgroup);
    free(toggle);
    target->state = NULL;
}

/* One that is to stay on may be on now: it goes off, with the keeper ready to bring it back. */
static int prepare(struct target *target, struct error *error)
{
    struct toggle_words words = toggle_words_of(target);
    struct toggle *toggle = calloc(1, sizeof(*toggle));
    char text[KEEPER_COMMAND_MAX];
    int result = toggle ? keeper_start(&toggle->keeper, target->place.cgroup_path, error)
                        : error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");

    if (result == 0 && last_command(target, text, sizeof(text)) != 0)
        result = error_set(error, EXIT_USAGE, -EINVAL,
                           "--on and --off are too long with the audit log's line before them; put them into "
                           "scripts");
    if (result) {
        if (toggle)
            keeper_stop(toggle->keeper);
        free(toggle);
        return result;
    }
    target->state = toggle;
    if (words.leave_on)
        return make_off(target, error);
    if (toggle_says_ready(&words, NULL) > 0)
        return error_set(
            error, EXIT_TARGET, -EBUSY,
            "--ready '%.200s' says that it is on already; switch it off first, or give --leave on to "
            "have it switched off now and on again at the end",
            words.ready);
    return 0;
}

/* Whatever has come meanwhile is to be gone after the off command, whoever's it is: better asked than left.
 */
static int give_up(struct target *target, int result, struct error *error)
{
    struct toggle *toggle = target->state;
    struct error left = {0};
    int off;

    toggle_scan(&toggle->before, &toggle->own);
    off = make_off(target, &left);
    return error_join(error, result, &left, off);
}

static int switch_on(struct target *target, struct error *error)
{
    struct toggle_words words = toggle_words_of(target);
    struct toggle *toggle = target->state;
    uint64_t asked_ns;
    int result;

    inventory_free(&toggle->before);
    inventory_free(&toggle->own);
    if (inventory_find_new(&toggle->before, &(struct inventory){0}) != 0)
        return error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");
    rely_on_keeper(target);
    toggle->on = true;
    asked_ns = clock_now_ns();
    result = run(target, "--on", words.on, target->limits.attach_timeout_ns, target->place.interrupt, error);
    if (result == 0)
        result = toggle_wait_ready(target, asked_ns, error);
    if (result)
        return give_up(target, result, error);
    if (words.leave_on)
        keeper_set_last_command(toggle->keeper, NULL);
    target->attachments++;
    return 0;
}

static int alive(struct target *target, struct error *error)
{
    const struct toggle *toggle = target->state;
    struct toggle_words words = toggle_words_of(target);
    int ready;

    if (!toggle || !toggle->on)
        return error_set(error, EXIT_TARGET, -ESRCH, "--on '%.200s' has not been run", words.on);
    if (toggle->own.program_count > 0 && inventory_still_present(&toggle->own, NULL) == 0)
        return error_set(error, EXIT_TARGET, -ESRCH,
                         "the BPF programs that --on '%.200s' brought went away while it was being measured",
                         words.on);
    ready = toggle_says_ready(&words, target->place.interrupt);
    if (ready < 0)
        return error_set(error, EXIT_INTERRUPTED, ready, "interrupted while the target was asked for");
    if (words.ready && !ready)
        return error_set(error, EXIT_TARGET, -ESRCH,
                         "--ready '%.200s' no longer ends with status 0 while it is being measured",
                         words.ready);
    return 0;
}

/* Of those that came later, the ones that a process of the agent holds. */
static int add_later_ones(const struct toggle *toggle, const struct inventory *foreign, struct inventory *own)
{
    OWNED_PTR pid_t *pids = NULL;
    CLEANUP(inventory_free) struct inventory held = {0};
    unsigned count = 0;
    int result = foreign->program_count ? toggle_holders(&toggle->own, &pids, &count) : 0;

    if (result == 0)
        result = inventory_scan(&held, pids, count);
    for (unsigned i = 0; result == 0 && i < foreign->program_count; i++) {
        struct inventory one = {.programs = &foreign->programs[i], .program_count = 1};

        if (inventory_find(&held, foreign->programs[i].id) ||
            inventory_find(&toggle->own, foreign->programs[i].id))
            result = inventory_merge(own, &one);
    }
    return result;
}

static int inspect(struct target *target, struct error *error)
{
    struct toggle *toggle = target->state;
    CLEANUP(inventory_free) struct inventory found = {0};
    CLEANUP(inventory_free) struct inventory own = {0};
    CLEANUP(inventory_free) struct inventory foreign = {0};
    unsigned missing;
    int result = toggle && toggle->on ? toggle_scan(&toggle->before, &found) : -ESRCH;

    if (result == 0)
        result = toggle_attribute(&found, &toggle->reference, &own, &foreign, &missing);
    if (result == 0)
        result = add_later_ones(toggle, &foreign, &own);
    if (result == 0)
        result = toggle_take_as_ready(target, 0, &own);
    return result ? error_set(error, EXIT_TARGET, result, "cannot read the BPF programs of the system: %s",
                              strerror(-result))
                  : 0;
}

static int switch_off(struct target *target, struct error *error)
{
    struct toggle *toggle = target->state;
    uint64_t asked_ns = clock_now_ns();
    int result;

    if (!toggle || !toggle->on)
        return 0;
    inspect(target, NULL); /* what it has loaded since has to be gone as well */
    result = make_off(target, error);
    target->detach_ns = clock_now_ns() - asked_ns;
    return result;
}

/* As often as the keeper tries it: a unit that was stopped just now may refuse to start. */
static int leave_on(struct target *target, const char *command, struct error *error)
{
    struct timespec pause = clock_timespec(LEAVE_PAUSE_NS);
    int result = -EIO;

    for (unsigned attempt = 0; result && attempt < LEAVE_ATTEMPTS; attempt++) {
        if (attempt > 0)
            nanosleep(&pause, NULL);
        result = run(target, "--on", command, target->limits.attach_timeout_ns, NULL, error);
    }
    if (result == 0)
        return 0;
    if (error)
        error->status = EXIT_TARGET; /* whatever kept it: the target is not as it was to be */
    return error_prefix(error, result,
                        "the target was to be left on, and could not be switched on in %d attempts; run its "
                        "command",
                        LEAVE_ATTEMPTS);
}

/* Off once more where that failed. On also where it counts as on: an off that is said to have failed may have
 * switched it off. */
static int leave(struct target *target, struct error *error)
{
    struct toggle *toggle = target->state;
    struct toggle_words words = toggle_words_of(target);

    if (!toggle || toggle->left)
        return 0;
    toggle->left = true;
    if (words.leave_on)
        return leave_on(target, words.on, error);
    return toggle->on ? make_off(target, error) : 0;
}

static void cleanup(struct target *target)
{
    struct error error = {0};

    if (!target->state)
        return;
    if (leave(target, &error) != 0)
        fprintf(stderr, "tracetoll: %s\n", error.message);
    release(target);
}

/* An agent's log is its own: what it has lost is a command's or an endpoint's to tell (workload observe). */
static void account(struct target *target, struct probe_counts *sum)
{
    (void)target;
    (void)sum;
}

static const char *cgroup_path(const struct target *target)
{
    const struct toggle *toggle = target->state;

    return toggle && toggle->on ? toggle->cgroup : NULL;
}

static char *output_tail(const struct target *target, char *text, size_t size)
{
    (void)target;
    if (size)
        text[0] = '\0';
    return text;
}

const struct target_ops target_toggle = {
    .name = "toggle",
    .summary = "an agent that runs elsewhere, switched by two commands",
    .given_as = "--on CMD --off CMD",
    .may_have_none = true,
    .check = check,
    .prepare = prepare,
    .switch_on = switch_on,
    .alive = alive,
    .inspect = inspect,
    .switch_off = switch_off,
    .leave = leave,
    .cleanup = cleanup,
    .account = account,
    .cgroup_path = cgroup_path,
    .output_tail = output_tail,
};
