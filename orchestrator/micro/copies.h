/* SPDX-License-Identifier: GPL-2.0 */
/* One micro program loaded several times: for why, see loads.h. */
#pragma once

#include "orchestrator/micro/micro.h"

struct copies {
    struct micro_program *programs[LOADS_MAX];
    unsigned count;
};

/*
 * `count` of them. `shares`: each uses the maps of its counterpart there; NULL: its own. 0, or -errno with a
 * sentence; close it in any case.
 */
int copies_open(struct copies *copies, const struct micro_config *config, const struct copies *shares,
                unsigned count, struct error *error);
void copies_close(struct copies *copies);
