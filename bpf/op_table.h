/* SPDX-License-Identifier: GPL-2.0 */
/* The operations by name, for people: adding one is a row here, a line in bpf/ops.h and its code in
 * bpf/ops.bpf.h. */
#pragma once

#include "base/error.h"
#include "bpf/ops.h"

#include <stdbool.h>

struct op_info {
    const char *name;
    const char *suite; /* of `micro`; NULL: not part of one */
    const char *summary;
    const char *size_is; /* "bytes", "ns", "frames", "iterations"; NULL: it takes none */
    unsigned size_default, size_min, size_max;
    const char *map;        /* that it works on; NULL: none */
    bool ends;              /* the program does not come back from it: it is a probe's last, once */
    bool tc;                /* its micro program is a tc program: tracing programs may not do it */
    bool keyed;             /* goes through keys of its map */
    bool filled;            /* ... which have to be there */
    unsigned rounds_max;    /* of its micro program; 0: MICRO_ROUNDS_MAX */
    bool frees_later;       /* gives memory back that the kernel frees after a grace period */
    unsigned per_round;     /* operations (or instructions) in one round; 0 stands for 1 */
    const char *counted_as; /* what one of them is, when it is not simply the operation: "pair" */
};

/* [OP_COUNT], by enum op_kind. */
extern const struct op_info op_table[];

/* OP_COUNT when there is none. */
unsigned op_find(const char *name);
/* EXIT_USAGE with the nearest name; returns -EINVAL. */
int op_unknown(const char *name, struct error *error);
