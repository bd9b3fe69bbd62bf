/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/compose.h"
#include "reports/jsonio.h"

#include <math.h>

/* As a share; unknown where there is no bound. */
static double share(double contrast)
{
    return isfinite(contrast) ? expm1(contrast) : NAN;
}

/* Its contrast should hold zero: a tool has no business with pure user-space code. */
static bool moved(const struct interval *effect)
{
    return effect->low > 0 || effect->high < 0;
}

static json_t *compose_kind(const struct primary_detail *reference, unsigned kind)
{
    const struct interval *effect = &reference->output.reference_effect[kind];

    return json_pack("{s:s, s:o, s:o, s:b}", "name", reference->names[kind], "coefficient",
                     jsonio_number(reference->output.coefficient[kind]), "effect",
                     compose_interval(share(effect->estimate), share(effect->low), share(effect->high)),
                     "moved", moved(effect));
}

json_t *compose_reference(const struct analysis *analysis)
{
    const struct primary_detail *reference = &analysis->primary;
    json_t *kinds = json_array();

    for (unsigned kind = 0; kind < reference->kinds; kind++)
        json_array_append_new(kinds, compose_kind(reference, kind));
    return json_pack(
        "{s:b, s:o, s:o, s:o}", "used", reference->kinds > 0 && !reference->output.dropped, "kinds", kinds,
        "gain", reference->kinds > 0 ? jsonio_number(reference->output.gain) : json_null(), "dropped",
        reference->kinds > 0 && reference->output.dropped ? json_string(reference->output.why) : json_null());
}
