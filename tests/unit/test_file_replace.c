/* SPDX-License-Identifier: GPL-2.0 */
/* What file_replace() replaces, and what it writes to as it is. Links in /dev need one of their own, and
 * somebody else's root: tests/system/57-links.sh. */
#include "tests/unit/unit.h"

#include "base/cleanup.h"
#include "base/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char directory[] = "/tmp/test-file-replace-XXXXXX";

static const char *in(const char *name, char path[64])
{
    snprintf(path, 64, "%s/%s", directory, name);
    return path;
}

static void assert_holds(const char *path, const char *wanted)
{
    OWNED_PTR char *text = file_read(path, 4096);

    assert_non_null(text);
    assert_string_equal(text, wanted);
}

/* Permissions of what is there by that name, of a link its own. */
static mode_t mode_of(const char *path)
{
    struct stat status;

    assert_int_equal(lstat(path, &status), 0);
    return status.st_mode;
}

static void test_mode(void **state)
{
    mode_t before = umask(0077);
    char path[64];

    (void)state;
    in("file", path);
    assert_int_equal(file_replace(path, "one", 3), 0);
    assert_int_equal(mode_of(path), S_IFREG | 0600);
    assert_int_equal(file_replace_mode(path, "two", 3, 0644), 0);
    assert_int_equal(mode_of(path), S_IFREG | 0644);
    assert_holds(path, "two");
    assert_int_equal(file_replace(path, "three", 5), 0);
    assert_int_equal(mode_of(path), S_IFREG | 0600);
    umask(before);
    assert_int_equal(unlink(path), 0);
}

/* What a link leads to keeps what it holds, and its mode. */
static void test_link_to_file(void **state)
{
    char file[64], link[64];

    (void)state;
    in("file", file);
    in("link", link);
    assert_int_equal(file_replace_mode(file, "precious", 8, 0600), 0);
    assert_int_equal(symlink(file, link), 0);
    assert_int_equal(file_replace_mode(link, "new", 3, 0644), 0);
    assert_int_equal(mode_of(link), S_IFREG | 0644);
    assert_holds(link, "new");
    assert_int_equal(mode_of(file), S_IFREG | 0600);
    assert_holds(file, "precious");
    assert_int_equal(unlink(link), 0);
    assert_int_equal(unlink(file), 0);
}

static void test_pipe(void **state)
{
    char pipe[64], got[8] = "";
    OWNED_FD int fd = -1;

    (void)state;
    in("pipe", pipe);
    assert_int_equal(mkfifo(pipe, 0600), 0);
    fd = open(pipe, O_RDWR | O_CLOEXEC);
    assert_int_equal(file_replace_mode(pipe, "through", 7, 0644), 0);
    assert_int_equal(read(fd, got, 7), 7);
    assert_string_equal(got, "through");
    assert_int_equal(mode_of(pipe), S_IFIFO | 0600);
    assert_int_equal(file_remove_regular(pipe), -EINVAL);
    assert_int_equal(unlink(pipe), 0);
}

/* Nothing can be made in /proc, whatever this does. */
static void test_descriptor(void **state)
{
    char file[64], path[64];
    OWNED_FD int fd = -1;

    (void)state;
    in("file", file);
    fd = open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    assert_int_equal(file_replace(path, "one ", 4), 0);
    assert_int_equal(file_replace_mode(path, "two", 3, 0644), 0);
    assert_holds(file, "one two");
    assert_int_equal(mode_of(file), S_IFREG | 0600);
    assert_int_equal(file_remove_regular(path), -EINVAL);
    assert_int_equal(unlink(file), 0);
    close_fd(&fd);
    assert_int_equal(file_replace(path, "none", 4), -ENOENT);
}

/* Behind what was printed, and before what is printed next. */
static void test_stdout(void **state)
{
    OWNED_FD int kept = dup(STDOUT_FILENO), fd = -1;
    char file[64];
    int result;

    (void)state;
    in("stdout", file);
    fd = open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_true(kept >= 0 && fd >= 0);
    fflush(stdout);
    dup2(fd, STDOUT_FILENO);
    printf("printed ");
    result = file_replace("/proc/self/fd/1", "written ", 8);
    printf("and printed");
    fflush(stdout);
    dup2(kept, STDOUT_FILENO);
    assert_int_equal(result, 0);
    assert_holds(file, "printed written and printed");
    assert_int_equal(unlink(file), 0);
}

static void test_remove(void **state)
{
    char file[64], link[64];

    (void)state;
    in("file", file);
    in("link", link);
    assert_int_equal(file_remove_regular(file), -ENOENT);
    assert_int_equal(file_replace(file, "", 0), 0);
    assert_int_equal(symlink(file, link), 0);
    assert_int_equal(file_remove_regular(link), -EINVAL);
    assert_int_equal(file_remove_regular(directory), -EINVAL);
    assert_int_equal(unlink(link), 0);
    assert_int_equal(file_remove_regular(file), 0);
    assert_int_equal(access(file, F_OK), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mode),       cmocka_unit_test(test_link_to_file), cmocka_unit_test(test_pipe),
        cmocka_unit_test(test_descriptor), cmocka_unit_test(test_stdout),       cmocka_unit_test(test_remove),
    };
    int failures;

    if (!mkdtemp(directory))
        return 1;
    failures = cmocka_run_group_tests(tests, NULL, NULL);
    /* A temporary file that was left behind is found here. */
    return rmdir(directory) == 0 ? failures : 1;
}
