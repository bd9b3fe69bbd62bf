/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/compose_maps.h"
#include "orchestrator/breakdown/program_cost.h"
#include "reports/document.h"
#include "reports/jsonio.h"

#include <math.h>
#include <string.h>

struct rate {
    double fewest, most; /* NaN: not known, or any */
    bool used;
};

/* By place and name: one that holds other maps than when its programs were counted is not mistaken. */
static const json_t *find_use(const json_t *program, size_t index, const json_t *map)
{
    const json_t *use;
    size_t i;

    json_array_foreach(document_at(program, "code.maps"), i, use)
    {
        if (document_number(use, "index") == (double)index &&
            strcmp(document_text(use, "name"), document_text(map, "name")) == 0)
            return use;
    }
    return NULL;
}

static void add_program(struct rate *rate, const json_t *program, const json_t *use)
{
    double runs = program_bodied_runs(program);

    if (use) {
        rate->used = true;
        rate->fewest += runs * document_number(use, "fewest");
        rate->most += runs == 0 ? 0 : runs * document_number(use, "most");
    } else if (runs != 0 && !json_is_array(document_at(program, "code.maps"))) {
        rate->fewest = rate->most = NAN; /* it may do anything */
    }
}

static json_t *rate_of(const json_t *programs, size_t index, const json_t *map)
{
    struct rate rate = {0};
    const json_t *program;
    size_t i;

    json_array_foreach(programs, i, program)
    {
        add_program(&rate, program, find_use(program, index, map));
    }
    if (!rate.used || isnan(rate.fewest))
        return json_null();
    return json_pack("{s:f, s:o}", "fewest", rate.fewest, "most", jsonio_number(rate.most));
}

static double events_of(const json_t *statistics, size_t index, const json_t *map, const char *key)
{
    const json_t *ring;
    size_t i;

    json_array_foreach(json_object_get(statistics, "rings"), i, ring)
    {
        if (document_number(ring, "index") == (double)index &&
            strcmp(document_text(ring, "name"), document_text(map, "name")) == 0)
            return document_number(ring, key);
    }
    return NAN;
}

void compose_map_rates(json_t *target, const json_t *statistics)
{
    double operations = document_number(statistics, "operations");
    json_t *map;
    size_t i;

    json_array_foreach(json_object_get(target, "maps"), i, map)
    {
        json_object_set_new(map, "operations_per_op", rate_of(json_object_get(target, "programs"), i, map));
        json_object_set_new(map, "events_per_op",
                            jsonio_number(events_of(statistics, i, map, "events") / operations));
        json_object_set_new(map, "events_most_per_op",
                            jsonio_number(events_of(statistics, i, map, "events_most") / operations));
    }
}
