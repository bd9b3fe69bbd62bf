/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/canary/rail_kind.h"

#include <stddef.h>

const struct rail_kind *const rail_kinds[] = {
    &rail_cpu_system,    &rail_cpu_target, &rail_memory_rss,
    &rail_memory_system, &rail_p99,        &rail_number,
    &rail_lost_events,   &rail_command,    NULL,
};
