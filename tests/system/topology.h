/* SPDX-License-Identifier: GPL-2.0 */
/* A topology brought up, and what can be asked of it; for the tests of topologies. */
#pragma once

#include "tests/unit/unit.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/files.h"
#include "base/netns.h"
#include "netns/topology.h"
#include "workloads/endpoint.h"

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static struct topology topology;

static inline void bring_up(const char *text)
{
    struct error error = {0};

    if (topology_parse(&topology, text, &error) || topology_up(&topology, &error))
        fail_msg("%s: %s", text, error.message);
}

static inline int take_down(void **state)
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

static inline int open_udp(void *argument)
{
    struct opening *opening = argument;
    struct endpoint endpoint;

    if (endpoint_parse(&endpoint, opening->address, opening->port))
        return -EINVAL;
    opening->fd = endpoint_socket(&endpoint, SOCK_DGRAM);
    if (opening->fd < 0 || endpoint_set_tick(opening->fd, ENDPOINT_TICK_NS))
        return -EIO;
    return endpoint_bind(opening->fd, &endpoint, &opening->port);
}

/* A datagram from one address to another arrives, and comes from where it should. */
static inline void exchange(int from_netns, const char *from, int to_netns, const char *to)
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

static inline void exchange_all(void)
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

/* What a command prints inside a namespace. */
struct command {
    const char *line;
    char output[16384];
};

static inline int run_command(void *argument)
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

static inline const char *output_of(int netns_fd, const char *line)
{
    static struct command command;

    command = (struct command){.line = line};
    assert_int_equal(netns_call(netns_fd, run_command, &command), 0);
    return command.output;
}

/* The same, kept: cmocka's own allocation, freed by the caller. */
static inline char *keep_output_of(int netns_fd, const char *line)
{
    const char *output = output_of(netns_fd, line);
    char *kept = test_malloc(strlen(output) + 1);

    return strcpy(kept, output);
}

static inline unsigned lines_with(const char *text, const char *part)
{
    unsigned count = 0;

    for (const char *at = text; (at = strstr(at, part)); at += strlen(part))
        count++;
    return count;
}

/* Packets and bytes of all kinds that an interface has seen. */
static inline void read_counters(int netns_fd, const char *ifname, char counters[256])
{
    const char *output;
    char line[128];

    snprintf(line, sizeof(line), "grep %s: /proc/thread-self/net/dev", ifname);
    output = output_of(netns_fd, line);
    assert_true(strlen(output) < 256);
    strcpy(counters, output);
    assert_int_equal(lines_with(counters, ifname), 1);
}

static inline void is_silent(const char *text)
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
