/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/versus.h"
#include "base/cleanup.h"
#include "orchestrator/analysis.h"
#include "orchestrator/experiment.h"
#include "orchestrator/shortfall.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define PREFIX VERSUS_FACT("")

bool versus_has(const struct trial *trial)
{
    return json_is_object(json_object_get(trial->header, "versus"));
}

/* Are the blocks from `first` one whole, good quad of three arms? Which order they have is quads_find()'s
 * business. */
static bool is_whole(const struct trial *trial, size_t first)
{
    if (first + BLOCKS_PER_QUAD_MAX > trial->count)
        return false;
    for (unsigned position = 0; position < BLOCKS_PER_QUAD_MAX; position++) {
        const struct block *block = &trial->blocks[first + position];

        if (block->phase != PHASE_QUAD || block->quad != trial->blocks[first].quad ||
            block->position != position || block->invalid[0])
            return false;
    }
    return true;
}

static void add_quad(struct trial *pair, const struct trial *trial, size_t first, char off, char on)
{
    unsigned position = 0;
    bool apart = false;

    for (unsigned i = 0; i < BLOCKS_PER_QUAD_MAX; i++) {
        struct block block = trial->blocks[first + i];
        bool chosen = block.arm == off || block.arm == on;

        block.apart = apart;
        apart = !chosen;
        if (!chosen)
            continue;
        block.arm = block.arm == off ? 'A' : 'B';
        block.position = position++;
        pair->blocks[pair->count++] = block;
    }
}

/* Its quad is lost, but it is counted (shortfall.h). */
static bool fell_short_off(const struct block *block, char off)
{
    return off == 'A' && block->arm == 'A' && block->phase == PHASE_QUAD && block->invalid[0] &&
           block_fell_short(block);
}

static void add_blocks(struct trial *pair, const struct trial *trial, char off, char on)
{
    for (size_t i = 0; i < trial->count; i++) {
        if (is_whole(trial, i))
            add_quad(pair, trial, i, off, on);
        else if (fell_short_off(&trial->blocks[i], off))
            pair->blocks[pair->count++] = trial->blocks[i];
        else if (trial->blocks[i].phase == PHASE_STEADY && off == 'A' && on == 'B')
            pair->blocks[pair->count++] = trial->blocks[i];
    }
}

/* Those of the second target take the names of the first one's, or go. */
static json_t *choose_facts(const json_t *facts, bool second)
{
    json_t *chosen = json_object(), *value;
    const char *name;

    json_object_foreach((json_t *)facts, name, value)
    {
        bool is_second = strncmp(name, PREFIX, strlen(PREFIX)) == 0;

        if (is_second && second)
            json_object_set(chosen, name + strlen(PREFIX), value);
        else if (!is_second && (!second || strcmp(name, "end") == 0))
            json_object_set(chosen, name, value);
    }
    return chosen;
}

int versus_pair(struct trial *pair, const struct trial *trial, char off, char on)
{
    bool second = on == 'C';

    *pair = (struct trial){.header = json_copy(trial->header),
                           .facts = choose_facts(trial->facts, second),
                           .blocks = calloc(trial->count + 1, sizeof(struct block))};
    if (!pair->header || !pair->facts || !pair->blocks)
        return -ENOMEM;
    if (second)
        json_object_set(pair->header, "target", json_object_get(trial->header, "versus"));
    json_object_del(pair->header, "versus");
    add_blocks(pair, trial, off, on);
    return 0;
}

void versus_pair_free(struct trial *pair)
{
    json_decref(pair->header);
    json_decref(pair->facts);
    free(pair->blocks);
    *pair = (struct trial){0};
}

json_t *versus_orders(const struct trial *trial)
{
    json_t *orders = json_array();

    for (size_t first = 0; first < trial->count; first++) {
        char order[BLOCKS_PER_QUAD_MAX + 1] = "";

        if (!is_whole(trial, first))
            continue;
        for (unsigned i = 0; i < BLOCKS_PER_QUAD_MAX; i++)
            order[i] = trial->blocks[first + i].arm;
        json_array_append_new(orders, json_string(order));
    }
    return orders;
}

static int judge(const struct analysis_design *design, const struct trial *trial, unsigned look, char on,
                 struct judgement *judgement)
{
    CLEANUP(versus_pair_free) struct trial pair = {0};
    int result = versus_pair(&pair, trial, 'A', on);

    return result ? result : analysis_judge((void *)design, &pair, look, judgement);
}

int versus_judge(void *context, const struct trial *trial, unsigned look, struct judgement *judgement)
{
    const struct analysis_design *design = context;
    struct judgement second = {0};
    int result = judge(design, trial, look, 'B', judgement);

    if (result || design->budget_count || !judgement->stop)
        return result;
    result = judge(design, trial, look, 'C', &second);
    judgement->stop = second.stop;
    return result;
}

bool versus_emergency(void *context, const struct trial *trial)
{
    CLEANUP(versus_pair_free) struct trial pair = {0};

    return versus_pair(&pair, trial, 'A', 'B') == 0 && analysis_emergency(context, &pair);
}
