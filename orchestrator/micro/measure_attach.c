/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Cost of one hit: time of a trigger with the program attached less without, in the order off, on, on, off,
 * so that a drift cancels. The number of hits a trigger makes is read from the kernel's run counter and not
 * assumed.
 */
#include "orchestrator/micro/suite_attach.h"
#include "orchestrator/micro/micro.h"
#include "orchestrator/stats/select.h"
#include "agents/doctor.h"
#include "agents/inventory.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "bpf/attach_kinds.h"
#include "bpf/empty_probe.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define PROGRAMS_MAX 8
#define BATCH_NS     100e3 /* of triggers behind one reading of the clock */
#define BATCHES      41
#define COUNTED      1000 /* triggers to count hits with */

struct bench {
    const struct micro_row *row;
    const struct attach_kind *kind; /* NULL: the bare trigger */
    struct empty_probe *probes[PROGRAMS_MAX];
    struct attachment attachments[PROGRAMS_MAX];
    struct trigger_state state;
    unsigned batch; /* triggers */
};

static void bench_close(struct bench *bench)
{
    for (unsigned i = 0; i < PROGRAMS_MAX; i++) {
        attachment_close(&bench->attachments[i]);
        empty_probe_close(&bench->probes[i]);
    }
    trigger_cleanup(&bench->state);
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
    for (unsigned i = 0; code == 0 && i < bench->row->programs; i++)
        code = empty_probe_open(&bench->probes[i], bench->kind, attach->where, error);
    return code;
}

static int attach_all(struct bench *bench, struct error *error)
{
    int code = 0;

    for (unsigned i = 0; code == 0 && bench->kind && i < bench->row->programs; i++)
        code = bench->kind->attach(bench->kind, empty_probe_program(bench->probes[i]),
                                   bench->row->attach->where, &bench->attachments[i], error);
    return code;
}

static void detach_all(struct bench *bench)
{
    for (unsigned i = 0; i < PROGRAMS_MAX; i++)
        attachment_close(&bench->attachments[i]);
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

    for (unsigned i = 0; i < BATCHES; i++)
        times[i] = time_batch(bench, bench->batch);
    return select_median(times, BATCHES);
}

/* Hits of one trigger, by the kernel's count; 1 where it keeps none. */
static int count_hits(struct bench *bench, double *hits, struct error *error)
{
    OWNED_FD int statistics = bpf_statistics_enable();
    uint64_t before, after;
    int code = attach_all(bench, error);

    *hits = 1;
    if (code || statistics < 0 || !bench->kind) {
        detach_all(bench);
        return code;
    }
    before = empty_probe_runs(bench->probes[0]);
    bench->row->attach->trigger->fire(&bench->state, COUNTED);
    after = empty_probe_runs(bench->probes[0]);
    detach_all(bench);
    *hits = (double)(after - before) / COUNTED;
    return 0;
}

/* One quad; *cost: of one hit of all programs together, *bare: the trigger alone. */
static int quad(struct bench *bench, double *cost, double *bare, struct error *error)
{
    double off = time_trigger(bench), on;
    int code = attach_all(bench, error);

    if (code) {
        detach_all(bench);
        return code;
    }
    on = time_trigger(bench) + time_trigger(bench);
    detach_all(bench);
    off += time_trigger(bench);
    *cost = bench->kind ? (on - off) / 2 : (on + off) / 4;
    *bare = off / 2;
    return 0;
}

static void judge(struct micro_result *result, double hits)
{
    double width = result->cost.high - result->cost.low;

    result->status = ROW_MEASURED;
    if (hits < 0.5) {
        result->status = ROW_UNTRUSTWORTHY;
        snprintf(result->reason, sizeof(result->reason), "the trigger makes it run %.2f times, not once",
                 hits);
    } else if (!(width <= fmax(20, 0.5 * fabs(result->cost.estimate)))) {
        result->status = ROW_UNTRUSTWORTHY;
        snprintf(result->reason, sizeof(result->reason), "its interval is %.0f ns wide", width);
    }
}

static int measure(struct bench *bench, const struct micro_setting *setting, struct micro_result *result,
                   struct error *error)
{
    OWNED_FD int statistics = bench->row->statistics ? bpf_statistics_enable() : -1;
    double costs[SIGNED_RANK_MAX], bare[SIGNED_RANK_MAX], hits;
    int code = count_hits(bench, &hits, error);

    bench->batch = (unsigned)fmax(1, BATCH_NS / fmax(time_batch(bench, 100), 1));
    for (unsigned i = 0; code == 0 && i < setting->repetitions; i++) {
        if (interrupt_pending(setting->interrupt))
            return -EINTR;
        code = quad(bench, &costs[i], &bare[i], error);
        if (code == 0 && bench->kind && hits >= 0.5)
            costs[i] /= round(hits);
    }
    if (code)
        return code;
    micro_estimate(result, costs, setting->repetitions);
    judge(result, hits);
    micro_detail(result, "trigger", json_string(bench->row->attach->trigger->name));
    micro_detail(result, "trigger_ns", json_real(select_median(bare, setting->repetitions)));
    if (bench->kind)
        micro_detail(result, "hits_per_trigger", json_real(hits));
    return 0;
}

int micro_measure_attach(const struct micro_row *row, const struct micro_setting *setting,
                         struct micro_result *result, struct error *error)
{
    CLEANUP(bench_close) struct bench bench = {.row = row, .state = TRIGGER_STATE_INITIALIZER};
    int code;

    bench.kind = row->attach->kind ? attach_kind_find(row->attach->kind) : NULL;
    code = bench_open(&bench, error);
    return code ? code : measure(&bench, setting, result, error);
}
