/* SPDX-License-Identifier: GPL-2.0 */
/* Directories of ours: made, removed, and swept when their owner has died. */
#include "tests/unit/unit.h"
#include "base/cleanup.h"
#include "base/owner.h"
#include "base/private_directory.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char parent[64];

static int make_parent(void **state)
{
    (void)state;
    strcpy(parent, "/tmp/tracetoll-test-XXXXXX");
    return mkdtemp(parent) ? 0 : -1;
}

/* Empty by then. */
static int remove_parent(void **state)
{
    (void)state;
    return rmdir(parent);
}

static void touch(const char *directory, const char *name)
{
    char path[PATH_MAX + 32];
    int fd;

    snprintf(path, sizeof(path), "%s/%s", directory, name);
    fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    close(fd);
}

static void comes_and_goes(void **state)
{
    struct private_directory directory = PRIVATE_DIRECTORY_NONE;
    struct error error = {0};
    struct stat status;

    (void)state;
    private_directory_remove(&directory);
    assert_int_equal(private_directory_create(&directory, parent, &error), 0);
    assert_int_equal(stat(directory.path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0700);
    touch(directory.path, "one");
    touch(directory.path, "two");
    private_directory_remove(&directory);
    assert_int_equal(directory.fd, -1);
}

/* Each process has directories of several loads, often below one parent: none of them is in another's way. */
static void several_of_one_process(void **state)
{
    struct private_directory directories[3];
    char name[OWNER_NAME_MAX];

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(directories); i++) {
        assert_int_equal(private_directory_create(&directories[i], parent, NULL), 0);
        touch(directories[i].path, "kept"); /* not swept by the next one */
    }
    assert_int_equal(owner_name(name), 0);
    assert_non_null(strstr(directories[0].path, name));
    assert_string_equal(strrchr(directories[1].path, '.'), ".1");
    assert_string_equal(strrchr(directories[2].path, '.'), ".2");
    for (size_t i = 0; i < ARRAY_SIZE(directories); i++) {
        char path[PATH_MAX + 32];

        snprintf(path, sizeof(path), "%.200s/kept", directories[i].path);
        assert_int_equal(access(path, F_OK), 0);
        private_directory_remove(&directories[i]);
    }
}

/* What has our name and is not ours is refused, not stepped around. */
static void a_link_by_our_name(void **state)
{
    struct private_directory directory = PRIVATE_DIRECTORY_NONE;
    char path[128], name[OWNER_NAME_MAX];

    (void)state;
    assert_int_equal(owner_name(name), 0);
    snprintf(path, sizeof(path), "%s/%s", parent, name);
    assert_int_equal(symlink("/tmp", path), 0);
    assert_int_equal(private_directory_create(&directory, parent, NULL), -EEXIST);
    assert_int_equal(unlink(path), 0);
}

/* There is an end to it. */
static void too_many_of_one_process(void **state)
{
    struct private_directory directories[80];
    unsigned count = 0;
    struct error error = {0};

    (void)state;
    while (count < ARRAY_SIZE(directories) &&
           private_directory_create(&directories[count], parent, &error) == 0)
        count++;
    assert_in_range(count, 60, ARRAY_SIZE(directories) - 1);
    assert_non_null(strstr(error.message, strerror(EEXIST)));
    while (count > 0)
        private_directory_remove(&directories[--count]);
}

static void make_outside(char *outside, size_t size)
{
    snprintf(outside, size, "%s/outside", parent);
    assert_int_equal(mkdir(outside, 0700), 0);
    touch(outside, "precious");
}

static void link_in(const char *directory, const char *target)
{
    char path[PATH_MAX + 32];

    snprintf(path, sizeof(path), "%s/way-out", directory);
    assert_int_equal(symlink(target, path), 0);
}

/* Directories in it, as programs make them that were killed since; and ways out of them, which are not taken.
 */
static void fill_deeply(const char *directory, const char *outside)
{
    char path[256];

    link_in(directory, "..");
    snprintf(path, sizeof(path), "%.100s", directory);
    for (unsigned i = 0; i < 10; i++) {
        strcat(path, "/deeper");
        assert_int_equal(mkdir(path, 0700), 0);
        touch(path, "file");
        link_in(path, outside);
    }
}

static void check_outside(const char *outside)
{
    char path[PATH_MAX + 32];

    snprintf(path, sizeof(path), "%s/precious", outside);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(outside), 0);
}

static void with_directories_in_it(void **state)
{
    struct private_directory directory = PRIVATE_DIRECTORY_NONE;
    char outside[128];

    (void)state;
    make_outside(outside, sizeof(outside));
    assert_int_equal(private_directory_create(&directory, parent, NULL), 0);
    fill_deeply(directory.path, outside);
    private_directory_remove(&directory);
    check_outside(outside);
}

/* Something mounted in it, even of the same file system, is another place. Needs a mount namespace. */
static void with_a_mount_in_it(void **state)
{
    struct private_directory directory = PRIVATE_DIRECTORY_NONE;
    char outside[128], inner[256];

    (void)state;
    if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) != 0)
        return;
    make_outside(outside, sizeof(outside));
    assert_int_equal(private_directory_create(&directory, parent, NULL), 0);
    snprintf(inner, sizeof(inner), "%.200s/inner", directory.path);
    assert_int_equal(mkdir(inner, 0700), 0);
    assert_int_equal(mount(outside, inner, "none", MS_BIND, NULL), 0);
    private_directory_remove(&directory);
    check_outside(outside);
    assert_int_equal(umount(inner), 0);
    assert_int_equal(rmdir(inner), 0);
    *strrchr(inner, '/') = '\0';
    assert_int_equal(rmdir(inner), 0);
}

/* Deeper than anything makes them: what is above the limit goes, the rest stays, and nothing fails. */
static void deeper_than_the_limit(void **state)
{
    struct private_directory directory = PRIVATE_DIRECTORY_NONE;
    char path[64 * 2 + 128];
    size_t length;

    (void)state;
    assert_int_equal(private_directory_create(&directory, parent, NULL), 0);
    length = (size_t)snprintf(path, sizeof(path), "%s", directory.path);
    for (unsigned i = 0; i < 64; i++) {
        strcat(path, "/d");
        assert_int_equal(mkdir(path, 0700), 0);
    }
    private_directory_remove(&directory);
    assert_int_equal(access(path, F_OK), 0);
    for (; strlen(path) >= length; *strrchr(path, '/') = '\0')
        assert_int_equal(rmdir(path), 0);
}

/* Whether its owner lives can't be found out without a descriptor: then it is not swept. */
static void of_an_unknown_owner_stays(void **state)
{
    struct rlimit before, none;
    char name[OWNER_NAME_MAX];
    bool gone;

    (void)state;
    assert_int_equal(owner_name(name), 0);
    assert_false(owner_is_gone(name));
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    none = (struct rlimit){0, before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
    gone = owner_is_gone(name);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    assert_false(gone);
}

static void of_the_dead_is_swept(void **state)
{
    struct private_directory directory = PRIVATE_DIRECTORY_NONE, second;
    char outside[128];
    pid_t child;
    int status;

    (void)state;
    make_outside(outside, sizeof(outside));
    child = fork();
    if (child == 0) {
        struct error error;

        if (private_directory_create(&directory, parent, &error) ||
            private_directory_create(&second, parent, &error))
            _exit(1);
        touch(directory.path, "left");
        fill_deeply(second.path, outside);
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_int_equal(rmdir(parent), -1);
    assert_int_equal(private_directory_create(&directory, parent, NULL), 0);
    private_directory_remove(&directory);
    check_outside(outside);
}

/* Nobody can be looked at without a descriptor, which does not mean that they are gone. */
static void unseen_is_not_gone(void **state)
{
    struct rlimit before, none;
    char living[OWNER_NAME_MAX];
    bool gone;

    (void)state;
    assert_int_equal(owner_name(living), 0);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    none = (struct rlimit){.rlim_cur = 0, .rlim_max = before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
    gone = owner_is_gone(living);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    assert_false(gone);
}

/* A name of this PID namespace, with `suffix` behind it. */
static bool is_gone(const char *name, const char *suffix)
{
    char living[OWNER_NAME_MAX], whole[2 * OWNER_NAME_MAX];

    assert_int_equal(owner_name(living), 0);
    snprintf(whole, sizeof(whole), "%s%s%s", name, strrchr(living, '-'), suffix);
    return owner_is_gone(whole);
}

/* What only looks like ours is left alone. */
static void others_are_not(void **state)
{
    struct private_directory directory = PRIVATE_DIRECTORY_NONE;
    char path[128], living[OWNER_NAME_MAX];

    (void)state;
    assert_int_equal(owner_name(living), 0);
    assert_false(owner_is_gone(living));
    assert_false(owner_is_gone("tracetoll-1"));
    assert_false(owner_is_gone("tracetoll-4194304-1-2")); /* of another namespace: not ours to say */
    assert_false(is_gone("else-4194304-1", ""));
    assert_true(is_gone("tracetoll-4194304-1", "")); /* above any PID */
    assert_true(is_gone("tracetoll-1-999999999999", ""));
    assert_true(is_gone("tracetoll-4194304-1", ".1")); /* another one of the same process */
    assert_true(is_gone("tracetoll-4194304-1", ".63"));
    assert_false(is_gone("tracetoll-4194304-1", "."));
    assert_false(is_gone("tracetoll-4194304-1", ".x"));
    assert_false(is_gone("tracetoll-4194304-1", ".1x"));
    assert_false(is_gone("tracetoll-4194304-1", ".1.1"));
    assert_false(is_gone("tracetoll-4194304-1", ".-1"));
    snprintf(path, sizeof(path), "%s/tracetoll-4194304-1%s", parent, strrchr(living, '-'));
    strcat(living, ".1");
    assert_false(owner_is_gone(living));
    assert_int_equal(mkdir(path, 0755), 0); /* open to others: not one of ours */
    touch(path, "theirs");
    assert_int_equal(private_directory_create(&directory, parent, NULL), 0);
    private_directory_remove(&directory);
    assert_int_equal(rmdir(path), -1);
    assert_int_equal(errno, ENOTEMPTY);
    strcat(path, "/theirs");
    assert_int_equal(unlink(path), 0);
    *strrchr(path, '/') = '\0';
    assert_int_equal(rmdir(path), 0);
    assert_int_equal(symlink("/tmp", path), 0); /* nor is a link followed */
    assert_int_equal(private_directory_create(&directory, parent, NULL), 0);
    private_directory_remove(&directory);
    assert_int_equal(unlink(path), 0);
}

static void nowhere_to_make_it(void **state)
{
    struct private_directory directory = PRIVATE_DIRECTORY_NONE;
    struct error error = {0};

    (void)state;
    assert_int_equal(private_directory_create(&directory, "/nowhere/at/all", &error), -ENOENT);
    assert_int_equal(error.status, EXIT_ENVIRONMENT);
    assert_non_null(strstr(error.message, "dir="));
    private_directory_remove(&directory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(comes_and_goes, make_parent, remove_parent),
        cmocka_unit_test_setup_teardown(several_of_one_process, make_parent, remove_parent),
        cmocka_unit_test_setup_teardown(a_link_by_our_name, make_parent, remove_parent),
        cmocka_unit_test_setup_teardown(too_many_of_one_process, make_parent, remove_parent),
        cmocka_unit_test_setup_teardown(with_directories_in_it, make_parent, remove_parent),
        cmocka_unit_test_setup_teardown(with_a_mount_in_it, make_parent, remove_parent),
        cmocka_unit_test_setup_teardown(deeper_than_the_limit, make_parent, remove_parent),
        cmocka_unit_test(of_an_unknown_owner_stays),
        cmocka_unit_test_setup_teardown(of_the_dead_is_swept, make_parent, remove_parent),
        cmocka_unit_test(unseen_is_not_gone),
        cmocka_unit_test_setup_teardown(others_are_not, make_parent, remove_parent),
        cmocka_unit_test_setup_teardown(nowhere_to_make_it, make_parent, remove_parent),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
