/* SPDX-License-Identifier: GPL-2.0 */
/* The comparison document: every kernel's own document, and beside each other what differs. */
#include "orchestrator/kernels/kernels.h"
#include "agents/lab/qemu.h"
#include "agents/substitute.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/version.h"
#include "orchestrator/outcome.h"
#include "orchestrator/redact.h"
#include "reports/document.h"
#include "reports/jsonio.h"

#include <string.h>

/* A new reference: of all seeds of this kernel that left a document. */
static json_t *document_of(const struct kernels_session *session, unsigned kernel)
{
    json_t *documents[KERNELS_SEEDS];
    uint64_t seeds[KERNELS_SEEDS];
    unsigned count = 0;

    for (unsigned i = 0; i < session->boot_count; i++) {
        const struct kernels_boot *boot = &session->boots[i];

        if (boot->kernel != kernel)
            continue;
        documents[count] = boot->document;
        seeds[count++] = boot->seed;
    }
    if (count == 0 || !kernels_is_measured(session, kernel))
        return json_null();
    if (session->options->mode == MODE_TIMED)
        return json_incref(documents[0]);
    return kernels_combine(documents, seeds, count, session->qemu, session->options->run.inconclusive);
}

/* Where some left no document, that is what there is to tell; of equally bad ends one that says why. */
static bool tells_more(const struct kernels_boot *boot, const struct kernels_boot *than)
{
    if (!boot->document != !than->document)
        return !boot->document;
    if (boot->status != than->status)
        return outcome_worse(boot->status, than->status) == boot->status;
    return boot->message[0] && !than->message[0];
}

/* Whose end is the kernel's. */
static const struct kernels_boot *worst_boot(const struct kernels_session *session, unsigned kernel)
{
    const struct kernels_boot *worst = NULL;

    for (unsigned i = 0; i < session->boot_count; i++) {
        const struct kernels_boot *boot = &session->boots[i];

        if (boot->kernel == kernel && (!worst || tells_more(boot, worst)))
            worst = boot;
    }
    return worst;
}

/* What the kernel complained of in one of its boots; NULL: of nothing. */
static const char *trouble_of(const struct kernels_session *session, unsigned kernel)
{
    for (unsigned i = 0; i < session->boot_count; i++)
        if (session->boots[i].kernel == kernel && session->boots[i].trouble[0])
            return session->boots[i].trouble;
    return NULL;
}

static json_t *split_lines(const char *text)
{
    json_t *lines = json_array();

    while (*text) {
        char line[512];
        size_t length = strcspn(text, "\n");

        snprintf(line, sizeof(line), "%.*s", (int)length, text);
        json_array_append_new(lines, jsonio_text(line));
        text += length + (text[length] == '\n');
    }
    return lines;
}

static json_t *describe_kernel(const struct kernels_session *session, unsigned kernel)
{
    const struct kernels_boot *boot = worst_boot(session, kernel);
    json_t *document = document_of(session, kernel);
    json_t *exit_status = document_at(document, "verdict.exit_status")
                              ? json_incref((json_t *)document_at(document, "verdict.exit_status"))
                              : json_integer(boot ? boot->status : EXIT_ENVIRONMENT);

    return json_pack(
        "{s:s, s:s, s:o, s:o, s:o, s:o, s:i, s:o}", "name", session->options->kernels[kernel].text, "release",
        session->kernels[kernel].release, "exit_status", exit_status, "reason",
        jsonio_text(boot && boot->message[0] ? boot->message : NULL), "console",
        split_lines(boot ? boot->console : ""), "kernel_trouble", jsonio_text(trouble_of(session, kernel)),
        "memory_mib", boot ? (int)boot->plan.machine.memory_mib : 0, "document", document);
}

/* --- what differs --- */

/* The value of an option on every kernel, in their order; NULL when it is the same on all. */
static json_t *option_values(const json_t *kernels, const char *option)
{
    json_t *values = json_array();
    const char *first = NULL;
    bool differs = false;
    const json_t *kernel;
    size_t i;

    json_array_foreach(kernels, i, kernel)
    {
        const json_t *options = document_at(kernel, "document.environment.config.options");
        const char *value = json_string_value(json_object_get(options, option));

        json_array_append_new(values, jsonio_text(value));
        differs = differs || (first && value && strcmp(first, value) != 0);
        first = first ? first : value;
    }
    if (differs)
        return values;
    json_decref(values);
    return NULL;
}

static json_t *compare_config(const json_t *kernels)
{
    const json_t *first = document_at(json_array_get(kernels, 0), "document.environment.config.options");
    json_t *list = json_array();
    const char *option;
    json_t *value;

    json_object_foreach((json_t *)first, option, value)
    {
        json_t *values = option_values(kernels, option);

        if (values)
            json_array_append_new(list, json_pack("{s:s, s:o}", "option", option, "values", values));
    }
    return list;
}

/* BCC names a kprobe's and a kretprobe's program alike: "kprobe:nf_conntrack_in" tells them apart by what
 * stands before the colon, and what stands behind it may differ from kernel to kernel. */
static bool is_same_program(const json_t *a, const json_t *b)
{
    const char *one = document_text(a, "attach"), *other = document_text(b, "attach");
    size_t kind = strcspn(one, ":");

    return strcmp(document_text(a, "name"), document_text(b, "name")) == 0 && kind == strcspn(other, ":") &&
           strncmp(one, other, kind) == 0;
}

static const json_t *find_program(const json_t *document, const json_t *like)
{
    const json_t *program;
    size_t i;

    json_array_foreach(document_at(document, "target.programs"), i, program)
    {
        if (is_same_program(program, like))
            return program;
    }
    return NULL;
}

static json_t *describe_program(const json_t *program)
{
    if (!program)
        return json_null();
    return json_pack("{s:s, s:O?, s:O?, s:O?, s:O?, s:O?}", "type", document_text(program, "type"), "attach",
                     json_object_get(program, "attach"), "mechanism", json_object_get(program, "mechanism"),
                     "verified_insns", json_object_get(program, "verified_insns"), "jited_bytes",
                     json_object_get(program, "jited_bytes"), "runs_per_op",
                     json_object_get(program, "runs_per_op"));
}

static json_t *program_on_all(const json_t *kernels, const json_t *like)
{
    json_t *on = json_array();
    const json_t *kernel;
    size_t i;

    json_array_foreach(kernels, i, kernel)
    {
        json_array_append_new(on, describe_program(find_program(document_at(kernel, "document"), like)));
    }
    return json_pack("{s:s, s:o}", "name", document_text(like, "name"), "kernels", on);
}

/* Has a kernel before this one such a program, or this one an earlier one? */
static bool came_before(const json_t *kernels, size_t kernel, size_t index, const json_t *program)
{
    for (size_t i = 0; i <= kernel; i++) {
        const json_t *document = document_at(json_array_get(kernels, i), "document");
        const json_t *found = find_program(document, program);

        if (found && (i < kernel || found != document_item(document, "target.programs", index)))
            return true;
    }
    return false;
}

static json_t *compare_programs(const json_t *kernels)
{
    json_t *list = json_array();
    const json_t *kernel, *program;
    size_t i, j;

    json_array_foreach(kernels, i, kernel)
    {
        json_array_foreach(document_at(kernel, "document.target.programs"), j, program)
        {
            if (!came_before(kernels, i, j, program))
                json_array_append_new(list, program_on_all(kernels, program));
        }
    }
    return list;
}

static json_t *metric_on(const json_t *document, const char *name)
{
    const json_t *metric = document_metric(document, name);

    if (!metric)
        return json_null();
    return json_pack("{s:O?, s:O?, s:O?, s:O?, s:o}", "baseline", json_object_get(metric, "baseline"),
                     "with_target", json_object_get(metric, "with_target"), "effect",
                     json_object_get(metric, "effect"), "absolute", json_object_get(metric, "absolute"),
                     "resolved",
                     document_at(metric, "resolved") ? json_incref((json_t *)document_at(metric, "resolved"))
                                                     : json_null());
}

static json_t *compare_metrics(const json_t *kernels)
{
    json_t *list = json_array();
    const json_t *kernel, *other, *metric;
    size_t i, j, k;

    json_array_foreach(kernels, i, kernel)
    {
        json_array_foreach(document_at(kernel, "document.metrics"), j, metric)
        {
            const char *name = document_text(metric, "name");
            json_t *on;

            if (document_named(list, name))
                continue;
            on = json_array();
            json_array_foreach(kernels, k, other)
            {
                json_array_append_new(on, metric_on(document_at(other, "document"), name));
            }
            json_array_append_new(list, json_pack("{s:s, s:s, s:O?, s:o}", "name", name, "unit",
                                                  document_text(metric, "unit"), "primary",
                                                  json_object_get(metric, "primary"), "kernels", on));
        }
    }
    return list;
}

static int status_of(const json_t *kernels)
{
    enum exit_status statuses[KERNELS_MAX];
    const json_t *kernel;
    size_t k;

    json_array_foreach(kernels, k, kernel)
    {
        statuses[k] = (enum exit_status)json_integer_value(json_object_get(kernel, "exit_status"));
    }
    return (int)outcome_of(statuses, (unsigned)json_array_size(kernels));
}

/* `micro` has no target and no patterns: its words stay as they are. */
static json_t *describe_command(const struct kernels_options *options, char *const *argv)
{
    char **words = redact_command(&options->run, argv);
    json_t *list = json_array();

    for (size_t i = 0; words && words[i]; i++)
        json_array_append_new(list, jsonio_text(words[i]));
    if (words)
        substitute_free(words);
    return list;
}

/* What guests ran on; unknown where there was none. */
static json_t *describe_machine(const struct kernels_session *session)
{
    const char *cpu = session->options->mode == MODE_EXACT ? qemu_exact_cpu : session->kvm ? "host" : "max";

    if (!session->qemu[0])
        return json_pack("{s:n, s:n, s:n}", "qemu", "accelerator", "cpu");
    return json_pack("{s:s, s:s, s:s}", "qemu", session->qemu, "accelerator", session->kvm ? "kvm" : "tcg",
                     "cpu", cpu);
}

json_t *kernels_compose(const struct kernels_session *session, char **argv, const char *started,
                        double seconds)
{
    const struct kernels_options *options = session->options;
    json_t *kernels = json_array(), *document;

    for (unsigned i = 0; i < options->kernel_count; i++)
        json_array_append_new(kernels, describe_kernel(session, i));
    document = json_pack(
        "{s:s, s:{s:s, s:s, s:s}, s:{s:o}, s:{s:s, s:f}, s:s, s:o, s:i, s:i}", "schema", KERNELS_SCHEMA,
        "tool", "name", "tracetoll", "version", tracetoll_version, "revision", tracetoll_revision, "command",
        "argv", describe_command(options, argv), "time", "started", started, "seconds", seconds, "mode",
        options->mode == MODE_EXACT ? "exact" : "timed", "machine", describe_machine(session), "seeds",
        (int)options->seeds, "exit_status", status_of(kernels));
    json_object_set_new(document, "comparison",
                        json_pack("{s:o, s:o, s:o}", "metrics", compare_metrics(kernels), "programs",
                                  compare_programs(kernels), "config", compare_config(kernels)));
    json_object_set_new(document, "kernels", kernels);
    return document;
}
