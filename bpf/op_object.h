/* SPDX-License-Identifier: GPL-2.0 */
/* What the probe and the micro programs share: the maps of the operations they contain, sized and filled. */
#pragma once

#include "bpf/ops.h"

#include <bpf/libbpf.h>

/* Sizes of the maps that operations work on; 0: the default (4, 8, 1024, 64). */
struct op_sizes {
    unsigned key_bytes, value_bytes;
    unsigned entries; /* the map's max_entries */
    unsigned filled;  /* keys 0 to filled - 1 are there */
};

/* Before loading: creates only the maps that the operations need, with their sizes. 0 or -errno. */
int op_object_size(struct bpf_object *object, const struct op_config *ops, unsigned op_count,
                   const struct op_sizes *sizes);
/* After loading: fills in the keys that are to be found. 0 or -errno. */
int op_object_fill(const struct bpf_object *object, const struct op_config *ops, unsigned op_count,
                   const struct op_sizes *sizes);

/* libbpf's messages as they are for people: warnings to stderr, the rest nowhere. */
int op_print_warnings(enum libbpf_print_level level, const char *format, va_list arguments);
