/* SPDX-License-Identifier: GPL-2.0 */
/* Three methods for a BPF operation: as a slope, timed by itself, and from the kernel's run statistics.
 */
#include "orchestrator/micro/contenders.h"
#include "orchestrator/micro/slope.h"
#include "orchestrator/stats/select.h"
#include "agents/inventory.h"
#include "base/cleanup.h"
#include "bpf/op_table.h"

#include <errno.h>
#include <linux/membarrier.h>
#include <math.h>
#include <string.h>
#include <sys/syscall.h>

#define CALLS_PER_REPETITION 40

static unsigned per_round(const struct micro_row *row)
{
    unsigned number = op_table[row->config.op.kind].per_round;

    return number ? number : 1;
}

/* A row's program, and those that do the same on other CPUs. */
struct bench {
    const struct op_info *op;
    struct micro_program *program;
    struct contenders contenders;
};

static void bench_close(struct bench *bench)
{
    contenders_stop(&bench->contenders);
    micro_program_close(&bench->program);
}

static int bench_open(struct bench *bench, const struct micro_row *row, const struct micro_setting *setting,
                      struct error *error)
{
    int code = micro_program_open(&bench->program, &row->config, NULL, error);

    bench->op = &op_table[row->config.op.kind];
    if (code == 0 && row->contention != ALONE)
        code = contenders_start(&bench->contenders, row, bench->program, setting->cpu, error);
    return code;
}

static int run(void *context, bool bare, unsigned rounds, double *ns)
{
    struct bench *bench = context;

    return micro_program_run(bench->program, bare ? MICRO_BARE : MICRO_OPERATIONS, rounds, ns);
}

/* membarrier(2) with this command waits for a grace period of RCU, where the kernel is built to have it. */
static void await_grace_period(void)
{
    syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0);
}

static int get_ready(void *context)
{
    struct bench *bench = context;

    if (bench->op->frees_later)
        await_grace_period();
    return micro_program_warm_up(bench->program);
}

int micro_explain_run(int code, struct error *error)
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

/*
 * What the compiler makes of one BPF instruction. The program is little else than repetitions of the
 * instruction in question; what it has beside them, a program of nothing has as well.
 */
static void add_code_ratio(const struct micro_row *row, const struct micro_code *code,
                           struct micro_result *result)
{
    const struct micro_config nothing = {.op = {.kind = OP_NOTHING}};
    CLEANUP(micro_program_close) struct micro_program *program = NULL;
    struct micro_code rest;
    struct error ignored;
    double instructions;

    if (per_round(row) == 1 || micro_program_open(&program, &nothing, NULL, &ignored) != 0 ||
        micro_program_code(program, &rest) != 0 || code->instructions <= rest.instructions)
        return;
    instructions = (double)code->instructions - rest.instructions;
    micro_detail(result, "machine_bytes_per_instruction",
                 json_real(((double)code->machine_bytes - rest.machine_bytes) / instructions));
    if (code->machine_instructions > 0 && rest.machine_instructions > 0)
        micro_detail(
            result, "machine_instructions_per_instruction",
            json_real(((double)code->machine_instructions - rest.machine_instructions) / instructions));
}

static void add_details(const struct micro_row *row, const struct micro_program *program,
                        struct micro_result *result)
{
    struct micro_code code;

    if (walks_stack(row->config.op.kind))
        micro_detail(result, "frames_walked", json_integer(micro_program_frames(program)));
    if (micro_program_code(program, &code) != 0 || code.machine_bytes == 0)
        return;
    micro_detail(result, "program_machine_bytes", json_integer(code.machine_bytes));
    micro_detail(result, "program_instructions", json_integer(code.instructions));
    add_code_ratio(row, &code, result);
}

int micro_by_slope(const struct micro_row *row, const struct micro_setting *setting,
                   struct micro_result *result, struct error *error)
{
    CLEANUP(bench_close) struct bench bench = {0};
    struct slope_source source = {
        .run = run, .before = get_ready, .context = &bench, .per_round = per_round(row)};
    int code = bench_open(&bench, row, setting, error);

    if (code)
        return code;
    source.rounds_max = micro_program_rounds_max(bench.program);
    code = slope_measure(&source, setting, result);
    if (code == 0) {
        add_details(row, bench.program, result);
        contenders_judge(&bench.contenders, result);
    }
    return micro_explain_run(code, error);
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
    CLEANUP(micro_program_close) struct micro_program *program = NULL, *timer = NULL;
    const struct micro_config nothing = {.op = {.kind = OP_NOTHING}, .self_timing = true};
    struct micro_config config = row->config;
    unsigned rounds, count = setting->repetitions;
    double own[SIGNED_RANK_MAX];
    int code;

    config.self_timing = true;
    code = micro_program_open(&program, &config, NULL, error);
    if (code == 0)
        code = micro_program_open(&timer, &nothing, NULL, error);
    if (code)
        return code;
    if (row->config.op.kind == OP_TAIL_CALL)
        return error_set(error, EXIT_UNSUPPORTED, -EOPNOTSUPP,
                         "a tail call does not come back to a second reading");
    rounds = micro_program_rounds_max(program);
    rounds = rounds < SELF_TIMED_MAX ? rounds : SELF_TIMED_MAX;
    for (unsigned i = 0; code == 0 && i < count; i++) {
        if (interrupt_pending(setting->interrupt))
            return -EINTR;
        code = self_time(program, rounds, &result->values[i]);
        if (code == 0)
            code = self_time(timer, rounds, &own[i]);
        result->values[i] /= per_round(row);
    }
    if (code)
        return micro_explain_run(code, error);
    result->count = count;
    micro_detail(result, "timer_itself_ns", json_real(select_median(own, count)));
    return 0;
}

/* run_time_ns of one run of one round. */
static int read_statistics(struct micro_program *program, double *run_ns)
{
    uint64_t time_before, count_before, time_after, count_after;
    int code = micro_program_statistics(program, &time_before, &count_before);
    double ns;

    for (unsigned call = 0; code == 0 && call < CALLS_PER_REPETITION; call++)
        code = micro_program_run(program, MICRO_OPERATIONS, 1, &ns);
    if (code == 0)
        code = micro_program_statistics(program, &time_after, &count_after);
    if (code == 0)
        *run_ns = (double)(time_after - time_before) / (double)(count_after - count_before);
    return code;
}

int micro_by_statistics(const struct micro_row *row, const struct micro_setting *setting,
                        struct micro_result *result, struct error *error)
{
    CLEANUP(micro_program_close) struct micro_program *program = NULL;
    OWNED_FD int statistics = bpf_statistics_enable();
    int code = micro_program_open(&program, &row->config, NULL, error);

    if (statistics < 0)
        return error_set(error, EXIT_UNSUPPORTED, -EOPNOTSUPP,
                         "this kernel keeps no run statistics on demand");
    for (unsigned i = 0; code == 0 && i < setting->repetitions; i++) {
        if (interrupt_pending(setting->interrupt))
            return -EINTR;
        code = read_statistics(program, &result->values[i]);
        result->values[i] /= per_round(row);
    }
    if (code)
        return micro_explain_run(code, error);
    result->count = setting->repetitions;
    return 0;
}
