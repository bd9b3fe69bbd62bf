/* SPDX-License-Identifier: GPL-2.0 */
#include "netns/addressing.h"
#include "base/units.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

const char *const addressing_families[] = {"4", "6", NULL};

static int read_delay(const struct topology *topology, struct addressing *addressing, struct error *error)
{
    const char *text = params_text(&topology->params, "delay");
    int result = text ? quantity_parse_time_ns(text, "delay", &addressing->delay_ns, error) : 0;

    if (result == 0 && addressing->delay_ns > 10e9)
        return error_set(error, EXIT_USAGE, -EINVAL, "topology %s: delay=%s is not possible; write up to 10s",
                         topology->params.name, text);
    return result;
}

static int read_loss(const struct topology *topology, struct addressing *addressing, struct error *error)
{
    const char *text = params_text(&topology->params, "loss");
    struct quantity quantity = {0};
    int result = text ? quantity_parse(text, "loss", &quantity, error) : 0;

    if (result || !text)
        return result;
    if (quantity.dimension != DIMENSION_PERCENT || quantity.number >= 1)
        return error_set(error, EXIT_USAGE, -EINVAL,
                         "topology %s: loss=%s is not possible; write per cent below 100, for example 1%%",
                         topology->params.name, text);
    addressing->loss = quantity.number;
    return 0;
}

int addressing_read(const struct topology *topology, struct addressing *addressing, struct error *error)
{
    long clients = 0, mtu = 0;
    int result;

    *addressing = (struct addressing){.ipv6 = strcmp(params_text(&topology->params, "family"), "6") == 0};
    result = params_integer(&topology->params, "clients", 1, TOPOLOGY_CLIENTS_MAX, &clients, error);
    /* 1280: least that IPv6 takes; 68: least that IPv4 takes (RFC 8200, RFC 791) */
    if (result == 0 && params_text(&topology->params, "mtu"))
        result = params_integer(&topology->params, "mtu", addressing->ipv6 ? 1280 : 68, 65535, &mtu, error);
    addressing->clients = (unsigned)clients;
    addressing->mtu = (unsigned)mtu;
    if (result == 0)
        result = read_delay(topology, addressing, error);
    return result ? result : read_loss(topology, addressing, error);
}

int addressing_check(const struct topology *topology, struct error *error)
{
    struct addressing addressing;

    return addressing_read(topology, &addressing, error);
}

char *addressing_host(char text[TOPOLOGY_ADDRESS_MAX], const struct addressing *addressing, unsigned network,
                      unsigned host)
{
    if (addressing->ipv6 && host == 0)
        snprintf(text, TOPOLOGY_ADDRESS_MAX, "fd00:198:%u::", 18 + network);
    else
        snprintf(text, TOPOLOGY_ADDRESS_MAX, addressing->ipv6 ? "fd00:198:%u::%u" : "198.%u.0.%u",
                 18 + network, host);
    return text;
}

char *addressing_cidr(char text[CIDR_MAX], const struct addressing *addressing, unsigned network,
                      unsigned host)
{
    char address[TOPOLOGY_ADDRESS_MAX];

    snprintf(text, CIDR_MAX, "%s/%d", addressing_host(address, addressing, network, host),
             addressing->ipv6 ? 64 : 24);
    return text;
}

void addressing_name_ends(const struct addressing *addressing, struct topology *topology,
                          unsigned server_network)
{
    snprintf(topology->client.ifname, sizeof(topology->client.ifname), "tt%dc", (int)getpid());
    snprintf(topology->server.ifname, sizeof(topology->server.ifname), "tt%ds", (int)getpid());
    for (unsigned i = 0; i < addressing->clients; i++)
        addressing_host(topology->client_pool[i], addressing, 0, i + 1);
    topology->client_pool_count = addressing->clients;
    topology->loss = addressing->loss;
    topology->delay_ns = addressing->delay_ns;
    memcpy(topology->client.address, topology->client_pool[0], TOPOLOGY_ADDRESS_MAX);
    addressing_host(topology->server.address, addressing, server_network, ADDRESSING_SERVER);
}
