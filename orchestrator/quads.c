/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/quads.h"
#include "orchestrator/stats/estimate.h"
#include "orchestrator/stats/quad.h"

#include <errno.h>

/* Are the four blocks from `first` one whole, good quad? */
static bool is_valid_quad(const struct trial *trial, size_t first)
{
    char arms[4];

    if (first + 4 > trial->count)
        return false;
    for (unsigned position = 0; position < 4; position++) {
        const struct block *block = &trial->blocks[first + position];

        if (block->phase != PHASE_QUAD || block->quad != trial->blocks[first].quad ||
            block->position != position || block->invalid[0])
            return false;
        arms[position] = block->arm;
    }
    return quad_order_valid(arms);
}

int quads_find(struct quad_view *quads, const struct trial *trial)
{
    size_t *index = calloc(trial->count + 1, sizeof(*index));
    unsigned count = 0;

    if (!index)
        return -ENOMEM;
    for (size_t first = 0; first < trial->count && count < ESTIMATE_MAX; first++) {
        if (!is_valid_quad(trial, first))
            continue;
        for (unsigned position = 0; position < 4; position++)
            index[count * 4 + position] = first + position;
        count++;
    }
    *quads = (struct quad_view){index, count};
    return 0;
}

void quads_free(struct quad_view *quads)
{
    free(quads->index);
    *quads = (struct quad_view){0};
}

void quads_numbers(const struct quad_view *quads, const struct trial *trial, unsigned count,
                   const struct metric *metric, double *numbers)
{
    for (unsigned i = 0; i < count * 4; i++)
        numbers[i] = metric->value(metric, &trial->blocks[quads->index[i]]);
}

void quads_arms(const struct quad_view *quads, const struct trial *trial, unsigned count, char *arms)
{
    for (unsigned i = 0; i < count * 4; i++)
        arms[i] = trial->blocks[quads->index[i]].arm;
}

void quads_apart(const struct quad_view *quads, const struct trial *trial, bool *apart)
{
    for (unsigned q = 0; q < quads->count; q++)
        apart[q] =
            trial->blocks[quads->index[q * 4 + 1]].apart || trial->blocks[quads->index[q * 4 + 2]].apart;
}
