/* SPDX-License-Identifier: GPL-2.0 */
/* The runs one behind the other: time shared out, outcomes taken down. */
#include "base/analyzer.h"
#include "base/cleanup.h"
#include "orchestrator/gate/gate.h"
#include "orchestrator/metric.h"
#include "orchestrator/outcome.h"
#include "reports/document.h"
#include "reports/jsonio.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define SHARE_MIN_SECONDS 1.0
#define GUEST_MIN_SECONDS 20.0 /* in less, one that has booted can't end what it began */

LEAKS_UNSEEN /* `run` is an element of gate->runs */
static void set_reason(struct gate_run *run, const char *text)
{
    free(run->reason);
    run->reason = text && text[0] ? strdup(text) : NULL;
}
LEAKS_SEEN

static enum exit_status policy(const struct gate *gate)
{
    return outcome_of_open(gate->file->scenario->inconclusive);
}

/* What the child's document says is what its exit status says, but for the policy, which is the gate's. */
static void take_document(const struct gate *gate, struct gate_run *run, json_t *document)
{
    struct error error = {0};

    if (document_check(document, &error) != 0) {
        json_decref(document);
        run->exit_status = EXIT_UNTRUSTWORTHY;
        set_reason(run, error.message);
        return;
    }
    run->document = document;
    run->exit_status = (enum exit_status)json_integer_value(document_at(document, "verdict.exit_status"));
    run->open = run->exit_status == EXIT_INCONCLUSIVE;
    if (run->open)
        run->exit_status = policy(gate);
    set_reason(run, document_text(document, "verdict.reasons.0"));
    gate_compare(gate, run);
}

/* Nothing is held by a run without a document, whatever it ended with. */
static void take_failure(struct gate_run *run, int status, const char *message)
{
    char killed[80];

    run->exit_status = outcome_of_child(status);
    if (run->exit_status == EXIT_MEASURED)
        run->exit_status = EXIT_UNTRUSTWORTHY;
    if (outcome_killed(status, killed, sizeof(killed)))
        message = killed;
    set_reason(run, message && message[0] ? message : "it left no document and said nothing");
}

/* Whatever a run was in which the kernel warned or oopsed, it is none that a gate can pass. */
static void take_trouble(struct gate_run *run, const char *trouble)
{
    char reason[400];

    if (!trouble[0] || run->exit_status != EXIT_MEASURED)
        return;
    snprintf(reason, sizeof(reason), "its kernel complained: %.300s", trouble);
    run->exit_status = EXIT_UNTRUSTWORTHY;
    run->open = false;
    set_reason(run, reason);
}

/* One kernel of a comparison document. */
static void take_kernel(const struct gate *gate, struct gate_run *run, const json_t *comparison)
{
    const json_t *kernel = document_named(document_at(comparison, "kernels"), run->kernel);
    json_t *document = (json_t *)document_at(kernel, "document");

    if (document)
        take_document(gate, run, json_incref(document));
    else
        take_failure(run, kernel ? (int)document_number(kernel, "exit_status") : EXIT_UNTRUSTWORTHY,
                     document_text(kernel, "reason"));
    take_trouble(run, document_text(kernel, "kernel_trouble"));
}

static void take_job(struct gate_session *session, const struct gate_job *job, int status,
                     const char *message, double seconds)
{
    CLEANUP(jsonio_drop) json_t *document = json_load_file(session->document, 0, NULL);

    for (unsigned i = 0; i < job->count; i++) {
        struct gate_run *run = &session->gate->runs[job->first + i];

        run->done = true;
        run->seconds = seconds;
        if (!document)
            take_failure(run, status, message);
        else if (job->guests)
            take_kernel(session->gate, run, document);
        else
            take_document(session->gate, run, json_incref(document));
        if (status == EXIT_INTERRUPTED) { /* half a run proves no more than half */
            run->exit_status = EXIT_INTERRUPTED;
            run->open = false;
        }
    }
}

static void mark(const struct gate *gate, const struct gate_job *job, enum exit_status status,
                 const char *reason)
{
    for (unsigned i = 0; i < job->count; i++) {
        struct gate_run *run = &gate->runs[job->first + i];

        run->done = run->skipped = true;
        run->open = status == EXIT_INCONCLUSIVE;
        run->exit_status = run->open ? policy(gate) : status;
        set_reason(run, reason);
    }
}

static bool is_critical(const struct scenario *scenario, const char *name)
{
    for (unsigned i = 0; scenario->budgets && i < metric_count; i++)
        if (scenario->budgets[i] && scenario->budgets[i]->critical && strcmp(metric_table[i].name, name) == 0)
            return true;
    return false;
}

static bool any_critical(const struct scenario *scenario)
{
    for (unsigned i = 0; scenario->budgets && i < metric_count; i++)
        if (scenario->budgets[i] && scenario->budgets[i]->critical)
            return true;
    return false;
}

/* A run that was stopped before its first look has broken its budgets, and no single metric tells of it. */
static bool failed_early(const struct gate *gate, const json_t *document)
{
    const char *stopped = document_text(document, "design.stopped_by");

    return any_critical(gate->file->scenario) &&
           strcmp(document_text(document, "verdict.status"), "fail") == 0 &&
           (strcmp(stopped, "emergency") == 0 || strcmp(stopped, "workload_died") == 0);
}

static bool broken_critical(const struct gate *gate, const struct gate_job *job)
{
    for (unsigned i = 0; i < job->count; i++) {
        const json_t *document = gate->runs[job->first + i].document, *metric;
        size_t j;

        if (failed_early(gate, document))
            return true;
        json_array_foreach(document_at(document, "metrics"), j, metric)
        {
            if (strcmp(document_text(metric, "verdict"), "fail") == 0 &&
                is_critical(gate->file->scenario, document_text(metric, "name")))
                return true;
        }
    }
    return false;
}

static bool is_too_little(const struct gate *gate, const struct gate_job *job, double seconds)
{
    return job->guests ? gate_guest_seconds(gate, job, seconds) < GUEST_MIN_SECONDS
                       : seconds < SHARE_MIN_SECONDS;
}

/* Its share of what is left; 0: there is no limit; negative: there is too little of it. */
static double share_of(const struct gate_session *session, unsigned job, double started)
{
    const struct gate *gate = session->gate;
    double left = gate->limit_seconds - (session->now_seconds(session->context) - started);
    double share = left / (gate->job_count - job);

    if (!(gate->limit_seconds > 0))
        return 0;
    return is_too_little(gate, &gate->jobs[job], share) ? -1 : share;
}

static int run_job(struct gate_session *session, const struct gate_job *job, double share)
{
    CLEANUP(words_free) struct words words = {0};
    OWNED_PTR char *message = NULL;
    struct error error = {.status = EXIT_ENVIRONMENT};
    double began = session->now_seconds(session->context);
    int status;

    gate_job_words(session->gate, job, session->document, share, &words);
    unlink(session->document);
    status = session->execute(session->context, job, &words, &message, &error);
    if (status < 0 && status != -EINTR) {
        free(message);
        message = strdup(error.message);
    }
    take_job(session, job,
             status == -EINTR ? EXIT_INTERRUPTED
             : status < 0     ? (int)error.status
                              : status,
             status == -EINTR ? "interrupted" : message, session->now_seconds(session->context) - began);
    return status == -EINTR ? status : 0;
}

static int run_next(struct gate_session *session, unsigned index, double started, const char **stopped)
{
    const struct gate_job *job = &session->gate->jobs[index];
    double share = share_of(session, index, started);
    int result;

    if (*stopped) {
        mark(session->gate, job, EXIT_MEASURED, *stopped);
        return 0;
    }
    if (share < 0) {
        mark(session->gate, job, EXIT_INCONCLUSIVE, "time_limit left it too little time to begin");
        return 0;
    }
    result = run_job(session, job, share);
    if (broken_critical(session->gate, job))
        *stopped = "not run: a critical budget is broken";
    return result;
}

int gate_execute_all(struct gate_session *session)
{
    double started = session->now_seconds(session->context);
    const char *stopped = NULL;
    int result = 0;

    for (unsigned i = 0; i < session->gate->job_count; i++) {
        if (result)
            mark(session->gate, &session->gate->jobs[i], EXIT_INTERRUPTED, "not run: interrupted before it");
        else
            result = run_next(session, i, started, &stopped);
    }
    return result;
}
