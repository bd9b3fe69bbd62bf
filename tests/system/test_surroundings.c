/* SPDX-License-Identifier: GPL-2.0 */
/* What a target finds around it: arguments, streams, signals, namespaces; and what can't be started at all.
 */
#include "tests/system/fixture.h"

#include "base/interrupt.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>

/* Pinned below the target's own /sys/fs/bpf it goes with its mount namespace. */
static void private_pin_goes_with_the_target(void **state)
{
    struct target target;

    target_prepare(&target, *state, ARGV((char *)"./pins_program", (char *)"/sys/fs/bpf/tracetoll-test"));
    on(&target);
    off(&target);
    target_free(&target);
}

static void sees_its_own_pid_in_bpf(void **state)
{
    char output[256], *own;
    struct target target;

    target_prepare(&target, *state, ARGV((char *)"./filters_own_pid"));
    on(&target);
    contains(&target, "others ");
    target.ops->output_tail(&target, output, sizeof(output));
    own = strstr(output, "own ");
    assert_non_null(own);
    assert_true(strtoull(own + 4, NULL, 10) >= 1000);
    off(&target);
    target_free(&target);
}

static void fills_in_the_workload(void **state)
{
    struct error error = {0};
    struct target target;

    target_prepare(
        &target, *state,
        ARGV((char *)"./takes_arguments", (char *)"pid={pid}", (char *)"if={ifname}", (char *)"{x}"));
    assert_int_equal(target.ops->switch_on(&target, &error), -EINVAL);
    assert_int_equal(error.status, EXIT_USAGE);
    target.place.workload_pid = getpid();
    strcpy(target.place.ifname, "lo");
    on(&target);
    snprintf(error.message, sizeof(error.message), "pid=%d\nif=lo\n{x}", (int)getpid());
    contains(&target, error.message);
    off(&target);
    target_free(&target);
}

static void has_nothing_on_stdin(void **state)
{
    struct target target;

    target_prepare(&target, *state, ARGV((char *)"./reads_stdin"));
    on(&target);
    contains(&target, "stdin ended");
    off(&target);
    target_free(&target);
}

/* The test does to itself what a measuring process does, and none of it may reach the target. */
static void is_started_as_from_a_shell(void **state)
{
    cpu_set_t before, one;
    sigset_t blocked;
    struct target target;
    char cpus[32];

    sched_getaffinity(0, sizeof(before), &before);
    CPU_ZERO(&one);
    CPU_SET(0, &one);
    sched_setaffinity(0, sizeof(one), &one);
    prctl(PR_SET_TIMERSLACK, 1);
    signal(SIGINT, SIG_IGN);
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGTERM);
    sigprocmask(SIG_BLOCK, &blocked, NULL);
    assert_true(open("/dev/null", O_RDONLY) >= 0); /* not close-on-exec */
    target_prepare(&target, *state, ARGV((char *)"./shows_surroundings"));
    on(&target);
    contains(&target, "tracefs 1\ndebugfs 1\nbpffs 1\ndescriptors 3\nsignals 0\n");
    contains(&target, "own_session 1\ntimer_slack 50000\noom_score_adj 500\nunbuffered 1");
    snprintf(cpus, sizeof(cpus), "cpus %d\n", (int)sysconf(_SC_NPROCESSORS_ONLN));
    contains(&target, cpus);
    off(&target);
    target_free(&target);
    sched_setaffinity(0, sizeof(before), &before);
    sigprocmask(SIG_UNBLOCK, &blocked, NULL);
    signal(SIGINT, SIG_DFL);
}

static void runs_in_the_namespace_it_is_given(void **state)
{
    OWNED_FD int own_fd = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC), fd = -1;
    char wanted[64], link[64] = "", path[64];
    struct target target;
    pid_t *pids;
    unsigned count;

    assert_int_equal(unshare(CLONE_NEWNET), 0);
    fd = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
    assert_true(readlink("/proc/self/ns/net", wanted, sizeof(wanted) - 1) > 0);
    assert_int_equal(setns(own_fd, CLONE_NEWNET), 0);
    target_prepare(&target, *state, ARGV((char *)"./takes_arguments"));
    target.place.netns_fd = fd;
    on(&target);
    assert_int_equal(cgroup_processes(target.ops->cgroup_path(&target), &pids, &count), 0);
    assert_int_equal(count, 1);
    snprintf(path, sizeof(path), "/proc/%d/ns/net", (int)pids[0]);
    assert_true(readlink(path, link, sizeof(link) - 1) > 0);
    assert_memory_equal(link, wanted, strlen(link));
    free(pids);
    off(&target);
    target_free(&target);
}

static void program_not_found(void **state)
{
    struct error error = {0};
    struct target target;

    target_prepare(&target, *state, ARGV((char *)"tcplife-bpfcc-no-such"));
    assert_int_equal(target.ops->check(&target, &error), -ENOENT);
    assert_int_equal(error.status, EXIT_ENVIRONMENT);
    assert_int_equal(target.ops->switch_on(&target, &error), -ENOENT);
    assert_null(target.state);
    target_free(&target);
}

static void script_without_its_interpreter(void **state)
{
    struct fixture *fixture = *state;
    struct error error = {0};
    char path[128];
    struct target target;
    FILE *file;

    snprintf(path, sizeof(path), "%s/script", fixture->directory);
    file = fopen(path, "w");
    assert_non_null(file);
    fputs("#!/no/such/interpreter\n", file);
    fchmod(fileno(file), 0755);
    fclose(file);
    target_prepare(&target, fixture, ARGV(path));
    assert_int_equal(target.ops->check(&target, &error), 0);
    assert_int_equal(target.ops->switch_on(&target, &error), -ENOENT);
    assert_int_equal(error.status, EXIT_ENVIRONMENT);
    assert_non_null(strstr(error.message, "its interpreter"));
    target_free(&target);
}

static void interrupted_while_attaching(void **state)
{
    struct interrupt interrupt;
    struct error error = {0};
    struct target target;

    assert_int_equal(interrupt_open(&interrupt), 0);
    target_prepare(&target, *state, ARGV((char *)"./never_attaches"));
    target.place.interrupt = &interrupt;
    kill(getpid(), SIGINT);
    assert_int_equal(target.ops->switch_on(&target, &error), -EINTR);
    assert_int_equal(error.status, EXIT_INTERRUPTED);
    target_free(&target);
    interrupt_close(&interrupt);
}

static void two_targets_share_a_run(void **state)
{
    struct target first, second;

    target_prepare(&first, *state, ARGV((char *)"./takes_arguments"));
    target_prepare(&second, *state, ARGV((char *)"./forks"));
    on(&first);
    on(&second);
    assert_int_equal(first.inventory.program_count, 1);
    assert_int_equal(second.inventory.program_count, 1);
    assert_string_equal(second.inventory.programs[0].name, "in_child");
    off(&first);
    off(&second);
    target_free(&first);
    target_free(&second);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(private_pin_goes_with_the_target),
        cmocka_unit_test(sees_its_own_pid_in_bpf),
        cmocka_unit_test(fills_in_the_workload),
        cmocka_unit_test(has_nothing_on_stdin),
        cmocka_unit_test(is_started_as_from_a_shell),
        cmocka_unit_test(runs_in_the_namespace_it_is_given),
        cmocka_unit_test(program_not_found),
        cmocka_unit_test(script_without_its_interpreter),
        cmocka_unit_test(interrupted_while_attaching),
        cmocka_unit_test(two_targets_share_a_run),
    };

    return cmocka_run_group_tests(tests, fixture_up, fixture_down);
}
