/* SPDX-License-Identifier: GPL-2.0 */
/* Mount points as they are, not as the kernel writes them: a blank is \040 there. */
#include "base/mounts.h"
#include "tests/unit/unit.h"

#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

/* The last one counts: others were mounted before. */
static bool note(void *context, const char *point)
{
    snprintf(context, PATH_MAX, "%s", point);
    return false;
}

static void test_a_name_with_a_blank(void **state)
{
    char directory[] = "/tmp/tracetoll-test-XXXXXX", point[64], last[PATH_MAX] = "";

    (void)state;
    assert_non_null(mkdtemp(directory));
    snprintf(point, sizeof(point), "%s/two words", directory);
    assert_int_equal(mkdir(point, 0700), 0);
    assert_int_equal(unshare(CLONE_NEWNS), 0);
    assert_int_equal(mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL), 0);
    assert_int_equal(mount("none", point, "ramfs", 0, NULL), 0);
    assert_false(mounts_visit("ramfs", note, last));
    assert_string_equal(last, point);
    assert_int_equal(umount(point), 0);
    rmdir(point);
    rmdir(directory);
}

static bool stop(void *context, const char *point)
{
    (void)point;
    ++*(unsigned *)context;
    return true;
}

static void test_the_first_is_enough(void **state)
{
    char path[PATH_MAX];
    unsigned seen = 0;

    (void)state;
    assert_true(mounts_visit("proc", stop, &seen));
    assert_int_equal(seen, 1);
    assert_ptr_equal(mounts_first("proc", path, sizeof(path)), path);
    assert_string_equal(path, "/proc");
    assert_null(mounts_first("no such type", path, sizeof(path)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_name_with_a_blank),
        cmocka_unit_test(test_the_first_is_enough),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
