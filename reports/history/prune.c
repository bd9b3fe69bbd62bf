/* SPDX-License-Identifier: GPL-2.0 */
#include "reports/history/internal.h"

#include <errno.h>

/* What is to go is chosen once, into a table of this connection, so that what is shown is what is deleted. */
static int choose(struct history *history, unsigned keep, int64_t before_s, struct error *error)
{
    OWNED_STATEMENT sqlite3_stmt *statement = NULL;
    int result = history_execute(history,
                                 "CREATE TEMP TABLE IF NOT EXISTS doomed (id INTEGER PRIMARY KEY);"
                                 "DELETE FROM doomed",
                                 "can't be read", error);

    if (result == 0)
        result =
            history_prepare(history,
                            "INSERT INTO doomed SELECT id FROM (SELECT id, started_s, row_number() OVER"
                            " (PARTITION BY series ORDER BY started_s DESC, id DESC) AS place FROM document)"
                            " WHERE (:keep > 0 AND place > :keep) OR (:before > 0 AND started_s < :before)",
                            &statement, error);
    if (result)
        return result;
    history_bind_int(statement, ":keep", keep);
    history_bind_int(statement, ":before", before_s);
    return sqlite3_step(statement) == SQLITE_DONE ? 0 : history_fail(history, "can't be read", error);
}

/* The file gets smaller at once; where it can't, its free pages serve the next documents. */
static void shrink(struct history *history)
{
    sqlite3_exec(history->db, "PRAGMA incremental_vacuum", NULL, NULL, NULL);
    sqlite3_exec(history->db, "PRAGMA wal_checkpoint(TRUNCATE)", NULL, NULL, NULL);
}

int history_prune(struct history *history, unsigned keep, int64_t before_s, bool dry_run,
                  history_row_function *function, void *context, struct error *error)
{
    int result = history_begin(history, error);

    if (result)
        return result;
    result = choose(history, keep, before_s, error);
    if (result == 0)
        result = history_list_doomed(history, function, context, error);
    if (result == 0 && !dry_run)
        result = history_execute(history,
                                 "DELETE FROM figure WHERE document IN doomed;"
                                 "DELETE FROM body WHERE document IN doomed;"
                                 "DELETE FROM document WHERE id IN doomed;"
                                 "DELETE FROM series WHERE id NOT IN (SELECT series FROM document)",
                                 "can't be pruned", error);
    result = history_end(history, result, error);
    if (result == 0 && !dry_run)
        shrink(history);
    return result;
}
