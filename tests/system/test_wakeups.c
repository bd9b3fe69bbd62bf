/* SPDX-License-Identifier: GPL-2.0 */
/* In whose name a point is passed, and how often a target is woken: a child in a cgroup of its own that does
 * a known number of things. */
#include "agents/cgroup.h"
#include "agents/kernel_fs.h"
#include "agents/sampler.h"
#include "bpf/hit_counter.h"
#include "base/cleanup.h"
#include "tests/unit/unit.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define CALLS  1000
#define SLEEPS 50

struct place {
    char *run, *target; /* cgroups */
};

static int make_place(void **state)
{
    static struct place place;
    struct error error;

    if (cgroup_run_path(&place.run, &error) != 0 || cgroup_create(place.run, &error) != 0 ||
        cgroup_create_child(place.run, "target", &place.target, &error) != 0)
        fail_msg("%s", error.message);
    *state = &place;
    return 0;
}

static int remove_place(void **state)
{
    struct place *place = *state;

    assert_int_equal(cgroup_destroy(place->run), 0);
    free(place->run);
    free(place->target);
    return 0;
}

static void join(const char *cgroup)
{
    char path[400];
    FILE *procs;

    snprintf(path, sizeof(path), "%s/cgroup.procs", cgroup);
    procs = fopen(path, "we");
    if (!procs || fputs("0\n", procs) < 0 || fclose(procs) != 0)
        _exit(1);
}

/* Joins, and does its things between two signs: it says when it is there, and is told to go on and to end. */
struct child {
    pid_t pid;
    int said_fd, told_fd;
};

static void pass_on(int fd)
{
    char sign = 0;

    assert_int_equal(write(fd, &sign, 1), 1);
}

static void wait_for(int fd)
{
    char sign;

    assert_int_equal(read(fd, &sign, 1), 1);
}

static struct child start(const char *cgroup, void (*act)(void))
{
    int said[2], told[2];
    struct child child;

    assert_int_equal(pipe2(said, O_CLOEXEC), 0);
    assert_int_equal(pipe2(told, O_CLOEXEC), 0);
    child.pid = fork();
    assert_int_not_equal(child.pid, -1);
    if (child.pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        join(cgroup);
        pass_on(said[1]);
        wait_for(told[0]);
        act();
        pass_on(said[1]);
        wait_for(told[0]);
        _exit(0);
    }
    close(said[1]);
    close(told[0]);
    child.said_fd = said[0];
    child.told_fd = told[1];
    wait_for(child.said_fd);
    return child;
}

static void act(const struct child *child)
{
    pass_on(child->told_fd);
    wait_for(child->said_fd);
}

static void end(struct child *child)
{
    int status;

    pass_on(child->told_fd);
    assert_int_equal(waitpid(child->pid, &status, 0), child->pid);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    close(child->said_fd);
    close(child->told_fd);
}

static void call(void)
{
    for (unsigned i = 0; i < CALLS; i++)
        syscall(SYS_getpriority, 0, 0);
}

static void assert_hits(const struct place *place, const char *attach, unsigned slack)
{
    OWNED_FD int tracefs_fd = kernel_fs_open("tracefs");
    OWNED_FD int target_fd = open(place->target, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const int cgroups[HIT_CGROUPS] = {target_fd, -1};
    struct hit_counter *counter = hit_counter_open(attach, tracefs_fd, cgroups);
    struct child child = start(place->target, call);
    uint64_t before[HIT_CGROUPS], after[HIT_CGROUPS];

    assert_non_null(counter);
    call(); /* ours are in no cgroup that is counted */
    assert_int_equal(hit_counter_read(counter, before), 0);
    act(&child);
    assert_int_equal(hit_counter_read(counter, after), 0);
    end(&child);
    hit_counter_close(counter);
    assert_in_range(after[0] - before[0], CALLS, CALLS + slack);
    assert_int_equal(after[1], 0);
}

static void hits_are_counted_for_whom_they_are(void **state)
{
    assert_hits(*state, "tracepoint:syscalls:sys_enter_getpriority", 0);
    assert_hits(*state, "raw_tp:sys_enter", 10); /* its pipes' */
}

static void what_cannot_be_counted_is_none(void **state)
{
    const int cgroups[HIT_CGROUPS] = {-1, -1};

    (void)state;
    assert_null(hit_counter_open("xdp:ifindex/1", -1, cgroups));
    assert_null(hit_counter_open("raw_tp:no_such_event", -1, cgroups));
    assert_null(hit_counter_open("tracepoint:syscalls:sys_enter_getpriority", -1, cgroups));
    hit_counter_close(NULL);
}

static void nap(void)
{
    const struct timespec a_moment = {.tv_nsec = 500000};

    for (unsigned i = 0; i < SLEEPS; i++)
        nanosleep(&a_moment, NULL);
}

static void sleeps_are_wakeups(void **state)
{
    const struct place *place = *state;
    const struct sampler_place sampled = {
        .target_cgroup = place->target, .client_netns_fd = -1, .server_netns_fd = -1};
    struct child child = start(place->target, nap);
    struct values before = {0}, after = {0}, difference = {0};
    void *sampler;

    assert_int_equal(sampler_wakeups.open(&sampler, &sampled, NULL), 0);
    sampler_wakeups.counters(sampler, &sampled, &before);
    act(&child);
    sampler_wakeups.counters(sampler, &sampled, &after);
    end(&child);
    sampler_wakeups.close(sampler);
    assert_int_equal(values_difference(&difference, &before, &after), 0);
    /* And those before and behind, at its pipes. */
    assert_in_range((unsigned)values_or_nan(&difference, "target.wakeups"), SLEEPS, SLEEPS + 4);
    values_free(&before);
    values_free(&after);
    values_free(&difference);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hits_are_counted_for_whom_they_are),
        cmocka_unit_test(what_cannot_be_counted_is_none),
        cmocka_unit_test(sleeps_are_wakeups),
    };

    return cmocka_run_group_tests(tests, make_place, remove_place);
}
