/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/diff/kind.h"
#include "base/cleanup.h"

/* The last one takes whatever is left. */
static const struct diff_kind *const kinds[] = {&diff_kind_exact, &diff_kind_timed};

const struct diff_kind *diff_kind_of(const json_t *document)
{
    unsigned i = 0;

    while (i + 1 < ARRAY_SIZE(kinds) && !kinds[i]->matches(document))
        i++;
    return kinds[i];
}
