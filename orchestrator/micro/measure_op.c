/* SPDX-License-Identifier: GPL-2.0 */
/* The three methods for a BPF operation: as a slope, timed by itself, and from the kernel's run statistics.
 */
#include "orchestrator/micro/contenders.h"
#include "orchestrator/micro/slope.h"
#include "agents/inventory.h"
#include "base/cleanup.h"
#include "bpf/op_table.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#define CALLS_PER_REPETITION 40

static unsigned per_round(const struct micro_row *row)
{
    unsigned number = op_table[row->config.op.kind].per_round;

    return number ? number : 1;
}

static int run(void *context, bool bare, unsigned rounds, double *ns)
{
    return micro_program_run(context, bare ? MICRO_BARE : MICRO_OPERATIONS, rounds, ns);
}

static int explain(int code, struct error *error)
{
    if (code == -ENOBUFS)
        return error_set(error, EXIT_UNTRUSTWORTHY, code, "events found no room in their buffer");
    if (code == -EBADMSG)
        return error_set(error, EXIT_UNTRUSTWORTHY, code, "operations failed, and those cost less");
    if (code && code != -EINTR)
        error_set(error, EXIT_ENVIRONMENT, code, "cannot run it: %s", strerror(-code));
    return code;
}

static bool walks_stack(unsigned kind)
{
    return kind == OP_GET_STACK || kind == OP_GET_STACK_USER;
}

static void add_details(const struct micro_row *row, const struct micro_program *program,
                        struct micro_result *result)
{
    unsigned jited_bytes, instructions;

    if (walks_stack(row->config.op.kind))
        micro_detail(result, "frames_walked", json_integer(micro_program_frames(program)));
    if (micro_program_code(program, &jited_bytes, &instructions) == 0 && jited_bytes > 0) {
        micro_detail(result, "program_machine_bytes", json_integer(jited_bytes));
        micro_detail(result, "program_instructions", json_integer(instructions));
    }
}

int micro_by_slope(const struct micro_row *row, const struct micro_setting *setting,
                   struct micro_result *result, struct error *error)
{
    CLEANUP(micro_program_close) struct micro_program *program = NULL;
    CLEANUP(contenders_stop) struct contenders contenders = {0};
    struct slope_source source = {.run = run, .per_round = per_round(row)};
    int code = micro_program_open(&program, &row->config, NULL, error);

    if (code)
        return code;
    if (row->contention != ALONE)
        code = contenders_start(&contenders, row, program, setting->cpu, error);
    if (code)
        return code;
    source.context = program;
    source.rounds_max = micro_program_rounds_max(program);
    code = slope_measure(&source, setting, result);
    if (code == 0)
        add_details(row, program, result);
    return explain(code, error);
}

/* Median of the self-timed buckets filled since `before`, in ns, linear within its bucket. */
static double bucket_median(const uint64_t *before, const uint64_t *after)
{
    uint64_t total = 0, seen = 0;

    for (unsigned i = 0; i < SELF_TIMED_BUCKETS; i++)
        total += after[i] - before[i];
    for (unsigned i = 0; i < SELF_TIMED_BUCKETS; i++) {
        uint64_t here = after[i] - before[i];

        if (here && 2 * (seen + here) >= total)
            return SELF_TIMED_BUCKET_NS * (i + ((double)total / 2 - (double)seen) / (double)here);
        seen += here;
    }
    return NAN;
}

static int self_time(struct micro_program *program, unsigned rounds, double *median)
{
    uint64_t before[SELF_TIMED_BUCKETS], after[SELF_TIMED_BUCKETS];
    int code = micro_program_self_timed(program, before);
    double ns;

    for (unsigned i = 0; code == 0 && i < CALLS_PER_REPETITION; i++)
        code = micro_program_run(program, MICRO_SELF_TIMED, rounds, &ns);
    if (code == 0)
        code = micro_program_self_timed(program, after);
    if (code == 0)
        *median = bucket_median(before, after);
    return code;
}

int micro_by_self_timing(const struct micro_row *row, const struct micro_setting *setting,
                         struct micro_result *result, struct error *error)
{
    CLEANUP(micro_program_close) struct micro_program *program = NULL, *nothing = NULL;
    const struct micro_config timer = {.op = {.kind = OP_NOTHING}};
    double times[SIGNED_RANK_MAX], own[SIGNED_RANK_MAX];
    int code = micro_program_open(&program, &row->config, NULL, error);
    unsigned rounds;

    if (code == 0)
        code = micro_program_open(&nothing, &timer, NULL, error);
    if (code)
        return code;
    if (row->config.op.kind == OP_TAIL_CALL)
        return error_set(error, EXIT_UNSUPPORTED, -EOPNOTSUPP,
                         "a tail call does not come back to a second reading");
    rounds = micro_program_rounds_max(program) < SELF_TIMED_MAX ? micro_program_rounds_max(program)
                                                                : SELF_TIMED_MAX;
    for (unsigned i = 0; code == 0 && i < setting->repetitions; i++) {
        if (interrupt_pending(setting->interrupt))
            return -EINTR;
        code = self_time(program, rounds, &times[i]);
        if (code == 0)
            code = self_time(nothing, rounds, &own[i]);
        times[i] /= per_round(row);
    }
    if (code)
        return explain(code, error);
    micro_estimate(result, own, setting->repetitions);
    micro_detail(result, "timer_itself_ns", json_real(result->cost.estimate));
    micro_estimate(result, times, setting->repetitions);
    return 0;
}

int micro_by_statistics(const struct micro_row *row, const struct micro_setting *setting,
                        struct micro_result *result, struct error *error)
{
    CLEANUP(micro_program_close) struct micro_program *program = NULL;
    OWNED_FD int statistics = bpf_statistics_enable();
    double times[SIGNED_RANK_MAX], ns;
    int code = micro_program_open(&program, &row->config, NULL, error);

    if (statistics < 0)
        return error_set(error, EXIT_UNSUPPORTED, -EOPNOTSUPP,
                         "this kernel keeps no run statistics on demand");
    for (unsigned i = 0; code == 0 && i < setting->repetitions; i++) {
        uint64_t time_before, count_before, time_after, count_after;

        if (interrupt_pending(setting->interrupt))
            return -EINTR;
        code = micro_program_statistics(program, &time_before, &count_before);
        for (unsigned call = 0; code == 0 && call < CALLS_PER_REPETITION; call++)
            code = micro_program_run(program, MICRO_OPERATIONS, 1, &ns);
        if (code == 0)
            code = micro_program_statistics(program, &time_after, &count_after);
        times[i] = (double)(time_after - time_before) / (double)(count_after - count_before) / per_round(row);
    }
    if (code)
        return explain(code, error);
    micro_estimate(result, times, setting->repetitions);
    return 0;
}
