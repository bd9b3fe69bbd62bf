/* SPDX-License-Identifier: GPL-2.0 */
/* Directories of ours: made, removed, and swept when their owner has died. */
#include "tests/unit/unit.h"
#include "base/owner.h"
#include "base/private_directory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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
    struct private_directory directory = PRIVATE_DIRECTORY_NONE;
    pid_t child = fork();
    int status;

    (void)state;
    if (child == 0) {
        struct error error;

        if (private_directory_create(&directory, parent, &error))
            _exit(1);
        touch(directory.path, "left");
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_int_equal(rmdir(parent), -1);
    assert_int_equal(private_directory_create(&directory, parent, NULL), 0);
    private_directory_remove(&directory);
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

/* What only looks like ours is left alone. */
static void others_are_not(void **state)
{
    struct private_directory directory = PRIVATE_DIRECTORY_NONE;
    char path[128], living[OWNER_NAME_MAX];

    (void)state;
    assert_int_equal(owner_name(living), 0);
    assert_false(owner_is_gone(living));
    assert_false(owner_is_gone("tracetoll-1"));
    assert_false(owner_is_gone("tracetoll-1-2-3"));
    assert_false(owner_is_gone("else-4194304-1"));
    assert_true(owner_is_gone("tracetoll-4194304-1")); /* above any PID */
    assert_true(owner_is_gone("tracetoll-1-999999999999"));
    snprintf(path, sizeof(path), "%s/tracetoll-4194304-1", parent);
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
        cmocka_unit_test(of_an_unknown_owner_stays),
        cmocka_unit_test_setup_teardown(of_the_dead_is_swept, make_parent, remove_parent),
        cmocka_unit_test(unseen_is_not_gone),
        cmocka_unit_test_setup_teardown(others_are_not, make_parent, remove_parent),
        cmocka_unit_test_setup_teardown(nowhere_to_make_it, make_parent, remove_parent),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
