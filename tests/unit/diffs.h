/* SPDX-License-Identifier: GPL-2.0 */
/* Pairs of documents, and their comparison. */
#pragma once

#include "tests/unit/documents.h"

#include "orchestrator/diff/comparable.h"
#include "orchestrator/diff/document.h"

#include <errno.h>

#define DIFF_QUADS 32

/* A run whose tool makes the load `ratio` times slower. A new reference. */
static inline json_t *run_with(double ratio, double jitter)
{
    CLEANUP(trial_free) struct trial trial = {0};

    make_trial(&trial, NULL, DIFF_QUADS, ratio, jitter);
    return compose(&trial);
}

/* Sets holder.key to what `text` says in JSON; "" is the document itself. */
static inline void change(json_t *document, const char *holder, const char *key, const char *text)
{
    json_t *value = json_loads(text, JSON_DECODE_ANY, NULL);

    assert_non_null(value);
    assert_int_equal(json_object_set_new((json_t *)document_at(document, holder), key, value), 0);
}

/* In place of what the trial has: memory that the target adds, in bytes. */
static inline void add_memory(json_t *document, double bytes, double half_width, double sd)
{
    json_t *metric =
        json_pack("{s:s, s:s, s:s, s:s, s:b, s:n, s:f, s:{s:s, s:f, s:f, s:f, s:f}, s:n, s:n, s:s, s:i, s:f}",
                  "name", "memory.rss", "group", "memory", "unit", "bytes", "better", "lower", "primary", 0,
                  "baseline", "with_target", bytes, "effect", "scale", "absolute", "estimate", bytes, "low",
                  bytes - half_width, "high", bytes + half_width, "level", 0.969, "absolute", "budget",
                  "verdict", "measured", "n", DIFF_QUADS, "sd", sd / 10);
    json_t *list = json_object_get(document, "metrics");

    assert_non_null(metric);
    for (size_t i = 0; i < json_array_size(list); i++)
        if (strcmp(document_text(json_array_get(list, i), "name"), "memory.rss") == 0)
            json_array_remove(list, i--);
    assert_int_equal(json_array_append_new(list, metric), 0);
    assert_int_equal(document_check(document, NULL), 0);
}

/* As the command does it; 0, or the negative errno of the first step that refuses. `budgets` ends in NULL. */
static inline int try_compare(const json_t *old, const json_t *new, const char *const *budgets, json_t **diff,
                              struct error *error)
{
    struct diff_input input = {
        .old = old, .new = new, .old_file = "old.json", .new_file = "new.json", .kind = diff_kind_of(new)};
    int result = 0;

    for (; result == 0 && budgets && *budgets; budgets++)
        result = diff_budgets_add(&input.budgets, *budgets, error);
    if (result == 0)
        result = diff_comparable(old, new, error);
    return result ? result : diff_compose(&input, diff, error);
}

/* A new reference. */
static inline json_t *compare_all(const json_t *old, const json_t *new, const char *const *budgets)
{
    struct error error = {0};
    json_t *diff = NULL;

    if (try_compare(old, new, budgets, &diff, &error))
        fail_msg("%s", error.message);
    return diff;
}

static inline json_t *compare(const json_t *old, const json_t *new, const char *budget)
{
    return compare_all(old, new, (const char *[]){budget, NULL});
}

static inline void assert_refused(const json_t *old, const json_t *new, const char *budget, const char *part)
{
    struct error error = {0};
    json_t *diff = NULL;

    assert_int_equal(try_compare(old, new, (const char *[]){budget, NULL}, &diff, &error), -EINVAL);
    assert_int_equal(error.status, EXIT_USAGE);
    if (!strstr(error.message, part))
        fail_msg("\"%s\" does not say \"%s\"", error.message, part);
}

static inline const json_t *row_of(const json_t *diff, const char *name)
{
    const json_t *row = document_metric(diff, name);

    assert_non_null(row);
    return row;
}

/* NULL where nothing of that name differs. */
static inline const json_t *fact_of(const json_t *diff, const char *name)
{
    for (size_t i = 0; i < document_count(diff, "environment"); i++)
        if (strcmp(document_text(document_item(diff, "environment", i), "name"), name) == 0)
            return document_item(diff, "environment", i);
    return NULL;
}
