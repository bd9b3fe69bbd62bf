/* SPDX-License-Identifier: GPL-2.0 */
/* What the server's UDP sockets got and what they dropped, by the namespace's own counters. */
#include "base/netns.h"
#include "agents/proc_parse.h"
#include "agents/sampler.h"
#include "base/cleanup.h"
#include "base/files.h"

#include <errno.h>
#include <string.h>

#define SNMP_BYTES (32 * 1024)

struct udp_state {
    int fd, fd6; /* owned; fd6 -1: a kernel without IPv6 */
    char buffer[SNMP_BYTES];
};

static void udp_close(void *state)
{
    struct udp_state *udp = state;

    close_fd(&udp->fd);
    close_fd(&udp->fd6);
    free(udp);
}

static int udp_open(void **state, const struct sampler_place *place, struct error *error)
{
    struct udp_state *udp;
    int result;

    if (!place->server_ifname)
        return 0;
    udp = calloc(1, sizeof(*udp));
    if (!udp)
        return error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "Not enough memory for the UDP sampler.");
    udp->fd6 = netns_open_file(place->server_netns_fd, "/proc/thread-self/net/snmp6");
    udp->fd = netns_open_file(place->server_netns_fd, "/proc/thread-self/net/snmp");
    if (udp->fd >= 0) {
        *state = udp;
        return 0;
    }
    result = udp->fd;
    udp_close(udp);
    return error_set(error, EXIT_ENVIRONMENT, result,
                     "The UDP counters of the server can't be read (%s); mount /proc and run as root.",
                     strerror(-result));
}

static int reread(struct udp_state *udp, int fd,
                  int (*parse)(struct text text, struct udp_counters *counters),
                  struct udp_counters *counters)
{
    ssize_t length = fd < 0 ? -ENOENT : file_reread(fd, udp->buffer, sizeof(udp->buffer));

    return length < 0 ? (int)length : parse(text_of(udp->buffer, (size_t)length), counters);
}

static void udp_counters(void *state, const struct sampler_place *place, struct values *values)
{
    struct udp_state *udp = state;
    struct udp_counters counters = {0};

    (void)place;
    if (reread(udp, udp->fd, parse_snmp_udp, &counters) != 0)
        return;
    reread(udp, udp->fd6, parse_snmp6_udp, &counters);
    values_set(values, "net.server.udp_in_datagrams", (double)counters.in_datagrams);
    values_set(values, "net.server.udp_in_errors", (double)counters.in_errors);
}

const struct sampler_ops sampler_udp = {
    .name = "udp",
    .summary = "datagrams that the server's UDP sockets got and dropped",
    .open = udp_open,
    .counters = udp_counters,
    .close = udp_close,
};
