/* SPDX-License-Identifier: GPL-2.0 */
/* Runs of a command, as the workload does them. */
#include "tests/unit/unit.h"
#include "workloads/workload.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

/* What a run leaves behind would load the machine in the windows after it. */
static void nothing_goes_on_after_a_run(void **state)
{
    const struct timespec later = {.tv_sec = 1};
    char path[] = "/tmp/tracetoll-test-XXXXXX", text[128];
    struct workload workload;
    struct error error = {0};
    int fd = mkstemp(path);

    (void)state;
    assert_true(fd >= 0);
    close(fd);
    snprintf(text, sizeof(text), "command,cmd=\"{ sleep 0.5; rm %s; } & true\"", path);
    assert_int_equal(workload_parse(&workload, text, &error), 0);
    workload.place =
        (struct workload_place){.client_netns_fd = -1, .server_netns_fd = -1, .cgroup_procs_fd = -1};
    assert_int_equal(workload.ops->prepare(&workload, &error), 0); /* with a run of trial */
    nanosleep(&later, NULL);
    assert_int_equal(unlink(path), 0);
    workload.ops->cleanup(&workload);
    workload_free(&workload);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_goes_on_after_a_run),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
