/* SPDX-License-Identifier: GPL-2.0 */
/* Root. Topologies with something between the two ends: a router with conntrack and NAT, a bridge. */
#include "tests/system/topology.h"

/* Skips the test where the kernel lacks something: it must have said so, with exit status 4, and left
 * nothing. */
static void needs(const char *text, const char *lacking)
{
    struct error error = {0};
    int result;

    assert_int_equal(topology_parse(&topology, text, &error), 0);
    result = topology_up(&topology, &error);
    if (result == 0) {
        take_down(NULL);
        return;
    }
    assert_int_equal(error.status, EXIT_UNSUPPORTED);
    assert_non_null(strstr(error.message, lacking));
    assert_int_equal(topology.client.netns_fd, -1);
    print_message("# skip: %s: %s\n", text, error.message);
    skip();
}

/* A datagram there and one back, for each address of the pool. */
static void passes(const char *text)
{
    bring_up(text);
    exchange_all();
}

static void test_routed(void **state)
{
    (void)state;
    passes("routed");
    take_down(NULL);
    passes("routed,family=6,clients=4");
}

static void test_bridge(void **state)
{
    (void)state;
    passes("bridge");
    take_down(NULL);
    passes("bridge,family=6,clients=4");
}

static void test_vlan(void **state)
{
    char line[96];

    (void)state;
    needs("bridge,vlan=7", "no VLANs");
    passes("bridge,vlan=7");
    snprintf(line, sizeof(line), "ip -d link show dev %s", topology.client.ifname);
    assert_int_equal(lines_with(output_of(topology.client.netns_fd, line), "vlan protocol 802.1Q id 7"), 1);
    take_down(NULL);
    passes("bridge,vlan=4094,family=6");
}

/* Every connection is in the router's table, and none in the host's. */
static void test_conntrack_sees(void **state)
{
    const char *entries;

    (void)state;
    bring_up("routed,clients=2");
    exchange(topology.client.netns_fd, topology.client_pool[0], topology.server.netns_fd,
             topology.server.address);
    exchange(topology.client.netns_fd, topology.client_pool[1], topology.server.netns_fd,
             topology.server.address);
    entries = output_of(topology.router.netns_fd,
                        "cat /proc/thread-self/net/stat/nf_conntrack | awk 'NR == 2 {print $1}'");
    assert_string_equal(entries, "00000002\n");
    /* The router's interfaces have counted them, too: 2 packets forwarded. */
    assert_int_equal(lines_with(output_of(topology.router.netns_fd,
                                          "awk '/^Ip: [0-9]/ {print $7}' /proc/thread-self/net/snmp"),
                                "2\n"),
                     1);
}

/* Behind a NAT the server sees the router, and replies find their way back. */
static void test_nat(void **state)
{
    struct opening sender, receiver;
    struct endpoint target, seen = {.length = sizeof(seen.address)}, router;
    char text[8] = "";

    (void)state;
    bring_up("routed,nat=on,clients=2");
    sender = (struct opening){topology.client_pool[1], 0, -1};
    receiver = (struct opening){topology.server.address, 0, -1};
    assert_int_equal(netns_call(topology.server.netns_fd, open_udp, &receiver), 0);
    assert_int_equal(netns_call(topology.client.netns_fd, open_udp, &sender), 0);
    assert_int_equal(endpoint_parse(&target, topology.server.address, receiver.port), 0);
    assert_int_equal(endpoint_parse(&router, "198.19.0.254", 0), 0);
    assert_int_equal(sendto(sender.fd, "hello", 6, 0, &target.address.any, target.length), 6);
    assert_int_equal(recvfrom(receiver.fd, text, sizeof(text), 0, &seen.address.any, &seen.length), 6);
    assert_int_equal(seen.address.v4.sin_addr.s_addr, router.address.v4.sin_addr.s_addr);
    assert_int_equal(sendto(receiver.fd, "world", 6, 0, &seen.address.any, seen.length), 6);
    assert_int_equal(recv(sender.fd, text, sizeof(text), 0), 6);
    assert_string_equal(text, "world");
    close(sender.fd);
    close(receiver.fd);
}

/* Without NAT the server sees the client itself: exchange() in test_routed() has compared it. */

static void test_silence(void **state)
{
    static const char *const topologies[] = {"routed", "routed,nat=on", "bridge"};

    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(topologies); i++) {
        is_silent(topologies[i]);
        take_down(NULL);
    }
}

static void test_ends(void **state)
{
    (void)state;
    bring_up("routed");
    assert_true(topology_has(topology.ops, "router"));
    assert_ptr_equal(topology_end(&topology, "router"), &topology.router);
    assert_true(topology.router.netns_fd >= 0);
    assert_true(lines_with(output_of(topology.router.netns_fd, "ip -o link show"), topology.router.ifname) >
                0);
    assert_null(topology_end(&topology, "host"));
    take_down(NULL);
    bring_up("veth");
    assert_false(topology_has(topology.ops, "router"));
}

/* Delay and loss need netem: either they work, or the sentence says so with exit status 4. */
static void test_impaired(void **state)
{
    uint64_t start_ns;

    (void)state;
    needs("veth,delay=20ms", "no netem");
    bring_up("veth,delay=20ms");
    start_ns = clock_now_ns();
    exchange(topology.client.netns_fd, topology.client.address, topology.server.netns_fd,
             topology.server.address);
    assert_true(clock_now_ns() - start_ns >= 20 * NS_PER_MS);
}

static void refuses(const char *text, const char *part)
{
    struct error error = {0};

    assert_int_equal(topology_parse(&topology, text, &error), -EINVAL);
    assert_int_equal(error.status, EXIT_USAGE);
    if (!strstr(error.message, part))
        fail_msg("%s: \"%s\" is not in: %s", text, part, error.message);
}

static void test_mistakes(void **state)
{
    (void)state;
    refuses("ruted", "did you mean \"routed\"?");
    refuses("routed,nat=maybe", "nat=maybe");
    refuses("bridge,vlan=0", "vlan=0");
    refuses("bridge,vlan=4095", "vlan=4095");
    refuses("veth,delay=1%", "not a time");
    refuses("veth,delay=11s", "up to 10s");
    refuses("veth,loss=100%", "below 100");
    refuses("veth,loss=3", "below 100");
    refuses("host,family=6", "family");
}

static void test_nothing_left(void **state)
{
    static const char *const topologies[] = {"routed,nat=on", "bridge"};
    char *links = keep_output_of(-1, "ip -o link show");
    char *rules = keep_output_of(-1, "nft list ruleset 2>&1; sysctl net.ipv4.ip_forward net.netfilter 2>&1 | "
                                     "grep -v -E 'count|expect_max'");

    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(topologies); i++) {
        bring_up(topologies[i]);
        assert_string_equal(links, output_of(-1, "ip -o link show"));
        take_down(NULL);
    }
    assert_string_equal(links, output_of(-1, "ip -o link show"));
    assert_string_equal(rules,
                        output_of(-1, "nft list ruleset 2>&1; sysctl net.ipv4.ip_forward net.netfilter "
                                      "2>&1 | grep -v -E 'count|expect_max'"));
    test_free(links);
    test_free(rules);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_routed, take_down),
        cmocka_unit_test_teardown(test_bridge, take_down),
        cmocka_unit_test_teardown(test_vlan, take_down),
        cmocka_unit_test_teardown(test_conntrack_sees, take_down),
        cmocka_unit_test_teardown(test_nat, take_down),
        cmocka_unit_test_teardown(test_silence, take_down),
        cmocka_unit_test_teardown(test_ends, take_down),
        cmocka_unit_test_teardown(test_impaired, take_down),
        cmocka_unit_test_teardown(test_mistakes, take_down),
        cmocka_unit_test_teardown(test_nothing_left, take_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
