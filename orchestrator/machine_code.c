/* SPDX-License-Identifier: GPL-2.0 */
/* What the target's programs contain, for the trial. */
#include "orchestrator/machine_code.h"

#include <stdlib.h>

static json_t *describe_range(const struct flow_range *range)
{
    return json_pack("{s:I, s:o}", "fewest", (json_int_t)range->fewest, "most",
                     range->most == FLOW_UNBOUNDED ? json_null() : json_integer((json_int_t)range->most));
}

static json_t *describe_call(const struct program_code *code, unsigned number)
{
    const struct kernel_symbol *symbol = &code->calls[number];
    json_t *call = describe_range(&code->times[number]);
    char place[32];

    snprintf(place, sizeof(place), "__bpf_call_base%+d", symbol->offset);
    json_object_set_new(call, "name", json_string(symbol->name[0] ? symbol->name : place));
    return call;
}

/* The statistics phase is an attachment of its own, with IDs of its own: what stays is place and name. */
static json_t *describe_map(const struct xlated_map *used, const struct inventory *inventory)
{
    for (unsigned i = 0; i < inventory->map_count; i++) {
        json_t *map;

        if (inventory->maps[i].id != used->id)
            continue;
        map = describe_range(&used->times);
        json_object_set_new(map, "index", json_integer(i));
        json_object_set_new(map, "name", json_string(inventory->maps[i].name));
        return map;
    }
    return NULL;
}

static json_t *describe_maps(const struct program_code *code, const struct inventory *inventory)
{
    json_t *maps = json_array();

    for (unsigned i = 0; i < code->map_count; i++) {
        json_t *map = describe_map(&code->maps[i], inventory);

        if (map)
            json_array_append_new(maps, map);
    }
    return maps;
}

json_t *machine_describe_code(const struct program_code *code, const struct inventory *inventory)
{
    json_t *calls;

    if (!code->known || code->instructions.fewest == FLOW_UNBOUNDED)
        return json_null();
    calls = json_array();
    for (unsigned i = 0; i < code->call_count; i++)
        json_array_append_new(calls, describe_call(code, i));
    return json_pack("{s:o, s:o, s:o}", "instructions", describe_range(&code->instructions), "calls", calls,
                     "maps", describe_maps(code, inventory));
}
