/* SPDX-License-Identifier: GPL-2.0 */
/* Against the overheads of an earlier gate, or of one earlier run: `diff` says what has become of them. */
#include "base/cleanup.h"
#include "base/files.h"
#include "orchestrator/against.h"
#include "orchestrator/gate/gate.h"
#include "orchestrator/outcome.h"
#include "reports/document.h"
#include "reports/jsonio.h"

#include <errno.h>
#include <string.h>

static bool is_gate(const json_t *document)
{
    return strcmp(document_text(document, "schema"), GATE_SCHEMA) == 0;
}

/* What is not given is null, "" here. */
static bool same_text(const json_t *a, const json_t *b, const char *key)
{
    return strcmp(document_text(a, key), document_text(b, key)) == 0;
}

/* By its name, which holds while the tool changes, else by what it is. */
static bool same_target(const json_t *target, const json_t *other)
{
    if (document_text(target, "name")[0])
        return same_text(target, other, "name");
    /* Gates of before do not say where it was. */
    if (json_object_get(other, "netns") && !same_text(target, other, "netns"))
        return false;
    return same_text(target, other, "kind") &&
           json_equal(document_at(target, "argv"), document_at(other, "argv"));
}

static bool same_workload(const json_t *workload, const json_t *other)
{
    return same_text(workload, other, "load") && same_text(workload, other, "beside") &&
           same_text(workload, other, "topology") && same_text(workload, other, "rate");
}

struct counterparts {
    const json_t *first; /* document; NULL: none, or the run has none */
    unsigned count;
};

/* Runs of the base with the same target under the same load on the kernel of the same name. */
static struct counterparts find_counterparts(const struct gate *gate, const struct gate_run *run)
{
    const struct scenario *scenario = gate->file->scenario;
    CLEANUP(jsonio_drop) json_t *target = gate_describe_target(&scenario->targets[run->target]);
    CLEANUP(jsonio_drop) json_t *workload = gate_describe_workload(&scenario->workloads[run->workload]);
    struct counterparts found = {0};
    const json_t *other;
    size_t i;

    json_array_foreach(document_at(gate->base, "runs"), i, other)
    {
        if (strcmp(document_text(other, "kernel"), run->kernel) != 0 ||
            !same_target(target, document_at(other, "target")) ||
            !same_workload(workload, document_at(other, "workload")))
            continue;
        if (found.count++ == 0)
            found.first = document_at(other, "document");
    }
    return found;
}

static const json_t *counterpart(const struct gate *gate, const struct gate_run *run)
{
    return is_gate(gate->base) ? find_counterparts(gate, run).first : gate->base;
}

static int check_base(const struct gate *gate, struct error *error)
{
    if (!is_gate(gate->base))
        return gate->run_count == 1
                   ? document_check(gate->base, error)
                   : error_set(error, EXIT_USAGE, -EINVAL,
                               "one run's document can't be compared with %u runs; write a gate document "
                               "('tracetoll gate -o BASE.json')",
                               gate->run_count);
    for (unsigned i = 0; i < gate->run_count; i++) {
        const struct counterparts old = find_counterparts(gate, &gate->runs[i]);

        if (old.count > 1)
            return error_set(error, EXIT_USAGE, -EINVAL,
                             "it has %u runs that may be the one before \"%s\"; give targets names, and no "
                             "load twice",
                             old.count, gate->runs[i].label);
        if (!old.first)
            return error_set(error, EXIT_USAGE, -EINVAL, "it has no document of the run \"%s\"",
                             gate->runs[i].label);
        if (document_check(old.first, error) != 0)
            return -EINVAL;
    }
    return 0;
}

int gate_base_load(struct gate *gate, struct error *error)
{
    const char *path = gate->file->scenario->against;
    OWNED_PTR char *text = path ? file_read(path, DOCUMENT_MAX_BYTES) : NULL;

    if (!path)
        return 0;
    if (!text)
        return scenario_error(gate->file, "against", error, "cannot read %s: %s", path, strerror(errno));
    gate->base = jsonio_parse_object(text, strlen(text), error);
    if (!gate->base || check_base(gate, error) != 0)
        return scenario_blame(gate->file, "against", -EINVAL, error);
    return 0;
}

static int read_budgets(const struct scenario *scenario, struct diff_budgets *budgets, struct words *texts,
                        struct error *error)
{
    int result = 0;

    for (unsigned i = 0; result == 0 && scenario->regression && i < metric_count; i++) {
        if (!scenario->regression[i])
            continue;
        words_add_format(texts, "%s=%s", metric_table[i].name, scenario->regression[i]);
        result = texts->failed ? error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory")
                               : diff_budgets_add(budgets, texts->items[texts->count - 1], error);
    }
    return result;
}

static void say(struct gate_run *run, const struct gate *gate, const char *text)
{
    char reason[1600];

    snprintf(reason, sizeof(reason), "against %.200s: %s", gate->file->scenario->against, text);
    free(run->reason);
    run->reason = strdup(reason);
}

/* Is it the policy alone that stands behind the worse of the run's exit status and the regression's? */
static bool stays_open(const struct gate_run *run, enum exit_status status, enum exit_status worse)
{
    bool open = strcmp(document_text(run->regression, "verdict.status"), "inconclusive") == 0;

    if (run->exit_status != status)
        return worse == status ? open : run->open;
    return status == EXIT_BUDGET ? run->open && open : run->open || open;
}

void gate_compare(const struct gate *gate, struct gate_run *run)
{
    CLEANUP(words_free) struct words texts = {0};
    struct error error = {.status = EXIT_ENVIRONMENT};
    struct against against = {.base = gate->base ? counterpart(gate, run) : NULL,
                              .base_file = gate->file->scenario->against,
                              .new_file = gate->file->path,
                              .inconclusive = gate->file->scenario->inconclusive,
                              .family = gate_timed_runs(gate),
                              .attempt = gate->attempt};
    enum exit_status status, worse;

    if (!against.base || run->exit_status == EXIT_INTERRUPTED)
        return;
    status = read_budgets(gate->file->scenario, &against.budgets, &texts, &error)
                 ? error.status
                 : against_compare(&against, run->document, &run->regression, &error);
    worse = outcome_worse(run->exit_status, status);
    run->open = stays_open(run, status, worse);
    if (worse != run->exit_status)
        say(run, gate, run->regression ? document_text(run->regression, "verdict.reasons.0") : error.message);
    run->exit_status = worse;
}
