/* SPDX-License-Identifier: GPL-2.0 */
/* The kernels' cache where nothing can be put into it: what lies there stays. Nothing is downloaded. */
#include "agents/lab/cache.h"
#include "base/cleanup.h"
#include "base/owner.h"
#include "tests/unit/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

static char place[64], cache[PATH_MAX];
/* Of no package: not even a mistake here downloads anything. */
static const char *const packages[] = {"tracetoll-no-such-package", NULL};

/* A mount namespace of our own, with the cache on a file system of this size, which takes memory only when it
 * is filled. */
static void mount_cache(const char *options)
{
    strcpy(place, "/tmp/tracetoll-test-XXXXXX");
    assert_non_null(mkdtemp(place));
    assert_int_equal(unshare(CLONE_NEWNS), 0);
    assert_int_equal(mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL), 0);
    assert_int_equal(mount("none", place, "tmpfs", 0, options), 0);
    assert_int_equal(setenv("XDG_CACHE_HOME", place, 1), 0);
    assert_int_equal(lab_cache_path(cache, NULL), 0);
}

static int unmount_cache(void **state)
{
    (void)state;
    return umount(place) == 0 && rmdir(place) == 0 ? 0 : -1;
}

static void make_kept(char path[PATH_MAX], const char *directory)
{
    int fd;

    snprintf(path, PATH_MAX, "%.3000s/%.60s", cache, directory);
    assert_int_equal(mkdir(path, 0755), 0);
    strcat(path, "/vmlinuz");
    fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    assert_true(fd >= 0);
    close(fd);
}

/* What is on the stack from now on names the cache itself where a name is used that nobody has written. */
static __attribute__((noinline)) void clear_stack(void)
{
    volatile char below[64 << 10];

    for (size_t i = 0; i < sizeof(below); i++)
        below[i] = '\0';
}

static void test_without_room(void **state)
{
    char path[PATH_MAX], kept[PATH_MAX];
    struct error error = {0};

    (void)state;
    mount_cache("size=1m");
    make_kept(kept, "linux-image-of-before");
    clear_stack();
    assert_int_equal(lab_cache_fetch("linux-image", packages, path, NULL, &error), -ENOSPC);
    assert_int_equal(error.status, EXIT_ENVIRONMENT);
    assert_non_null(strstr(error.message, "a kernel needs about 600 MiB in "));
    assert_non_null(strstr(error.message, "XDG_CACHE_HOME"));
    assert_int_equal(access(kept, F_OK), 0);
}

/* A directory that we did not make is not ours to remove, whatever its name is. */
static void test_with_another_directory_of_our_name(void **state)
{
    char path[PATH_MAX], kept[PATH_MAX], name[OWNER_NAME_MAX];
    struct error error = {0};

    (void)state;
    mount_cache("size=700m");
    assert_int_equal(owner_name(name), 0);
    make_kept(kept, name);
    assert_int_equal(lab_cache_fetch("linux-image", packages, path, NULL, &error), -EEXIST);
    assert_int_equal(error.status, EXIT_ENVIRONMENT);
    assert_non_null(strstr(error.message, "cannot keep a kernel in "));
    assert_int_equal(access(kept, F_OK), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_without_room, unmount_cache),
        cmocka_unit_test_teardown(test_with_another_directory_of_our_name, unmount_cache),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
