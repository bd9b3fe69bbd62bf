/* SPDX-License-Identifier: GPL-2.0 */
/* The samplers of cgroups and interfaces against known truths: memory that was taken, packets that were sent.
 */
#include "agents/sampler.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/files.h"
#include "tests/unit/unit.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct sampler_place nowhere = {.client_netns_fd = -1, .server_netns_fd = -1};

static void wait_ns(uint64_t ns)
{
    struct timespec wait = clock_timespec(ns);

    nanosleep(&wait, NULL);
}

static double clock_ns(clockid_t clock)
{
    struct timespec now;

    assert_int_equal(clock_gettime(clock, &now), 0);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

/* --- the target's cgroup ----------------------------------------------------------------------------------
 */

static const char *cgroup_root(void)
{
    return access("/sys/fs/cgroup/cgroup.controllers", F_OK) == 0 ? "/sys/fs/cgroup"
                                                                  : "/sys/fs/cgroup/unified";
}

static void test_cgroup(char *path, size_t size)
{
    snprintf(path, size, "%s/tracetoll-test-%d", cgroup_root(), (int)getpid());
}

/* After a failed assertion, too. */
static int remove_test_cgroup(void **state)
{
    char path[256];

    (void)state;
    test_cgroup(path, sizeof(path));
    for (unsigned i = 0; i < 100 && rmdir(path) != 0 && errno == EBUSY; i++) {
        char kill_file[300];

        snprintf(kill_file, sizeof(kill_file), "%s/cgroup.kill", path);
        file_write(kill_file, "1");
        while (waitpid(-1, NULL, WNOHANG) > 0)
            ;
        wait_ns(10 * NS_PER_MS);
    }
    return access(path, F_OK) == 0;
}

struct member {
    pid_t pid;
    int ready; /* readable once it has done its work */
};

#define MAPPINGS        30000 /* in /proc/PID/maps 1.4 MiB; no process may have more than some 65,000 */
#define RING_PAGES      (1 + 8)
#define BEHIND_MAPPINGS SIZE_MAX
#define PAGE_BYTES      4096

/* Behind as many mappings a perf buffer, by address. */
static bool map_perf_buffer(void)
{
    struct perf_event_attr attr = {
        .type = PERF_TYPE_SOFTWARE, .size = sizeof(attr), .config = PERF_COUNT_SW_DUMMY};
    int fd = (int)syscall(SYS_perf_event_open, &attr, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
    char *region =
        mmap(NULL, (MAPPINGS + RING_PAGES) * PAGE_BYTES, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (fd < 0 || region == MAP_FAILED)
        return false;
    for (size_t page = 0; page < MAPPINGS; page += 2) /* neighbours that differ are not merged */
        if (mprotect(region + page * PAGE_BYTES, PAGE_BYTES, PROT_READ) != 0)
            return false;
    return mmap(region + (size_t)MAPPINGS * PAGE_BYTES, RING_PAGES * PAGE_BYTES, PROT_READ | PROT_WRITE,
                MAP_SHARED | MAP_FIXED, fd, 0) != MAP_FAILED;
}

/* A child in the cgroup that takes `bytes` of memory (BEHIND_MAPPINGS: a perf buffer), spins for
 * spin_ns of its own CPU time and then waits. */
static struct member start_member(const char *cgroup, size_t bytes, double spin_ns)
{
    int ends[2];
    struct member member;

    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    member.pid = fork();
    if (member.pid == 0) {
        char path[512];

        prctl(PR_SET_PDEATHSIG, SIGKILL);
        snprintf(path, sizeof(path), "%s/cgroup.procs", cgroup);
        if (file_write(path, "0") != 0)
            _exit(1);
        if (bytes == BEHIND_MAPPINGS
                ? !map_perf_buffer()
                : bytes && mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                                MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0) == MAP_FAILED)
            _exit(1);
        while (clock_ns(CLOCK_PROCESS_CPUTIME_ID) < spin_ns)
            ;
        if (write(ends[1], "", 1) != 1)
            _exit(1);
        for (;;)
            pause();
    }
    close(ends[1]);
    member.ready = ends[0];
    return member;
}

static void wait_ready(struct member *member)
{
    char byte;

    assert_int_equal(read(member->ready, &byte, 1), 1);
    close_fd(&member->ready);
}

static void end_member(struct member *member)
{
    kill(member->pid, SIGKILL);
    waitpid(member->pid, NULL, 0);
}

static void cgroup_memory_and_cpu(void **state)
{
    const double spin_ns = 200e6;
    OWNED_VALUES struct values values = {0};
    struct sampler_place place = nowhere;
    struct samplers *samplers = NULL;
    struct member member;
    double used_ns;
    char path[256];

    (void)state;
    test_cgroup(path, sizeof(path));
    assert_int_equal(mkdir(path, 0755), 0);
    place.target_cgroup = path;
    assert_int_equal(samplers_open(&samplers, &place, NULL), 0);
    samplers_begin(samplers, &place);
    member = start_member(path, 64 << 20, spin_ns);
    wait_ready(&member);
    assert_int_equal(samplers_end(samplers, &place, &values), 0);
    used_ns = values_or_nan(&values, "target.cpu_ns");
    print_message("# cpu %.1f of %.1f ms, rss %.1f MiB\n", used_ns / 1e6, spin_ns / 1e6,
                  values_or_nan(&values, "target.rss_bytes") / (1 << 20));
    /* what fork and exit to the cgroup cost is outside, a tick may lag */
    assert_true(used_ns > spin_ns - 12e6 && used_ns < spin_ns + 12e6);
    assert_true(values_or_nan(&values, "target.cpu_peak_cores") > 0);
    assert_true(values_or_nan(&values, "target.rss_bytes") >= 64 << 20);
    assert_true(values_or_nan(&values, "target.rss_bytes") < 80 << 20);
    assert_true(values_or_nan(&values, "target.peak_rss_bytes") >=
                values_or_nan(&values, "target.rss_bytes"));
    assert_true(values_or_nan(&values, "target.pss_bytes") >= 64 << 20);
    assert_true(values_or_nan(&values, "target.page_faults") > 0);
    assert_true(values_or_nan(&values, "target.processes") == 1);
    assert_true(values_or_nan(&values, "target.threads") == 1);
    end_member(&member);
    samplers_close(samplers);
    assert_int_equal(rmdir(path), 0);
}

/* However long the list of a process's mappings is. */
static void perf_buffers_are_found_behind_many_mappings(void **state)
{
    OWNED_VALUES struct values values = {0};
    struct sampler_place place = nowhere;
    struct samplers *samplers = NULL;
    struct member member;
    char path[256];

    (void)state;
    test_cgroup(path, sizeof(path));
    assert_int_equal(mkdir(path, 0755), 0);
    place.target_cgroup = path;
    assert_int_equal(samplers_open(&samplers, &place, NULL), 0);
    samplers_begin(samplers, &place);
    member = start_member(path, BEHIND_MAPPINGS, 0);
    wait_ready(&member);
    assert_int_equal(samplers_end(samplers, &place, &values), 0);
    assert_true(values_or_nan(&values, "target.perf_buffer_bytes") == RING_PAGES * PAGE_BYTES);
    end_member(&member);
    samplers_close(samplers);
    assert_int_equal(rmdir(path), 0);
}

/* Off, on, off, on under the same name: values appear only while there is a target, and never go backwards.
 */
static void cgroup_comes_and_goes(void **state)
{
    struct sampler_place place = nowhere;
    struct samplers *samplers = NULL;
    char path[256];

    (void)state;
    test_cgroup(path, sizeof(path));
    assert_int_equal(samplers_open(&samplers, &place, NULL), 0);
    for (unsigned round = 0; round < 2; round++) {
        OWNED_VALUES struct values off = {0}, on = {0};
        struct member member;

        place.target_cgroup = NULL;
        samplers_begin(samplers, &place);
        assert_int_equal(samplers_end(samplers, &place, &off), 0);
        assert_false(values_get(&off, "target.cpu_ns", &(double){0}));
        assert_false(values_get(&off, "target.rss_bytes", &(double){0}));

        assert_int_equal(mkdir(path, 0755), 0);
        member = start_member(path, 0, round == 0 ? 50e6 : 5e6);
        wait_ready(&member);
        place.target_cgroup = path;
        samplers_begin(samplers, &place);
        assert_int_equal(samplers_end(samplers, &place, &on), 0);
        assert_true(values_or_nan(&on, "target.cpu_ns") >= 0);
        assert_true(values_or_nan(&on, "target.cpu_ns") < 40e6);
        end_member(&member);
        assert_int_equal(rmdir(path), 0);
    }
    samplers_close(samplers);
}

/* --- interfaces -------------------------------------------------------------------------------------------
 */

#define DATAGRAMS     200
#define PAYLOAD_BYTES 100
#define FRAME_BYTES   (PAYLOAD_BYTES + 8 + 20 + 14)

/* Runs a shell command inside a namespace. */
static int run_inside(int netns_fd, const char *command)
{
    pid_t pid = fork();
    int status;

    if (pid == 0) {
        if (netns_fd >= 0 && setns(netns_fd, CLONE_NEWNET) != 0)
            _exit(1);
        execl("/bin/sh", "sh", "-ec", command, (char *)NULL);
        _exit(127);
    }
    return waitpid(pid, &status, 0) == pid ? status : -1;
}

/* An unnamed namespace: a child unshares, we open it through /proc. */
static int new_netns(void)
{
    int ends[2], fd;
    char path[64], byte;
    pid_t pid;

    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    pid = fork();
    if (pid == 0) {
        if (unshare(CLONE_NEWNET) != 0 || write(ends[1], "", 1) != 1)
            _exit(1);
        for (;;)
            pause();
    }
    close(ends[1]);
    assert_int_equal(read(ends[0], &byte, 1), 1);
    close(ends[0]);
    snprintf(path, sizeof(path), "/proc/%d/ns/net", (int)pid);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    assert_true(fd >= 0);
    return fd;
}

static void send_datagrams(int netns_fd)
{
    pid_t pid = fork();
    int status;

    if (pid == 0) {
        struct sockaddr_in to = {
            .sin_family = AF_INET, .sin_port = htons(9), .sin_addr = {htonl(0xc6120002)}};
        char payload[PAYLOAD_BYTES] = {0};
        int fd;

        if (setns(netns_fd, CLONE_NEWNET) != 0)
            _exit(1);
        fd = socket(AF_INET, SOCK_DGRAM, 0);
        for (unsigned i = 0; i < DATAGRAMS; i++)
            if (sendto(fd, payload, sizeof(payload), 0, (struct sockaddr *)&to, sizeof(to)) !=
                sizeof(payload))
                _exit(1);
        _exit(0);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}

/* No answer comes back: the server's side has the address but drops what arrives (a static neighbour, no
 * ICMP). */
static void make_pair(int client, int server)
{
    char command[512];

    snprintf(
        command, sizeof(command),
        "ip link add ttc0 address 02:00:00:00:00:01 type veth peer name tts0 address 02:00:00:00:00:02 "
        "netns /proc/%d/fd/%d; for i in ttc0; do ip link set $i arp off; ip addr add 198.18.0.1/24 dev $i; "
        "sysctl -qw net.ipv6.conf.$i.disable_ipv6=1; ip link set $i up; done; "
        "ip neigh replace 198.18.0.2 lladdr 02:00:00:00:00:02 dev ttc0",
        (int)getpid(), server);
    assert_int_equal(run_inside(client, command), 0);
    assert_int_equal(run_inside(server,
                                "sysctl -qw net.ipv6.conf.tts0.disable_ipv6=1; ip link set tts0 arp off; "
                                "ip link set tts0 up"),
                     0);
    wait_ns(100 * NS_PER_MS);
}

static void interface_counters_match_traffic(void **state)
{
    OWNED_FD int client = new_netns(), server = new_netns();
    OWNED_VALUES struct values values = {0};
    struct sampler_place place = {.client_netns_fd = client,
                                  .server_netns_fd = server,
                                  .client_ifname = "ttc0",
                                  .server_ifname = "tts0"};
    struct samplers *samplers = NULL;

    (void)state;
    make_pair(client, server);
    assert_int_equal(samplers_open(&samplers, &place, NULL), 0);
    samplers_begin(samplers, &place);
    send_datagrams(client);
    wait_ns(50 * NS_PER_MS);
    assert_int_equal(samplers_end(samplers, &place, &values), 0);
    samplers_close(samplers);
    assert_true(values_or_nan(&values, "net.client.tx_packets") == DATAGRAMS);
    assert_true(values_or_nan(&values, "net.client.tx_bytes") == DATAGRAMS * FRAME_BYTES);
    assert_true(values_or_nan(&values, "net.client.rx_packets") == 0);
    assert_true(values_or_nan(&values, "net.client.tx_dropped") == 0);
    assert_true(values_or_nan(&values, "net.server.rx_packets") == DATAGRAMS);
    assert_true(values_or_nan(&values, "net.server.rx_bytes") == DATAGRAMS * FRAME_BYTES);
    assert_true(values_or_nan(&values, "softirq.net_rx") > 0);
    assert_true(values_or_nan(&values, "kernel.context_switches") > 0);
    assert_true(values_or_nan(&values, "kernel.forks") >= 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(cgroup_memory_and_cpu, remove_test_cgroup),
        cmocka_unit_test_teardown(perf_buffers_are_found_behind_many_mappings, remove_test_cgroup),
        cmocka_unit_test_teardown(cgroup_comes_and_goes, remove_test_cgroup),
        cmocka_unit_test(interface_counters_match_traffic),
    };

    return cmocka_run_group_tests_name("sampler sources", tests, NULL, NULL);
}
