/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/diff/document.h"
#include "base/version.h"
#include "reports/document.h"
#include "reports/jsonio.h"

#include <errno.h>

/* A reference of its own to what stands at `path`, or null. */
static json_t *copy_of(const json_t *document, const char *path)
{
    json_t *value = json_incref((json_t *)document_at(document, path));

    return value ? value : json_null();
}

static json_t *describe_source(const char *file, const json_t *document)
{
    return json_pack(
        "{s:o, s:o, s:o, s:o, s:o, s:o, s:{s:o, s:o, s:o}, s:o, s:o}", "file", jsonio_text(file), "kernel",
        copy_of(document, "environment.kernel.release"), "kernel_version",
        copy_of(document, "environment.kernel.version"), "cpu", copy_of(document, "environment.cpu.model"),
        "tool_version", copy_of(document, "tool.version"), "tool_revision",
        copy_of(document, "tool.revision"), "target", "kind", copy_of(document, "target.kind"), "argv",
        copy_of(document, "target.argv"), "version", copy_of(document, "environment.versions.target"),
        "started", copy_of(document, "time.started"), "status", copy_of(document, "verdict.status"));
}

static json_t *describe_workload(const json_t *document)
{
    return json_pack("{s:o, s:o, s:o}", "text", copy_of(document, "workload.text"), "topology",
                     copy_of(document, "workload.topology.name"), "operation",
                     copy_of(document, "workload.operation"));
}

int diff_compose(const struct diff_input *input, json_t **document, struct error *error)
{
    json_t *metrics = diff_compose_metrics(input, error), *warnings;
    bool trusted;

    if (!metrics)
        return -EINVAL;
    warnings = json_array();
    trusted = diff_warn_of(warnings, "OLD", input->old);
    trusted = diff_warn_of(warnings, "NEW", input->new) && trusted;
    diff_warn_of_pair(warnings, input->old, input->new);
    *document = json_pack(
        "{s:s, s:{s:s, s:s, s:s}, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "schema", DIFF_SCHEMA,
        "tool", "name", "tracetoll", "version", tracetoll_version, "revision", tracetoll_revision, "kind",
        input->kind->name, "old", describe_source(input->old_file, input->old), "new",
        describe_source(input->new_file, input->new), "workload", describe_workload(input->new), "verdict",
        diff_compose_verdict(metrics, input->budgets.count > 0, trusted), "metrics", metrics, "programs",
        diff_compose_programs(input->old, input->new), "environment",
        diff_compose_environment(input->old, input->new), "warnings", warnings);
    return *document ? 0 : error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");
}
