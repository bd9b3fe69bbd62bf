/* SPDX-License-Identifier: GPL-2.0 */
/* Environment and scenario in words. */
#include "base/i18n.h"
#include "base/cleanup.h"
#include "reports/document.h"
#include "reports/draft.h"
#include "reports/figures.h"

#include <math.h>
#include <string.h>

/* `format` holds the quantity as a text. */
static void add_quantity(struct draft *draft, const char *format, const json_t *document, const char *path,
                         const char *unit)
{
    char text[FIGURE_TEXT];

    draft_list(draft, format, figure_quantity(text, sizeof(text), document_number(document, path), unit));
}

static void add_cpus(struct draft *draft, const json_t *document)
{
    double online = document_number(document, "environment.cpu.online");

    add_quantity(draft, online == 1 ? _("%s CPU") : _("%s CPUs"), document, "environment.cpu.online", "");
    if (document_text(document, "environment.cpu.model")[0])
        draft_add(draft, " (%s)", document_text(document, "environment.cpu.model"));
}

void report_machine(const json_t *document, const struct fact_sink *sink)
{
    struct draft draft;

    draft_begin(&draft);
    draft_list(&draft, _("kernel %s"), document_text(document, "environment.kernel.release"));
    draft_list(&draft, "%s", document_text(document, "environment.kernel.architecture"));
    add_cpus(&draft, document);
    draft_list(&draft, "%s", document_text(document, "environment.virtualisation"));
    add_quantity(&draft, _("steal %s"), document, "environment.steal_share", "share");
    draft_end(&draft, sink, _("Machine"));
}

/* "name value" of each member of an object of texts. */
static void map_fact(const json_t *document, const char *path, const char *label,
                     const struct fact_sink *sink)
{
    const char *key;
    json_t *value;
    struct draft draft;

    draft_begin(&draft);
    json_object_foreach((json_t *)document_at(document, path), key, value)
    {
        if (json_is_string(value))
            draft_list(&draft, "%s %s", key, json_string_value(value));
    }
    draft_end(&draft, sink, label);
}

static void add_either(struct draft *draft, const json_t *document, const char *path, const char *if_true,
                       const char *if_false)
{
    const json_t *value = document_at(document, path);

    if (json_is_boolean(value))
        draft_list(draft, "%s", json_is_true(value) ? if_true : if_false);
}

static void kernel_fact(const json_t *document, const struct fact_sink *sink)
{
    struct draft draft;

    draft_begin(&draft);
    draft_list(&draft, "%s", document_text(document, "environment.kernel.release"));
    draft_list(&draft, "%s", document_text(document, "environment.kernel.version"));
    draft_list(&draft, "%s", document_text(document, "environment.kernel.architecture"));
    add_quantity(&draft, _("HZ %s"), document, "environment.config.hz", "");
    draft_list(&draft, _("preemption %s"), document_text(document, "environment.config.preempt"));
    draft_end(&draft, sink, _("Kernel"));
    draft_begin(&draft);
    add_either(&draft, document, "environment.config.bpf_jit", _("JIT on"), _("JIT off"));
    add_quantity(&draft, _("JIT hardening %s"), document, "environment.config.bpf_jit_harden", "");
    add_either(&draft, document, "environment.config.btf", "BTF", _("no BTF"));
    draft_end(&draft, sink, "BPF");
    map_fact(document, "environment.config.mitigations", _("Mitigations"), sink);
}

static void hardware_fact(const json_t *document, const struct fact_sink *sink)
{
    struct draft draft;

    draft_begin(&draft);
    add_cpus(&draft, document);
    add_either(&draft, document, "environment.cpu.smt", "SMT", _("no SMT"));
    add_either(&draft, document, "environment.cpu.pmu", _("hardware counters"), _("no hardware counters"));
    draft_list(&draft, _("frequency driver %s"), document_text(document, "environment.cpu.frequency_driver"));
    draft_list(&draft, _("governor %s"), document_text(document, "environment.cpu.frequency_governor"));
    draft_list(&draft, _("isolated %s"), document_text(document, "environment.cpu.isolated"));
    draft_end(&draft, sink, "CPU");
    draft_begin(&draft);
    add_quantity(&draft, _("memory %s"), document, "environment.memory_bytes", "bytes");
    draft_list(&draft, _("virtualisation %s"), document_text(document, "environment.virtualisation"));
    add_quantity(&draft, _("steal %s"), document, "environment.steal_share", "share");
    add_quantity(&draft, _("load of others before the run %s"), document, "environment.load_before", "cores");
    draft_end(&draft, sink, _("Machine"));
    draft_begin(&draft);
    draft_list(&draft, _("clock source %s"), document_text(document, "environment.clock_source"));
    draft_list(&draft, _("idle time from %s"), document_text(document, "environment.idle_source"));
    draft_end(&draft, sink, _("Time"));
}

static void foreign_fact(const json_t *document, const struct fact_sink *sink)
{
    struct draft draft;

    draft_begin(&draft);
    for (size_t i = 0; i < document_count(document, "environment.foreign_programs") && i < 20; i++) {
        const json_t *program = document_item(document, "environment.foreign_programs", i);

        draft_list(&draft, "%s %s", document_text(program, "type"),
                   document_text_or(program, "name", _("(no name)")));
    }
    draft_end(&draft, sink, _("BPF programs of others"));
}

void report_environment(const json_t *document, const struct fact_sink *sink)
{
    kernel_fact(document, sink);
    hardware_fact(document, sink);
    map_fact(document, "environment.versions", _("Versions"), sink);
    foreign_fact(document, sink);
}

static void workload_fact(const json_t *document, const struct fact_sink *sink)
{
    struct draft draft;

    draft_begin(&draft);
    draft_add(&draft, "%s", document_text_or(document, "workload.text", _("unknown")));
    draft_list(&draft, _("topology %s"), document_text(document, "workload.topology.name"));
    for (size_t i = 0; i < document_count(document, "workload.cpus") && i < 64; i++) {
        double cpu = json_number_value(document_item(document, "workload.cpus", i));

        draft_add(&draft, i ? "+%.0f" : _(", CPU %.0f"), cpu);
    }
    add_quantity(&draft, _("offered %s"), document, "workload.offered_per_second", "1/s");
    add_quantity(&draft, _("capacity %s"), document, "workload.capacity_per_second", "1/s");
    draft_end(&draft, sink, _("Workload"));
    draft_begin(&draft);
    for (size_t i = 0; i < document_count(document, "workload.background") && i < 8; i++)
        draft_list(&draft, "%s", document_text(document_item(document, "workload.background", i), "text"));
    draft_end(&draft, sink, _("Beside it"));
    draft_begin(&draft);
    draft_add(&draft, "%s", document_text(document, "workload.topology.path"));
    draft_end(&draft, sink, _("Path"));
}

static void target_fact(const json_t *document, const struct fact_sink *sink)
{
    const json_t *argv = document_at(document, "target.argv");
    struct draft draft;

    draft_begin(&draft);
    if (json_array_size(argv) > 0)
        draft_add_command(&draft, argv);
    else
        draft_add(&draft, "%s", document_text_or(document, "target.kind", _("unknown")));
    add_quantity(&draft, _("attached in %s"), document, "target.attach_ns.median", "ns");
    if (!isnan(document_number(document, "target.attach_ns.first"))) {
        char text[FIGURE_TEXT];

        draft_add(
            &draft, _(" (%s the first time)"),
            figure_quantity(text, sizeof(text), document_number(document, "target.attach_ns.first"), "ns"));
    }
    add_quantity(&draft, _("detached in %s"), document, "target.detach_ns.median", "ns");
    draft_list(&draft, _("by %s"), document_text(document, "target.stop_signal"));
    draft_end(&draft, sink, _("Target"));
}

struct stop_reason {
    const char *code, *text;
};

static const char *stop_text(const char *code)
{
    static const struct stop_reason reasons[] = {
        {"verdict", N_("stopped by its verdict")},
        {"precision", N_("stopped by its precision")},
        {"last_look", N_("went to its last look")},
        {"time", N_("stopped by --max-time")},
        {"emergency", N_("stopped at once (emergency stop)")},
        {"interrupt", N_("interrupted")},
        {"second_killed_load", N_("stopped, as the second target killed the load")},
        {"workload_died", N_("stopped, as the target killed the load")},
        {"repeats", N_("stopped, as too many quads had to be repeated")},
        {"error", N_("stopped by an error")}};

    for (size_t i = 0; i < ARRAY_SIZE(reasons); i++)
        if (strcmp(code, reasons[i].code) == 0)
            return _(reasons[i].text);
    return "";
}

static void run_fact(const json_t *document, const struct fact_sink *sink)
{
    double look = document_number(document, "design.look_reached"),
           repeated = document_number(document, "design.quads_repeated");
    char text[FIGURE_TEXT];
    struct draft draft;

    draft_begin(&draft);
    add_quantity(&draft, _("%s quads (off on on off, or on off off on)"), document, "design.quads", "");
    add_quantity(&draft, _("windows of %s"), document, "design.window_ns", "ns");
    draft_list(&draft, _("%s in all"),
               figure_seconds(text, sizeof(text), document_number(document, "time.seconds")));
    if (repeated > 0)
        draft_add(&draft, _(", %.0f repeated"), repeated);
    if (!isnan(look))
        draft_add(&draft, _(", look %.0f of %zu"), look + 1, document_count(document, "design.looks"));
    draft_list(&draft, "%s", stop_text(document_text(document, "design.stopped_by")));
    draft_end(&draft, sink, _("Run"));
}

void report_scenario(const json_t *document, const struct fact_sink *sink)
{
    workload_fact(document, sink);
    target_fact(document, sink);
    run_fact(document, sink);
}
