/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Root. State changes per connection of tcp_crr, counted on the tracepoint that tcplife and tcpstates use:
 * five on either side, always. Tests of those tools hold their runs per operation to this number.
 */
#include "tests/system/load.h"
#include "base/cpus.h"

#include <fcntl.h>
#include <math.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <unistd.h>

#define CHANGES_PER_CONNECTION 10

struct tracer {
    pid_t pid;
    FILE *output;
};

/* bpftrace looks for tracepoints in tracefs, which need not be mounted: here it is, for this process alone.
 */
static void mount_tracefs(void)
{
    if (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
        mount("tracefs", "/sys/kernel/tracing", "tracefs", 0, NULL) != 0)
        _exit(126);
    /* The place that older versions know. */
    mount("debugfs", "/sys/kernel/debug", "debugfs", 0, NULL);
    mount("tracefs", "/sys/kernel/debug/tracing", "tracefs", 0, NULL);
}

/* Counts the changes of sockets at the server's port, which no other load has at the same time. */
static void start_tracer(struct tracer *tracer, unsigned port)
{
    char program[512], line[256] = "";
    int output[2];

    snprintf(program, sizeof(program),
             "BEGIN { printf(\"ready\\n\"); } "
             "tracepoint:sock:inet_sock_set_state /args->sport == %u || args->dport == %u/ "
             "{ @all = count(); }",
             port, port);
    assert_int_equal(pipe2(output, O_CLOEXEC), 0);
    tracer->pid = fork();
    if (tracer->pid == 0) {
        dup2(output[1], STDOUT_FILENO);
        mount_tracefs();
        execlp("bpftrace", "bpftrace", "-e", program, (char *)NULL);
        _exit(127);
    }
    close(output[1]);
    tracer->output = fdopen(output[0], "r");
    while (fgets(line, sizeof(line), tracer->output) && strcmp(line, "ready\n") != 0)
        ;
    assert_string_equal(line, "ready\n");
}

static double stop_tracer(struct tracer *tracer)
{
    double count = NAN;
    char line[256];

    kill(tracer->pid, SIGINT);
    while (fgets(line, sizeof(line), tracer->output))
        if (strncmp(line, "@all: ", 6) == 0)
            count = strtod(line + 6, NULL);
    fclose(tracer->output);
    assert_int_equal(waitpid(tracer->pid, NULL, 0), tracer->pid);
    return count;
}

static void freeze(void)
{
    siginfo_t info;

    assert_int_equal(kill(load.workload.pid, SIGSTOP), 0);
    assert_int_equal(waitid(P_PID, (id_t)load.workload.pid, &info, WSTOPPED), 0);
    load_sleep(50 * NS_PER_MS);
}

static void count_changes(const char *workload, const char *topology)
{
    const struct recorder_window *window;
    struct tracer tracer;
    double connections, changes;

    if (access("/usr/bin/bpftrace", X_OK) != 0)
        skip(); /* needs bpftrace */
    load_start(workload, topology);
    freeze();
    window = &load_generator()->shared->recorder.windows[0];
    start_tracer(&tracer, load_generator()->shared->port);
    connections = -(double)window->ops;
    kill(load.workload.pid, SIGCONT);
    load_sleep(300 * NS_PER_MS);
    freeze();
    connections += (double)window->ops;
    changes = stop_tracer(&tracer);
    assert_true(connections > 100);
    /* One may have been under way at either end. */
    if (!(fabs(changes - connections * CHANGES_PER_CONNECTION) <= CHANGES_PER_CONNECTION))
        fail_msg("%.0f state changes in %.0f connections", changes, connections);
}

static void test_ipv4(void **state)
{
    (void)state;
    count_changes("tcp_crr", "veth");
}

static void test_ipv6(void **state)
{
    (void)state;
    count_changes("tcp_crr", "veth,family=6");
}

/* Client and server on two CPUs: nothing of it depends on who runs when. */
static void test_two_cpus(void **state)
{
    int cpus[2];
    char text[64];

    (void)state;
    if (cpus_allowed(cpus, 2) < 2)
        skip(); /* needs two CPUs */
    snprintf(text, sizeof(text), "tcp_crr,cpus=%d:%d", cpus[0], cpus[1]);
    count_changes(text, "veth,clients=1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_ipv4, load_end),
        cmocka_unit_test_teardown(test_ipv6, load_end),
        cmocka_unit_test_teardown(test_two_cpus, load_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
