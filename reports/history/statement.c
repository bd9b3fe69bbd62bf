/* SPDX-License-Identifier: GPL-2.0 */
/* SQLite as this program speaks: 0 or a negative errno, and a sentence for people. */
#include "reports/history/internal.h"

#include <errno.h>
#include <math.h>
#include <string.h>

struct failure {
    int code;         /* SQLite's primary one */
    int result;       /* ours */
    const char *text; /* behind "PATH: WHAT: " */
};

static const struct failure failures[] = {
    {SQLITE_BUSY, -EBUSY, "another process has been writing to it for ten seconds; try again"},
    {SQLITE_LOCKED, -EBUSY, "another process has been writing to it for ten seconds; try again"},
    {SQLITE_FULL, -ENOSPC,
     "no space is left there, and nothing of this was kept; free some, or 'tracetoll history prune'"},
    {SQLITE_NOTADB, -EINVAL,
     "it is no history database, or damaged at its start; name another one with --database, or move it away"},
    {SQLITE_CORRUPT, -EIO,
     "the database is damaged; restore a copy, or save what is left with 'sqlite3 FILE .recover'"},
    {SQLITE_READONLY, -EROFS,
     "it may not be written; check its owner and mode, or name another one with --database"},
    {SQLITE_PERM, -EACCES, "no permission; check its owner and mode"},
    {SQLITE_NOMEM, -ENOMEM, "out of memory"},
};

static const struct failure *find(int code)
{
    for (size_t i = 0; i < ARRAY_SIZE(failures); i++)
        if (failures[i].code == code)
            return &failures[i];
    return NULL;
}

int history_fail(struct history *history, const char *what, struct error *error)
{
    int code = sqlite3_errcode(history->db) & 0xff, number = sqlite3_system_errno(history->db);
    /* A full disk also shows as an I/O error with the reason beside it. */
    bool full = code == SQLITE_IOERR && (number == ENOSPC || number == EDQUOT);
    const struct failure *failure = find(full ? SQLITE_FULL : code);

    if (failure)
        return error_set(error, EXIT_ENVIRONMENT, failure->result, "%s: %s: %s", history->path, what,
                         failure->text);
    if (code == SQLITE_CANTOPEN || code == SQLITE_IOERR)
        return error_set(error, EXIT_ENVIRONMENT, number ? -number : -EIO,
                         "%s: %s: %s; check the place, or name another one with --database", history->path,
                         what, number ? strerror(number) : "it cannot be opened");
    return error_set(error, EXIT_ENVIRONMENT, -EIO, "%s: %s: %s", history->path, what,
                     sqlite3_errmsg(history->db));
}

int history_prepare(struct history *history, const char *sql, sqlite3_stmt **statement, struct error *error)
{
    return sqlite3_prepare_v2(history->db, sql, -1, statement, NULL) == SQLITE_OK
               ? 0
               : history_fail(history, "can't be read", error);
}

int history_execute(struct history *history, const char *sql, const char *what, struct error *error)
{
    return sqlite3_exec(history->db, sql, NULL, NULL, NULL) == SQLITE_OK ? 0
                                                                         : history_fail(history, what, error);
}

int history_begin(struct history *history, struct error *error)
{
    /* IMMEDIATE: the lock is waited for here, and no later statement finds that somebody else was faster. */
    return history_execute(history, "BEGIN IMMEDIATE", "can't be written", error);
}

int history_end(struct history *history, int result, struct error *error)
{
    if (result == 0)
        result = history_execute(history, "COMMIT", "can't be written", error);
    if (result && !sqlite3_get_autocommit(history->db))
        sqlite3_exec(history->db, "ROLLBACK", NULL, NULL, NULL);
    return result;
}

void history_bind_text(sqlite3_stmt *statement, const char *name, const char *text)
{
    sqlite3_bind_text(statement, sqlite3_bind_parameter_index(statement, name), text, -1, SQLITE_STATIC);
}

void history_bind_real(sqlite3_stmt *statement, const char *name, double number)
{
    int index = sqlite3_bind_parameter_index(statement, name);

    if (isfinite(number))
        sqlite3_bind_double(statement, index, number);
    else
        sqlite3_bind_null(statement, index);
}

void history_bind_int(sqlite3_stmt *statement, const char *name, int64_t number)
{
    sqlite3_bind_int64(statement, sqlite3_bind_parameter_index(statement, name), number);
}
