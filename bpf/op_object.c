/* SPDX-License-Identifier: GPL-2.0 */
#include "bpf/op_object.h"
#include "bpf/op_table.h"
#include "base/cleanup.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static unsigned or_default(unsigned number, unsigned fallback)
{
    return number ? number : fallback;
}

/* Index of the operation that works on this map; -1: none does. */
static int user_of(const char *map, const struct op_config *ops, unsigned op_count)
{
    for (unsigned i = 0; i < op_count; i++)
        if (op_table[ops[i].kind].map && strcmp(op_table[ops[i].kind].map, map) == 0)
            return (int)i;
    return -1;
}

static int size_keyed(struct bpf_map *map, const struct op_sizes *sizes)
{
    enum bpf_map_type type = bpf_map__type(map);
    bool array = type == BPF_MAP_TYPE_ARRAY || type == BPF_MAP_TYPE_PERCPU_ARRAY;
    unsigned least = type == BPF_MAP_TYPE_LPM_TRIE ? 8 : 4;
    unsigned key_bytes = array ? 4 : or_default(sizes->key_bytes, least);
    int result = bpf_map__set_key_size(map, key_bytes < least ? least : key_bytes);

    if (result == 0)
        result = bpf_map__set_value_size(map, or_default(sizes->value_bytes, 8));
    return result ? result : bpf_map__set_max_entries(map, or_default(sizes->entries, 1024));
}

static int size_map(struct bpf_map *map, const struct op_config *op, const struct op_sizes *sizes)
{
    const struct op_info *info = &op_table[op->kind];

    if (info->keyed)
        return size_keyed(map, sizes);
    if (bpf_map__type(map) == BPF_MAP_TYPE_STACK_TRACE)
        return bpf_map__set_value_size(map, op->size * 8);
    if (bpf_map__type(map) == BPF_MAP_TYPE_QUEUE)
        return bpf_map__set_value_size(map, or_default(sizes->value_bytes, 8));
    return 0;
}

/* Maps that belong to the operations; a map that is none of theirs is left as it is. */
static bool is_operations_map(const char *name)
{
    for (unsigned kind = 0; kind < OP_COUNT; kind++)
        if (op_table[kind].map && strcmp(op_table[kind].map, name) == 0)
            return true;
    return false;
}

int op_object_size(struct bpf_object *object, const struct op_config *ops, unsigned op_count,
                   const struct op_sizes *sizes)
{
    struct bpf_map *map;
    int result = 0;

    bpf_object__for_each_map(map, object)
    {
        const char *name = bpf_map__name(map);
        int user = user_of(name, ops, op_count);

        if (result || !is_operations_map(name))
            continue;
        result = user < 0 ? bpf_map__set_autocreate(map, false) : size_map(map, &ops[user], sizes);
    }
    return result;
}

static int fill(const struct bpf_map *map, const struct op_sizes *sizes)
{
    bool lpm = bpf_map__type(map) == BPF_MAP_TYPE_LPM_TRIE;
    size_t value_bytes = (bpf_map__value_size(map) + 7) / 8 * 8;
    OWNED_PTR char *value = calloc((size_t)libbpf_num_possible_cpus(), value_bytes);
    unsigned key[KEY_BYTES_MAX / 4] = {0};

    if (!value)
        return -ENOMEM;
    if (lpm)
        key[0] = (bpf_map__key_size(map) - 4) * 8;
    for (unsigned i = 0; i < or_default(sizes->filled, 64); i++) {
        key[lpm ? 1 : 0] = i;
        if (bpf_map_update_elem(bpf_map__fd(map), key, value, BPF_ANY) != 0)
            return -errno;
    }
    return 0;
}

int op_object_fill(const struct bpf_object *object, const struct op_config *ops, unsigned op_count,
                   const struct op_sizes *sizes)
{
    int result = 0;

    for (unsigned i = 0; result == 0 && i < op_count; i++) {
        const struct op_info *info = &op_table[ops[i].kind];

        if (info->filled)
            result = fill(bpf_object__find_map_by_name(object, info->map), sizes);
    }
    return result;
}

int op_print_warnings(enum libbpf_print_level level, const char *format, va_list arguments)
{
    return level == LIBBPF_WARN ? vfprintf(stderr, format, arguments) : 0;
}
