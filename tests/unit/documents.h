/* SPDX-License-Identifier: GPL-2.0 */
/* Hand-made trials with their facts, and the documents made of them. */
#pragma once

#include "tests/unit/trials.h"

#include "orchestrator/compose.h"
#include "reports/document.h"

#define OPERATIONS 1000 /* in the statistics phase: one second with the load, one with it paused */

static inline void release_json(json_t **json)
{
    json_decref(*json);
}
#define OWNED_JSON CLEANUP(release_json)

static inline void add_fact(struct trial *trial, const char *name, json_t *value)
{
    assert_non_null(value);
    assert_int_equal(trial_add_fact(trial, name, value), 0);
}

static inline void end_trial(struct trial *trial, const char *reason, unsigned started, unsigned repeated)
{
    add_fact(trial, "end",
             json_pack("{s:s, s:f, s:i, s:i, s:i, s:s}", "reason", reason, "seconds", 60.0, "quads_started",
                       (int)started, "quads_repeated", (int)repeated, "died_on", 0, "last_invalid",
                       "missed its rate"));
}

/* A target of one program, and how often it ran with the load and with it paused. */
static inline void add_runs(struct trial *trial, double runs, double runs_paused)
{
    add_fact(trial, "target",
             json_pack("{s:[{s:s, s:s, s:s}], s:[], s:i, s:i, s:b}", "programs", "name", "on_entry", "type",
                       "tracepoint", "attach", "irq/softirq_entry", "maps", "lost_events", 0, "lost_lines", 0,
                       "may_never_fire", 0));
    add_fact(trial, "statistics",
             json_pack("{s:f, s:f, s:f, s:[{s:s, s:s, s:s, s:f, s:f, s:f, s:f, s:f}]}", "seconds", 1.0,
                       "operations", (double)OPERATIONS, "seconds_paused", 1.0, "programs", "name",
                       "on_entry", "type", "tracepoint", "attach", "irq/softirq_entry", "runs", runs,
                       "run_time_ns", 100 * runs, "missed", 0.0, "runs_paused", runs_paused,
                       "run_time_paused_ns", 0.0));
}

/* A whole run: quads with B = ratio * A, fired by every operation, at its last look. */
static inline void make_trial(struct trial *trial, const char *budget, unsigned quads, double ratio,
                              double jitter)
{
    begin_trial(trial, 32, "latency.mean", budget);
    add_quads(trial, quads, ratio, jitter);
    add_runs(trial, 2 * OPERATIONS, 3);
    end_trial(trial, "last_look", quads, 0);
}

/* Whatever the trial, what comes out is a document. A new reference. */
static inline json_t *compose(const struct trial *trial)
{
    struct error error = {0};
    json_t *document = NULL;

    if (compose_document(trial, &document, &error) || document_check(document, &error))
        fail_msg("%s", error.message);
    return document;
}

static inline void assert_verdict(const json_t *document, const char *status, int exit_status)
{
    assert_string_equal(document_text(document, "verdict.status"), status);
    assert_int_equal((int)document_number(document, "verdict.exit_status"), exit_status);
}

static inline bool has_reason(const json_t *document, const char *part)
{
    const json_t *reasons = document_at(document, "verdict.reasons"), *text;
    size_t i;

    json_array_foreach(reasons, i, text)
    {
        if (strstr(json_string_value(text), part))
            return true;
    }
    return false;
}

/* Text of a warning; NULL where there is none of that code. */
static inline const char *warning(const json_t *document, const char *code)
{
    const json_t *warnings = document_at(document, "warnings"), *item;
    size_t i;

    json_array_foreach(warnings, i, item)
    {
        if (strcmp(document_text(item, "code"), code) == 0)
            return document_text(item, "text");
    }
    return NULL;
}
