/* SPDX-License-Identifier: GPL-2.0 */
/* Files that the user names: links are followed when they are one's own. Somebody else's need root:
 * tests/system/57-links.sh. */
#include "tests/unit/unit.h"

#include "base/output_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char directory[] = "/tmp/test-output-file-XXXXXX";

static const char *in(const char *name, char path[64])
{
    snprintf(path, 64, "%s/%s", directory, name);
    return path;
}

static void test_own_link(void **state)
{
    char file[64], link[64];
    int fd;

    (void)state;
    in("file", file);
    in("link", link);
    fd = output_open(file, O_WRONLY | O_CREAT, 0600);
    assert_true(fd >= 0);
    assert_int_equal(fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
    close(fd);
    assert_int_equal(symlink(file, link), 0);
    assert_false(output_link_is_foreign(link));
    assert_false(output_link_is_foreign(file));
    fd = output_open(link, O_WRONLY, 0);
    assert_true(fd >= 0);
    close(fd);
    unlink(link);
    unlink(file);
}

static void test_foreign_link(void **state)
{
    char link[64];

    (void)state;
    in("foreign", link);
    assert_int_equal(symlink("/dev/null", link), 0);
    if (lchown(link, 65534, 65534) != 0) {
        unlink(link);
        print_message("# skip: only root gives links away\n");
        skip();
    }
    assert_true(output_link_is_foreign(link));
    assert_int_equal(output_open(link, O_WRONLY, 0), -1);
    assert_int_equal(errno, ELOOP);
    unlink(link);
}

static void test_nothing_there(void **state)
{
    char path[64];

    (void)state;
    in("nothing", path);
    assert_false(output_link_is_foreign(path));
    assert_int_equal(output_open(path, O_WRONLY, 0), -1);
    assert_int_equal(errno, ENOENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_own_link),
        cmocka_unit_test(test_foreign_link),
        cmocka_unit_test(test_nothing_there),
    };
    int failures;

    if (!mkdtemp(directory))
        return 1;
    failures = cmocka_run_group_tests(tests, NULL, NULL);
    rmdir(directory);
    return failures;
}
