/* SPDX-License-Identifier: GPL-2.0 */
/* The blocks as a table (RFC 4180): a row for each, a column for each value that any of them has. */
#include "base/cleanup.h"
#include "reports/document.h"
#include "reports/jsonio.h"
#include "reports/renderer.h"
#include "reports/text.h"
#include "reports/trial.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_MAX_BYTES 400 /* of one text in a block */

struct quantile_column {
    const char *name;
    double q;
};

static const struct quantile_column quantiles[] = {
    {"latency.p50_ns", 0.5}, {"latency.p90_ns", 0.9}, {"latency.p99_ns", 0.99}, {"latency.p999_ns", 0.999}};
static const char *const texts[] = {"phase", "arm", "invalid"};
static const char *const counts[] = {"quad", "position", "start_ns", "window_ns", "age_ns"};
static const char *const latencies[] = {"latency.count", "latency.sum_ns", "latency.min_ns",
                                        "latency.max_ns"};

/*
 * A spreadsheet takes a text that begins like this for a formula, which can run programs: an apostrophe in
 * front keeps it a text (OWASP, "CSV Injection").
 */
static bool is_formula(const char *text)
{
    return text[0] && strchr("=+-@\t\r", text[0]);
}

static void print_text(const char *text, FILE *out)
{
    bool quoted = text[strcspn(text, "\",\r\n")] || is_formula(text);

    if (quoted)
        fputc('"', out);
    if (is_formula(text))
        fputc('\'', out);
    for (; *text; text++) {
        if (*text == '"')
            fputc('"', out);
        fputc(*text, out);
    }
    if (quoted)
        fputc('"', out);
}

/* The shortest text that gives the number back; nothing where there is none. */
static void print_number(double number, FILE *out)
{
    char text[40];

    if (isnan(number))
        return;
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof(text), "%.*g", digits, number);
        if (strtod(text, NULL) == number)
            break;
    }
    fputs(text, out);
}

/* Names of all values, as keys, in the order of their first appearance; -E2BIG beyond what a trial may have.
 */
static int collect_names(const json_t *blocks, json_t *names)
{
    const json_t *block;
    size_t i;

    if (json_array_size(blocks) > TRIAL_BLOCKS_MAX)
        return -E2BIG;
    json_array_foreach(blocks, i, block)
    {
        json_t *values = json_object_get(block, "values"), *value;
        const char *key;

        json_object_foreach(values, key, value)
        {
            if (!json_object_get(names, key) && json_object_set_new(names, key, json_true()) != 0)
                return -ENOMEM;
        }
        if (json_object_size(names) > TRIAL_VALUES_MAX)
            return -E2BIG;
    }
    return 0;
}

/* As the document has it: "values.ops". So no name is one of the columns before it. */
static void print_name(const char *key, FILE *out)
{
    CLEANUP(jsonio_drop) json_t *name = json_pack("{s:s+}", "name", "values.", key);
    CLEANUP(jsonio_drop) json_t *clean = name ? text_harmless(name, TEXT_MAX_BYTES) : NULL;

    print_text(document_text(clean, "name"), out);
}

static void print_header(json_t *names, FILE *out)
{
    const char *separator = "", *key;
    json_t *value;

    for (size_t i = 0; i < ARRAY_SIZE(texts); i++, separator = ",")
        fprintf(out, "%s%s", separator, texts[i]);
    for (size_t i = 0; i < ARRAY_SIZE(counts); i++)
        fprintf(out, ",%s", counts[i]);
    for (size_t i = 0; i < ARRAY_SIZE(latencies); i++)
        fprintf(out, ",%s", latencies[i]);
    for (size_t i = 0; i < ARRAY_SIZE(quantiles); i++)
        fprintf(out, ",%s", quantiles[i].name);
    json_object_foreach(names, key, value)
    {
        fputc(',', out);
        print_name(key, out);
    }
    fputs("\r\n", out);
}

/* Percentiles that this block's operations are enough for; empty cells where there is no valid histogram. */
static void print_quantiles(const json_t *block, FILE *out)
{
    struct block parsed;
    struct error ignored;
    bool read = block_from_json(&parsed, block, &ignored) == 0, valid = read && parsed.latency;

    for (size_t i = 0; i < ARRAY_SIZE(quantiles); i++) {
        fputc(',', out);
        if (valid && hist_quantile_supported(parsed.latency, quantiles[i].q))
            print_number(hist_quantile_ns(parsed.latency, quantiles[i].q), out);
    }
    if (read)
        block_free(&parsed);
}

static void print_row(const json_t *block, const json_t *clean, json_t *names, FILE *out)
{
    const json_t *values = json_object_get(block, "values");
    const char *separator = "", *key;
    json_t *value;

    for (size_t i = 0; i < ARRAY_SIZE(texts); i++, separator = ",") {
        fputs(separator, out);
        print_text(document_text(clean, texts[i]), out);
    }
    for (size_t i = 0; i < ARRAY_SIZE(counts); i++) {
        fputc(',', out);
        print_number(document_number(block, counts[i]), out);
    }
    for (size_t i = 0; i < ARRAY_SIZE(latencies); i++) {
        fputc(',', out);
        print_number(document_number(block, latencies[i]), out);
    }
    print_quantiles(block, out);
    json_object_foreach(names, key, value)
    {
        fputc(',', out);
        print_number(jsonio_get_number(values, key), out);
    }
    fputs("\r\n", out);
}

/* The few texts of a block, made harmless: copying its values and histogram would cost more than all the
 * rest. */
static json_t *clean_texts(const json_t *block)
{
    CLEANUP(jsonio_drop) json_t *copy = json_object();

    for (size_t i = 0; copy && i < ARRAY_SIZE(texts); i++)
        json_object_set(copy, texts[i], json_object_get(block, texts[i]));
    return copy ? text_harmless(copy, TEXT_MAX_BYTES) : NULL;
}

static int print_rows(const json_t *blocks, json_t *names, FILE *out)
{
    const json_t *block;
    size_t i;

    json_array_foreach(blocks, i, block)
    {
        json_t *clean = clean_texts(block);

        if (!clean)
            return -ENOMEM;
        print_row(block, clean, names, out);
        json_decref(clean);
    }
    return 0;
}

static int render(const json_t *document, const struct render_options *options, FILE *out)
{
    CLEANUP(jsonio_drop) json_t *names = json_object();
    const json_t *blocks = document_at(document, "blocks");
    int result = names ? collect_names(blocks, names) : -ENOMEM;

    (void)options;
    if (result)
        return result;
    print_header(names, out);
    result = print_rows(blocks, names, out);
    return result == 0 && ferror(out) ? -EIO : result;
}

const struct renderer renderer_csv = {
    .name = "csv",
    .summary = "the raw blocks as a table, for a spreadsheet or R",
    .media_type = "text/csv; charset=utf-8; header=present",
    .render = render,
};
