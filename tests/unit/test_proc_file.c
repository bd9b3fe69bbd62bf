/* SPDX-License-Identifier: GPL-2.0 */
/* Files that are read anew, and may be larger than they were. */
#include "tests/unit/unit.h"
#include "agents/proc_file.h"
#include "base/cleanup.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* timer_list of a machine with 512 CPUs has 1.4 MB. */
static void a_large_one_is_read_at_the_first_look(void **state)
{
    static const size_t sizes[] = {0, 10, 256 * 1024 - 1, 256 * 1024, 1500000, 3000000};
    OWNED_FD int fd = memfd_create("large", MFD_CLOEXEC);
    struct proc_file file;
    char path[40];

    (void)state;
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    assert_int_equal(proc_file_open(&file, path), 0);
    for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
        struct text text;

        assert_int_equal(ftruncate(fd, (off_t)sizes[i]), 0);
        if (sizes[i])
            assert_int_equal(pwrite(fd, "x", 1, (off_t)sizes[i] - 1), 1);
        assert_true(proc_file_get(&file, &text));
        assert_int_equal(text.end - text.at, sizes[i]);
        assert_true(sizes[i] == 0 || text.end[-1] == 'x');
    }
    proc_file_close(&file);
}

static void one_that_is_not_there_gives_nothing(void **state)
{
    struct proc_file file;
    struct text text;

    (void)state;
    assert_int_equal(proc_file_open(&file, "/proc/nowhere"), -ENOENT);
    assert_false(proc_file_get(&file, &text));
    proc_file_close(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_large_one_is_read_at_the_first_look),
        cmocka_unit_test(one_that_is_not_there_gives_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
