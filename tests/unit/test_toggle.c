/* SPDX-License-Identifier: GPL-2.0 */
/* An agent that somebody else started: which programs are its own, and what its options mean. */
#include "tests/unit/unit.h"

#include "agents/inventory_scan.h"
#include "agents/keeper.h"
#include "agents/target_toggle.h"
#include "agents/toggle_set.h"
#include "agents/toggle_state.h"
#include "base/clock.h"
#include "base/files.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void add(struct inventory *inventory, uint32_t id, const char *name, const char *attach)
{
    struct inventory_program *program = inventory_program(inventory, id);

    assert_non_null(program);
    snprintf(program->name, sizeof(program->name), "%s", name);
    snprintf(program->type, sizeof(program->type), "kprobe");
    attach_add(program, "link", attach);
}

struct parts {
    struct inventory own, foreign;
    unsigned missing;
};

static struct parts part(struct inventory *found, struct inventory *reference)
{
    struct parts parts = {0};

    assert_int_equal(toggle_attribute(found, reference, &parts.own, &parts.foreign, &parts.missing), 0);
    return parts;
}

static void release(struct parts *parts)
{
    inventory_free(&parts->own);
    inventory_free(&parts->foreign);
}

static void the_first_time_all_that_came_is_its_own(void **state)
{
    struct inventory found = {0};
    struct parts parts;

    (void)state;
    add(&found, 5, "enter", "kprobe:f");
    add(&found, 6, "exit", "kretprobe:f");
    parts = part(&found, NULL);
    assert_int_equal(parts.own.program_count, 2);
    assert_int_equal(parts.foreign.program_count, 0);
    assert_int_equal(parts.missing, 0);
    release(&parts);
    inventory_free(&found);
}

static void a_stranger_that_comes_at_the_same_time_is_named(void **state)
{
    struct inventory found = {0}, reference = {0};
    struct parts parts;

    (void)state;
    add(&reference, 5, "enter", "kprobe:f");
    add(&reference, 6, "exit", "kretprobe:f");
    add(&found, 20, "stranger", "kprobe:g");
    add(&found, 21, "exit", "kretprobe:f");
    add(&found, 22, "enter", "kprobe:f");
    parts = part(&found, &reference);
    assert_int_equal(parts.own.program_count, 2);
    assert_null(inventory_find(&parts.own, 20));
    assert_int_equal(parts.foreign.program_count, 1);
    assert_string_equal(parts.foreign.programs[0].name, "stranger");
    assert_int_equal(parts.missing, 0);
    release(&parts);
    inventory_free(&found);
    inventory_free(&reference);
}

/* The same tool, started twice at once, is two of each: one is the agent's. */
static void each_of_the_reference_stands_for_one(void **state)
{
    struct inventory found = {0}, reference = {0};
    struct parts parts;

    (void)state;
    add(&reference, 5, "enter", "kprobe:f");
    add(&reference, 6, "enter", "kprobe:f");
    for (uint32_t id = 10; id < 13; id++)
        add(&found, id, "enter", "kprobe:f");
    parts = part(&found, &reference);
    assert_int_equal(parts.own.program_count, 2);
    assert_int_equal(parts.foreign.program_count, 1);
    release(&parts);
    inventory_free(&found);
    inventory_free(&reference);
}

static void what_has_not_come_yet_is_missed(void **state)
{
    struct inventory found = {0}, reference = {0};
    struct parts parts;

    (void)state;
    add(&reference, 5, "enter", "kprobe:f");
    add(&reference, 6, "enter", "kprobe:f");
    add(&reference, 7, "exit", "kretprobe:f");
    add(&found, 10, "enter", "kprobe:f");
    add(&found, 11, "exit", "kretprobe:other"); /* the attach point counts */
    parts = part(&found, &reference);
    assert_int_equal(parts.missing, 2);
    assert_int_equal(parts.own.program_count, 1);
    assert_int_equal(parts.foreign.program_count, 1);
    release(&parts);
    inventory_free(&found);
    inventory_free(&reference);
}

/* One that says by itself when it is on may have no programs: then every new one is somebody else's. */
static void an_empty_reference_has_none(void **state)
{
    struct inventory found = {0}, reference = {0};
    struct parts parts;

    (void)state;
    add(&found, 10, "enter", "kprobe:f");
    parts = part(&found, &reference);
    assert_int_equal(parts.own.program_count, 0);
    assert_int_equal(parts.foreign.program_count, 1);
    release(&parts);
    inventory_free(&found);
}

static void options_in_any_order(void **state)
{
    char *argv[] = {"--off", "stop", "--leave", "on", "--on", "start", "--ready", "ask", NULL};
    struct toggle_words words;

    (void)state;
    assert_int_equal(toggle_words_parse(argv, &words, NULL), 0);
    assert_string_equal(words.on, "start");
    assert_string_equal(words.off, "stop");
    assert_string_equal(words.ready, "ask");
    assert_true(words.leave_on);
}

static void both_commands_are_needed(void **state)
{
    char *no_off[] = {"--on", "start", NULL}, *empty[] = {"--on", "start", "--off", "", NULL};
    char *bare[] = {"start", NULL};
    char *const *wrong[] = {no_off, empty, bare, NULL};
    struct toggle_words words;
    struct error error;

    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        assert_int_equal(toggle_words_parse(wrong[i], &words, &error), -EINVAL);
        assert_int_equal(error.status, EXIT_USAGE);
        assert_non_null(strstr(error.message, "--off"));
    }
}

static void a_command_fits_the_keeper(void **state)
{
    static char longest[KEEPER_COMMAND_MAX], longer[KEEPER_COMMAND_MAX + 1];
    char *fits[] = {"--on", longest, "--off", "stop", NULL},
         *too_long[] = {"--on", "start", "--off", longer, NULL};
    struct toggle_words words;

    (void)state;
    memset(longest, 'x', sizeof(longest) - 1);
    memset(longer, 'x', sizeof(longer) - 1);
    assert_int_equal(toggle_words_parse(fits, &words, NULL), 0);
    assert_int_equal(toggle_words_parse(too_long, &words, NULL), -EINVAL);
}

/* One that was prepared, and counts as on or off, without a keeper; `on` writes a line into a new file. */
struct left {
    char path[40], on[120];
    struct target target;
};

static void set_up(struct left *left, bool on, const char *after)
{
    struct toggle *toggle = calloc(1, sizeof(*toggle));
    char *argv[] = {"--on", left->on, "--off", "true", "--leave", "on", NULL};
    int fd;

    strcpy(left->path, "/tmp/tracetoll-test-toggle-XXXXXX");
    fd = mkstemp(left->path);
    assert_true(toggle && fd >= 0 && close(fd) == 0);
    snprintf(left->on, sizeof(left->on), "f=%s; echo >>$f; %s", left->path, after);
    assert_int_equal(target_init(&left->target, &target_toggle, argv), 0);
    toggle->on = on;
    left->target.state = toggle;
}

static unsigned times_on(const struct left *left)
{
    char *text = file_read(left->path, 1 << 10);
    unsigned count;

    assert_non_null(text);
    count = (unsigned)strlen(text);
    free(text);
    return count;
}

static void tear_down(struct left *left)
{
    target_free(&left->target);
    unlink(left->path);
}

/* It counts as on as long as no off has succeeded, and may well be off. */
static void one_whose_off_failed_is_left_on(void **state)
{
    struct left left;

    (void)state;
    for (int on = 0; on < 2; on++) {
        set_up(&left, on, "true");
        left.target.ops->cleanup(&left.target);
        assert_int_equal(times_on(&left), 1);
        assert_null(left.target.state);
        tear_down(&left);
    }
}

static void leaving_it_on_is_tried_thrice(void **state)
{
    struct error error = {0};
    struct left left;

    (void)state;
    set_up(&left, false, "exit 3");
    assert_int_equal(left.target.ops->leave(&left.target, &error), -EIO);
    assert_int_equal(error.status, EXIT_TARGET);
    assert_non_null(strstr(error.message, left.on));
    assert_int_equal(times_on(&left), 3);
    tear_down(&left);
}

/* Also by what comes last, which can tell nobody. */
static void it_is_left_once(void **state)
{
    struct left left;

    (void)state;
    set_up(&left, false, "[ $(wc -l <$f) -ge 2 ]");
    assert_int_equal(left.target.ops->leave(&left.target, NULL), 0);
    assert_int_equal(times_on(&left), 2);
    left.target.ops->cleanup(&left.target);
    assert_int_equal(times_on(&left), 2);
    tear_down(&left);
}

/* A rail that is crossed meanwhile, or a signal, wants it off within a second. */
static void a_slow_answer_holds_up_nothing(void **state)
{
    char *argv[] = {"--on", "true", "--off", "true", "--ready", "sleep 4", NULL};
    struct toggle toggle = {.on = true};
    struct interrupt interrupt = {.signal_fd = -1, .signal = SIGTERM};
    uint64_t began_ns = clock_now_ns();
    struct error error = {0};
    struct target target;

    (void)state;
    assert_int_equal(target_init(&target, &target_toggle, argv), 0);
    target.place.interrupt = &interrupt;
    target.state = &toggle;
    assert_int_equal(target.ops->alive(&target, &error), -EINTR);
    assert_int_equal(error.status, EXIT_INTERRUPTED);
    assert_int_equal(toggle_wait_ready(&target, began_ns, &error), -EINTR);
    assert_true(clock_now_ns() - began_ns < 2 * NS_PER_SECOND);
    interrupt.signal = 0; /* and one that is not interrupted is heard to its end */
    target.argv[5][6] = '0';
    assert_int_equal(target.ops->alive(&target, &error), 0);
    target.state = NULL;
    target_free(&target);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_time_all_that_came_is_its_own),
        cmocka_unit_test(a_stranger_that_comes_at_the_same_time_is_named),
        cmocka_unit_test(each_of_the_reference_stands_for_one),
        cmocka_unit_test(what_has_not_come_yet_is_missed),
        cmocka_unit_test(an_empty_reference_has_none),
        cmocka_unit_test(options_in_any_order),
        cmocka_unit_test(both_commands_are_needed),
        cmocka_unit_test(a_command_fits_the_keeper),
        cmocka_unit_test(one_whose_off_failed_is_left_on),
        cmocka_unit_test(leaving_it_on_is_tried_thrice),
        cmocka_unit_test(it_is_left_once),
        cmocka_unit_test(a_slow_answer_holds_up_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
