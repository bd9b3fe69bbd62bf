/* SPDX-License-Identifier: GPL-2.0 */
#include "reports/history/internal.h"

#include <errno.h>

static int step(struct history *history, sqlite3_stmt *statement, struct error *error)
{
    int code = sqlite3_step(statement);

    return code == SQLITE_ROW || code == SQLITE_DONE ? code
                                                     : history_fail(history, "can't be written", error);
}

/* Runs a statement that returns one number; 0 without a row. The statement is reset. */
static int step_number(struct history *history, sqlite3_stmt *statement, int64_t *number, struct error *error)
{
    int code = step(history, statement, error);

    *number = code == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
    sqlite3_reset(statement);
    return code < 0 ? code : 0;
}

static int find_document(struct history *history, const char *digest, int64_t *id, struct error *error)
{
    OWNED_STATEMENT sqlite3_stmt *statement = NULL;
    int result =
        history_prepare(history, "SELECT id FROM document WHERE digest = :digest", &statement, error);

    if (result)
        return result;
    history_bind_text(statement, ":digest", digest);
    return step_number(history, statement, id, error);
}

static int find_series(struct history *history, const struct history_entry *entry, int64_t *id,
                       struct error *error)
{
    OWNED_STATEMENT sqlite3_stmt *statement = NULL;
    /* The empty update makes RETURNING give the row that is there already. */
    int result = history_prepare(history,
                                 "INSERT INTO series (digest, target, workload, mode, machine, machine_text)"
                                 " VALUES (:digest, :target, :workload, :mode, :machine, :machine_text)"
                                 " ON CONFLICT (digest) DO UPDATE SET digest = digest RETURNING id",
                                 &statement, error);

    if (result)
        return result;
    history_bind_text(statement, ":digest", entry->series);
    history_bind_text(statement, ":target", entry->target);
    history_bind_text(statement, ":workload", entry->workload);
    history_bind_text(statement, ":mode", entry->mode);
    history_bind_text(statement, ":machine", entry->machine);
    history_bind_text(statement, ":machine_text", entry->machine_text);
    return step_number(history, statement, id, error);
}

static int insert_document(struct history *history, const struct history_entry *entry, int64_t series,
                           const char *digest, int64_t *id, struct error *error)
{
    OWNED_STATEMENT sqlite3_stmt *statement = NULL;
    int result = history_prepare(
        history,
        "INSERT INTO document (digest, series, version, kernel, kernel_build, started_s, status, scenario, "
        "trusted)"
        " VALUES (:digest, :series, :version, :kernel, :build, :started, :status, :scenario, :trusted)"
        " RETURNING id",
        &statement, error);

    if (result)
        return result;
    history_bind_text(statement, ":digest", digest);
    history_bind_int(statement, ":series", series);
    history_bind_text(statement, ":version", entry->version);
    history_bind_text(statement, ":kernel", entry->kernel);
    history_bind_text(statement, ":build", entry->kernel_build);
    history_bind_int(statement, ":started", entry->started_s);
    history_bind_text(statement, ":status", entry->status);
    history_bind_text(statement, ":scenario", entry->scenario);
    history_bind_int(statement, ":trusted", entry->trusted);
    return step_number(history, statement, id, error);
}

static int insert_body(struct history *history, int64_t id, const void *packed, size_t packed_bytes,
                       size_t bytes, struct error *error)
{
    OWNED_STATEMENT sqlite3_stmt *statement = NULL;
    int result = history_prepare(
        history, "INSERT INTO body (document, bytes, zlib) VALUES (:id, :bytes, :zlib)", &statement, error);

    if (result)
        return result;
    history_bind_int(statement, ":id", id);
    history_bind_int(statement, ":bytes", (int64_t)bytes);
    sqlite3_bind_blob64(statement, sqlite3_bind_parameter_index(statement, ":zlib"), packed, packed_bytes,
                        SQLITE_STATIC);
    result = step(history, statement, error);
    return result < 0 ? result : 0;
}

static void bind_figure(sqlite3_stmt *statement, int64_t id, const struct history_figure *figure)
{
    history_bind_int(statement, ":document", id);
    history_bind_text(statement, ":metric", figure->metric);
    history_bind_text(statement, ":unit", figure->unit);
    history_bind_int(statement, ":higher", figure->higher_is_better);
    history_bind_int(statement, ":primary", figure->primary);
    history_bind_int(statement, ":relative", figure->relative);
    history_bind_real(statement, ":baseline", figure->baseline);
    history_bind_real(statement, ":with_target", figure->with_target);
    history_bind_real(statement, ":estimate", figure->estimate);
    history_bind_real(statement, ":low", figure->low);
    history_bind_real(statement, ":high", figure->high);
    history_bind_real(statement, ":level", figure->level);
    history_bind_real(statement, ":centre", figure->centre);
    history_bind_real(statement, ":error", figure->error);
    history_bind_real(statement, ":freedom", figure->freedom);
    history_bind_int(statement, ":n", figure->n);
}

static int insert_figures(struct history *history, int64_t id, const struct history_entry *entry,
                          struct error *error)
{
    OWNED_STATEMENT sqlite3_stmt *statement = NULL;
    /* A name that a document has twice counts once. */
    int result =
        history_prepare(history,
                        "INSERT OR IGNORE INTO figure VALUES (:document, :metric, :unit, :higher, :primary,"
                        " :relative, :baseline, :with_target, :estimate, :low, :high, :level, :centre,"
                        " :error, :freedom, :n)",
                        &statement, error);

    for (unsigned i = 0; result == 0 && i < entry->figure_count; i++) {
        bind_figure(statement, id, &entry->figures[i]);
        result = step(history, statement, error);
        result = result < 0 ? result : 0;
        sqlite3_reset(statement);
    }
    return result;
}

static int insert(struct history *history, const struct history_entry *entry, struct history_added *added,
                  struct error *error)
{
    size_t packed_bytes = 0, bytes = 0;
    OWNED_PTR void *packed = NULL;
    int64_t series = 0;
    int result = history_pack(entry->document, &packed, &packed_bytes, &bytes, added->digest);

    if (result)
        return error_set(error, EXIT_ENVIRONMENT, result, "out of memory");
    result = find_document(history, added->digest, &added->id, error);
    added->fresh = added->id == 0;
    if (result || !added->fresh)
        return result;
    result = find_series(history, entry, &series, error);
    if (result == 0)
        result = insert_document(history, entry, series, added->digest, &added->id, error);
    if (result == 0)
        result = insert_body(history, added->id, packed, packed_bytes, bytes, error);
    return result == 0 ? insert_figures(history, added->id, entry, error) : result;
}

int history_attempts(struct history *history, const struct history_entry *entry, unsigned *attempts,
                     struct error *error)
{
    OWNED_STATEMENT sqlite3_stmt *statement = NULL;
    int64_t number = 0;
    int result = history_prepare(history,
                                 "SELECT count(*) FROM document WHERE scenario = :scenario"
                                 " AND series = (SELECT id FROM series WHERE digest = :series)"
                                 " AND version IS :version AND kernel_build = :build",
                                 &statement, error);

    if (result)
        return result;
    history_bind_text(statement, ":scenario", entry->scenario);
    history_bind_text(statement, ":series", entry->series);
    history_bind_text(statement, ":version", entry->version);
    history_bind_text(statement, ":build", entry->kernel_build);
    result = step_number(history, statement, &number, error);
    *attempts = (unsigned)number;
    return result;
}

int history_add(struct history *history, const struct history_entry *entries, unsigned count,
                struct history_added *added, struct error *error)
{
    int result = history_begin(history, error);

    if (result)
        return result;
    for (unsigned i = 0; result == 0 && i < count; i++)
        result = insert(history, &entries[i], &added[i], error);
    for (unsigned i = 0; result == 0 && i < count; i++)
        result = history_attempts(history, &entries[i], &added[i].attempts, error);
    return history_end(history, result, error);
}
