/* SPDX-License-Identifier: GPL-2.0 */
/* Root. Topologies as a load sees them: traffic passes, nothing else does, nothing is left. */
#include "tests/system/topology.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>

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
