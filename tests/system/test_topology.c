/* SPDX-License-Identifier: GPL-2.0 */
/* Root. Topologies as a load sees them: traffic passes, nothing else does, nothing is left. */
#include "tests/unit/unit.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/files.h"
#include "netns/netns.h"
#include "netns/topology.h"
#include "workloads/endpoint.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static struct topology topology;

static void bring_up(const char *text)
{
    struct error error = {0};

    if (topology_parse(&topology, text, &error) || topology_up(&topology, &error))
        fail_msg("%s: %s", text, error.message);
}

static int take_down(void **state)
{
    (void)state;
    topology_free(&topology);
    return 0;
}

/* One end's socket, made in its namespace. */
struct opening {
    const char *address;
    uint16_t port;
    int fd;
};

static int open_udp(void *argument)
{
    struct opening *opening = argument;
    struct endpoint endpoint;

    if (endpoint_parse(&endpoint, opening->address, opening->port))
        return -EINVAL;
    opening->fd = endpoint_socket(&endpoint, SOCK_DGRAM);
    if (opening->fd < 0 || endpoint_set_tick(opening->fd))
        return -EIO;
    return endpoint_bind(opening->fd, &endpoint, &opening->port);
}

/* A datagram from one address to another arrives, and comes from where it should. */
static void exchange(int from_netns, const char *from, int to_netns, const char *to)
{
    struct opening sender = {from, 0, -1}, receiver = {to, 0, -1};
    struct endpoint target, seen = {.length = sizeof(seen.address)}, expected;
    char text[8] = "";

    assert_int_equal(netns_call(to_netns, open_udp, &receiver), 0);
    assert_int_equal(netns_call(from_netns, open_udp, &sender), 0);
    assert_int_equal(endpoint_parse(&target, to, receiver.port), 0);
    assert_int_equal(endpoint_parse(&expected, from, sender.port), 0);
    assert_int_equal(sendto(sender.fd, "hello", 6, 0, &target.address.any, target.length), 6);
    assert_int_equal(recvfrom(receiver.fd, text, sizeof(text), 0, &seen.address.any, &seen.length), 6);
    assert_string_equal(text, "hello");
    assert_int_equal(seen.length, expected.length);
    if (seen.address.any.sa_family == AF_INET)
        assert_int_equal(seen.address.v4.sin_addr.s_addr, expected.address.v4.sin_addr.s_addr);
    else
        assert_memory_equal(&seen.address.v6.sin6_addr, &expected.address.v6.sin6_addr, 16);
    close(sender.fd);
    close(receiver.fd);
}

static void exchange_all(void)
{
    assert_true(topology.client_pool_count > 0);
    assert_string_equal(topology.client.address, topology.client_pool[0]);
    for (unsigned i = 0; i < topology.client_pool_count; i++) {
        exchange(topology.client.netns_fd, topology.client_pool[i], topology.server.netns_fd,
                 topology.server.address);
        exchange(topology.server.netns_fd, topology.server.address, topology.client.netns_fd,
                 topology.client_pool[i]);
    }
}

static void test_ipv4(void **state)
{
    (void)state;
    bring_up("veth");
    assert_int_equal(topology.client_pool_count, 16);
    exchange_all();
}

static void test_ipv6(void **state)
{
    (void)state;
    bring_up("veth,family=6,clients=32");
    assert_int_equal(topology.client_pool_count, TOPOLOGY_CLIENTS_MAX);
    exchange_all();
}

/* What a command prints inside a namespace. */
struct command {
    const char *line;
    char output[16384];
};

static int run_command(void *argument)
{
    struct command *command = argument;
    FILE *pipe = popen(command->line, "r");
    size_t length;

    if (!pipe)
        return -errno;
    length = fread(command->output, 1, sizeof(command->output) - 1, pipe);
    command->output[length] = '\0';
    return pclose(pipe);
}

static const char *output_of(int netns_fd, const char *line)
{
    static struct command command;

    command = (struct command){.line = line};
    assert_int_equal(netns_call(netns_fd, run_command, &command), 0);
    return command.output;
}

/* The same, kept: cmocka's own allocation, freed by the caller. */
static char *keep_output_of(int netns_fd, const char *line)
{
    const char *output = output_of(netns_fd, line);
    char *kept = test_malloc(strlen(output) + 1);

    return strcpy(kept, output);
}

static unsigned lines_with(const char *text, const char *part)
{
    unsigned count = 0;

    for (const char *at = text; (at = strstr(at, part)); at += strlen(part))
        count++;
    return count;
}

/* Packets and bytes of all kinds that an interface has seen. */
static void read_counters(int netns_fd, const char *ifname, char counters[256])
{
    const char *output;
    char line[128];

    snprintf(line, sizeof(line), "grep %s: /proc/thread-self/net/dev", ifname);
    output = output_of(netns_fd, line);
    assert_true(strlen(output) < 256);
    strcpy(counters, output);
    assert_int_equal(lines_with(counters, ifname), 1);
}

static void is_silent(const char *text)
{
    char client[2][256], server[2][256];
    struct timespec second = {.tv_sec = 1};

    bring_up(text);
    /* From the first moment on: what interfaces say, they say when they come up. */
    read_counters(topology.client.netns_fd, topology.client.ifname, client[0]);
    read_counters(topology.server.netns_fd, topology.server.ifname, server[0]);
    assert_non_null(strstr(client[0], ": "));
    nanosleep(&second, NULL);
    read_counters(topology.client.netns_fd, topology.client.ifname, client[1]);
    read_counters(topology.server.netns_fd, topology.server.ifname, server[1]);
    assert_string_equal(client[0], client[1]);
    assert_string_equal(server[0], server[1]);
    /* "NAME: bytes packets ...": not one since they were made. */
    assert_int_equal(strspn(strchr(client[1], ':') + 1, " 0\n"), strlen(strchr(client[1], ':') + 1));
}

static void test_silence_ipv4(void **state)
{
    (void)state;
    is_silent("veth");
}

/* Not even a group of neighbour discovery joined, which would be reported: the worker that joins has its
 * time. */
static void test_silence_ipv6(void **state)
{
    const char *groups;

    (void)state;
    is_silent("veth,family=6");
    for (int i = 0; i < 5; i++) {
        topology_free(&topology);
        bring_up("veth,family=6,clients=32");
        usleep(50000);
        groups = output_of(topology.client.netns_fd, "cat /proc/thread-self/net/igmp6");
        assert_true(lines_with(groups, topology.client.ifname) > 0);
        assert_int_equal(lines_with(groups, "ff0200000000000000000001ff"), 0);
    }
}

/* The counters that test_silence reads do move. */
static void test_counters_move(void **state)
{
    char before[256], after[256];

    (void)state;
    bring_up("veth");
    read_counters(topology.client.netns_fd, topology.client.ifname, before);
    exchange(topology.client.netns_fd, topology.client.address, topology.server.netns_fd,
             topology.server.address);
    read_counters(topology.client.netns_fd, topology.client.ifname, after);
    assert_string_not_equal(before, after);
}

static void test_neighbours(void **state)
{
    (void)state;
    bring_up("veth,clients=5");
    assert_int_equal(lines_with(output_of(topology.client.netns_fd, "ip neigh show nud permanent"), "lladdr"),
                     1);
    assert_int_equal(lines_with(output_of(topology.server.netns_fd, "ip neigh show nud permanent"), "lladdr"),
                     5);
    exchange_all();
    assert_int_equal(lines_with(output_of(topology.client.netns_fd, "ip neigh show nud all"), "lladdr"), 1);
    assert_int_equal(lines_with(output_of(topology.server.netns_fd, "ip neigh show nud all"), "lladdr"), 5);
}

static void test_no_ipv6_beside_ipv4(void **state)
{
    char path[96];

    (void)state;
    bring_up("veth");
    snprintf(path, sizeof(path), "ip -6 addr show dev %s", topology.client.ifname);
    assert_string_equal(output_of(topology.client.netns_fd, path), "");
    topology_free(&topology);
    bring_up("veth,family=6,clients=2");
    snprintf(path, sizeof(path), "ip addr show dev %s", topology.client.ifname);
    assert_int_equal(lines_with(output_of(topology.client.netns_fd, path), "inet6 fd00:"), 2);
    assert_int_equal(lines_with(output_of(topology.client.netns_fd, path), "inet"), 2);
    assert_int_equal(lines_with(output_of(topology.client.netns_fd, path), "tentative"), 0);
}

static void test_mtu(void **state)
{
    char line[96];

    (void)state;
    bring_up("veth,mtu=9000");
    snprintf(line, sizeof(line), "ip link show dev %s", topology.client.ifname);
    assert_int_equal(lines_with(output_of(topology.client.netns_fd, line), "mtu 9000"), 1);
    snprintf(line, sizeof(line), "ip link show dev %s", topology.server.ifname);
    assert_int_equal(lines_with(output_of(topology.server.netns_fd, line), "mtu 9000"), 1);
}

static ino_t current_netns(void)
{
    struct stat status;

    assert_int_equal(stat("/proc/thread-self/ns/net", &status), 0);
    return status.st_ino;
}

/* Neither interfaces on the host, nor descriptors, nor ourselves in another namespace. */
static void test_nothing_left(void **state)
{
    static const char *const show_links = "ip -o link show",
                             *const show_descriptors =
                                 "ls -l /proc/$PPID/fd | awk '/net:/ {n++} END {print n + 0}'";
    char *links = keep_output_of(-1, show_links), *descriptors = keep_output_of(-1, show_descriptors);
    ino_t netns = current_netns();

    (void)state;
    for (int i = 0; i < 3; i++) {
        bring_up(i % 2 ? "veth,family=6" : "veth");
        assert_string_equal(links, output_of(-1, show_links));
        assert_string_not_equal(descriptors, output_of(-1, show_descriptors));
        topology_free(&topology);
    }
    assert_string_equal(links, output_of(-1, show_links));
    assert_string_equal(descriptors, output_of(-1, show_descriptors));
    assert_int_equal(netns, current_netns());
    topology_free(&topology); /* once more does no harm */
    test_free(links);
    test_free(descriptors);
}

/* Two runs side by side don't share a name, a namespace or an address. */
static void test_names(void **state)
{
    char expected[IFNAMSIZ];
    struct stat client, server;

    (void)state;
    bring_up("veth");
    snprintf(expected, sizeof(expected), "tt%dc", (int)getpid());
    assert_string_equal(topology.client.ifname, expected);
    assert_string_not_equal(topology.client.ifname, topology.server.ifname);
    assert_int_equal(fstat(topology.client.netns_fd, &client), 0);
    assert_int_equal(fstat(topology.server.netns_fd, &server), 0);
    assert_true(client.st_ino != server.st_ino && client.st_ino != current_netns());
    assert_true(fcntl(topology.client.netns_fd, F_GETFD) & FD_CLOEXEC);
    assert_true(strlen(topology.ops->path_description(&topology)) > 0);
}

/* The host's own settings are not the ones that are written. */
static void test_host_untouched(void **state)
{
    static const char *const settings =
        "sysctl -a 2>/dev/null | grep -E '^net\\.(ipv6\\.conf\\.(default|all)|"
        "ipv4\\.(ip_local|tcp_))'";
    char *before = keep_output_of(-1, settings);

    (void)state;
    bring_up("veth,family=6");
    assert_string_equal(before, output_of(-1, settings));
    topology_free(&topology);
    bring_up("veth,family=4");
    assert_string_equal(before, output_of(-1, settings));
    assert_true(strlen(before) > 0);
    test_free(before);
}

static void test_host(void **state)
{
    (void)state;
    bring_up("host");
    assert_int_equal(topology.client.netns_fd, -1);
    assert_string_equal(topology.client.address, "");
    assert_false(topology.ops->network);
}

/* Without the right to make namespaces: one sentence with the remedy, and exit status 6. */
static void test_unprivileged(void **state)
{
    pid_t child = fork();
    int status;

    (void)state;
    if (child == 0) {
        struct error error = {0};
        int result;

        if (setuid(65534) != 0 || topology_parse(&topology, "veth", &error))
            _exit(1);
        result = topology_up(&topology, &error);
        _exit(result == -EPERM && error.status == EXIT_ENVIRONMENT && strstr(error.message, "run as root") &&
                      topology.client.netns_fd == -1
                  ? 0
                  : 2);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_ipv4, take_down),
        cmocka_unit_test_teardown(test_ipv6, take_down),
        cmocka_unit_test_teardown(test_silence_ipv4, take_down),
        cmocka_unit_test_teardown(test_silence_ipv6, take_down),
        cmocka_unit_test_teardown(test_counters_move, take_down),
        cmocka_unit_test_teardown(test_neighbours, take_down),
        cmocka_unit_test_teardown(test_no_ipv6_beside_ipv4, take_down),
        cmocka_unit_test_teardown(test_mtu, take_down),
        cmocka_unit_test_teardown(test_nothing_left, take_down),
        cmocka_unit_test_teardown(test_names, take_down),
        cmocka_unit_test_teardown(test_host_untouched, take_down),
        cmocka_unit_test_teardown(test_host, take_down),
        cmocka_unit_test_teardown(test_unprivileged, take_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
