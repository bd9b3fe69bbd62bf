/* SPDX-License-Identifier: GPL-2.0 */
/* Root. Generators as processes: how they are placed, how they end, and what is said when they do. */
#include "tests/system/load.h"
#include "base/files.h"
#include "base/interrupt.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

/* What the process looks like from outside: pinned, locked, prompt, with no descriptor but its own. */
static void test_process(void **state)
{
    char path[64], expected[64], *text;
    int procs[2], reading;

    (void)state;
    assert_int_equal(pipe2(procs, O_CLOEXEC), 0);
    reading = open("/proc/self/status", O_RDONLY); /* may be inherited, and must not be */
    load_parse("udp_rr", "veth");
    load.workload.place.cgroup_procs_fd = procs[1];
    load_prepare();
    assert_int_equal(load.workload.ops->start(&load.workload, &load.error), 0);

    snprintf(path, sizeof(path), "/proc/%d/status", (int)load.workload.pid);
    text = file_read(path, 65536);
    snprintf(expected, sizeof(expected), "Cpus_allowed_list:\t%d\n", load.workload.cpu);
    assert_non_null(strstr(text, expected));
    assert_non_null(strstr(text, "VmLck:"));
#ifndef __SANITIZE_ADDRESS__ /* which makes mlockall() do nothing, for the sake of its shadow memory */
    assert_null(strstr(text, "VmLck:\t       0 kB"));
#endif
    assert_non_null(strstr(text, "SigBlk:\t0000000000000000"));
    /* Of its capabilities only CAP_IPC_LOCK (14) is left. */
    assert_non_null(strstr(text, "CapEff:\t0000000000004000"));
    assert_non_null(strstr(text, "CapPrm:\t0000000000004000"));
    free(text);

    snprintf(path, sizeof(path), "/proc/%d/timerslack_ns", (int)load.workload.pid);
    text = file_read(path, 64);
    assert_string_equal(text, "1\n");
    free(text);

    for (int fd = 0; fd < 16; fd++) {
        snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)load.workload.pid, fd);
        assert_int_equal(access(path, F_OK) == 0, fd <= 3);
    }
    /* Both have joined "the cgroup". */
    assert_int_equal(read(procs[0], expected, sizeof(expected)), 2);
    assert_memory_equal(expected, "00", 2);
    close(procs[0]);
    close(procs[1]);
    close(reading);
}

/* What the parent's death does to the generators: gone as well. */
static void test_die_with_parent(void **state)
{
    pid_t pids[3];
    int results[2], pidfds[2];

    (void)state;
    assert_int_equal(pipe(results), 0);
    pids[2] = fork();
    if (pids[2] == 0) {
        load_start("udp_rr", "veth");
        pids[0] = load_generator()->process[0].pid;
        pids[1] = load_generator()->process[1].pid;
        _exit(write(results[1], pids, sizeof(pids[0]) * 2) == sizeof(pids[0]) * 2 && pause() ? 0 : 1);
    }
    assert_int_equal(read(results[0], pids, sizeof(pids[0]) * 2), sizeof(pids[0]) * 2);
    for (int i = 0; i < 2; i++)
        assert_true((pidfds[i] = pidfd_open(pids[i], 0)) >= 0);
    kill(pids[2], SIGKILL);
    assert_int_equal(waitpid(pids[2], NULL, 0), pids[2]);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(interrupt_wait(NULL, clock_now_ns() + NS_PER_SECOND, pidfds[i]), 1);
        close(pidfds[i]);
    }
    close(results[0]);
    close(results[1]);
}

static void kill_client(void *context)
{
    (void)context;
    kill(load_generator()->process[GENERATOR_CLIENT].pid, SIGKILL);
}

static void kill_server(void *context)
{
    (void)context;
    kill(load_generator()->process[GENERATOR_SERVER].pid, SIGKILL);
}

static void test_death(void **state)
{
    static const char *const workloads[] = {"udp_rr", "tcp_rr", "tcp_crr", "udp_rr,mode=open,rate=1k/s"};
    const struct window_edges edges[] = {{.begin = kill_client}, {.begin = kill_server}};

    (void)state;
    for (int i = 0; i < 8; i++) {
        uint64_t start_ns;

        load_start(workloads[i / 2], "veth");
        start_ns = clock_now_ns();
        assert_int_equal(load_measure(2 * NS_PER_SECOND, &edges[i % 2]), -EPIPE);
        assert_true(clock_now_ns() - start_ns < NS_PER_SECOND);
        assert_int_equal(load.error.status, EXIT_UNTRUSTWORTHY);
        assert_non_null(strstr(load.error.message, load.workload.ops->name));
        assert_non_null(strstr(load.error.message, "ended"));
        load_end(NULL);
    }
}

static void raise_interrupt(void *context)
{
    (void)context;
    raise(SIGINT);
}

static void test_interrupt(void **state)
{
    static const char *const workloads[] = {"udp_rr", "command,cmd=true"};
    const struct window_edges edges = {.begin = raise_interrupt};

    (void)state;
    for (int i = 0; i < 2; i++) {
        struct interrupt interrupt;
        uint64_t start_ns;

        assert_int_equal(interrupt_open(&interrupt), 0);
        load_parse(workloads[i], "veth");
        load.workload.place.interrupt = &interrupt;
        load_prepare();
        assert_int_equal(load.workload.ops->start(&load.workload, &load.error), 0);
        start_ns = clock_now_ns();
        assert_int_equal(load_measure(5 * NS_PER_SECOND, &edges), -EINTR);
        assert_true(clock_now_ns() - start_ns < NS_PER_SECOND);
        interrupt_close(&interrupt);
        load_end(NULL);
    }
}

/* Without a network: a sentence that says what to do. */
static void test_no_network(void **state)
{
    (void)state;
    load_parse("tcp_crr", "host");
    assert_int_equal(load.workload.ops->prepare(&load.workload, &load.error), -EINVAL);
    assert_int_equal(load.error.status, EXIT_USAGE);
    assert_non_null(strstr(load.error.message, "--topology veth"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_process, load_end),
        cmocka_unit_test_teardown(test_die_with_parent, load_end),
        cmocka_unit_test_teardown(test_death, load_end),
        cmocka_unit_test_teardown(test_interrupt, load_end),
        cmocka_unit_test_teardown(test_no_network, load_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
