/* SPDX-License-Identifier: GPL-2.0 */
#include "tests/system/fixture.h"

#include "agents/sampler.h"
#include "base/files.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <sched.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

/* A process in the cgroup that ignores everything it can; killed at the latest by the alarm. */
static pid_t start_in(const char *path)
{
    char file[4096];
    pid_t pid = fork();

    assert_true(pid >= 0);
    if (pid > 0)
        return pid;
    snprintf(file, sizeof(file), "%s/cgroup.procs", path);
    if (file_write(file, "0") != 0)
        _exit(1);
    signal(SIGTERM, SIG_IGN);
    alarm(30);
    for (int i = 0; i < 100000; i++)
        getppid(); /* some CPU time to be counted */
    for (;;)
        pause();
}

static void wait_for_processes(const char *path, unsigned wanted)
{
    unsigned count = 0;

    for (int i = 0; i < 2000; i++) {
        pid_t *pids = NULL;

        assert_int_equal(cgroup_processes(path, &pids, &count), 0);
        free(pids);
        if (count == wanted)
            return;
        pause_ms(1);
    }
    assert_int_equal(count, wanted);
}

static void ends_processes_in_nested_cgroups(void **state)
{
    struct fixture *fixture = *state;
    struct error error = {0};
    char *child, *grandchild, events[4096];
    int status, events_fd;
    pid_t pids[2];

    assert_int_equal(cgroup_create_child(fixture->run_cgroup, "a", &child, &error), 0);
    assert_int_equal(cgroup_create_child(child, "b", &grandchild, &error), 0);
    snprintf(events, sizeof(events), "%s/cgroup.events", child);
    events_fd = open(events, O_RDONLY | O_CLOEXEC);
    assert_true(events_fd >= 0);
    assert_false(cgroup_is_populated(events_fd));
    pids[0] = start_in(child);
    pids[1] = start_in(grandchild);
    wait_for_processes(child, 2);
    assert_true(cgroup_is_populated(events_fd));
    close(events_fd);
    assert_int_equal(cgroup_destroy(child), 0);
    assert_int_equal(access(child, F_OK), -1);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
        assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    }
    assert_int_equal(cgroup_destroy(child), 0);
    free(child);
    free(grandchild);
}

static void counts_cpu_time(void **state)
{
    struct fixture *fixture = *state;
    struct error error = {0};
    double total_ns = -1, user_ns = -1, system_ns = -1;
    char *child;

    assert_int_equal(cgroup_create_child(fixture->run_cgroup, "cpu", &child, &error), 0);
    assert_int_equal(cgroup_cpu_ns(child, &total_ns, &user_ns, &system_ns), 0);
    assert_true(total_ns == 0 && user_ns == 0 && system_ns == 0);
    start_in(child);
    wait_for_processes(child, 1);
    for (int i = 0; i < 2000 && total_ns <= 0; i++) {
        assert_int_equal(cgroup_cpu_ns(child, &total_ns, NULL, NULL), 0);
        pause_ms(1);
    }
    assert_true(total_ns > 0);
    assert_int_equal(cgroup_destroy(child), 0);
    assert_int_equal(cgroup_cpu_ns(child, &total_ns, NULL, NULL), -ENOENT);
    wait(NULL);
    free(child);
}

/* On all CPUs that it could use before it was pinned, at least. */
static void lets_pinned_ones_run_anywhere(void **state)
{
    struct fixture *fixture = *state;
    struct error error = {0};
    cpu_set_t one, all, now;
    char *child;
    pid_t pid;

    assert_int_equal(cgroup_create_child(fixture->run_cgroup, "pinned", &child, &error), 0);
    pid = start_in(child);
    wait_for_processes(child, 1);
    assert_int_equal(sched_getaffinity(pid, sizeof(all), &all), 0);
    CPU_ZERO(&one);
    CPU_SET(0, &one);
    assert_int_equal(sched_setaffinity(pid, sizeof(one), &one), 0);
    assert_int_equal(cgroup_unpin(child), 0);
    assert_int_equal(sched_getaffinity(pid, sizeof(now), &now), 0);
    assert_true(CPU_COUNT(&now) >= CPU_COUNT(&all));
    assert_int_equal(cgroup_destroy(child), 0);
    assert_int_equal(cgroup_unpin(child), -ENOENT);
    wait(NULL);
    free(child);
}

/* A maker that never was, one whose number somebody else has now, one of another PID namespace, of which we
 * know nothing, and ourselves, who are alive. */
static void removes_what_dead_runs_left(void **state)
{
    struct fixture *fixture = *state;
    char *mount_point = cgroup_mount_point(), dead[4096], reused[4096], foreign[4096], elsewhere[4096];
    const char *namespace = strrchr(fixture->run_cgroup, '-');

    assert_non_null(mount_point);
    snprintf(dead, sizeof(dead), "%s/tracetoll-999999999-5%s", mount_point, namespace);
    snprintf(reused, sizeof(reused), "%s/tracetoll-%d-1%s", mount_point, (int)getpid(), namespace);
    snprintf(foreign, sizeof(foreign), "%s/tracetoll-999999999-5%sx", mount_point, namespace);
    snprintf(elsewhere, sizeof(elsewhere), "%s/tracetoll-999999999-5-7", mount_point);
    assert_int_equal(mkdir(dead, 0755), 0);
    assert_int_equal(mkdir(reused, 0755), 0);
    assert_int_equal(mkdir(foreign, 0755), 0);
    assert_int_equal(mkdir(elsewhere, 0755), 0);
    assert_true(cgroup_remove_stale() >= 2);
    assert_int_equal(access(dead, F_OK), -1);
    assert_int_equal(access(reused, F_OK), -1);
    assert_int_equal(access(foreign, F_OK), 0);
    assert_int_equal(access(fixture->run_cgroup, F_OK), 0);
    assert_int_equal(rmdir(foreign), 0);
    assert_int_equal(rmdir(elsewhere), 0);
    free(mount_point);
}

static void says_what_to_do_when_it_can_not(void **state)
{
    struct error error = {0};
    char *child = NULL;

    (void)state;
    assert_int_equal(cgroup_create_child("/proc/nowhere", "x", &child, &error), -ENOENT);
    assert_int_equal(error.status, EXIT_ENVIRONMENT);
    assert_null(child);
}

static double restarts_in_window(struct samplers *samplers, const struct sampler_place *place, bool restart)
{
    OWNED_VALUES struct values values = {0};
    struct error error = {0};

    samplers_begin(samplers, place);
    if (restart) {
        assert_int_equal(cgroup_destroy(place->target_cgroup), 0);
        assert_int_equal(cgroup_create(place->target_cgroup, &error), 0);
    }
    assert_int_equal(samplers_end(samplers, place, &values), 0);
    return values_or_nan(&values, "target.restarts");
}

/* An agent that its service starts anew: another cgroup of the same name, whose counters begin at 0. */
static void one_that_is_made_anew_in_a_window_is_seen(void **state)
{
    struct fixture *fixture = *state;
    struct sampler_place place = {.client_netns_fd = -1, .server_netns_fd = -1};
    struct samplers *samplers = NULL;
    struct error error = {0};
    char *child;

    assert_int_equal(cgroup_create_child(fixture->run_cgroup, "agent", &child, &error), 0);
    place.target_cgroup = child;
    assert_int_equal(samplers_open(&samplers, &place, &error), 0);
    assert_true(restarts_in_window(samplers, &place, false) == 0);
    assert_true(restarts_in_window(samplers, &place, true) == 1);
    assert_true(restarts_in_window(samplers, &place, false) == 0);
    place.target_cgroup = NULL; /* off */
    assert_true(isnan(restarts_in_window(samplers, &place, false)));
    place.target_cgroup = child;
    assert_true(restarts_in_window(samplers, &place, false) == 0);
    samplers_close(samplers);
    assert_int_equal(cgroup_destroy(child), 0);
    free(child);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ends_processes_in_nested_cgroups),
        cmocka_unit_test(counts_cpu_time),
        cmocka_unit_test(lets_pinned_ones_run_anywhere),
        cmocka_unit_test(removes_what_dead_runs_left),
        cmocka_unit_test(says_what_to_do_when_it_can_not),
        cmocka_unit_test(one_that_is_made_anew_in_a_window_is_seen),
    };

    return cmocka_run_group_tests(tests, fixture_up, fixture_down);
}
