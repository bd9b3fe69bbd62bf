/* SPDX-License-Identifier: GPL-2.0 */
#include "base/capabilities.h"
#include "orchestrator/micro/session.h"
#include "orchestrator/lock.h"
#include "orchestrator/micro/ballast.h"
#include "orchestrator/micro/core_clock.h"
#include "orchestrator/micro/document.h"
#include "orchestrator/micro/passes.h"
#include "orchestrator/stats/select.h"
#include "agents/target_life.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/cpus.h"
#include "base/random.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <math.h>
#include <string.h>

#define CPUS_MAX   1024
#define ORDER_SEED 1

/* Pinned to the last CPU we may use; a consumer gets the first. tracefs in a mount namespace of our own. */
static int settle_in(struct micro_setting *setting, struct error *error)
{
    int cpus[CPUS_MAX], count = cpus_allowed(cpus, CPUS_MAX), code;

    if (count < 1)
        return error_set(error, EXIT_ENVIRONMENT, count, "cannot read the CPUs we may use");
    setting->cpu = cpus[count - 1];
    setting->other_cpu = count > 1 ? cpus[0] : -1;
    code = cpu_pin(setting->cpu);
    if (code == 0)
        code = mounts_make_private();
    return code ? error_set(error, EXIT_ENVIRONMENT, code, "cannot prepare a mount namespace: %s",
                            strerror(-code))
                : 0;
}

static void show_progress(const struct micro_row *row, unsigned done, unsigned all, uint64_t start_ns)
{
    double seconds = (double)(clock_now_ns() - start_ns) / 1e9;

    fprintf(stderr, "\r\033[K%s %s  %u of %u", row->suite, row->name, done + 1, all);
    if (done >= 5)
        fprintf(stderr, ", about %.0f s left", seconds / done * (all - done));
}

/* All rows on their way through the passes. */
struct session {
    const struct micro_rows *rows;
    const struct micro_plan *plan;
    struct micro_setting setting;
    struct row_passes *seen; /* owned; one for each row */
    double *clocks_ns;       /* owned; of each turn of a row */
    unsigned turns;
    struct random random;
    uint64_t start_ns;
};

static void session_close(struct session *session)
{
    for (unsigned i = 0; session->seen && i < session->rows->count; i++)
        passes_free(&session->seen[i]);
    free(session->seen);
    free(session->clocks_ns);
}

static bool exact(const struct micro_plan *plan)
{
    return plan->loads == 1;
}

/* One turn of a row. 0 or -EINTR. */
static int measure_row(struct session *session, unsigned number)
{
    const struct micro_row *row = &session->rows->rows[number];
    struct micro_result result = {0};
    struct error why = {0};
    double clock_ns = exact(session->plan) ? NAN : core_clock_ns();
    int code = row->measure(row, &session->setting, &result, &why);

    if (code == -EINTR) {
        json_decref(result.detail);
        return code;
    }
    if (code) {
        result.status = why.status == EXIT_UNTRUSTWORTHY ? ROW_UNTRUSTWORTHY : ROW_UNSUPPORTED;
        result.may_pass =
            result.status == ROW_UNSUPPORTED && why.status != EXIT_UNSUPPORTED && code != -EOPNOTSUPP;
        snprintf(result.reason, sizeof(result.reason), "%.300s",
                 why.message[0] ? why.message : strerror(-code));
    }
    if (!exact(session->plan))
        clock_ns = (clock_ns + core_clock_ns()) / 2;
    session->clocks_ns[session->turns++] = clock_ns;
    passes_keep(&session->seen[number], &result, clock_ns);
    return 0;
}

/* Every row once; what this machine lacks was said the first time. */
static int measure_pass(struct session *session, unsigned pass, const unsigned *order)
{
    const struct micro_rows *rows = session->rows;
    bool show = !session->plan->quiet && isatty(STDERR_FILENO);
    int code = 0;

    for (unsigned i = 0; code == 0 && i < rows->count; i++) {
        unsigned number = order[i];

        if (session->seen[number].unsupported)
            continue;
        if (show)
            show_progress(&rows->rows[number], pass * rows->count + i, session->plan->loads * rows->count,
                          session->start_ns);
        code = measure_row(session, number);
    }
    if (show)
        fputs("\r\033[K", stderr);
    return code;
}

/* What is asked for again in each run, since its reason may pass, takes one pass to find that it did not. */
static bool has_any(const struct session *session)
{
    for (unsigned i = 0; i < session->rows->count; i++)
        if (!session->seen[i].unsupported)
            return true;
    return false;
}

/* Another pass would make it last longer than is wanted. */
static bool has_enough(const struct session *session, unsigned passes)
{
    double seconds = (double)(clock_now_ns() - session->start_ns) / 1e9, enough_s = session->plan->enough_s;

    return enough_s > 0 && passes >= MICRO_LOADS_MIN && seconds * (passes + 1) / passes > enough_s;
}

/* *passes: those that went through. 0 or -EINTR. */
static int measure_passes(struct session *session, unsigned *order, unsigned *passes)
{
    int code = 0;

    for (*passes = 0; *passes < session->plan->loads && has_any(session) && !has_enough(session, *passes);
         ++*passes) {
        CLEANUP(ballast_close) struct ballast ballast = {.count = 0};

        passes_order(&session->random, order, session->rows->count);
        if (!exact(session->plan))
            ballast_load(&ballast, &session->random);
        code = measure_pass(session, *passes, order);
        if (code)
            break;
    }
    return code;
}

/* The core's clock during the session; NULL where it was not looked at. */
static json_t *describe_clock(struct session *session, double *median_ns)
{
    double low, high;

    *median_ns = NAN;
    if (exact(session->plan) || session->turns == 0)
        return NULL;
    *median_ns = select_median(session->clocks_ns, session->turns);
    low = select_rank(session->clocks_ns, session->turns, 0);
    high = select_rank(session->clocks_ns, session->turns, session->turns - 1);
    return json_pack("{s:f, s:f, s:f}", "multiplication_ns", *median_ns, "low", low, "high", high);
}

static void combine(struct session *session, json_t *list, json_t **clock)
{
    double median_ns;

    *clock = describe_clock(session, &median_ns);
    for (unsigned i = 0; i < session->rows->count; i++) {
        const struct micro_row *row = &session->rows->rows[i];
        struct micro_figure figure;

        passes_combine(&session->seen[i], row, median_ns, &figure);
        json_array_append_new(list, micro_compose_row(row, &figure));
    }
}

static int measure_all(struct session *session, json_t *list, json_t **clock, struct error *error)
{
    unsigned rows = session->rows->count, passes, wanted = session->plan->loads;
    OWNED_PTR unsigned *order = calloc(rows + 1, sizeof(*order));
    int code;

    session->seen = calloc(rows + 1, sizeof(*session->seen));
    session->clocks_ns = calloc((size_t)rows * session->plan->loads + 1, sizeof(double));
    if (!order || !session->seen || !session->clocks_ns)
        return error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");
    code = measure_passes(session, order, &passes);
    if (code && passes < MICRO_LOADS_MIN)
        return error_set(error, EXIT_INTERRUPTED, code,
                         wanted > 1
                             ? "interrupted in pass %u of %u; %d are needed for intervals, and everything "
                               "is cleaned up"
                             : "interrupted; everything is cleaned up",
                         passes + 1, wanted, MICRO_LOADS_MIN);
    combine(session, list, clock);
    return code ? error_set(
                      error, EXIT_INTERRUPTED, code,
                      "interrupted in pass %u of %u; what was measured until then is kept, and everything is "
                      "cleaned up",
                      passes + 1, wanted)
                : 0;
}

int micro_measure_rows(const struct micro_rows *rows, const struct micro_plan *plan,
                       struct interrupt *interrupt, json_t *list, json_t **clock, struct error *error)
{
    CLEANUP(session_close)
    struct session session = {
        .rows = rows,
        .plan = plan,
        .setting = {.interrupt = interrupt,
                    .repetitions = (plan->repetitions + plan->loads - 1) / plan->loads},
        .start_ns = clock_now_ns(),
    };
    cpu_set_t before;
    int result;

    *clock = NULL;
    random_seed(&session.random, ORDER_SEED);
    sched_getaffinity(0, sizeof(before), &before);
    result = settle_in(&session.setting, error);
    libbpf_set_print(NULL);
    if (result == 0)
        result = measure_all(&session, list, clock, error);
    sched_setaffinity(0, sizeof(before), &before);
    return result;
}

int micro_session(const struct micro_rows *rows, const struct micro_plan *plan, struct interrupt *interrupt,
                  json_t *list, json_t **clock, struct error *error)
{
    OWNED_FD int lock = -1;
    int result;

    *clock = NULL;
    result = capabilities_check("measuring single operations", error);
    if (result)
        return result;
    lock = lock_machine(error);
    return lock < 0 ? lock : micro_measure_rows(rows, plan, interrupt, list, clock, error);
}
