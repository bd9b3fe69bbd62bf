/* SPDX-License-Identifier: GPL-2.0 */
/* What loaded programs contain, read from the kernel: see agents/xlated.h. */
#pragma once

#include "agents/inventory.h"
#include "agents/kernel_symbols.h"
#include "agents/xlated.h"

struct program_code {
    bool known; /* the kernel shows its instructions (root, kernel.bpf_stats aside), and they could be read */
    struct flow_range instructions;
    unsigned call_count;
    struct flow_range times[XLATED_CALLS_MAX];
    struct kernel_symbol calls[XLATED_CALLS_MAX];
    unsigned map_count;
    struct xlated_map maps[XLATED_MAPS_MAX];
};

/* One for each program of the inventory; the caller frees it. NULL without memory. Takes some 0.1 s. */
struct program_code *program_code_read(const struct inventory *inventory);
/* Of one program, by a file descriptor of it: instructions on a path, fewest and most. 0, or a negative errno
 * where the kernel does not show them: *instructions is untouched then. */
int program_code_path(int fd, struct flow_range *instructions);
