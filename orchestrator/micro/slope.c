/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/micro/slope.h"
#include "orchestrator/stats/select.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>

#define ENOUGH_NS     10e3  /* that N operations take */
#define BLOCK_NS      500e3 /* of runs behind one median */
#define RUNS_MIN      7
#define RUNS_MAX      101
#define RATIO_SLACK   0.15
#define RATIO_VISIBLE 300.0 /* ns; below that, the ratio of two differences says nothing */

enum { OP_N, OP_2N, OP_4N, BARE_N, BARE_2N, BARE_4N, TIMES };

static int run(const struct slope_source *source, unsigned which, unsigned rounds, double *ns)
{
    return source->run(source->context, which >= BARE_N, rounds << which % BARE_N, ns);
}

/* Each run of operations behind a bare one, so that all of them find the caches alike: what operations have
 * written and the caches have not yet passed on makes the next ones dearer. */
static const unsigned turns[TIMES] = {OP_N, BARE_N, OP_2N, BARE_2N, OP_4N, BARE_4N};

/* Medians of the six times, their runs taken in turns, so that what is slow is slow for all. */
static int medians(const struct slope_source *source, unsigned rounds, unsigned runs, double median[TIMES])
{
    double times[TIMES][RUNS_MAX];
    int result = source->before ? source->before(source->context) : 0;

    for (unsigned i = 0; result == 0 && i < runs; i++)
        for (unsigned turn = 0; result == 0 && turn < TIMES; turn++)
            result = run(source, turns[turn], rounds, &times[turns[turn]][i]);
    if (result)
        return result;
    for (unsigned which = 0; which < TIMES; which++)
        median[which] = select_median(times[which], runs);
    return 0;
}

/* What the operations added between two of the times; what a run costs beside its rounds cancels. */
static double added_ns(const double median[TIMES], unsigned less, unsigned more)
{
    return (median[more] - median[less]) - (median[more + BARE_N] - median[less + BARE_N]);
}

/* Time that 2N operations add by that of N; 0 where neither adds any that is seen. */
static double ratio_of(const double median[TIMES])
{
    double ratio = added_ns(median, OP_2N, OP_4N) / added_ns(median, OP_N, OP_2N);

    return isnan(ratio) ? 0 : ratio;
}

/* Doubles N until its operations take long enough. */
static int choose_rounds(const struct slope_source *source, unsigned *rounds, double median[TIMES])
{
    unsigned most = source->rounds_max / 4;
    int result;

    for (*rounds = 1;; *rounds = 2 * *rounds < most ? 2 * *rounds : most) {
        result = medians(source, *rounds, RUNS_MIN, median);
        if (result || *rounds >= most || added_ns(median, OP_N, OP_2N) >= ENOUGH_NS)
            return result;
    }
}

static void judge(struct micro_result *result, double ratio, double operations)
{
    result->status = ROW_MEASURED;
    if (operations <= RATIO_VISIBLE || fabs(ratio - 2) <= 2 * RATIO_SLACK)
        return;
    result->status = ROW_UNTRUSTWORTHY;
    snprintf(result->reason, sizeof(result->reason), "twice as many operations take %.2f times the time",
             ratio);
}

int slope_measure(const struct slope_source *source, const struct micro_setting *setting,
                  struct micro_result *result)
{
    double ratios[SIGNED_RANK_MAX], bare[SIGNED_RANK_MAX], median[TIMES];
    unsigned rounds, runs, count = setting->repetitions;
    int code = choose_rounds(source, &rounds, median);
    double wanted;

    if (code)
        return code;
    wanted = BLOCK_NS / (median[OP_N] + median[OP_2N] + median[OP_4N] + 3 * median[BARE_2N]);
    runs = wanted < RUNS_MIN ? RUNS_MIN : wanted > RUNS_MAX ? RUNS_MAX : (unsigned)wanted;
    for (unsigned i = 0; i < count; i++) {
        if (interrupt_pending(setting->interrupt))
            return -EINTR;
        code = medians(source, rounds, runs, median);
        if (code)
            return code;
        result->values[i] = added_ns(median, OP_N, OP_4N) / (3 * rounds) / source->per_round;
        ratios[i] = ratio_of(median);
        bare[i] = median[BARE_N];
    }
    result->count = count;
    judge(result, select_median(ratios, count), micro_median(result) * rounds * source->per_round);
    micro_detail(result, "rounds", json_integer(rounds));
    micro_detail(result, "ratio", json_real(select_median(ratios, count)));
    micro_detail(result, "bare_run_ns", json_real(select_median(bare, count)));
    return 0;
}
