/* SPDX-License-Identifier: GPL-2.0 */
/* Environment and scenario in words. */
#include "base/cleanup.h"
#include "reports/document.h"
#include "reports/draft.h"
#include "reports/figures.h"

#include <math.h>
#include <string.h>

static void add_quantity(struct draft *draft, const char *before, const json_t *document, const char *path,
                         const char *unit, const char *after)
{
    char text[FIGURE_TEXT];

    draft_list(draft, before, figure_quantity(text, sizeof(text), document_number(document, path), unit),
               after);
}

static void add_cpus(struct draft *draft, const json_t *document)
{
    double online = document_number(document, "environment.cpu.online");

    add_quantity(draft, "", document, "environment.cpu.online", "", online == 1 ? " CPU" : " CPUs");
    if (document_text(document, "environment.cpu.model")[0])
        draft_add(draft, " (%s)", document_text(document, "environment.cpu.model"));
}

void report_machine(const json_t *document, const struct fact_sink *sink)
{
    struct draft draft;

    draft_begin(&draft);
    draft_list(&draft, "kernel ", document_text(document, "environment.kernel.release"), "");
    draft_list(&draft, "", document_text(document, "environment.kernel.architecture"), "");
    add_cpus(&draft, document);
    draft_list(&draft, "", document_text(document, "environment.virtualisation"), "");
    add_quantity(&draft, "steal ", document, "environment.steal_share", "share", "");
    draft_end(&draft, sink, "Machine");
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
        draft_list(&draft, key, json_is_string(value) ? " " : "", "");
        draft_add(&draft, "%s", json_is_string(value) ? json_string_value(value) : "");
    }
    draft_end(&draft, sink, label);
}

static void add_either(struct draft *draft, const json_t *document, const char *path, const char *if_true,
                       const char *if_false)
{
    const json_t *value = document_at(document, path);

    if (json_is_boolean(value))
        draft_list(draft, "", json_is_true(value) ? if_true : if_false, "");
}

static void kernel_fact(const json_t *document, const struct fact_sink *sink)
{
    struct draft draft;

    draft_begin(&draft);
    draft_list(&draft, "", document_text(document, "environment.kernel.release"), "");
    draft_list(&draft, "", document_text(document, "environment.kernel.version"), "");
    draft_list(&draft, "", document_text(document, "environment.kernel.architecture"), "");
    add_quantity(&draft, "HZ ", document, "environment.config.hz", "", "");
    draft_list(&draft, "preemption ", document_text(document, "environment.config.preempt"), "");
    draft_end(&draft, sink, "Kernel");
    draft_begin(&draft);
    add_either(&draft, document, "environment.config.bpf_jit", "JIT on", "JIT off");
    add_quantity(&draft, "JIT hardening ", document, "environment.config.bpf_jit_harden", "", "");
    add_either(&draft, document, "environment.config.btf", "BTF", "no BTF");
    draft_end(&draft, sink, "BPF");
    map_fact(document, "environment.config.mitigations", "Mitigations", sink);
}

static void hardware_fact(const json_t *document, const struct fact_sink *sink)
{
    struct draft draft;

    draft_begin(&draft);
    add_cpus(&draft, document);
    add_either(&draft, document, "environment.cpu.smt", "SMT", "no SMT");
    add_either(&draft, document, "environment.cpu.pmu", "hardware counters", "no hardware counters");
    draft_list(&draft, "frequency driver ", document_text(document, "environment.cpu.frequency_driver"), "");
    draft_list(&draft, "governor ", document_text(document, "environment.cpu.frequency_governor"), "");
    draft_list(&draft, "isolated ", document_text(document, "environment.cpu.isolated"), "");
    draft_end(&draft, sink, "CPU");
    draft_begin(&draft);
    add_quantity(&draft, "memory ", document, "environment.memory_bytes", "bytes", "");
    draft_list(&draft, "virtualisation ", document_text(document, "environment.virtualisation"), "");
    add_quantity(&draft, "steal ", document, "environment.steal_share", "share", "");
    add_quantity(&draft, "load of others before the run ", document, "environment.load_before", "cores", "");
    draft_end(&draft, sink, "Machine");
    draft_begin(&draft);
    draft_list(&draft, "clock source ", document_text(document, "environment.clock_source"), "");
    draft_list(&draft, "idle time from ", document_text(document, "environment.idle_source"), "");
    draft_end(&draft, sink, "Time");
}

static void foreign_fact(const json_t *document, const struct fact_sink *sink)
{
    struct draft draft;

    draft_begin(&draft);
    for (size_t i = 0; i < document_count(document, "environment.foreign_programs") && i < 20; i++) {
        const json_t *program = document_item(document, "environment.foreign_programs", i);

        draft_list(&draft, document_text(program, "type"), " ",
                   document_text_or(program, "name", "(no name)"));
    }
    draft_end(&draft, sink, "BPF programs of others");
}

void report_environment(const json_t *document, const struct fact_sink *sink)
{
    kernel_fact(document, sink);
    hardware_fact(document, sink);
    map_fact(document, "environment.versions", "Versions", sink);
    foreign_fact(document, sink);
}

static void workload_fact(const json_t *document, const struct fact_sink *sink)
{
    struct draft draft;

    draft_begin(&draft);
    draft_add(&draft, "%s", document_text_or(document, "workload.text", "unknown"));
    draft_list(&draft, "topology ", document_text(document, "workload.topology.name"), "");
    for (size_t i = 0; i < document_count(document, "workload.cpus") && i < 64; i++) {
        double cpu = json_number_value(document_item(document, "workload.cpus", i));

        draft_add(&draft, i ? "+%.0f" : ", CPU %.0f", cpu);
    }
    add_quantity(&draft, "offered ", document, "workload.offered_per_second", "1/s", "");
    add_quantity(&draft, "capacity ", document, "workload.capacity_per_second", "1/s", "");
    draft_end(&draft, sink, "Workload");
    draft_begin(&draft);
    for (size_t i = 0; i < document_count(document, "workload.background") && i < 8; i++)
        draft_list(&draft, "", document_text(document_item(document, "workload.background", i), "text"), "");
    draft_end(&draft, sink, "Beside it");
    draft_begin(&draft);
    draft_add(&draft, "%s", document_text(document, "workload.topology.path"));
    draft_end(&draft, sink, "Path");
}

static void target_fact(const json_t *document, const struct fact_sink *sink)
{
    const json_t *argv = document_at(document, "target.argv");
    struct draft draft;

    draft_begin(&draft);
    if (json_array_size(argv) > 0)
        draft_add_command(&draft, argv);
    else
        draft_add(&draft, "%s", document_text_or(document, "target.kind", "unknown"));
    add_quantity(&draft, "attached in ", document, "target.attach_ns.median", "ns", "");
    if (!isnan(document_number(document, "target.attach_ns.first"))) {
        char text[FIGURE_TEXT];

        draft_add(
            &draft, " (%s the first time)",
            figure_quantity(text, sizeof(text), document_number(document, "target.attach_ns.first"), "ns"));
    }
    add_quantity(&draft, "detached in ", document, "target.detach_ns.median", "ns", "");
    draft_list(&draft, "by ", document_text(document, "target.stop_signal"), "");
    draft_end(&draft, sink, "Target");
}

struct stop_reason {
    const char *code, *text;
};

static const char *stop_text(const char *code)
{
    static const struct stop_reason reasons[] = {{"verdict", "stopped by its verdict"},
                                                 {"precision", "stopped by its precision"},
                                                 {"last_look", "went to its last look"},
                                                 {"time", "stopped by --max-time"},
                                                 {"emergency", "stopped at once (emergency stop)"},
                                                 {"interrupt", "interrupted"},
                                                 {"untrustworthy", "stopped, its checks failed"}};

    for (size_t i = 0; i < ARRAY_SIZE(reasons); i++)
        if (strcmp(code, reasons[i].code) == 0)
            return reasons[i].text;
    return "";
}

static void run_fact(const json_t *document, const struct fact_sink *sink)
{
    double look = document_number(document, "design.look_reached"),
           repeated = document_number(document, "design.quads_repeated");
    char text[FIGURE_TEXT];
    struct draft draft;

    draft_begin(&draft);
    add_quantity(&draft, "", document, "design.quads", "", " quads (off on on off, or on off off on)");
    add_quantity(&draft, "windows of ", document, "design.window_ns", "ns", "");
    draft_list(&draft, "", figure_seconds(text, sizeof(text), document_number(document, "time.seconds")),
               " in all");
    if (repeated > 0)
        draft_add(&draft, ", %.0f repeated", repeated);
    if (!isnan(look))
        draft_add(&draft, ", look %.0f of %zu", look + 1, document_count(document, "design.looks"));
    draft_list(&draft, "", stop_text(document_text(document, "design.stopped_by")), "");
    draft_end(&draft, sink, "Run");
}

void report_scenario(const json_t *document, const struct fact_sink *sink)
{
    workload_fact(document, sink);
    target_fact(document, sink);
    run_fact(document, sink);
}
