/* SPDX-License-Identifier: GPL-2.0 */
/* Which loads are said to fire which probes. */
#include "tests/unit/unit.h"
#include "orchestrator/firing.h"

#include <string.h>

static void fires(const char *exercise, const char *point)
{
    if (!firing_matches(exercise, point))
        fail_msg("%s does not fire %s", exercise, point);
}

static void does_not(const char *exercise, const char *point)
{
    if (firing_matches(exercise, point))
        fail_msg("%s fires %s", exercise, point);
}

static void tracepoints(void **state)
{
    (void)state;
    fires("tracepoint:sched:sched_switch", "tracepoint:sched:sched_switch");
    fires("tracepoint:sched:sched_switch", "raw_tp:sched_switch");
    fires("tracepoint:sched:sched_switch", "tp_btf:sched_switch");
    does_not("tracepoint:sched:sched_switch", "tracepoint:sched:sched_switches");
    does_not("tracepoint:sched:sched_switch", "kprobe:sched_switch");
    does_not("tracepoint:sched:sched_switch", "raw_tp:sched_waking");
}

static void system_calls(void **state)
{
    (void)state;
    fires("syscall:openat", "tracepoint:syscalls:sys_enter_openat");
    fires("syscall:openat", "tracepoint:syscalls:sys_exit_openat");
    fires("syscall:openat", "tracepoint:raw_syscalls:sys_enter");
    fires("syscall:openat", "raw_tp:sys_exit");
    fires("syscall:openat", "kprobe:__x64_sys_openat");
    fires("syscall:openat", "fexit:__x64_sys_openat");
    does_not("syscall:openat", "tracepoint:syscalls:sys_enter_open");
    does_not("syscall:openat", "tracepoint:syscalls:sys_enter_openat2");
    does_not("syscall:openat", "kprobe:do_sys_openat2");
}

static void functions_and_others(void **state)
{
    (void)state;
    fires("function:tcp_sendmsg", "kprobe:tcp_sendmsg");
    fires("function:tcp_sendmsg", "fentry:tcp_sendmsg");
    does_not("function:tcp_sendmsg", "kprobe:tcp_sendmsg_locked");
    fires("uprobe:libc:malloc", "uprobe:/usr/lib/x86_64-linux-gnu/libc.so.6:0x98860");
    does_not("uprobe:libc:malloc", "uprobe:/usr/bin/bash:0x98860");
    fires("software:page-faults", "perf_event:page-faults");
    does_not("software:page-faults", "perf_event:cpu-clock");
    does_not("", "tracepoint:sched:sched_switch");
    does_not("nonsense", "nonsense");
}

static struct workload parsed(const char *text)
{
    struct workload workload;
    struct error error = {0};

    if (workload_parse(&workload, text, &error))
        fail_msg("%s: %s", text, error.message);
    return workload;
}

static void of_a_load(void **state)
{
    struct workload load = parsed("syscall,call=open_close");

    (void)state;
    assert_int_equal(firing_expected(&load, NULL, "tracepoint:syscalls:sys_enter_openat"), FIRING_DECLARED);
    assert_int_equal(firing_expected(&load, NULL, "tracepoint:sock:inet_sock_set_state"), FIRING_MISSED);
    assert_int_equal(firing_expected(&load, NULL, "kprobe:a_function_nobody_declares"), FIRING_UNKNOWN);
    assert_int_equal(firing_expected(&load, NULL, ""), FIRING_UNKNOWN);
    /* Several points: one that is fired is enough. */
    assert_int_equal(firing_expected(&load, NULL, "kprobe:x, tracepoint:syscalls:sys_exit_close"),
                     FIRING_DECLARED);
    workload_free(&load);
}

static void of_a_topology(void **state)
{
    struct workload load = parsed("udp_rr");
    struct topology topology = {0};

    (void)state;
    assert_int_equal(firing_expected(&load, NULL, "kprobe:nf_conntrack_in"), FIRING_UNKNOWN);
    assert_int_equal(topology_parse(&topology, "routed", NULL), 0);
    assert_int_equal(firing_expected(&load, &topology, "kprobe:nf_conntrack_in"), FIRING_DECLARED);
    topology_free(&topology);
    workload_free(&load);
}

static void suggestions(void **state)
{
    (void)state;
    assert_string_equal(firing_suggest("tracepoint:sock:inet_sock_set_state"), "tcp_crr");
    assert_string_equal(firing_suggest("tracepoint:sched:sched_process_exec"), "fork_exec");
    assert_string_equal(firing_suggest("raw_tp:signal_generate"), "fork_exec");
    assert_string_equal(firing_suggest("tracepoint:block:block_rq_issue"), "fio");
    assert_null(firing_suggest("kprobe:a_function_nobody_declares"));
    assert_null(firing_suggest(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tracepoints),          cmocka_unit_test(system_calls),
        cmocka_unit_test(functions_and_others), cmocka_unit_test(of_a_load),
        cmocka_unit_test(of_a_topology),        cmocka_unit_test(suggestions),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
