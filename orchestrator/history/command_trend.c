/* SPDX-License-Identifier: GPL-2.0 */
#include "base/cleanup.h"
#include "base/files.h"
#include "base/names.h"
#include "orchestrator/history/commands.h"
#include "orchestrator/metric.h"
#include "reports/document.h"
#include "reports/history/print.h"
#include "reports/jsonio.h"
#include "reports/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_MAX_BYTES 1000
#define FILE_WIDTH     100
#define ALARMS_LEAST   1e-4

struct trend_format {
    const char *name;
    int (*print)(const json_t *trend, const struct history_options *options,
                 const struct render_options *render, FILE *out);
};

static int print_text(const json_t *trend, const struct history_options *options,
                      const struct render_options *render, FILE *out)
{
    return history_print_trend(trend, options->word_count > 0, render, out);
}

static int print_html(const json_t *trend, const struct history_options *options,
                      const struct render_options *render, FILE *out)
{
    (void)options, (void)render;
    return history_print_trend_html(trend, out);
}

static int print_json(const json_t *trend, const struct history_options *options,
                      const struct render_options *render, FILE *out)
{
    (void)options, (void)render;
    return document_print(trend, out);
}

static const struct trend_format formats[] = {
    {"text", print_text}, {"html", print_html}, {"json", print_json}};

static const struct trend_format *find_format(const char *text, struct error *error)
{
    const char *names[ARRAY_SIZE(formats)];
    size_t length = strcspn(text, "=");
    char suggestion[128];

    for (size_t i = 0; i < ARRAY_SIZE(formats); i++) {
        names[i] = formats[i].name;
        if (strlen(names[i]) == length && strncmp(names[i], text, length) == 0)
            return &formats[i];
    }
    error_set(error, EXIT_USAGE, -EINVAL, "unknown format \"%.40s\"%s; choose text, html or json", text,
              name_suggestion(suggestion, sizeof(suggestion), text, names, ARRAY_SIZE(names)));
    return NULL;
}

static int set_json(void *options, const char *value, struct error *error)
{
    (void)value;
    return history_set_format(options, "json", error);
}

static int set_metric(void *options, const char *value, struct error *error)
{
    (void)error;
    ((struct history_options *)options)->filter.metrics = strcmp(value, "all") == 0 ? "*" : value;
    return 0;
}

static int set_over(void *options, const char *value, struct error *error)
{
    ((struct history_options *)options)->order = trend_order_find(value, error);
    return ((struct history_options *)options)->order ? 0 : -EINVAL;
}

static int set_alarms(void *options, const char *value, struct error *error)
{
    char *end;
    double percent = strtod(value, &end);

    if (end == value || (*end && strcmp(end, "%") != 0) || !(percent / 100 >= ALARMS_LEAST && percent <= 50))
        return error_set(error, EXIT_USAGE, -EINVAL,
                         "--false-alarms: \"%.40s\" is no share from 0.01%% to 50%%", value);
    ((struct history_options *)options)->alarms = percent / 100;
    return 0;
}

static int write_file(const char *path, const json_t *trend, const struct trend_format *format,
                      const struct history_options *options, struct error *error)
{
    const struct render_options render = {.width = FILE_WIDTH};
    OWNED_PTR char *text = NULL;
    size_t size = 0;
    FILE *memory = open_memstream(&text, &size);
    int result = memory ? format->print(trend, options, &render, memory) : -ENOMEM;

    if (memory && fclose(memory) != 0 && result == 0)
        result = -ENOMEM;
    if (result == 0)
        result = file_replace(path, text, size);
    return result ? error_set(error, EXIT_ENVIRONMENT, result, "cannot write %s: %s", path, strerror(-result))
                  : 0;
}

static int print(const char *name, const json_t *trend, const struct history_options *options,
                 struct error *error)
{
    const struct trend_format *format = find_format(name, error);
    const struct render_options render = render_options_for(stdout);
    const char *path = strchr(name, '=');
    int result;

    if (!format)
        return -EINVAL;
    if (path)
        return write_file(path + 1, trend, format, options, error);
    result = format->print(trend, options, &render, stdout);
    return result
               ? error_set(error, EXIT_ENVIRONMENT, result, "cannot write the trend: %s", strerror(-result))
               : 0;
}

/* A command of `observe` names its number as it likes: what is in no table may be one all the same. */
static int check_metric(const char *metric, struct error *error)
{
    OWNED_PTR const char **names = calloc(metric_count, sizeof(*names));
    char suggestion[128] = "";

    if (!metric || strcmp(metric, "*") == 0 || metric_find(metric))
        return 0;
    if (names) {
        metric_names(names);
        name_suggestion(suggestion, sizeof(suggestion), metric, names, metric_count);
    }
    return error_set(error, EXIT_USAGE, -EINVAL, "no document has a metric \"%.80s\" with these options%s",
                     metric, suggestion);
}

static int check_found(const json_t *trend, const struct history_options *options, struct error *error)
{
    if (document_count(trend, "series"))
        return 0;
    if (!options->word_count)
        return check_metric(options->filter.metrics, error);
    return error_set(
        error, EXIT_USAGE, -EINVAL,
        "no documents of the key \"%.80s\" with these options; 'tracetoll history list' prints the keys",
        options->words[0]);
}

static int compose(const struct history_options *options, json_t **trend, struct error *error)
{
    struct trend_options wanted = {.filter = options->filter,
                                   .order = options->order,
                                   .alarms = options->alarms > 0 ? options->alarms : TREND_ALARMS};
    OWNED_HISTORY struct history *history = NULL;
    CLEANUP(jsonio_drop) json_t *whole = NULL;
    int result = history_open_chosen(options, HISTORY_EXISTING, &history, error);

    if (result)
        return result;
    if (options->word_count)
        wanted.filter.series = options->words[0];
    result = trend_compose(history, &wanted, &whole, error);
    if (result == 0)
        result = check_found(whole, options, error);
    if (result)
        return result;
    *trend = text_harmless(whole, TEXT_MAX_BYTES);
    return *trend ? 0 : error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");
}

static int run(const struct history_options *options, struct interrupt *interrupt, struct error *error)
{
    CLEANUP(jsonio_drop) json_t *trend = NULL;
    int result = 0;

    (void)interrupt;
    for (unsigned i = 0; i < options->format_count; i++)
        if (!find_format(options->formats[i], error))
            return -EINVAL;
    result = compose(options, &trend, error);
    if (result == 0 && options->format_count == 0)
        result = print("text", trend, options, error);
    for (unsigned i = 0; result == 0 && i < options->format_count; i++)
        result = print(options->formats[i], trend, options, error);
    return result;
}

static const struct option_spec specs[] = {
    {"over", 0, "time|version|kernel",
     "what to order documents by; over versions the kernel stays, and the reverse", set_over},
    {"metric", 'm', "NAME|all", "what to look at (default: each workload's primary metric)", set_metric},
    {"false-alarms", 0, "PCT", "how often a key that did not change may show a change (default: 1%)",
     set_alarms},
    {"format", 'f', "text|html|json[=FILE]", "what to print or to write; repeatable", history_set_format},
    {"json", 0, NULL, "the same as -f json (tracetoll.trend/1)", set_json},
    HISTORY_OPTIONS_FILTER,
    HISTORY_OPTION_DATABASE,
};

const struct history_command history_command_trend = {
    .name = "trend",
    .help = {"tracetoll history trend [OPTIONS] [KEY]",
             "Where has an overhead changed, and with which version or kernel? Without a key, all of them; "
             "'history "
             "list'\n"
             "prints the keys."},
    .specs = specs,
    .spec_count = ARRAY_SIZE(specs),
    .words_max = 1,
    .run = run,
};
