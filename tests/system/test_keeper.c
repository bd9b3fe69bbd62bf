/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An orchestrator dies by SIGKILL, at any moment: its processes, programs, cgroups and keeper must be gone
 * within a second, without anybody's doing.
 */
#include "tests/system/fixture.h"

#include "agents/keeper.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

#define LIMIT_NS NS_PER_SECOND

/* What a child orchestrator tells the test before it is killed. */
struct report {
    char run_cgroup[256];
    uint32_t program_id;
    pid_t bystander; /* a process that inherited all its descriptors and lives on, as a generator's may */
};

static void bystander(void)
{
    alarm(30);
    for (;;)
        pause();
}

/* Never returns: makes a run, switches a target on and waits to be killed. */
static void orchestrate(int report_fd, const char *name, bool report_early)
{
    struct fixture fixture = {.directory = "/nonexistent"};
    struct report report = {0};
    struct error error = {0};
    struct target target;

    alarm(30);
    if (cgroup_run_path(&fixture.run_cgroup, &error) != 0 || cgroup_create(fixture.run_cgroup, &error) != 0)
        _exit(1);
    snprintf(report.run_cgroup, sizeof(report.run_cgroup), "%s", fixture.run_cgroup);
    target_prepare(&target, &fixture, (char *[]){(char *)name, NULL});
    target.place.output_directory = NULL;
    if (report_early && write(report_fd, &report, sizeof(report)) < 0)
        _exit(1);
    if (target.ops->switch_on(&target, &error) != 0)
        _exit(2);
    report.program_id = target.inventory.programs[0].id;
    report.bystander = fork();
    if (report.bystander == 0)
        bystander();
    if (!report_early && write(report_fd, &report, sizeof(report)) < 0)
        _exit(1);
    for (;;)
        pause();
}

static pid_t start_orchestrator(const char *name, bool report_early, struct report *report)
{
    int ends[2];
    pid_t pid;

    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0)
        orchestrate(ends[1], name, report_early);
    close(ends[1]);
    assert_int_equal(read(ends[0], report, sizeof(*report)), sizeof(*report));
    close(ends[0]);
    return pid;
}

/* Number of living processes with this parent and name; the last one's number in *found. */
static unsigned children_of(pid_t parent, const char *name, pid_t *found)
{
    DIR *directory = opendir("/proc");
    struct dirent *entry;
    unsigned count = 0;

    assert_non_null(directory);
    while ((entry = readdir(directory))) {
        char path[300], comm[64] = "", state = 0;
        int pid, of = 0;
        FILE *file;

        snprintf(path, sizeof(path), "/proc/%s/stat", entry->d_name);
        file = entry->d_name[0] >= '1' && entry->d_name[0] <= '9' ? fopen(path, "r") : NULL;
        if (!file)
            continue;
        if (fscanf(file, "%d (%63[^)]) %c %d", &pid, comm, &state, &of) == 4 && state != 'Z' &&
            of == parent && strcmp(comm, name) == 0) {
            count++;
            *found = pid;
        }
        fclose(file);
    }
    closedir(directory);
    return count;
}

static bool is_gone(pid_t pid)
{
    char path[64], state = 'Z';
    FILE *file;

    snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
    file = fopen(path, "r");
    if (!file)
        return true;
    if (fscanf(file, "%*d (%*[^)]) %c", &state) != 1)
        state = 'Z';
    fclose(file);
    return state == 'Z';
}

static bool program_exists(uint32_t id)
{
    struct inventory_program program = {.id = id};
    struct inventory one = {.programs = &program, .program_count = 1};

    return id != 0 && inventory_still_present(&one, NULL) > 0;
}

static void must_be_gone_in_time(const struct report *report, pid_t keeper, uint64_t killed_ns)
{
    while (clock_now_ns() - killed_ns < LIMIT_NS &&
           (access(report->run_cgroup, F_OK) == 0 || program_exists(report->program_id) || !is_gone(keeper)))
        pause_ms(1);
    assert_int_equal(access(report->run_cgroup, F_OK), -1);
    assert_false(program_exists(report->program_id));
    assert_true(is_gone(keeper));
}

static void killed_with_a_target_on(const char *name)
{
    struct report report;
    pid_t pid = start_orchestrator(name, false, &report), keeper = 0;
    uint64_t killed_ns;

    assert_int_equal(children_of(pid, "tracetoll-keep", &keeper), 1);
    assert_true(program_exists(report.program_id));
    kill(pid, SIGKILL);
    killed_ns = clock_now_ns();
    must_be_gone_in_time(&report, keeper, killed_ns);
    assert_false(is_gone(report.bystander));
    kill(report.bystander, SIGKILL);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void takes_a_plain_target_with_it(void **state)
{
    (void)state;
    killed_with_a_target_on("./takes_arguments");
}

static void takes_a_daemon_with_it(void **state)
{
    (void)state;
    killed_with_a_target_on("./daemonises_twice");
}

static void takes_a_stubborn_target_with_it(void **state)
{
    (void)state;
    killed_with_a_target_on("./refuses_to_stop");
}

static void takes_a_flooding_target_with_it(void **state)
{
    (void)state;
    killed_with_a_target_on("./floods_stdout");
}

/* From before the fork to after readiness. A cgroup made before the keeper was there waits for the next
 * start. */
static void killed_at_any_moment(void **state)
{
    (void)state;
    for (unsigned ms = 0; ms <= 60; ms += 4) {
        struct report report;
        pid_t pid = start_orchestrator("./forks", true, &report), keeper = 0;
        unsigned keepers;
        uint64_t killed_ns;

        pause_ms(ms);
        kill(pid, SIGSTOP);
        keepers = children_of(pid, "tracetoll-keep", &keeper);
        kill(pid, SIGKILL);
        killed_ns = clock_now_ns();
        assert_int_equal(waitpid(pid, NULL, 0), pid);
        if (keepers == 1)
            must_be_gone_in_time(&report, keeper, killed_ns);
        else
            assert_true(cgroup_remove_stale() >= 1 || access(report.run_cgroup, F_OK) != 0);
        assert_int_equal(access(report.run_cgroup, F_OK), -1);
    }
}

/* Ctrl-C reaches the whole foreground group, and a service manager's SIGTERM the whole service. */
static void outlives_the_signals_of_a_terminal(void **state)
{
    struct fixture *fixture = *state;
    struct error error = {0};
    struct target target;
    pid_t keeper = 0;

    target_prepare(&target, fixture, (char *[]){(char *)"./loses_events", NULL});
    assert_int_equal(target.ops->switch_on(&target, &error), 0);
    assert_int_equal(children_of(getpid(), "tracetoll-keep", &keeper), 1);
    kill(keeper, SIGINT);
    kill(keeper, SIGTERM);
    kill(keeper, SIGHUP);
    assert_int_not_equal(getsid(keeper), getsid(0));
    pause_ms(50);
    assert_int_equal(target.ops->switch_off(&target, &error), 0);
    assert_int_equal(target.lost_events, 20);
    assert_false(is_gone(keeper));
    target_free(&target);
    assert_true(is_gone(keeper));
}

static void holds_no_descriptor_of_ours(void **state)
{
    struct fixture *fixture = *state;
    struct error error = {0};
    struct keeper *keeper;
    char path[64];
    unsigned open_fds = 0;
    pid_t pid = 0;
    DIR *directory;

    assert_int_equal(keeper_start(&keeper, fixture->run_cgroup, &error), 0);
    for (int i = 0; i < 1000 && children_of(getpid(), "tracetoll-keep", &pid) == 0; i++)
        pause_ms(1);
    snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
    pause_ms(20);
    directory = opendir(path);
    assert_non_null(directory);
    while (readdir(directory))
        open_fds++;
    closedir(directory);
    assert_int_equal(open_fds - 2, 5); /* three of /dev/null, the socket, our pidfd */
    keeper_stop(keeper);
    assert_int_equal(access(fixture->run_cgroup, F_OK), 0);
}

/* The keeper is killed: the next attachment says so instead of hanging. */
static void says_that_it_was_killed(void **state)
{
    struct fixture *fixture = *state;
    struct error error = {0};
    struct target target;
    pid_t keeper = 0;

    target_prepare(&target, fixture, (char *[]){(char *)"./takes_arguments", NULL});
    assert_int_equal(target.ops->switch_on(&target, &error), 0);
    assert_int_equal(target.ops->switch_off(&target, &error), 0);
    assert_int_equal(children_of(getpid(), "tracetoll-keep", &keeper), 1);
    kill(keeper, SIGKILL);
    while (!is_gone(keeper))
        pause_ms(1);
    assert_true(target.ops->switch_on(&target, &error) < 0);
    assert_int_equal(error.status, EXIT_ENVIRONMENT);
    assert_non_null(strstr(error.message, "keeper"));
    target_free(&target);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_a_plain_target_with_it),
        cmocka_unit_test(takes_a_daemon_with_it),
        cmocka_unit_test(takes_a_stubborn_target_with_it),
        cmocka_unit_test(takes_a_flooding_target_with_it),
        cmocka_unit_test(killed_at_any_moment),
        cmocka_unit_test(outlives_the_signals_of_a_terminal),
        cmocka_unit_test(holds_no_descriptor_of_ours),
        cmocka_unit_test(says_that_it_was_killed),
    };

    return cmocka_run_group_tests(tests, fixture_up, fixture_down);
}
