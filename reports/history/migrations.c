/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The schema, as the steps that lead to it. A step that a release has had never changes: another one follows.
 * Bodies are in a table of their own, so that a scan of the columns does not read them.
 */
#include "reports/history/internal.h"

const char *const history_migrations[] = {
    "CREATE TABLE series ("
    "  id INTEGER PRIMARY KEY,"
    "  digest TEXT NOT NULL UNIQUE,"
    "  target TEXT NOT NULL,"
    "  workload TEXT NOT NULL,"
    "  mode TEXT NOT NULL,"
    "  machine TEXT NOT NULL,"
    "  machine_text TEXT NOT NULL"
    ") STRICT;"
    "CREATE TABLE document ("
    "  id INTEGER PRIMARY KEY AUTOINCREMENT," /* a number that was given out names no other document later */
    "  digest TEXT NOT NULL UNIQUE,"
    "  series INTEGER NOT NULL REFERENCES series,"
    "  version TEXT,"
    "  kernel TEXT NOT NULL,"
    "  kernel_build TEXT NOT NULL,"
    "  started_s INTEGER NOT NULL,"
    "  status TEXT NOT NULL,"
    "  scenario TEXT,"
    "  trusted INTEGER NOT NULL"
    ") STRICT;"
    "CREATE INDEX document_series ON document (series, started_s);"
    "CREATE TABLE figure ("
    "  document INTEGER NOT NULL REFERENCES document ON DELETE CASCADE,"
    "  metric TEXT NOT NULL,"
    "  unit TEXT NOT NULL,"
    "  higher_is_better INTEGER NOT NULL,"
    "  is_primary INTEGER NOT NULL,"
    "  relative INTEGER NOT NULL,"
    "  baseline REAL, with_target REAL, estimate REAL, low REAL, high REAL, level REAL,"
    "  centre REAL, error REAL, freedom REAL,"
    "  n INTEGER NOT NULL,"
    "  PRIMARY KEY (document, metric)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE body ("
    "  document INTEGER PRIMARY KEY REFERENCES document ON DELETE CASCADE,"
    "  bytes INTEGER NOT NULL,"
    "  zlib BLOB NOT NULL"
    ") STRICT;",
    /* Attempts are counted at each document that is added. */
    "CREATE INDEX document_scenario ON document (scenario, series, version, kernel_build)"
    "  WHERE scenario IS NOT NULL;",
    NULL,
};
