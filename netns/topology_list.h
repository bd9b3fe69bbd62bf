/* SPDX-License-Identifier: GPL-2.0 */
/* The descriptors that netns/table.c puts into the table. */
#pragma once

#include "netns/topology.h"

extern const struct topology_ops topology_host;
extern const struct topology_ops topology_veth;
extern const struct topology_ops topology_routed;
extern const struct topology_ops topology_bridge;
