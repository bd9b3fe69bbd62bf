/* SPDX-License-Identifier: GPL-2.0 */
/* What the files of the store share. */
#pragma once

#include "reports/history/store.h"

#include <sqlite3.h>

#define HISTORY_APPLICATION 0x54544849 /* "TTHI" */
#define HISTORY_BUSY_MS     10000

struct history {
    sqlite3 *db;
    char path[PATH_MAX];
};

/* The migrations in order: user_version N has had the first N. NULL-terminated. */
extern const char *const history_migrations[];

/* The sentence for what SQLite says went wrong while doing `what`; a negative errno. */
int history_fail(struct history *history, const char *what, struct error *error);

static inline void statement_finalize(sqlite3_stmt **statement)
{
    sqlite3_finalize(*statement);
}
#define OWNED_STATEMENT CLEANUP(statement_finalize)

int history_prepare(struct history *history, const char *sql, sqlite3_stmt **statement, struct error *error);
/* Statements without rows that matter. */
int history_execute(struct history *history, const char *sql, const char *what, struct error *error);
int history_begin(struct history *history, struct error *error);
/* Ends the transaction: COMMIT when `result` is 0, else (and when that fails) ROLLBACK. */
int history_end(struct history *history, int result, struct error *error);

/* By name; NULL and NaN become NULL. The text is borrowed until the statement is reset. */
void history_bind_text(sqlite3_stmt *statement, const char *name, const char *text);
void history_bind_real(sqlite3_stmt *statement, const char *name, double number);
void history_bind_int(sqlite3_stmt *statement, const char *name, int64_t number);

/* Compressed text of a document, malloc'd, and the digest of what it says. -ENOMEM. */
int history_pack(const json_t *document, void **packed, size_t *packed_bytes, size_t *bytes,
                 char digest[DIGEST_TEXT]);
/* A new reference; -EBADMSG when it is not what was packed. */
int history_unpack(const void *packed, size_t packed_bytes, size_t bytes, const char *digest,
                   json_t **document);

/* history_list() of what is in the table temp.doomed. */
int history_list_doomed(struct history *history, history_row_function *function, void *context,
                        struct error *error);
