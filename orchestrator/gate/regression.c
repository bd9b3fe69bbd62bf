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

/* The same target by name (or by what it is), under the same load, on the kernel of the same name. */
static bool is_counterpart(const struct gate *gate, const struct gate_run *run, const json_t *other)
{
    const char *name = gate->file->scenario->targets[run->target].name;

    if (strcmp(document_text(other, "kernel"), run->kernel) != 0)
        return false;
    if (strcmp(document_text(other, "label"), run->label) == 0)
        return true;
    return name && strcmp(document_text(other, "target.name"), name) == 0 &&
           strcmp(document_text(other, "workload.load"),
                  gate->file->scenario->workloads[run->workload].load) == 0;
}

static const json_t *counterpart(const struct gate *gate, const struct gate_run *run)
{
    const json_t *other;
    size_t i;

    if (!is_gate(gate->base))
        return gate->base;
    json_array_foreach(document_at(gate->base, "runs"), i, other)
    {
        if (is_counterpart(gate, run, other))
            return document_at(other, "document");
    }
    return NULL;
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
        const json_t *old = counterpart(gate, &gate->runs[i]);

        if (!old)
            return error_set(error, EXIT_USAGE, -EINVAL, "it has no document of the run \"%s\"",
                             gate->runs[i].label);
        if (document_check(old, error) != 0)
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
