/* SPDX-License-Identifier: GPL-2.0 */
/* Packets and bytes of the interfaces at both ends, in whatever namespaces they are. */
#include "base/netns.h"
#include "agents/proc_parse.h"
#include "agents/sampler.h"
#include "base/cleanup.h"
#include "base/files.h"

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

#define NET_DEV_BYTES (64 * 1024)

struct end {
    const char *name; /* "client", "server" */
    int fd;
    char ifname[IFNAMSIZ];
};

struct network_state {
    struct end ends[2];
    char buffer[NET_DEV_BYTES];
};

static int open_end(struct end *end, const char *name, int netns_fd, const char *ifname, struct error *error)
{
    end->name = name;
    end->fd = -1;
    if (!ifname)
        return 0;
    snprintf(end->ifname, sizeof(end->ifname), "%s", ifname);
    end->fd = netns_open_file(netns_fd, "/proc/thread-self/net/dev");
    if (end->fd >= 0)
        return 0;
    return error_set(
        error, EXIT_ENVIRONMENT, end->fd,
        "The packet counters of the %s's interface %s can't be read (%s); mount /proc and run as root.", name,
        ifname, strerror(-end->fd));
}

static void network_close(void *state)
{
    struct network_state *network = state;

    for (unsigned i = 0; i < 2; i++)
        close_fd(&network->ends[i].fd);
    free(network);
}

static int network_open(void **state, const struct sampler_place *place, struct error *error)
{
    struct network_state *network;
    int result;

    if (!place->client_ifname && !place->server_ifname)
        return 0;
    network = calloc(1, sizeof(*network));
    if (!network)
        return error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "Not enough memory for the network sampler.");
    network->ends[1].fd = -1;
    result = open_end(&network->ends[0], "client", place->client_netns_fd, place->client_ifname, error);
    if (result == 0)
        result = open_end(&network->ends[1], "server", place->server_netns_fd, place->server_ifname, error);
    if (result != 0) {
        network_close(network);
        return result;
    }
    *state = network;
    return 0;
}

static void set_counters(const char *end, const struct interface_counters *counters, struct values *values)
{
    values_setf(values, (double)counters->rx_packets, "net.%s.rx_packets", end);
    values_setf(values, (double)counters->tx_packets, "net.%s.tx_packets", end);
    values_setf(values, (double)counters->rx_bytes, "net.%s.rx_bytes", end);
    values_setf(values, (double)counters->tx_bytes, "net.%s.tx_bytes", end);
    values_setf(values, (double)counters->rx_dropped, "net.%s.rx_dropped", end);
    values_setf(values, (double)counters->tx_dropped, "net.%s.tx_dropped", end);
}

static void network_counters(void *state, const struct sampler_place *place, struct values *values)
{
    struct network_state *network = state;

    (void)place;
    for (unsigned i = 0; i < 2; i++) {
        struct end *end = &network->ends[i];
        struct interface_counters counters;
        ssize_t length = end->fd < 0 ? -1 : file_reread(end->fd, network->buffer, sizeof(network->buffer));

        if (length >= 0 &&
            parse_net_dev(text_of(network->buffer, (size_t)length), end->ifname, &counters) == 0)
            set_counters(end->name, &counters, values);
    }
}

const struct sampler_ops sampler_network = {
    .name = "network",
    .summary = "packets, bytes and drops of the client's and the server's interface",
    .open = network_open,
    .counters = network_counters,
    .close = network_close,
};
