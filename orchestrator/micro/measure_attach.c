/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Cost of one hit: time of a trigger with the program attached less without, in the order off, on, on, off,
 * so that a drift cancels. The number of hits a trigger makes is read from the kernel's run counter and not
 * assumed.
 */
#include "orchestrator/micro/micro.h"
#include "orchestrator/micro/suite_attach.h"
#include "orchestrator/stats/select.h"
#include "agents/doctor.h"
#include "agents/inventory.h"
#include "agents/program_code.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "bpf/attach_kinds.h"
#include "bpf/loaded_probe.h"
#include "reports/jsonio.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define PROGRAMS_MAX  8
#define BATCH_NS      100e3 /* of triggers behind one reading of the clock */
#define BATCHES       41
#define BATCHES_EXACT 9    /* a timer's tick lands in few of them, and nothing else differs */
#define COUNTED       1000 /* triggers to count hits with */
#define SIZED         100  /* triggers to tell how many make a batch */

struct bench {
    const struct micro_row *row;
    const struct attach_kind *kind; /* NULL: the bare trigger */
    struct loaded_probe *probes[PROGRAMS_MAX];
    struct attachment attachments[PROGRAMS_MAX];
    struct trigger_state state;
    unsigned batch;   /* triggers */
    unsigned batches; /* behind one median */
};

static void detach_all(struct bench *bench)
{
    for (unsigned i = 0; i < PROGRAMS_MAX; i++)
        attachment_close(&bench->attachments[i]);
}

static void bench_close(struct bench *bench)
{
    detach_all(bench);
    for (unsigned i = 0; i < PROGRAMS_MAX; i++)
        loaded_probe_close(&bench->probes[i]);
    trigger_cleanup(&bench->state);
}

static int open_probes(struct bench *bench, struct error *error)
{
    const struct attach_row *attach = bench->row->attach;
    struct probe_spec spec;
    char text[96];
    int code;

    snprintf(text, sizeof(text), "%s@%s%s", attach->kind, attach->where, attach->ops ? attach->ops : "");
    code = probe_spec_parse(text, &spec, error);
    for (unsigned i = 0; code == 0 && i < bench->row->programs; i++)
        code = loaded_probe_open(&bench->probes[i], &spec, attach->where, error);
    return code;
}

static int bench_open(struct bench *bench, struct error *error)
{
    const struct attach_row *attach = bench->row->attach;
    struct finding finding;
    int code = attach->trigger->prepare ? attach->trigger->prepare(&bench->state, error) : 0;

    if (code || !bench->kind)
        return code;
    if (doctor_check_one(bench->kind->doctor, &finding) && finding.status == FINDING_UNSUPPORTED)
        return error_set(error, EXIT_UNSUPPORTED, -EOPNOTSUPP, "%s", finding.reason);
    return open_probes(bench, error);
}

static int attach_all(struct bench *bench, struct error *error)
{
    int code = 0;

    for (unsigned i = 0; code == 0 && bench->kind && i < bench->row->programs; i++)
        code = bench->kind->attach(bench->kind, loaded_probe_program(bench->probes[i]),
                                   bench->row->attach->where, &bench->attachments[i], error);
    return code;
}

static double time_batch(struct bench *bench, unsigned triggers)
{
    uint64_t start_ns = clock_now_ns();

    bench->row->attach->trigger->fire(&bench->state, triggers);
    return (double)(clock_now_ns() - start_ns) / triggers;
}

/* Median ns of a trigger. */
static double time_trigger(struct bench *bench)
{
    double times[BATCHES];

    for (unsigned i = 0; i < bench->batches; i++)
        times[i] = time_batch(bench, bench->batch);
    return select_median(times, bench->batches);
}

/* By what a trigger takes with the programs on it, which may be thousands of times what it takes without. */
static int size_batch(struct bench *bench, struct error *error)
{
    int code = attach_all(bench, error);
    double ns = 0;

    if (code == 0) {
        time_batch(bench, SIZED); /* the first touch of everything */
        ns = time_batch(bench, SIZED);
    }
    detach_all(bench);
    bench->batch = (unsigned)fmax(1, BATCH_NS / fmax(ns, 1));
    return code;
}

/* What the kernel counts. */
struct counted {
    double hits;        /* of one trigger; 1 where it keeps no count */
    double run_time_ns; /* of one run, reading the clock included; NaN where it keeps none */
};

static int count_hits(struct bench *bench, struct counted *counted, struct error *error)
{
    OWNED_FD int statistics = bpf_statistics_enable();
    uint64_t before, after, time_before, time_after;
    int code = attach_all(bench, error);

    *counted = (struct counted){1, NAN};
    if (code || statistics < 0 || !bench->kind) {
        detach_all(bench);
        return code;
    }
    before = loaded_probe_runs(bench->probes[0], &time_before);
    bench->row->attach->trigger->fire(&bench->state, COUNTED);
    after = loaded_probe_runs(bench->probes[0], &time_after);
    detach_all(bench);
    counted->hits = (double)(after - before) / COUNTED;
    if (after > before)
        counted->run_time_ns = (double)(time_after - time_before) / (double)(after - before);
    return 0;
}

/* The account of the programs by now. */
static struct probe_counts read_counts(const struct bench *bench)
{
    struct probe_counts counts = {0};

    for (unsigned i = 0; bench->row->attach->ops && i < bench->row->programs; i++)
        loaded_probe_counts(bench->probes[i], &counts);
    return counts;
}

/* What one repetition saw, in ns. */
struct seen {
    double cost;      /* of one hit of all programs together */
    double bare;      /* the trigger alone */
    double accounted; /* by a run; 0 where it keeps no account */
};

static int quad(struct bench *bench, struct seen *seen, struct error *error)
{
    double off = time_trigger(bench), on;
    struct probe_counts before = read_counts(bench), after;
    int code = attach_all(bench, error);

    if (code) {
        detach_all(bench);
        return code;
    }
    on = time_trigger(bench) + time_trigger(bench);
    detach_all(bench);
    off += time_trigger(bench);
    after = read_counts(bench);
    seen->cost = bench->kind ? (on - off) / 2 : (on + off) / 4;
    seen->bare = off / 2;
    seen->accounted = after.runs > before.runs
                          ? (double)(after.spun_ns - before.spun_ns) / (double)(after.runs - before.runs)
                          : 0;
    return 0;
}

static void judge(struct micro_result *result, double hits)
{
    result->status = ROW_MEASURED;
    if (hits >= 0.5)
        return;
    result->status = ROW_UNTRUSTWORTHY;
    snprintf(result->reason, sizeof(result->reason), "the trigger makes it run %.2f times, not once", hits);
}

/* What the price of a hit has of the program itself; NaN: the kernel does not show it. */
static double program_instructions(const struct bench *bench)
{
    struct flow_range path;

    if (program_code_path(bpf_program__fd(loaded_probe_program(bench->probes[0])), &path) != 0 ||
        path.fewest == FLOW_UNBOUNDED)
        return NAN;
    return (double)path.fewest;
}

/* Medians over the repetitions. */
static void add_details(const struct bench *bench, struct micro_result *result, const struct counted *counted,
                        double *bare, double *accounted)
{
    micro_detail(result, "trigger", json_string(bench->row->attach->trigger->name));
    micro_detail(result, "trigger_ns", json_real(select_median(bare, result->count)));
    if (bench->kind) {
        micro_detail(result, "hits_per_trigger", json_real(counted->hits));
        micro_detail(result, "run_time_ns", jsonio_number(counted->run_time_ns));
        micro_detail(result, "program_instructions", jsonio_number(program_instructions(bench)));
    }
    if (bench->row->attach->ops) {
        double median = select_median(accounted, result->count);

        micro_detail(result, "accounted_ns", jsonio_number(median));
        micro_detail(result, "outside_account_ns", jsonio_number(micro_median(result) - median));
    }
}

static int measure(struct bench *bench, const struct micro_setting *setting, struct micro_result *result,
                   struct error *error)
{
    OWNED_FD int statistics = bench->row->statistics ? bpf_statistics_enable() : -1;
    double bare[SIGNED_RANK_MAX], accounted[SIGNED_RANK_MAX];
    struct counted counted;
    int code = count_hits(bench, &counted, error);

    if (code == 0)
        code = size_batch(bench, error);
    for (unsigned i = 0; code == 0 && i < setting->repetitions; i++) {
        struct seen seen;

        if (interrupt_pending(setting->interrupt))
            return -EINTR;
        code = quad(bench, &seen, error);
        if (code)
            break;
        result->values[i] = bench->kind && counted.hits >= 0.5 ? seen.cost / round(counted.hits) : seen.cost;
        bare[i] = seen.bare;
        accounted[i] = seen.accounted;
    }
    if (code)
        return code;
    result->count = setting->repetitions;
    judge(result, counted.hits);
    add_details(bench, result, &counted, bare, accounted);
    return 0;
}

int micro_measure_attach(const struct micro_row *row, const struct micro_setting *setting,
                         struct micro_result *result, struct error *error)
{
    CLEANUP(bench_close)
    struct bench bench = {
        .row = row,
        .state = TRIGGER_STATE_INITIALIZER,
        .batches = setting->repetitions == 1 ? BATCHES_EXACT : BATCHES,
    };
    int code;

    bench.kind = row->attach->kind ? attach_kind_find(row->attach->kind) : NULL;
    code = bench_open(&bench, error);
    return code ? code : measure(&bench, setting, result, error);
}
