/* SPDX-License-Identifier: GPL-2.0 */
/* What the kinds of rules share: the document they look at, and the list they add to. Pure. */
#pragma once

#include "orchestrator/breakdown/unit_rows.h"
#include "orchestrator/stats/estimate.h"

struct advisor {
    const json_t *document, *target, *rows;
    json_t *list;
};

struct finding {
    const char *rule, *text, *since;
    const char *program; /* "": all of the target */
    const char *unit;    /* of what is saved; NULL: the breakdown's */
    struct interval saves;
    const char *evidence;
};

/*
 * Findings of one rule for one program are one piece of advice, whose savings add up. Borrowed; NULL, and
 * nothing is added, where it is not known what would be saved.
 */
json_t *advisor_add(struct advisor *advisor, const struct finding *finding);

/* The row's figure; zero for a row without a name, NaN where it was not measured, as its details are. */
struct interval advisor_row(const struct advisor *advisor, const struct unit_row *wanted);
double advisor_row_detail(const struct advisor *advisor, const struct unit_row *wanted, const char *name);

/* Of the breakdown; NaN where it has none of that name. */
struct interval advisor_part(const struct advisor *advisor, const char *name);
/* CPU time of the target's own processes per operation, without its own programs' in them. */
struct interval advisor_consumer(const struct advisor *advisor);
/* What the tool costs in all. */
struct interval advisor_measured(const struct advisor *advisor);
/* "ns", or "insn". */
const char *advisor_unit(const struct advisor *advisor);
