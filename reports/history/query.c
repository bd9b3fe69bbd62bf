/* SPDX-License-Identifier: GPL-2.0 */
#include "reports/history/internal.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <string.h>

/* Attempts are counted among all documents and not among those that the filter lets through. */
#define ATTEMPTS                                                                                             \
    "WITH a AS MATERIALIZED (SELECT id, row_number() OVER (family ORDER BY started_s, id) AS attempt,"       \
    " count(*) OVER family AS attempts FROM document WHERE scenario IS NOT NULL"                             \
    " WINDOW family AS (PARTITION BY scenario, series, version, kernel_build)) "

#define COLUMNS                                                                                              \
    "SELECT d.id, d.started_s, d.digest, s.digest, s.target, s.workload, s.mode, s.machine, s.machine_text," \
    " d.version, d.kernel, d.kernel_build, d.status, d.scenario, d.trusted,"

#define FIGURE                                                                                               \
    " f.metric, f.unit, f.higher_is_better, f.is_primary, f.relative, f.n, f.baseline, f.with_target,"       \
    " f.estimate, f.low, f.high, f.level, f.centre, f.error, f.freedom"

#define WHERE                                                                                                \
    " WHERE (:id = 0 OR d.id = :id) AND d.started_s >= :since"                                               \
    " AND (:target IS NULL OR instr(s.target, :target) > 0)"                                                 \
    " AND (:workload IS NULL OR instr(s.workload, :workload) > 0)"                                           \
    " AND (:kernel IS NULL OR instr(d.kernel || ' ' || d.kernel_build, :kernel) > 0)"                        \
    " AND (:series IS NULL OR substr(s.digest, 1, length(:series)) = :series)"

#define LIST                                                                                                 \
    ATTEMPTS COLUMNS " a.attempt, a.attempts," FIGURE                                                        \
                     " FROM document d JOIN series s ON s.id = d.series LEFT JOIN a ON a.id = d.id"          \
                     " LEFT JOIN figure f ON f.document = d.id AND f.is_primary AND f.metric ="              \
                     " (SELECT min(metric) FROM figure g WHERE g.document = d.id AND g.is_primary)" WHERE
#define LIST_ORDER " ORDER BY d.started_s DESC, d.id DESC"

#define WANTED "(:metrics = '*' OR (:metrics IS NULL AND f.is_primary) OR f.metric = :metrics)"

static const char figures_sql[] =
    COLUMNS " 0, 0," FIGURE
            " FROM document d JOIN series s ON s.id = d.series JOIN figure f ON f.document = d.id" WHERE
            " AND d.trusted AND " WANTED
            " ORDER BY s.target, s.workload, s.id, f.is_primary DESC, f.metric, d.started_s, d.id";

/* A metric by its name is missed only where other documents of the series have it. */
static const char left_out_sql[] =
    "SELECT count(*) FROM document d JOIN series s ON s.id = d.series" WHERE
    " AND NOT (d.trusted AND EXISTS (SELECT 1 FROM figure f WHERE f.document = d.id"
    " AND f.centre IS NOT NULL AND " WANTED "))"
    " AND (:metrics IS NULL OR :metrics = '*' OR d.series IN"
    " (SELECT e.series FROM figure f JOIN document e ON e.id = f.document WHERE f.metric = :metrics))";

static const char *text(sqlite3_stmt *statement, int column)
{
    return (const char *)sqlite3_column_text(statement, column);
}

static double real(sqlite3_stmt *statement, int column)
{
    return sqlite3_column_type(statement, column) == SQLITE_NULL ? NAN
                                                                 : sqlite3_column_double(statement, column);
}

static void read_figure(sqlite3_stmt *statement, int at, struct history_figure *figure)
{
    *figure = (struct history_figure){
        .metric = text(statement, at),
        .unit = text(statement, at + 1),
        .higher_is_better = sqlite3_column_int(statement, at + 2),
        .primary = sqlite3_column_int(statement, at + 3),
        .relative = sqlite3_column_int(statement, at + 4),
        .n = (unsigned)sqlite3_column_int(statement, at + 5),
        .baseline = real(statement, at + 6),
        .with_target = real(statement, at + 7),
        .estimate = real(statement, at + 8),
        .low = real(statement, at + 9),
        .high = real(statement, at + 10),
        .level = real(statement, at + 11),
        .centre = real(statement, at + 12),
        .error = real(statement, at + 13),
        .freedom = real(statement, at + 14),
    };
}

static void read_row(sqlite3_stmt *statement, struct history_row *row)
{
    *row = (struct history_row){
        .id = sqlite3_column_int64(statement, 0),
        .started_s = sqlite3_column_int64(statement, 1),
        .digest = text(statement, 2),
        .series = text(statement, 3),
        .target = text(statement, 4),
        .workload = text(statement, 5),
        .mode = text(statement, 6),
        .machine = text(statement, 7),
        .machine_text = text(statement, 8),
        .version = text(statement, 9),
        .kernel = text(statement, 10),
        .kernel_build = text(statement, 11),
        .status = text(statement, 12),
        .scenario = text(statement, 13),
        .trusted = sqlite3_column_int(statement, 14),
        .attempt = (unsigned)sqlite3_column_int(statement, 15),
        .attempts = (unsigned)sqlite3_column_int(statement, 16),
    };
    read_figure(statement, 17, &row->figure);
}

static int each_row(struct history *history, sqlite3_stmt *statement, history_row_function *function,
                    void *context, struct error *error)
{
    int code, result = 0;

    while (result == 0 && (code = sqlite3_step(statement)) == SQLITE_ROW) {
        struct history_row row;

        read_row(statement, &row);
        result = function(context, &row);
    }
    return result || code == SQLITE_DONE ? result : history_fail(history, "can't be read", error);
}

static void bind_filter(sqlite3_stmt *statement, const struct history_filter *filter)
{
    history_bind_text(statement, ":target", filter->target);
    history_bind_text(statement, ":workload", filter->workload);
    history_bind_text(statement, ":kernel", filter->kernel);
    history_bind_text(statement, ":series", filter->series);
    history_bind_text(statement, ":metrics", filter->metrics);
    history_bind_int(statement, ":since", filter->since_s ? filter->since_s : INT64_MIN);
    history_bind_int(statement, ":id", filter->id);
}

static int list(struct history *history, const char *sql, const struct history_filter *filter,
                history_row_function *function, void *context, struct error *error)
{
    OWNED_STATEMENT sqlite3_stmt *statement = NULL;
    int result = history_prepare(history, sql, &statement, error);

    if (result)
        return result;
    bind_filter(statement, filter);
    return each_row(history, statement, function, context, error);
}

int history_list(struct history *history, const struct history_filter *filter, history_row_function *function,
                 void *context, struct error *error)
{
    return list(history, LIST LIST_ORDER, filter, function, context, error);
}

int history_list_doomed(struct history *history, history_row_function *function, void *context,
                        struct error *error)
{
    const struct history_filter all = {0};

    return list(history, LIST " AND d.id IN temp.doomed" LIST_ORDER, &all, function, context, error);
}

int history_figures(struct history *history, const struct history_filter *filter,
                    history_row_function *function, void *context, struct error *error)
{
    return list(history, figures_sql, filter, function, context, error);
}

int history_count_left_out(struct history *history, const struct history_filter *filter, unsigned *count,
                           struct error *error)
{
    OWNED_STATEMENT sqlite3_stmt *statement = NULL;
    int result = history_prepare(history, left_out_sql, &statement, error);

    if (result)
        return result;
    bind_filter(statement, filter);
    if (sqlite3_step(statement) != SQLITE_ROW)
        return history_fail(history, "can't be read", error);
    *count = (unsigned)sqlite3_column_int64(statement, 0);
    return 0;
}

/* --- one document --- */

#define DIGEST_PREFIX "sha256:"
#define DIGITS_MIN    6
#define NUMBER_DIGITS 12 /* a name of as many decimal digits or more is a digest */

static bool is_number(const char *name)
{
    return name[0] && strspn(name, "0123456789") == strlen(name) && strlen(name) < NUMBER_DIGITS;
}

static int refuse_name(struct history *history, const char *name, const char *why, struct error *error)
{
    return error_set(error, EXIT_USAGE, -EINVAL,
                     "%s: \"%.80s\" %s; 'tracetoll history list' prints the numbers and digests",
                     history->path, name, why);
}

static int unpack(struct history *history, sqlite3_stmt *statement, json_t **document, struct error *error)
{
    int64_t bytes = sqlite3_column_int64(statement, 2);
    int result = history_unpack(sqlite3_column_blob(statement, 3), (size_t)sqlite3_column_bytes(statement, 3),
                                bytes < 0 ? SIZE_MAX : (size_t)bytes, text(statement, 1), document);

    if (result == -ENOMEM)
        return error_set(error, EXIT_ENVIRONMENT, result, "out of memory");
    return result ? error_set(
                        error, EXIT_ENVIRONMENT, result,
                        "%s: document %lld is damaged: it is not what its digest says; restore a copy of the "
                        "database, or add the document again after 'history prune'",
                        history->path, (long long)sqlite3_column_int64(statement, 0))
                  : 0;
}

int history_load(struct history *history, const char *name, int64_t *id, json_t **document,
                 struct error *error)
{
    OWNED_STATEMENT sqlite3_stmt *statement = NULL;
    const char *digits =
        strncmp(name, DIGEST_PREFIX, strlen(DIGEST_PREFIX)) == 0 ? name + strlen(DIGEST_PREFIX) : name;
    bool number = is_number(name);
    int code, result;

    if (!number && (strlen(digits) < DIGITS_MIN || strspn(digits, "0123456789abcdef") != strlen(digits)))
        return refuse_name(history, name, "is no number of a document, nor 6 digits or more of its digest",
                           error);
    result = history_prepare(
        history,
        "SELECT d.id, d.digest, b.bytes, b.zlib FROM document d JOIN body b ON b.document = d.id"
        " WHERE CASE WHEN :id >= 0 THEN d.id = :id"
        " ELSE substr(d.digest, 1, length(:digest)) = :digest END LIMIT 2",
        &statement, error);
    if (result)
        return result;
    history_bind_int(statement, ":id", number ? strtoll(name, NULL, 10) : -1);
    history_bind_text(statement, ":digest", digits);
    code = sqlite3_step(statement);
    if (code == SQLITE_DONE)
        return refuse_name(history, name, "is no document of this history", error);
    if (code != SQLITE_ROW)
        return history_fail(history, "can't be read", error);
    *id = sqlite3_column_int64(statement, 0);
    result = unpack(history, statement, document, error);
    if (result == 0 && sqlite3_step(statement) == SQLITE_ROW) {
        json_decref(*document);
        *document = NULL;
        return refuse_name(history, name, "is the start of several digests; write more of it", error);
    }
    return result;
}
