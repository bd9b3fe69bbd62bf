/* SPDX-License-Identifier: GPL-2.0 */
/* Every small target of tests/targets with the outcome it must have. */
#include "tests/system/fixture.h"

#include "base/files.h"
#include "base/interrupt.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

static void exits_before_it_attaches(void **state)
{
    struct target target;

    target_prepare(&target, *state, ARGV((char *)"./exit_before_attach"));
    must_not_attach(&target, -ESRCH, "exited with status 3 before it attached");
    must_not_attach(&target, -ESRCH, "no such probe here");
    target_free(&target);
}

static void never_attaches(void **state)
{
    struct target target;

    target_prepare(&target, *state, ARGV((char *)"./never_attaches"));
    target.limits.attach_timeout_ns = 400 * NS_PER_MS;
    must_not_attach(&target, -ETIMEDOUT, "attached no BPF program within 0.4 s");
    must_not_attach(&target, -ETIMEDOUT, "waiting for something that never comes");
    must_not_attach(&target, -ETIMEDOUT, "within 0.4 s; it used 0.0");
    target_free(&target);
}

static void loaded_is_not_attached(void **state)
{
    struct target target;

    target_prepare(&target, *state, ARGV((char *)"./never_attaches", (char *)"loaded"));
    target.limits.attach_timeout_ns = 600 * NS_PER_MS;
    must_not_attach(&target, -ETIMEDOUT, "loaded 1 BPF programs within 0.6 s but attached none");
    target_free(&target);
}

static void crashes_in_the_middle(void **state)
{
    struct error error = {0};
    struct target target;

    target_prepare(&target, *state, ARGV((char *)"./crash_in_middle", (char *)"500"));
    on(&target);
    assert_int_equal(target.ops->alive(&target, &error), 0);
    for (int i = 0; i < 3000 && target.ops->alive(&target, &error) == 0; i++)
        pause_ms(1);
    assert_int_equal(target.ops->alive(&target, &error), -ESRCH);
    assert_int_equal(error.status, EXIT_TARGET);
    assert_non_null(strstr(error.message, "was ended by signal 11"));
    assert_non_null(strstr(error.message, "about to crash"));
    assert_true(WIFSIGNALED(target.last_exit_status) && WTERMSIG(target.last_exit_status) == SIGSEGV);
    off(&target);
    assert_int_equal(target.stop_signal, 0);
    target_free(&target);
}

static void detaches_by_itself(void **state)
{
    struct error error = {0};
    struct target target;

    target_prepare(&target, *state, ARGV((char *)"./detaches_by_itself", (char *)"400"));
    on(&target);
    for (int i = 0; i < 3000 && target.ops->alive(&target, &error) == 0; i++)
        pause_ms(1);
    assert_int_equal(target.ops->alive(&target, &error), -ESRCH);
    assert_non_null(strstr(error.message, "detached its BPF programs by itself"));
    off(&target);
    target_free(&target);
}

static void stops_at_the_first_signal(void **state)
{
    struct target target;

    target_prepare(&target, *state, ARGV((char *)"./takes_arguments"));
    on(&target);
    off(&target);
    assert_int_equal(target.stop_signal, SIGINT);
    assert_true(WIFSIGNALED(target.last_exit_status) && WTERMSIG(target.last_exit_status) == SIGINT);
    target_free(&target);
}

static void refuses_to_stop(void **state)
{
    struct target target;

    target_prepare(&target, *state, ARGV((char *)"./refuses_to_stop"));
    target.limits.detach_timeout_ns = 500 * NS_PER_MS;
    on(&target);
    off(&target);
    assert_int_equal(target.stop_signal, SIGKILL);
    target_free(&target);
}

static void follows_forks(void **state)
{
    struct error error = {0};
    struct target target;

    target_prepare(&target, *state, ARGV((char *)"./forks"));
    on(&target);
    assert_string_equal(program_named(&target, "in_child")->attach, "raw_tp:sys_enter");
    assert_int_equal(target.ops->alive(&target, &error), 0);
    off(&target);
    assert_int_equal(target.stop_signal, SIGINT);
    assert_int_equal(target.last_exit_status, 0);
    target_free(&target);
}

static void follows_daemons(void **state)
{
    struct error error = {0};
    struct target target;

    target_prepare(&target, *state, ARGV((char *)"./daemonises_twice"));
    for (int i = 0; i < 3; i++) {
        on(&target);
        assert_non_null(program_named(&target, "in_daemon"));
        assert_true(target.attach_ns >= 100 * NS_PER_MS);
        assert_int_equal(target.ops->alive(&target, &error), 0);
        off(&target);
    }
    target_free(&target);
}

static uint64_t file_bytes(const char *directory, const char *name)
{
    struct stat status;
    char path[256];

    snprintf(path, sizeof(path), "%s/%s", directory, name);
    assert_int_equal(stat(path, &status), 0);
    return (uint64_t)status.st_size;
}

static void drains_a_flood_and_caps_the_file(void **state)
{
    struct fixture *fixture = *state;
    char directory[128];
    struct target target;

    snprintf(directory, sizeof(directory), "%s/flood", fixture->directory);
    assert_int_equal(mkdir(directory, 0755), 0);
    target_prepare(&target, fixture, ARGV((char *)"./floods_stdout"));
    target.place.output_directory = directory;
    target.limits.output_bytes_max = 100000;
    on(&target);
    pause_ms(100);
    off(&target);
    assert_int_equal(target.stop_signal, SIGINT);
    assert_true(target.output_bytes > 1000000);
    assert_int_equal(file_bytes(directory, "target-1.stdout"), 100000);
    assert_int_equal(file_bytes(directory, "target-1.stderr"), 0);
    contains(&target, "flood over");
    target_free(&target);
}

static void counts_lost_events(void **state)
{
    struct target target;

    target_prepare(&target, *state, ARGV((char *)"./loses_events"));
    for (unsigned i = 1; i <= 2; i++) {
        on(&target);
        pause_ms(200); /* it takes 20 ms to say it */
        off(&target);
        assert_int_equal(target.lost_events, 20 * i);
        assert_int_equal(target.lost_lines, 2 * i);
    }
    target_free(&target);
}

static void is_complete_only_when_it_stops_changing(void **state)
{
    struct target target;

    target_prepare(&target, *state, ARGV((char *)"./attaches_in_steps"));
    for (int i = 0; i < 2; i++) {
        on(&target);
        assert_int_equal(target.inventory.program_count, 2);
        assert_int_equal(target.inventory.link_count, 2);
        assert_true(target.attach_ns >= 150 * NS_PER_MS);
        off(&target);
    }
    assert_int_equal(target.attachments, 2);
    target_free(&target);
}

static void must_attach_the_same_again(void **state)
{
    struct fixture *fixture = *state;
    struct error error = {0};
    char path[128];
    struct target target;

    snprintf(path, sizeof(path), "%s/once", fixture->directory);
    target_prepare(&target, fixture, ARGV((char *)"./changes_its_set", path));
    on(&target);
    off(&target);
    target.limits.attach_timeout_ns = 600 * NS_PER_MS;
    assert_int_equal(target.ops->switch_on(&target, &error), -ETIMEDOUT);
    assert_non_null(strstr(error.message, "what it attached the first time (2 programs, now 1)"));
    target_free(&target);
}

/* In a mount namespace of the test's own, so that nothing stays on the machine. */
static void pinned_program_is_left_behind(void **state)
{
    struct fixture *fixture = *state;
    struct error error = {0};
    char bpffs[100], pin[120];
    struct target target;

    snprintf(bpffs, sizeof(bpffs), "%s/bpffs", fixture->directory);
    snprintf(pin, sizeof(pin), "%s/kept", bpffs);
    assert_int_equal(mkdir(bpffs, 0755), 0);
    assert_int_equal(mount("bpf", bpffs, "bpf", 0, NULL), 0);
    target_prepare(&target, fixture, ARGV((char *)"./pins_program", pin));
    on(&target);
    assert_int_equal(target.ops->switch_off(&target, &error), -EBUSY);
    assert_int_equal(error.status, EXIT_TARGET);
    assert_non_null(strstr(error.message, "pinned (ID "));
    assert_non_null(strstr(error.message, pin));
    assert_int_equal(unlink(pin), 0);
    on(&target);
    assert_int_equal(unlink(pin), 0);
    off(&target);
    target_free(&target);
    assert_int_equal(umount(bpffs), 0);
}

/* A program held by an interface: no descriptor shows it, and it goes with the interface. */
static void finds_programs_nobody_holds(void **state)
{
    struct error error = {0};
    struct target target;

    target_prepare(&target, *state, ARGV((char *)"./attaches_xdp"));
    for (int i = 0; i < 2; i++) {
        on(&target);
        assert_int_equal(target.inventory.program_count, 1);
        assert_string_equal(program_named(&target, "on_lo")->type, "xdp");
        assert_int_equal(target.ops->alive(&target, &error), 0);
        off(&target);
    }
    target_free(&target);
}

static void cleanup_is_allowed_at_any_time(void **state)
{
    struct error error = {0};
    struct inventory seen;
    struct target target;

    target_prepare(&target, *state, ARGV((char *)"./refuses_to_stop"));
    target.ops->cleanup(&target);
    assert_int_equal(target.ops->switch_off(&target, &error), 0);
    on(&target);
    seen = target.inventory;
    target.ops->cleanup(&target);
    for (int i = 0; i < 1000 && inventory_still_present(&seen, NULL) > 0; i++)
        pause_ms(1);
    assert_int_equal(inventory_still_present(&seen, NULL), 0);
    target.ops->cleanup(&target);
    on(&target);
    target_free(&target);
    target_free(&target);
}

static void inspects_and_counts_runs(void **state)
{
    OWNED_FD int statistics_fd = bpf_statistics_enable();
    struct error error = {0};
    struct target target;

    assert_true(statistics_fd >= 0);
    target_prepare(&target, *state, ARGV((char *)"./takes_arguments"));
    on(&target);
    for (int i = 0; i < 100; i++)
        getppid();
    assert_int_equal(target.ops->inspect(&target, &error), 0);
    assert_int_equal(inventory_read_runs(&target.inventory), 0);
    assert_true(target.inventory.programs[0].run_count >= 100);
    assert_true(target.inventory.programs[0].run_time_ns > 0);
    off(&target);
    target_free(&target);
}

static void sham_has_the_same_life(void **state)
{
    struct fixture *fixture = *state;
    OWNED_FD int statistics_fd = bpf_statistics_enable();
    struct error error = {0};
    struct target target;
    char path[256];

    assert_int_equal(target_init(&target, &target_sham, NULL), 0);
    target.place.cgroup_path = fixture->run_cgroup;
    target.sham_executable = target_program("sham", path, sizeof(path));
    assert_int_equal(target.ops->check(&target, &error), 0);
    for (int i = 0; i < 3; i++) {
        on(&target);
        assert_memory_equal(program_named(&target, "sham")->attach, "raw_tp:", 7);
        assert_int_equal(target.inventory.link_count, 1);
        pause_ms(50);
        assert_int_equal(inventory_read_runs(&target.inventory), 0);
        assert_int_equal(target.inventory.programs[0].run_count, 0);
        off(&target);
        assert_int_equal(target.last_exit_status, 0);
        assert_int_equal(target.stop_signal, SIGINT);
    }
    target_free(&target);
}

static int own_mount_namespace(void **state)
{
    if (geteuid() == 0 &&
        (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0))
        return -1;
    return fixture_up(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exits_before_it_attaches),
        cmocka_unit_test(never_attaches),
        cmocka_unit_test(loaded_is_not_attached),
        cmocka_unit_test(crashes_in_the_middle),
        cmocka_unit_test(detaches_by_itself),
        cmocka_unit_test(stops_at_the_first_signal),
        cmocka_unit_test(refuses_to_stop),
        cmocka_unit_test(follows_forks),
        cmocka_unit_test(follows_daemons),
        cmocka_unit_test(drains_a_flood_and_caps_the_file),
        cmocka_unit_test(counts_lost_events),
        cmocka_unit_test(is_complete_only_when_it_stops_changing),
        cmocka_unit_test(must_attach_the_same_again),
        cmocka_unit_test(pinned_program_is_left_behind),
        cmocka_unit_test(finds_programs_nobody_holds),
        cmocka_unit_test(cleanup_is_allowed_at_any_time),
        cmocka_unit_test(inspects_and_counts_runs),
        cmocka_unit_test(sham_has_the_same_life),
    };

    return cmocka_run_group_tests(tests, own_mount_namespace, fixture_down);
}
