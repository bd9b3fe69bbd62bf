/* SPDX-License-Identifier: GPL-2.0 */
#include "base/i18n.h"
#include "netns/topology_list.h"

static int up(struct topology *topology, struct error *error)
{
    (void)topology;
    (void)error;
    return 0;
}

static const char *path_description(const struct topology *topology)
{
    (void)topology;
    return N_("no network: the load runs in the namespaces tracetoll was started in");
}

const struct topology_ops topology_host = {
    .name = "host",
    .summary = "no network of its own, for system call and command loads",
    .network = false,
    .up = up,
    .path_description = path_description,
};
