/* SPDX-License-Identifier: GPL-2.0 */
#include "base/clock.h"
#include "orchestrator/history/commands.h"
#include "reports/document.h"
#include "reports/history/print.h"
#include "reports/jsonio.h"
#include "reports/text.h"

#include <errno.h>
#include <string.h>

#define TEXT_MAX_BYTES 1000

json_t *history_list_begin(void)
{
    return json_pack("{s:s, s:[]}", "schema", "tracetoll.history/1", "documents");
}

static json_t *describe_primary(const struct history_figure *figure)
{
    if (!figure->metric)
        return json_null();
    return json_pack("{s:s, s:s, s:s, s:o, s:o, s:o}", "metric", figure->metric, "unit", figure->unit,
                     "scale", figure->relative ? "relative" : "absolute", "estimate",
                     jsonio_number(figure->estimate), "low", jsonio_number(figure->low), "high",
                     jsonio_number(figure->high));
}

int history_list_row(void *list, const struct history_row *row)
{
    char started[32];
    json_t *item;

    clock_rfc3339((uint64_t)row->started_s * NS_PER_SECOND, started, sizeof(started));
    item = json_pack(
        "{s:I, s:s, s:s#, s:s, s:s, s:s?, s:s, s:s, s:s, s:s, s:s#, s:s, s:s, s:b, s:s?, s:i, s:i, s:o}",
        "id", (json_int_t)row->id, "digest", row->digest, "key", row->series, 12, "started", started,
        "target", row->target, "version", row->version, "workload", row->workload, "kernel", row->kernel,
        "kernel_build", row->kernel_build, "mode", row->mode, "machine", row->machine, 12, "machine_text",
        row->machine_text, "verdict", row->status, "trusted", row->trusted, "scenario", row->scenario,
        "attempt", (int)row->attempt, "attempts", (int)row->attempts, "primary",
        describe_primary(&row->figure));
    return json_array_append_new(json_object_get(list, "documents"), item) == 0 ? 0 : -ENOMEM;
}

int history_list_print(const json_t *list, bool json, struct error *error)
{
    const struct render_options render = render_options_for(stdout);
    CLEANUP(jsonio_drop) json_t *harmless = text_harmless(list, TEXT_MAX_BYTES);
    int result = -ENOMEM;

    if (harmless)
        result = json ? document_print(harmless, stdout) : history_print_list(harmless, &render, stdout);
    return result ? error_set(error, EXIT_ENVIRONMENT, result, "cannot write the list: %s", strerror(-result))
                  : 0;
}

static int run(const struct history_options *options, struct interrupt *interrupt, struct error *error)
{
    CLEANUP(jsonio_drop) json_t *list = history_list_begin();
    OWNED_HISTORY struct history *history = NULL;
    int result = history_open_chosen(options, HISTORY_EXISTING, &history, error);

    (void)interrupt;
    if (result == 0)
        result = history_list(history, &options->filter, history_list_row, list, error);
    return result ? result : history_list_print(list, options->json, error);
}

static const struct option_spec specs[] = {
    HISTORY_OPTIONS_FILTER,
    {"json", 0, NULL, "print JSON (tracetoll.history/1)", history_set_json},
    HISTORY_OPTION_DATABASE,
};

const struct history_command history_command_list = {
    .name = "list",
    .help = {"tracetoll history list [OPTIONS]",
             "Prints the documents of the history, newest first, by key: a target under a workload on a "
             "machine.\n"
             "An attempt counts the documents of one scenario for the same key, version and kernel."},
    .specs = specs,
    .spec_count = ARRAY_SIZE(specs),
    .run = run,
};
