/* SPDX-License-Identifier: GPL-2.0 */
/* A history in a directory of its own, and documents to put into it. */
#pragma once

#include "tests/unit/diffs.h"

#include "base/clock.h"
#include "orchestrator/history/entry.h"
#include "orchestrator/history/trend.h"

#define FIRST_S INT64_C(1700000000)
#define DAY_S   86400

struct place {
    char directory[64], path[128];
};

static inline void make_place(struct place *place)
{
    strcpy(place->directory, "/tmp/tracetoll-test-XXXXXX");
    assert_non_null(mkdtemp(place->directory));
    snprintf(place->path, sizeof(place->path), "%s/history.db", place->directory);
}

static inline void remove_place(struct place *place)
{
    static const char *const endings[] = {"", "-wal", "-shm"};
    char path[160];

    for (size_t i = 0; i < ARRAY_SIZE(endings); i++) {
        snprintf(path, sizeof(path), "%s%s", place->path, endings[i]);
        unlink(path);
    }
    rmdir(place->directory);
}
#define OWNED_PLACE CLEANUP(remove_place)

static inline struct history *open_place(const struct place *place)
{
    struct history *history = NULL;
    struct error error = {0};

    if (history_open(place->path, HISTORY_CREATE, &history, &error))
        fail_msg("%s", error.message);
    return history;
}

/* A document begun `day` days behind the first. A new reference. */
static inline json_t *document_of_day(const json_t *like, int day)
{
    json_t *document = json_deep_copy(like);
    char started[32];

    clock_rfc3339((uint64_t)(FIRST_S + (int64_t)day * DAY_S) * NS_PER_SECOND, started, sizeof(started));
    json_object_set_new(json_object_get(document, "time"), "started", json_string(started));
    return document;
}

static inline void set_effect_on(json_t *document, const char *scale, double effect, double half)
{
    json_t *metric = (json_t *)document_primary(document);
    double n = document_number(metric, "n");

    assert_non_null(metric);
    json_object_set_new(metric, "effect",
                        json_pack("{s:s, s:f, s:f, s:f, s:f}", "scale", scale, "estimate", effect, "low",
                                  effect - half, "high", effect + half, "level", 0.95));
    json_object_set_new(metric, "sd", json_real(half / 2 * sqrt(n)));
}

static inline void set_effect(json_t *document, double effect, double half)
{
    set_effect_on(document, "relative", effect, half);
}

/* Adds all that is in one document; what came of the last. */
static inline struct history_added add_to(struct history *history, const json_t *document)
{
    OWNED_BATCH struct history_batch batch = {0};
    struct history_added added[8] = {0};
    struct error error = {0};

    if (history_batch_read(document, &batch, &error))
        fail_msg("%s", error.message);
    assert_in_range(batch.count, 1, ARRAY_SIZE(added));
    if (history_add(history, batch.entries, batch.count, added, &error))
        fail_msg("%s", error.message);
    return added[batch.count - 1];
}

static inline int count_rows(void *context, const struct history_row *row)
{
    (void)row;
    ++*(unsigned *)context;
    return 0;
}

static inline unsigned count_of(struct history *history, const struct history_filter *filter)
{
    const struct history_filter all = {0};
    unsigned count = 0;

    assert_int_equal(history_list(history, filter ? filter : &all, count_rows, &count, NULL), 0);
    return count;
}
