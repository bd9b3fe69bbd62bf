/* SPDX-License-Identifier: GPL-2.0 */
/* Each attach type: its program runs once per trigger, by the kernel's own count. */
#include "tests/unit/unit.h"
#include "agents/doctor.h"
#include "agents/inventory.h"
#include "agents/target_life.h"
#include "base/cleanup.h"
#include "base/cpus.h"
#include "bpf/attach_kinds.h"
#include "bpf/loaded_probe.h"
#include "orchestrator/micro/triggers.h"

#include <bpf/libbpf.h>
#include <stdio.h>
#include <string.h>

#define TIMES 1000

static const struct expectation {
    const char *kind, *where;
    const struct trigger *trigger;
    unsigned hits;   /* of one trigger */
    bool others_too; /* the rest of the machine may fire it as well */
} expectations[] = {
    {"raw_tp", "task_rename", &trigger_rename, 1, false},
    {"tp", "task:task_rename", &trigger_rename, 1, false},
    {"raw_tp", "sys_enter", &trigger_syscall, 1, true},
    {"tp", "syscalls:sys_enter_getpgid", &trigger_syscall, 1, false},
    {"tp", "syscalls:sys_exit_getpgid", &trigger_syscall, 1, false},
    {"kprobe", "find_task_by_vpid", &trigger_syscall, 1, true},
    {"kretprobe", "find_task_by_vpid", &trigger_syscall, 1, true},
    {"kprobe.multi", "find_task_by_vpid", &trigger_syscall, 1, true},
    {"kretprobe.multi", "find_task_by_vpid", &trigger_syscall, 1, true},
    {"fentry", "find_task_by_vpid", &trigger_syscall, 1, true},
    {"fexit", "find_task_by_vpid", &trigger_syscall, 1, true},
    {"lsm", "task_getpgid", &trigger_syscall, 1, false},
    {"uprobe", "/proc/self/exe:tracetoll_trigger_nop", &trigger_nop, 1, false},
    {"uprobe", "/proc/self/exe:tracetoll_trigger_push", &trigger_push, 1, false},
    {"uprobe", "/proc/self/exe:tracetoll_trigger_ret", &trigger_ret, 1, false},
    {"uretprobe", "/proc/self/exe:tracetoll_trigger_push", &trigger_push, 1, false},
#ifndef __SANITIZE_ADDRESS__ /* which has a malloc of its own */
    {"uprobe", "malloc", &trigger_malloc, 1, true},
#endif
    {"usdt", "/proc/self/exe:tracetoll:trigger", &trigger_usdt, 1, false},
    {"perf_event", "page-faults:1", &trigger_page_fault, 1, true},
    {"xdp", "lo", &trigger_datagram, 1, false},
    {"tc", "lo", &trigger_datagram, 1, false},
    {"tc.egress", "lo", &trigger_datagram, 1, false},
    {"cgroup_skb", "/", &trigger_datagram, 1, true},
    {"cgroup_skb.egress", "/", &trigger_datagram, 1, true},
    {"socket_filter", "lo", &trigger_datagram, 2, false}, /* a packet socket sees it leave and arrive */
};

static void check_count(const struct expectation *expected)
{
    const struct attach_kind *kind = attach_kind_find(expected->kind);
    const struct probe_spec spec = {.attach = kind};
    CLEANUP(loaded_probe_close) struct loaded_probe *probe = NULL;
    CLEANUP(attachment_close) struct attachment attachment = {0};
    CLEANUP(trigger_cleanup) struct trigger_state state = TRIGGER_STATE_INITIALIZER;
    OWNED_FD int statistics = bpf_statistics_enable();
    struct error error = {0};
    uint64_t before, runs;

    assert_non_null(kind);
    assert_true(statistics >= 0);
    if (expected->trigger->prepare && expected->trigger->prepare(&state, &error) != 0)
        fail_msg("%s", error.message);
    if (loaded_probe_open(&probe, &spec, expected->where, &error) != 0 ||
        kind->attach(kind, loaded_probe_program(probe), expected->where, &attachment, &error) != 0)
        fail_msg("%s@%s: %s", expected->kind, expected->where, error.message);
    before = loaded_probe_runs(probe, NULL);
    expected->trigger->fire(&state, TIMES);
    runs = loaded_probe_runs(probe, NULL) - before;
    print_message("# %s@%s: %llu runs for %u triggers\n", expected->kind, expected->where,
                  (unsigned long long)runs, TIMES);
    assert_true(runs >= (uint64_t)TIMES * expected->hits);
    if (!expected->others_too)
        assert_int_equal(runs, TIMES * expected->hits);
}

static void test_one(void **state)
{
    const struct expectation *expected = *state;
    struct finding finding;

    if (doctor_check_one(attach_kind_find(expected->kind)->doctor, &finding) &&
        finding.status == FINDING_UNSUPPORTED) {
        print_message("# skip: %s: %s\n", expected->kind, finding.reason);
        skip();
    }
    check_count(expected);
}

static void attach_filter(struct bpf_program *program, struct attachment *attachment)
{
    struct error error = {0};

    if (attach_tc_filter(attach_kind_find("tc"), program, "lo", attachment, &error) != 0)
        fail_msg("%s", error.message);
}

/* Runs of TIMES datagrams with the filter of kernels before 6.6 on. */
static uint64_t filter_runs(struct loaded_probe *probe, struct trigger_state *state)
{
    CLEANUP(attachment_close) struct attachment attachment = {0};
    OWNED_FD int statistics = bpf_statistics_enable();
    uint64_t before = loaded_probe_runs(probe, NULL);

    attach_filter(loaded_probe_program(probe), &attachment);
    trigger_datagram.fire(state, TIMES);
    return loaded_probe_runs(probe, NULL) - before;
}

static void open_both(struct trigger_state *state, struct loaded_probe **probe, struct loaded_probe **other)
{
    const struct probe_spec spec = {.attach = attach_kind_find("tc")};
    struct error error = {0};

    if (trigger_datagram.prepare(state, &error) != 0 || loaded_probe_open(probe, &spec, "lo", &error) != 0 ||
        loaded_probe_open(other, &spec, "lo", &error) != 0)
        fail_msg("%s", error.message);
}

static struct bpf_tc_opts add_theirs(const struct bpf_tc_hook *hook, struct loaded_probe *other)
{
    LIBBPF_OPTS(bpf_tc_opts, theirs, .prog_fd = bpf_program__fd(loaded_probe_program(other)));

    assert_int_equal(bpf_tc_attach(hook, &theirs), 0);
    return theirs;
}

static void assert_there(const struct bpf_tc_hook *hook, const struct bpf_tc_opts *theirs)
{
    LIBBPF_OPTS(bpf_tc_opts, query, .handle = theirs->handle, .priority = theirs->priority);

    assert_int_equal(bpf_tc_query(hook, &query), 0);
    assert_int_equal(query.prog_id, theirs->prog_id);
}

/* The hook goes where it is ours; where it is not, it stays, and another's filter with it. */
static void test_classic_filter(void **unused)
{
    CLEANUP(loaded_probe_close) struct loaded_probe *probe = NULL, *other = NULL;
    CLEANUP(trigger_cleanup) struct trigger_state state = TRIGGER_STATE_INITIALIZER;
    LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = 1, .attach_point = BPF_TC_INGRESS); /* lo */
    struct bpf_tc_opts theirs;

    (void)unused;
    open_both(&state, &probe, &other);
    assert_int_equal(filter_runs(probe, &state), TIMES);
    assert_int_equal(bpf_tc_hook_create(&hook), 0); /* it was gone */
    theirs = add_theirs(&hook, other);
    assert_int_equal(filter_runs(probe, &state), TIMES);
    assert_there(&hook, &theirs);
}

/* The hook is ours, and another one's filter came to it meanwhile: it stays for that one. */
static void test_filter_that_came_later(void **unused)
{
    CLEANUP(loaded_probe_close) struct loaded_probe *probe = NULL, *other = NULL;
    CLEANUP(trigger_cleanup) struct trigger_state state = TRIGGER_STATE_INITIALIZER;
    CLEANUP(attachment_close) struct attachment attachment = {0};
    LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = 1, .attach_point = BPF_TC_EGRESS); /* lo */
    struct bpf_tc_opts theirs;

    (void)unused;
    open_both(&state, &probe, &other);
    attach_filter(loaded_probe_program(probe), &attachment);
    assert_true(attachment.tc.hook_is_ours);
    theirs = add_theirs(&hook, other);
    detach_tc(&attachment);
    assert_there(&hook, &theirs);
}

int main(void)
{
    struct CMUnitTest tests[ARRAY_SIZE(expectations) + 2];
    char names[ARRAY_SIZE(expectations)][80];
    int cpus[1];

    libbpf_set_print(NULL);
    mounts_make_private();
    if (cpus_allowed(cpus, 1) >= 1)
        cpu_pin(cpus[0]); /* counts are per CPU for some events: stay on one */
    for (size_t i = 0; i < ARRAY_SIZE(expectations); i++) {
        snprintf(names[i], sizeof(names[i]), "%s@%s", expectations[i].kind, expectations[i].where);
        tests[i] = (struct CMUnitTest){
            .name = names[i], .test_func = test_one, .initial_state = (void *)&expectations[i]};
    }
    tests[ARRAY_SIZE(expectations)] = (struct CMUnitTest)cmocka_unit_test(test_classic_filter);
    tests[ARRAY_SIZE(expectations) + 1] = (struct CMUnitTest)cmocka_unit_test(test_filter_that_came_later);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
