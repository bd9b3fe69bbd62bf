/* SPDX-License-Identifier: GPL-2.0 */
/* Real, unmodified tools: ready, with attach points, and gone afterwards. */
#include "tests/system/fixture.h"

/* "*:NAME" stands for any kind of attachment to NAME. */
static bool has_attach_point(const struct target *target, const char *point)
{
    for (unsigned i = 0; i < target->inventory.program_count; i++) {
        const char *attach = target->inventory.programs[i].attach;
        const char *name = strchr(attach, ':');

        if (strcmp(attach, point) == 0 || (point[0] == '*' && name && strcmp(name, point + 1) == 0))
            return true;
    }
    return false;
}

static void show(const struct target *target)
{
    for (unsigned i = 0; i < target->inventory.program_count; i++)
        print_error("    %s %s \"%s\"\n", target->inventory.programs[i].name,
                    target->inventory.programs[i].type, target->inventory.programs[i].attach);
}

/* Two attachments: the second finds what the first has left. Either must have `points` (NULL-ended). */
static void attach_and_detach(struct fixture *fixture, char *const *argv, const char *const *points)
{
    struct error error = {0};
    unsigned links = 0, perf_events = 0;
    struct target target;

    target_prepare(&target, fixture, argv);
    target.limits = target_default_limits;
    for (int i = 0; i < 2; i++) {
        struct inventory seen;
        uint64_t map_bytes = 0;

        if (target.ops->switch_on(&target, &error) != 0)
            fail_msg("%s", error.message);
        for (const char *const *point = points; *point; point++)
            if (!has_attach_point(&target, *point)) {
                show(&target);
                fail_msg("no program on %s", *point);
            }
        for (unsigned j = 0; j < target.inventory.map_count; j++)
            map_bytes += target.inventory.maps[j].bytes;
        assert_true(map_bytes > 0);
        if (i == 0) {
            links = target.inventory.link_count;
            perf_events = target.inventory.perf_event_count;
        }
        assert_int_equal(target.inventory.link_count, links);
        assert_int_equal(target.inventory.perf_event_count, perf_events);
        pause_ms(100);
        assert_int_equal(target.ops->alive(&target, &error), 0);
        seen = target.inventory;
        if (target.ops->switch_off(&target, &error) != 0)
            fail_msg("%s", error.message);
        assert_int_equal(inventory_still_present(&seen, NULL), 0);
        print_message("# %s: attach %.0f ms, detach %.0f ms\n", argv[0], (double)target.attach_ns / NS_PER_MS,
                      (double)target.detach_ns / NS_PER_MS);
    }
    target_free(&target);
}

#define POINTS(...) ((const char *const[]){__VA_ARGS__, NULL})

static void syscount(void **state)
{
    attach_and_detach(*state, ARGV((char *)"syscount", (char *)"-i", (char *)"1"),
                      POINTS("tracepoint:raw_syscalls:sys_exit"));
}

static void tcplife(void **state)
{
    attach_and_detach(*state, ARGV((char *)"tcplife"), POINTS("tracepoint:sock:inet_sock_set_state"));
}

static void opensnoop(void **state)
{
    attach_and_detach(*state, ARGV((char *)"opensnoop"),
                      POINTS("tracepoint:syscalls:sys_enter_openat", "tracepoint:syscalls:sys_exit_openat"));
}

/* These two use BTF tracepoints where the kernel lets them, and raw ones elsewhere. */
static void softirqs(void **state)
{
    attach_and_detach(*state, ARGV((char *)"softirqs", (char *)"1"),
                      POINTS("*:softirq_entry", "*:softirq_exit"));
}

static void runqlat(void **state)
{
    attach_and_detach(*state, ARGV((char *)"runqlat", (char *)"1"),
                      POINTS("*:sched_switch", "*:sched_wakeup"));
}

static void bpftrace_tracepoint(void **state)
{
    attach_and_detach(*state,
                      ARGV((char *)"bpftrace", (char *)"-e",
                           (char *)"tracepoint:raw_syscalls:sys_enter { @[comm] = count(); }"),
                      POINTS("tracepoint:raw_syscalls:sys_enter"));
}

/* Attached by ioctl, of which the kernel tells no more than that it is a perf event. */
static void bpftrace_profile(void **state)
{
    attach_and_detach(*state,
                      ARGV((char *)"bpftrace", (char *)"-e", (char *)"profile:hz:99 { @[comm] = count(); }"),
                      POINTS("perf_event"));
}

static void tool_in_a_shell(void **state)
{
    attach_and_detach(*state, ARGV((char *)"sh", (char *)"-c", (char *)"syscount -i 1; echo done"),
                      POINTS("tracepoint:raw_syscalls:sys_exit"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(syscount),         cmocka_unit_test(tcplife),
        cmocka_unit_test(opensnoop),        cmocka_unit_test(softirqs),
        cmocka_unit_test(runqlat),          cmocka_unit_test(bpftrace_tracepoint),
        cmocka_unit_test(bpftrace_profile), cmocka_unit_test(tool_in_a_shell),
    };

    return cmocka_run_group_tests(tests, fixture_up, fixture_down);
}
