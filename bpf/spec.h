/* SPDX-License-Identifier: GPL-2.0 */
/* A probe as text: ATTACH[@WHERE][+OP[:SIZE][*N]]... */
#pragma once

#include "base/error.h"
#include "bpf/ops.h"

#define PROBE_WHERE_MAX 256

struct attach_kind;

struct probe_spec {
    const struct attach_kind *attach;
    char where[PROBE_WHERE_MAX]; /* "" : the kind's default */
    unsigned op_count;
    struct op_config ops[PROBE_OPS_MAX];
};

/*
 * Fills *spec; nothing on the machine is looked at. -EINVAL (EXIT_USAGE) with a sentence that says which part
 * is wrong and the nearest valid name. Sizes take their units ("spin:500ns", "ringbuf_output:1KiB"). WHERE
 * ends at the first '+' that no digit follows, so that FUNC+0x10 is possible.
 */
int probe_spec_parse(const char *text, struct probe_spec *spec, struct error *error);
