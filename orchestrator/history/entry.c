/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/history/entry.h"
#include "base/analyzer.h"
#include "base/clock.h"
#include "base/shell.h"
#include "orchestrator/diff/document.h"
#include "orchestrator/diff/kind.h"
#include "reports/document.h"
#include "reports/jsonio.h"
#include "reports/text.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#define TEXT_MAX_BYTES 1000 /* of one text in the columns */
#define METRICS_MAX    512
#define STARTED_MAX_S  INT64_C(16725225600) /* the year 2500: a little later, ns do not fit into 64 bits */

/* Keeps a text that was made (NULL: out of memory) as long as the batch lives. */
static const char *keep(struct history_batch *batch, char *text)
{
    json_t *string = text ? json_string(text) : NULL;

    free(text);
    return json_array_append_new(batch->texts, string) == 0 ? json_string_value(string) : NULL;
}

/* What the target is, as one would type it: a command line, else its kind and what it was given. */
static char *target_text(const json_t *document)
{
    OWNED_PTR char *text = NULL;
    size_t size = 0;
    OWNED_FILE FILE *out = open_memstream(&text, &size);
    const char *kind = document_text(document, "target.kind"),
               *netns = document_text(document, "target.netns");

    if (!out)
        return NULL;
    if (netns[0]) {
        fputs("--target-netns ", out);
        shell_print_word(out, netns);
        fputs(strcmp(kind, "exec") == 0 ? " -- " : " ", out);
    }
    if (strcmp(kind, "exec") != 0)
        fprintf(out, "--%s%s", kind, document_count(document, "target.argv") ? " " : "");
    for (size_t i = 0; i < document_count(document, "target.argv"); i++) {
        if (i)
            fputc(' ', out);
        shell_print_word(out, json_string_value(document_item(document, "target.argv", i)));
    }
    close_file(&out);
    return TAKE_PTR(text);
}

static char *workload_text(const json_t *document)
{
    char *text = NULL;

    if (asprintf(&text, "%s on %s", document_text(document, "workload.text"),
                 document_text(document, "workload.topology.name")) < 0)
        return NULL;
    return text;
}

static char *kernel_build(const json_t *document)
{
    char *text = NULL;

    if (asprintf(&text, "%s %s %s %s", document_text(document, "environment.kernel.release"),
                 document_text(document, "environment.kernel.version"),
                 document_text(document, "environment.kernel.architecture"),
                 document_text(document, "environment.config.fingerprint")) < 0)
        return NULL;
    return text;
}

static char *machine_text(const json_t *document)
{
    const char *qemu = document_text(document, "exact.qemu");
    double cpus = document_number(document, "environment.cpu.online");
    char *text = NULL, count[32] = "?";

    if (cpus >= 0 && cpus < 1e6)
        snprintf(count, sizeof(count), "%.0f", cpus);
    if (asprintf(&text, "%s, %s CPU%s, %s%s%s",
                 document_text_or(document, "environment.cpu.model", "unknown CPU"), count,
                 cpus == 1 ? "" : "s", document_text_or(document, "environment.virtualisation", "unknown"),
                 qemu[0] ? ", " : "", qemu) < 0)
        return NULL;
    return text;
}

/* A parameter that is null is as good as one that is not there (as in diff). */
static json_t *without_nulls(const json_t *map)
{
    json_t *kept = json_object(), *value;
    const char *key;

    json_object_foreach((json_t *)map, key, value)
    {
        if (!json_is_null(value))
            json_object_set(kept, key, value);
    }
    return kept;
}

static void add_value(json_t *list, const json_t *document, const char *path)
{
    const json_t *value = document_at(document, path);

    json_array_append_new(list, json_is_object(value) ? without_nulls(value)
                                : value               ? json_deep_copy(value)
                                                      : json_null());
}

/* The digest of values, one behind the other. -ENOMEM. */
static int digest_paths(const json_t *document, const char *const *paths, const char *more,
                        char digest[DIGEST_TEXT])
{
    CLEANUP(jsonio_drop) json_t *list = json_array();
    OWNED_PTR char *text = NULL;

    for (; *paths; paths++)
        add_value(list, document, *paths);
    json_array_append_new(list, json_string(more));
    text = json_dumps(list, JSONIO_DUMP_FLAGS | JSON_SORT_KEYS);
    if (!text)
        return -ENOMEM;
    digest_sha256(text, strlen(text), digest);
    return 0;
}

/*
 * What makes a machine is what a change of kernel or tool leaves as it is. Memory, clock source and governor
 * are no part of it: a change in them on the same machine is to be found and not to be taken for another
 * machine.
 */
static const char *const machine_paths[] = {"environment.cpu.model",
                                            "environment.cpu.online",
                                            "environment.cpu.smt",
                                            "environment.kernel.architecture",
                                            "exact.qemu",
                                            "environment.virtualisation",
                                            NULL};

static const char *const series_paths[] = {"target.kind",
                                           "target.argv",
                                           "workload.name",
                                           "workload.parameters",
                                           "workload.topology.name",
                                           "workload.topology.parameters",
                                           "workload.background",
                                           "workload.primary_metric",
                                           NULL};

/* The target's namespace is added only where it has one: documents of before have none, and keep their key.
 */
static int make_digests(const json_t *document, struct history_entry *entry)
{
    const char *netns = document_text(document, "target.netns");
    char more[DIGEST_TEXT + 100];
    int result = digest_paths(document, machine_paths, "", entry->machine);

    snprintf(more, sizeof(more), "%s %s%s%.60s", entry->mode, entry->machine, netns[0] ? " " : "", netns);
    return result ? result : digest_paths(document, series_paths, more, entry->series);
}

/* A guest that counts instructions has a clock that always starts at the same second: see
 * history_batch_read(). */
static int read_started(const json_t *document, struct history_entry *entry, struct error *error)
{
    const char *text = document_text(document, "time.started"), *end;
    struct tm parts = {0};

    end = strptime(text, "%Y-%m-%dT%H:%M:%SZ", &parts);
    entry->started_s = end && !*end ? timegm(&parts) : -1;
    if (entry->started_s < 0 || entry->started_s > STARTED_MAX_S)
        return error_set(error, EXIT_USAGE, -EINVAL,
                         "\"time.started\" is \"%.40s\" and not a time like 2026-01-31T12:00:00Z", text);
    return 0;
}

static void read_figure(const struct side *side, const char *name, struct history_figure *figure)
{
    *figure = (struct history_figure){
        .metric = name,
        .unit = side->unit,
        .higher_is_better = side->higher_is_better,
        .primary = side->primary,
        .relative = side->relative,
        .baseline = side->baseline,
        .with_target = side->with_target,
        .estimate = side->estimate,
        .low = side->low,
        .high = side->high,
        .level = side->level,
        .centre = side->centre,
        .error = side->error,
        .freedom = side->freedom,
        .n = side->n,
    };
}

/* Metrics without a figure are left out: there is nothing to say of them later. */
static int read_figures(const json_t *document, struct history_entry *entry)
{
    const struct diff_kind *kind = diff_kind_of(document);
    const json_t *metrics = kind->metrics(document);
    size_t count = json_array_size(metrics) < METRICS_MAX ? json_array_size(metrics) : METRICS_MAX;

    entry->figures = calloc(count ? count : 1, sizeof(*entry->figures));
    LEAKS_UNSEEN /* `entry` is an element of a batch */
    if (!entry->figures)
        return -ENOMEM;
    LEAKS_SEEN
    for (size_t i = 0; i < count; i++) {
        const char *name = document_text(json_array_get(metrics, i), "name");
        struct side side;

        if (name[0] && kind->read(document, name, &side) && !side.why)
            read_figure(&side, name, &entry->figures[entry->figure_count++]);
    }
    return 0;
}

static bool is_trusted(const json_t *document)
{
    CLEANUP(jsonio_drop) json_t *warnings = json_array();

    return diff_warn_of(warnings, "", document);
}

/* `document` is harmless: its texts go to terminals later. */
static int fill(struct history_batch *batch, const json_t *document, struct history_entry *entry)
{
    int result;

    entry->target = keep(batch, target_text(document));
    entry->workload = keep(batch, workload_text(document));
    entry->machine_text = keep(batch, machine_text(document));
    entry->kernel = document_text(document, "environment.kernel.release");
    entry->kernel_build = keep(batch, kernel_build(document));
    entry->version = document_text_or(document, "environment.versions.target", NULL);
    entry->mode = diff_kind_of(document)->name;
    entry->status = document_text(document, "verdict.status");
    entry->scenario = document_text_or(document, "command.scenario_digest", NULL);
    entry->trusted = is_trusted(document);
    if (!entry->target || !entry->workload || !entry->machine_text || !entry->kernel_build)
        return -ENOMEM;
    result = make_digests(document, entry);
    return result ? result : read_figures(document, entry);
}

static int grow(struct history_batch *batch)
{
    unsigned capacity = batch->capacity ? batch->capacity * 2 : 4;
    struct history_entry *entries;
    json_t **harmless;

    if (!batch->texts)
        batch->texts = json_array();
    if (!batch->texts)
        return -ENOMEM;
    if (batch->count < batch->capacity)
        return 0;
    entries = reallocarray(batch->entries, capacity, sizeof(*entries));
    if (!entries)
        return -ENOMEM;
    batch->entries = entries;
    harmless = reallocarray(batch->harmless, capacity, sizeof(*harmless));
    if (!harmless)
        return -ENOMEM;
    batch->harmless = harmless;
    batch->capacity = capacity;
    return 0;
}

static int add(struct history_batch *batch, const json_t *document, struct error *error)
{
    struct history_entry *entry;
    int result = document_check(document, error);

    if (result)
        return result;
    if (grow(batch))
        return error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");
    entry = &batch->entries[batch->count];
    *entry = (struct history_entry){.document = document};
    batch->harmless[batch->count] = text_harmless(document, TEXT_MAX_BYTES);
    if (!batch->harmless[batch->count])
        return error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");
    batch->count++;
    if (fill(batch, batch->harmless[batch->count - 1], entry))
        return error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");
    return read_started(batch->harmless[batch->count - 1], entry, error);
}

/* Documents that hold others: where, and under which key of each item. */
struct container {
    const char *schema, *items, *document;
};

static const struct container containers[] = {
    {"tracetoll.kernels/1", "kernels", "document"},
    {"tracetoll.gate/1", "runs", "document"},
};

static bool has_schema(const json_t *document, const char *schema)
{
    return strcmp(document_text(document, "schema"), schema) == 0;
}

/* A run of a gate may be one over several kernels: two levels. */
static int read_items(const struct container *container, const json_t *document, struct history_batch *batch,
                      struct error *error)
{
    int result = 0;

    for (size_t i = 0; result == 0 && i < document_count(document, container->items); i++) {
        const json_t *inner = document_at(document_item(document, container->items, i), container->document);

        if (has_schema(inner, DOCUMENT_SCHEMA))
            result = add(batch, inner, error);
        else if (has_schema(inner, containers[0].schema) && container != &containers[0])
            result = read_items(&containers[0], inner, batch, error);
        if (result)
            error_prefix(error, result, "%s[%zu]", container->items, i);
    }
    return result;
}

/* Those of exact entries: when the document around them was begun, else now. */
static void set_exact_times(const json_t *document, struct history_batch *batch)
{
    struct history_entry around = {0};

    if (!document || read_started(document, &around, NULL))
        around.started_s = (int64_t)(clock_wall_ns() / NS_PER_SECOND);
    for (unsigned i = 0; i < batch->count; i++)
        if (strcmp(batch->entries[i].mode, diff_kind_exact.name) == 0)
            batch->entries[i].started_s = around.started_s;
}

int history_batch_read(const json_t *document, struct history_batch *batch, struct error *error)
{
    int result;

    for (size_t i = 0; i < ARRAY_SIZE(containers); i++) {
        if (!has_schema(document, containers[i].schema))
            continue;
        result = read_items(&containers[i], document, batch, error);
        if (result == 0 && batch->count == 0)
            return error_set(error, EXIT_USAGE, -EINVAL,
                             "there is no result document in it; a history keeps those of 'run' alone");
        set_exact_times(document, batch);
        return result;
    }
    result = add(batch, document, error);
    set_exact_times(NULL, batch);
    return result;
}

void history_batch_free(struct history_batch *batch)
{
    for (unsigned i = 0; i < batch->count; i++) {
        free(batch->entries[i].figures);
        json_decref(batch->harmless[i]);
    }
    free(batch->entries);
    free(batch->harmless);
    json_decref(batch->texts);
    *batch = (struct history_batch){0};
}
