/* SPDX-License-Identifier: GPL-2.0 */
#include "netns/topology_list.h"
#include "base/cleanup.h"
#include "base/names.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

const struct topology_ops *const topology_table[] = {
    &topology_veth, &topology_routed, &topology_bridge, &topology_host, NULL,
};

static int unknown_name(const char *name, struct error *error)
{
    const char *names[ARRAY_SIZE(topology_table)];
    char suggestion[128];
    size_t count = 0;

    for (; topology_table[count]; count++)
        names[count] = topology_table[count]->name;
    return error_set(error, EXIT_USAGE, -EINVAL,
                     "there is no topology \"%s\"%s; 'tracetoll list topologies' prints them", name,
                     name_suggestion(suggestion, sizeof(suggestion), name, names, count));
}

static const struct topology_ops *find(const char *name)
{
    for (size_t i = 0; topology_table[i]; i++)
        if (strcmp(topology_table[i]->name, name) == 0)
            return topology_table[i];
    return NULL;
}

bool topology_has(const struct topology_ops *ops, const char *end)
{
    if (strcmp(end, "router") == 0)
        return ops->router;
    return strcmp(end, "host") == 0 || ops->network;
}

const struct topology_end *topology_end(const struct topology *topology, const char *end)
{
    if (strcmp(end, "client") == 0)
        return &topology->client;
    if (strcmp(end, "server") == 0)
        return &topology->server;
    return strcmp(end, "router") == 0 ? &topology->router : NULL;
}

static void clear(struct topology *topology)
{
    *topology = (struct topology){
        .client.netns_fd = -1,
        .server.netns_fd = -1,
        .router.netns_fd = -1,
    };
}

int topology_parse(struct topology *topology, const char *text, struct error *error)
{
    const char *rest = NULL;
    char what[64];
    int result;

    clear(topology);
    result = params_split_name(text, &topology->params.name, &rest, error);
    if (result == 0) {
        topology->ops = find(topology->params.name);
        result = topology->ops ? 0 : unknown_name(topology->params.name, error);
    }
    if (result == 0) {
        /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): unknown_name() does not return 0 */
        snprintf(what, sizeof(what), "topology %s", topology->ops->name);
        result = params_parse(&topology->params, what, rest, topology->ops->params, error);
    }
    if (result == 0 && topology->ops->check)
        result = topology->ops->check(topology, error);
    if (result)
        topology_free(topology);
    return result;
}

static void take_down(struct topology *topology)
{
    close_fd(&topology->client.netns_fd);
    close_fd(&topology->server.netns_fd);
    close_fd(&topology->router.netns_fd);
}

int topology_up(struct topology *topology, struct error *error)
{
    int result = topology->ops->up(topology, error);

    if (result)
        take_down(topology);
    return result;
}

void topology_free(struct topology *topology)
{
    /* A zeroed one was never parsed: its zeros are not descriptors. */
    if (topology->ops)
        take_down(topology);
    params_free(&topology->params);
    clear(topology);
}
