/* SPDX-License-Identifier: GPL-2.0 */
#include "tests/unit/unit.h"

#include "agents/inventory_scan.h"

#include <stdio.h>
#include <string.h>

static void add(struct inventory *inventory, uint32_t id, const char *name, const char *type,
                const char *attach)
{
    struct inventory_program *program = inventory_program(inventory, id);

    assert_non_null(program);
    snprintf(program->name, sizeof(program->name), "%s", name);
    snprintf(program->type, sizeof(program->type), "%s", type);
    if (attach[0])
        attach_add(program, "link", attach);
}

static void same_set_whatever_ids_and_order(void **state)
{
    struct inventory a = {0}, b = {0};

    (void)state;
    add(&a, 1, "enter", "tracepoint", "tracepoint:x");
    add(&a, 2, "exit", "tracepoint", "tracepoint:y");
    add(&b, 7, "exit", "tracepoint", "tracepoint:y");
    add(&b, 9, "enter", "tracepoint", "tracepoint:x");
    assert_true(inventory_same_set(&a, &b));
    assert_true(inventory_same_set(&b, &a));
    assert_false(inventory_fingerprint(&a) == inventory_fingerprint(&b));
    inventory_free(&a);
    inventory_free(&b);
}

static void differs_by_name_type_attach_point_and_number(void **state)
{
    static const char *const others[][3] = {{"other", "kprobe", "kprobe:f"},
                                            {"one", "tracepoint", "kprobe:f"},
                                            {"one", "kprobe", "kprobe:g"},
                                            {"one", "kprobe", ""}};
    struct inventory a = {0}, twice = {0};

    (void)state;
    add(&a, 1, "one", "kprobe", "kprobe:f");
    for (size_t i = 0; i < 4; i++) {
        struct inventory b = {0};

        add(&b, 1, others[i][0], others[i][1], others[i][2]);
        assert_false(inventory_same_set(&a, &b));
        inventory_free(&b);
    }
    add(&twice, 1, "one", "kprobe", "kprobe:f");
    add(&twice, 2, "one", "kprobe", "kprobe:f");
    assert_false(inventory_same_set(&a, &twice));
    inventory_free(&a);
    inventory_free(&twice);
}

/* A tool that keeps functions in a set attaches to them in another order each time, and to more than the text
 * has room for; one function more or less is another set. */
static void order_of_attaching_is_no_difference(void **state)
{
    enum { POINTS = 100 };
    struct inventory forward = {0}, backward = {0}, other = {0};

    (void)state;
    add(&forward, 1, "one", "kprobe", "");
    add(&backward, 1, "one", "kprobe", "");
    add(&other, 1, "one", "kprobe", "");
    for (int i = 0; i < POINTS; i++) {
        char point[32];

        snprintf(point, sizeof(point), "kprobe:function_%d", i);
        attach_add(&forward.programs[0], "link", point);
        snprintf(point, sizeof(point), "kprobe:function_%d", POINTS - 1 - i);
        attach_add(&backward.programs[0], "link", point);
        attach_add(&other.programs[0], "link", i == 70 ? "kprobe:another" : point);
    }
    assert_string_not_equal(forward.programs[0].attach, backward.programs[0].attach);
    assert_true(inventory_same_set(&forward, &backward));
    assert_false(inventory_same_set(&forward, &other));
    inventory_free(&forward);
    inventory_free(&backward);
    inventory_free(&other);
}

static void fingerprint_changes_with_the_set(void **state)
{
    struct inventory a = {0};
    uint64_t before;

    (void)state;
    assert_int_equal(inventory_fingerprint(&a), 0);
    add(&a, 1, "one", "kprobe", "");
    before = inventory_fingerprint(&a);
    assert_int_not_equal(before, 0);
    attach_add(&a.programs[0], "link", "kprobe:f");
    assert_int_not_equal(inventory_fingerprint(&a), before);
    before = inventory_fingerprint(&a);
    a.link_count++;
    assert_int_not_equal(inventory_fingerprint(&a), before);
    before = inventory_fingerprint(&a);
    a.perf_event_count++;
    assert_int_not_equal(inventory_fingerprint(&a), before);
    inventory_free(&a);
}

/* Loaded is not attached; where no descriptor shows an attachment, being there has to do. */
static void attached_or_only_loaded(void **state)
{
    static const char *const tracing[] = {"kprobe",  "tracepoint", "raw_tracepoint",
                                          "tracing", "perf_event", "lsm"};
    struct inventory a = {0}, packets = {0};

    (void)state;
    assert_false(inventory_is_attached(&a));
    for (uint32_t i = 0; i < 6; i++)
        add(&a, i + 1, "loaded", tracing[i], "");
    assert_false(inventory_is_attached(&a));
    attach_add(&a.programs[5], "perf_event", "perf_event");
    assert_true(inventory_is_attached(&a));
    add(&packets, 1, "filter", "xdp", "");
    assert_true(inventory_is_attached(&packets));
    inventory_free(&a);
    inventory_free(&packets);
}

static void attach_points_are_listed_once_and_cut_visibly(void **state)
{
    struct inventory_program program = {0};

    (void)state;
    attach_add(&program, "link", "kprobe:vfs_read");
    attach_add(&program, "link", "kprobe:vfs_read");
    attach_add(&program, "link", "kprobe:vfs_rea");
    attach_add(&program, "link", "kprobe:vfs");
    attach_add(&program, "link", "kprobe:vfs_rea");
    assert_string_equal(program.attach, "kprobe:vfs_read, kprobe:vfs_rea, kprobe:vfs");
    for (int i = 0; i < 50; i++) {
        char point[32];

        snprintf(point, sizeof(point), "kprobe:function_%d", i);
        attach_add(&program, "link", point);
    }
    assert_true(strlen(program.attach) < sizeof(program.attach));
    assert_string_equal(program.attach + strlen(program.attach) - 5, ", ...");
    assert_null(strstr(program.attach, "..., ..."));
}

static void sorts_finds_and_merges(void **state)
{
    struct inventory a = {0}, b = {0};

    (void)state;
    for (uint32_t id = 100; id > 0; id--)
        add(&a, id, "p", "kprobe", "");
    inventory_sort(&a);
    assert_int_equal(a.program_count, 100);
    for (uint32_t i = 0; i < 100; i++)
        assert_int_equal(a.programs[i].id, i + 1);
    add(&b, 50, "p", "kprobe", "");
    add(&b, 200, "q", "kprobe", "");
    assert_int_equal(inventory_merge(&a, &b), 0);
    assert_int_equal(a.program_count, 101);
    assert_string_equal(inventory_find(&a, 200)->name, "q");
    assert_null(inventory_find(&a, 201));
    inventory_free(&a);
    inventory_free(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_set_whatever_ids_and_order),
        cmocka_unit_test(differs_by_name_type_attach_point_and_number),
        cmocka_unit_test(order_of_attaching_is_no_difference),
        cmocka_unit_test(fingerprint_changes_with_the_set),
        cmocka_unit_test(attached_or_only_loaded),
        cmocka_unit_test(attach_points_are_listed_once_and_cut_visibly),
        cmocka_unit_test(sorts_finds_and_merges),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
