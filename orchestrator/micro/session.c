/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/micro/session.h"
#include "orchestrator/lock.h"
#include "orchestrator/micro/document.h"
#include "agents/target_life.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/cpus.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <string.h>

#define CPUS_MAX     1024
#define ATTEMPTS_MAX 3

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

static void show_progress(const struct micro_rows *rows, unsigned done, uint64_t start_ns)
{
    double seconds = (double)(clock_now_ns() - start_ns) / 1e9;

    fprintf(stderr, "\r\033[K%s %s  %u of %u", rows->rows[done].suite, rows->rows[done].name, done + 1,
            rows->count);
    if (done >= 5)
        fprintf(stderr, ", about %.0f s left", seconds / done * (rows->count - done));
}

static int measure_once(const struct micro_row *row, const struct micro_setting *setting,
                        struct micro_result *result)
{
    struct error why = {0};
    int code;

    json_decref(result->detail);
    *result = (struct micro_result){.cost = interval_unknown()};
    code = row->measure(row, setting, result, &why);
    if (code == 0 || code == -EINTR)
        return code;
    result->status = why.status == EXIT_UNTRUSTWORTHY ? ROW_UNTRUSTWORTHY : ROW_UNSUPPORTED;
    snprintf(result->reason, sizeof(result->reason), "%.300s",
             why.message[0] ? why.message : strerror(-code));
    return 0;
}

/* A neighbour's burst spoils a row: one whose check fails is measured again, and the document says how often.
 */
static int measure_row(const struct micro_row *row, const struct micro_setting *setting, json_t *list)
{
    struct micro_result result = {.status = ROW_UNTRUSTWORTHY};
    int code = 0;

    for (int attempt = 1; code == 0 && attempt <= ATTEMPTS_MAX && result.status == ROW_UNTRUSTWORTHY;
         attempt++) {
        code = measure_once(row, setting, &result);
        micro_detail(&result, "attempts", json_integer(attempt));
    }
    if (code)
        json_decref(result.detail);
    else
        json_array_append_new(list, micro_compose_row(row, &result));
    return code;
}

static int measure_all(const struct micro_rows *rows, const struct micro_setting *setting, bool quiet,
                       json_t *list, struct error *error)
{
    bool show = !quiet && isatty(STDERR_FILENO);
    uint64_t start_ns = clock_now_ns();
    int code = 0;

    for (unsigned i = 0; code == 0 && i < rows->count; i++) {
        if (show)
            show_progress(rows, i, start_ns);
        code = measure_row(&rows->rows[i], setting, list);
    }
    if (show)
        fputs("\r\033[K", stderr);
    if (code)
        error_set(error, EXIT_INTERRUPTED, code, "interrupted; everything is cleaned up");
    return code;
}

int micro_session(const struct micro_rows *rows, unsigned repetitions, unsigned loads, bool quiet,
                  struct interrupt *interrupt, json_t *list, struct error *error)
{
    struct micro_setting setting = {.interrupt = interrupt,
                                    .repetitions = repetitions,
                                    .loads = loads < repetitions ? loads : repetitions};
    OWNED_FD int lock = -1;
    cpu_set_t before;
    int result;

    if (geteuid() != 0)
        return error_set(error, EXIT_ENVIRONMENT, -EPERM,
                         "loading BPF programs needs root; run it with sudo");
    lock = lock_machine(error);
    if (lock < 0)
        return lock;
    sched_getaffinity(0, sizeof(before), &before);
    result = settle_in(&setting, error);
    libbpf_set_print(NULL);
    if (result == 0)
        result = measure_all(rows, &setting, quiet, list, error);
    sched_setaffinity(0, sizeof(before), &before);
    return result;
}
