/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/compose_run_time.h"
#include "reports/jsonio.h"

#include <math.h>

#define LEVEL    0.95
#define ROUNDING 1e-9 /* of a run: turns that differ by less are alike, as they are where all is counted */

static double rate(const json_t *runs, const char *key, size_t turn)
{
    const json_t *rate = json_array_get(json_object_get(runs, key), turn);

    return json_is_number(rate) ? json_number_value(rate) : NAN;
}

/* Sums over the turns in which it ran. */
struct turns {
    unsigned count;
    double runs, time_ns; /* per second */
};

static struct turns add_up(const json_t *runs)
{
    struct turns turns = {0};

    for (size_t i = 0; i < json_array_size(json_object_get(runs, "loaded_per_second")); i++) {
        double ran = rate(runs, "loaded_per_second", i), took = rate(runs, "loaded_run_time_per_second", i);

        if (!(ran > 0) || isnan(took))
            continue;
        turns.count++;
        turns.runs += ran;
        turns.time_ns += took;
    }
    return turns;
}

/* Of a ratio of two sums over turns that have not all as many runs (W. Cochran, Sampling Techniques, 6.4). */
static double half_width(const json_t *runs, const struct turns *turns)
{
    double ratio = turns->time_ns / turns->runs, squares = 0, half;

    for (size_t i = 0; i < json_array_size(json_object_get(runs, "loaded_per_second")); i++) {
        double ran = rate(runs, "loaded_per_second", i),
               rest = rate(runs, "loaded_run_time_per_second", i) - ratio * ran;

        squares += ran > 0 && !isnan(rest) ? rest * rest : 0;
    }
    half = student_t_quantile(0.5 + LEVEL / 2, turns->count - 1) *
           sqrt(squares * turns->count / (turns->count - 1)) / turns->runs;
    return half < ROUNDING * ratio ? 0 : half;
}

struct interval compose_run_time(const json_t *runs)
{
    double per_run = jsonio_get_number(runs, "run_time_ns") / jsonio_get_number(runs, "runs"), half;
    struct turns turns = add_up(runs);

    if (isnan(per_run) || turns.count < 2)
        return (struct interval){per_run, NAN, NAN};
    half = half_width(runs, &turns);
    return (struct interval){per_run, fmax(0, per_run - half), per_run + half};
}
