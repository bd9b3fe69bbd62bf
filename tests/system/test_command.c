/* SPDX-License-Identifier: GPL-2.0 */
/* The workload `command`: whole runs, their time, their CPU, and none of them left. */
#include "tests/system/load.h"

#include <math.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

static void test_runs_fit_the_window(void **state)
{
    (void)state;
    load_start("command,cmd=sleep 0.05", "host");
    assert_int_equal(load_measure(500 * NS_PER_MS, NULL), 0);
    assert_true(value("ops") >= 2 && value("ops") <= 10);
    assert_true(value("window_ns") >= value("ops") * 50e6);
    assert_true((double)load.sample.latency.count == value("ops"));
    assert_true((double)load.sample.latency.min_ns >= 50e6);
    assert_true(value("failed") == 0);
}

static void test_at_least_one_run(void **state)
{
    (void)state;
    load_start("command,cmd=sleep 0.2", "host");
    assert_int_equal(load_measure(10 * NS_PER_MS, NULL), 0);
    assert_true(value("ops") == 1);
    assert_true(value("window_ns") >= 200e6);
}

/* What a run burns is in user_ns or system_ns, and what it sleeps is not. */
static void test_cpu_time(void **state)
{
    double busy, idle;

    (void)state;
    load_start("command,cmd=i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done", "host");
    assert_int_equal(load_measure(10 * NS_PER_MS, NULL), 0);
    busy = (value("user_ns") + value("system_ns")) / value("ops");
    assert_true(busy <= hist_mean_ns(&load.sample.latency) * 1.1);
    load_end(NULL);
    load_start("command,cmd=sleep 0.2", "host");
    assert_int_equal(load_measure(10 * NS_PER_MS, NULL), 0);
    idle = (value("user_ns") + value("system_ns")) / value("ops");
    assert_true(busy > 5e6);
    assert_true(idle < busy / 2 && idle < 100e6);
}

static void prepare_fails(const char *workload, int code, const char *part)
{
    load_parse(workload, "host");
    assert_int_equal(load.workload.ops->prepare(&load.workload, &load.error), code);
    assert_int_equal(load.error.status, EXIT_ENVIRONMENT);
    if (!strstr(load.error.message, part))
        fail_msg("\"%s\" is not in: %s", part, load.error.message);
    load_end(NULL);
}

static void test_commands_that_cannot_work(void **state)
{
    (void)state;
    prepare_fails("command,cmd=exit 3", -ENOEXEC, "ended with exit status 3");
    prepare_fails("command,cmd=no-such-program-here", -ENOEXEC, "exit status 127");
    prepare_fails("command,cmd=kill -9 $$", -ENOEXEC, "signal 9");
    prepare_fails("command,cmd=sleep 5,timeout=50ms", -ETIME, "timeout=");
}

/* Good in the trial run, bad afterwards. */
static void test_failing_run_is_counted(void **state)
{
    char directory[] = "/tmp/tracetoll-test-XXXXXX", workload[128];

    (void)state;
    assert_non_null(mkdtemp(directory));
    snprintf(workload, sizeof(workload), "command,cmd=rmdir %s", directory);
    load_start(workload, "host");
    assert_int_equal(load_measure(1, NULL), 0);
    assert_true(value("ops") == 0);
    assert_true(value("failed") == 1);
}

/*
 * A run that is cut short takes what it has started with it: that falls to us, the nearest subreaper, unless
 * its shell, killed while it waited, found it dead first (kernel/exit.c: do_wait looks once more before it
 * heeds a signal).
 */
static void test_group_is_killed(void **state)
{
    char file[] = "/tmp/tracetoll-test-XXXXXX", workload[160];
    int fd = mkstemp(file), started = 0, status;
    FILE *text;

    (void)state;
    assert_true(fd >= 0);
    close(fd);
    assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
    snprintf(workload, sizeof(workload), "command,cmd=sleep 60 & echo $! >%s; sleep 60,timeout=200ms", file);
    load_parse(workload, "host");
    assert_int_equal(load.workload.ops->prepare(&load.workload, &load.error), -ETIME);
    text = fopen(file, "r");
    assert_non_null(text);
    assert_int_equal(fscanf(text, "%d", &started), 1);
    fclose(text);
    unlink(file);
    if (waitpid(started, &status, 0) == started)
        assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    else
        assert_true(kill(started, 0) == -1 && errno == ESRCH);
    while (waitpid(-1, NULL, 0) > 0) /* the other sleep */
        ;
}

static void test_quoted_comma(void **state)
{
    (void)state;
    load_start("command,cmd=\"test a,b = a,b\",timeout=5", "host");
    assert_int_equal(load_measure(1, NULL), 0);
    assert_true(value("ops") == 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_runs_fit_the_window, load_end),
        cmocka_unit_test_teardown(test_at_least_one_run, load_end),
        cmocka_unit_test_teardown(test_cpu_time, load_end),
        cmocka_unit_test_teardown(test_commands_that_cannot_work, load_end),
        cmocka_unit_test_teardown(test_failing_run_is_counted, load_end),
        cmocka_unit_test_teardown(test_group_is_killed, load_end),
        cmocka_unit_test_teardown(test_quoted_comma, load_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
