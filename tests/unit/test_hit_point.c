/* SPDX-License-Identifier: GPL-2.0 */
/* Where a program's attach point can be counted. */
#include "tests/unit/unit.h"
#include "bpf/hit_point.h"

#include <string.h>

static void assert_point(const char *attach, enum hit_kind kind, const char *name)
{
    struct hit_point point;

    assert_true(hit_point_of(attach, &point));
    assert_int_equal(point.kind, kind);
    assert_string_equal(point.name, name);
}

static void points_of_tasks(void **state)
{
    (void)state;
    assert_point("raw_tp:sys_enter", HIT_RAW_TP, "sys_enter");
    assert_point("tp_btf:sched_switch", HIT_RAW_TP, "sched_switch");
    assert_point("tracepoint:syscalls:sys_enter_openat", HIT_TRACEPOINT, "syscalls/sys_enter_openat");
    assert_point("fexit:vfs_read", HIT_FUNCTION, "vfs_read");
    assert_point("kretprobe:vfs_read", HIT_FUNCTION, "vfs_read");
}

static void points_that_are_not_counted(void **state)
{
    struct hit_point point;
    char longest[300];

    (void)state;
    memset(longest, 'x', sizeof(longest));
    memcpy(longest, "kprobe:", 7);
    longest[sizeof(longest) - 1] = '\0';
    assert_false(hit_point_of("xdp:ifindex/3", &point));
    assert_false(hit_point_of("", &point));
    assert_false(hit_point_of("kprobe:", &point));
    assert_false(hit_point_of("kprobe:vfs_read, kprobe:vfs_write", &point));
    assert_false(hit_point_of("kprobe:vfs_read+0x10", &point));
    assert_false(hit_point_of("fentry:nf_conntrack:nf_ct_get", &point));
    assert_false(hit_point_of("tracepoint:sys_enter", &point));
    assert_false(hit_point_of(longest, &point));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(points_of_tasks),
        cmocka_unit_test(points_that_are_not_counted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
