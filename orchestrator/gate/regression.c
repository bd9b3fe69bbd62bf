/* SPDX-License-Identifier: GPL-2.0 */
/* Against the overheads of an earlier gate, or of one earlier run: `diff` says what has become of them. */
#include "base/cleanup.h"
#include "base/files.h"
#include "orchestrator/diff/comparable.h"
#include "orchestrator/diff/document.h"
#include "orchestrator/gate/gate.h"
#include "orchestrator/outcome.h"
#include "reports/document.h"
#include "reports/jsonio.h"
#include "reports/text.h"

#include <errno.h>
#include <string.h>

#define TEXT_MAX_BYTES 4000 /* of one text in a document */

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
    int result = 0;

    if (!path)
        return 0;
    if (!text)
        return scenario_error(gate->file, "against", error, "cannot read %s: %s", path, strerror(errno));
    gate->base = jsonio_parse_object(text, strlen(text), error);
    if (!gate->base || (result = check_base(gate, error)))
        return scenario_blame(gate->file, "against", -EINVAL, error);
    return 0;
}

static int add_budgets(const struct scenario *scenario, struct diff_budgets *budgets, char **texts,
                       struct error *error)
{
    int result = 0;

    for (unsigned i = 0; result == 0 && scenario->regression && i < metric_count; i++) {
        if (!scenario->regression[i])
            continue;
        if (asprintf(&texts[budgets->count], "%s=%s", metric_table[i].name, scenario->regression[i]) < 0) {
            texts[budgets->count] = NULL;
            return -ENOMEM;
        }
        result = diff_budgets_add(budgets, texts[budgets->count], error);
    }
    return result;
}

static int compare(const struct gate *gate, const json_t *old, const json_t *new, json_t **diff,
                   struct error *error)
{
    char *texts[DIFF_BUDGETS_MAX + 1] = {NULL};
    struct diff_input input = {.old = old,
                               .new = new,
                               .old_file = gate->file->scenario->against,
                               .new_file = gate->file->path,
                               .kind = diff_kind_of(new)};
    int result = add_budgets(gate->file->scenario, &input.budgets, texts, error);

    if (result == 0)
        result = diff_comparable(old, new, error);
    if (result == 0)
        result = diff_compose(&input, diff, error);
    for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
        free(texts[i]);
    return result;
}

/* The policy on what can't be told is the gate's, here as well. */
static enum exit_status status_of(const struct gate *gate, const json_t *diff)
{
    enum exit_status status = (enum exit_status)json_integer_value(document_at(diff, "verdict.exit_status"));
    const char *policy = gate->file->scenario->inconclusive;

    if (status != EXIT_INCONCLUSIVE || !policy)
        return status;
    return strcmp(policy, "pass") == 0 ? EXIT_MEASURED : strcmp(policy, "fail") == 0 ? EXIT_BUDGET : status;
}

void gate_compare(const struct gate *gate, struct gate_run *run)
{
    CLEANUP(jsonio_drop) json_t *old = NULL, *new = NULL;
    struct error error = {.status = EXIT_ENVIRONMENT};
    enum exit_status status, worse;
    char reason[1600];

    if (!gate->base || run->exit_status == EXIT_INTERRUPTED)
        return;
    old = text_harmless(counterpart(gate, run), TEXT_MAX_BYTES);
    new = text_harmless(run->document, TEXT_MAX_BYTES);
    if (!old || !new || compare(gate, old, new, &run->regression, &error) != 0)
        status = error.status;
    else
        status = status_of(gate, run->regression);
    worse = outcome_worse(run->exit_status, status);
    if (worse != run->exit_status) {
        snprintf(reason, sizeof(reason), "against %.200s: %s", gate->file->scenario->against,
                 run->regression ? document_text(run->regression, "verdict.reasons.0") : error.message);
        free(run->reason);
        run->reason = strdup(reason);
    }
    run->exit_status = worse;
}
