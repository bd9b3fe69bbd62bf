/* SPDX-License-Identifier: GPL-2.0 */
/* Whom BPF programs know us as, in a PID namespace of our own too. */
#include "tests/unit/unit.h"
#include "base/cleanup.h"
#include "bpf/own_tgid.h"

#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

static void it_is_the_number_outside_of_the_container(void **state)
{
    int ends[2], status;
    uint32_t told = 0;
    pid_t pid;

    (void)state;
    if (own_tgid() != (uint32_t)getpid()) { /* what fork() says is then not the number outside either */
        print_message("# skip: these tests run in a container themselves\n");
        skip();
    }
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(unshare(CLONE_NEWPID), 0); /* of children from here on */
    pid = fork();
    if (pid == 0) {
        told = own_tgid();
        _exit(getpid() == 1 && write(ends[1], &told, sizeof(told)) == sizeof(told) ? 0 : 1);
    }
    assert_true(pid > 0);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    assert_int_equal(read(ends[0], &told, sizeof(told)), sizeof(told));
    assert_int_equal(told, pid);
    close(ends[0]);
    close(ends[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_the_number_outside_of_the_container),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
