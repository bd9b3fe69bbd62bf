/* SPDX-License-Identifier: GPL-2.0 */
#include "base/files.h"
#include "base/output_file.h"
#include "reports/history/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#define RETRY_NS 20000000 /* SQLite's own waiting does not cover the switch to a write-ahead log */

static int too_long(struct error *error)
{
    return error_set(error, EXIT_USAGE, -ENAMETOOLONG,
                     "the path of the history is too long; name a shorter one");
}

int history_path(const char *chosen, char path[PATH_MAX], struct error *error)
{
    const char *variable = getenv("TRACETOLL_HISTORY"), *data = getenv("XDG_DATA_HOME"),
               *home = getenv("HOME");
    int length;

    if (!chosen && variable && variable[0])
        chosen = variable;
    if (chosen) /* "./" so that no name means something of its own to SQLite */
        length = snprintf(path, PATH_MAX, "%s%s", chosen[0] == '/' ? "" : "./", chosen);
    else if (data && data[0] == '/')
        length = snprintf(path, PATH_MAX, "%s/tracetoll/history.db", data);
    else
        length = snprintf(path, PATH_MAX, "%s/.local/share/tracetoll/history.db", home ? home : "/root");
    return length < PATH_MAX - 16 ? 0 : too_long(error);
}

static int sync_parent(const char *path)
{
    OWNED_PTR char *copy = strdup(path);
    OWNED_FD int fd = copy ? open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;

    if (fd < 0)
        return copy ? -errno : -ENOMEM;
    return fsync(fd) == 0 || errno == EINVAL ? 0 : -errno;
}

/* Ours alone (0600): what tools are measured with, and on what, is nobody else's business. */
static int make_file(const char *path)
{
    OWNED_FD int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    if (fd < 0)
        return errno == EEXIST ? 0 : -errno;
    return sync_parent(path);
}

static int make_missing(const char *path, struct error *error)
{
    OWNED_PTR char *parents = strdup(path);
    int result = make_file(path);

    if (result == -ENOENT && parents && strstr(path, "/tracetoll/history.db")) {
        file_make_parents(parents);
        result = make_file(path);
    }
    return result ? error_set(error, EXIT_ENVIRONMENT, result,
                              "%s: can't be made: %s; name another place with --database", path,
                              strerror(-result))
                  : 0;
}

static int check_there(const char *path, struct error *error)
{
    if (access(path, F_OK) == 0)
        return 0;
    return error_set(
        error, EXIT_USAGE, -errno,
        "%s: %s; 'tracetoll history add RESULT.json' starts a history, --database names another one", path,
        errno == ENOENT ? "there is no history yet" : strerror(errno));
}

/* SQLite would follow it, and make a database of the empty file that it leads to. */
static int check_link(const char *path, struct error *error)
{
    if (!output_link_is_foreign(path))
        return 0;
    return error_set(error, EXIT_USAGE, -ELOOP,
                     "%s: a link that another user put there, and not followed; name another place with "
                     "--database",
                     path);
}

static int read_number(struct history *history, const char *sql, int64_t *number, struct error *error)
{
    OWNED_STATEMENT sqlite3_stmt *statement = NULL;
    int result = history_prepare(history, sql, &statement, error);

    if (result)
        return result;
    if (sqlite3_step(statement) != SQLITE_ROW)
        return history_fail(history, "can't be read", error);
    *number = sqlite3_column_int64(statement, 0);
    return 0;
}

static int64_t newest_version(void)
{
    int64_t version = 0;

    while (history_migrations[version])
        version++;
    return version;
}

struct identity {
    int64_t application, version, tables;
};

static int read_identity(struct history *history, struct identity *identity, struct error *error)
{
    int result = read_number(history, "PRAGMA application_id", &identity->application, error);

    if (result == 0)
        result = read_number(history, "PRAGMA user_version", &identity->version, error);
    return result ? result
                  : read_number(history, "SELECT count(*) FROM sqlite_schema", &identity->tables, error);
}

/* Is it ours, or empty? Inside a transaction: somebody else may be making it just now. */
static int check_identity(struct history *history, int64_t *version, struct error *error)
{
    struct identity identity = {0};
    int result = read_identity(history, &identity, error);

    if (result)
        return result;
    *version = identity.version;
    if (identity.application != HISTORY_APPLICATION &&
        (identity.application || identity.tables || identity.version))
        return error_set(error, EXIT_USAGE, -EINVAL,
                         "%s: a database of another program, and left as it is; name another one with "
                         "--database",
                         history->path);
    if (identity.version > newest_version())
        return error_set(error, EXIT_ENVIRONMENT, -EINVAL,
                         "%s: written by a newer tracetoll (schema %lld, this one knows %lld); use that one",
                         history->path, (long long)identity.version, (long long)newest_version());
    return 0;
}

static int look_at_identity(struct history *history, int64_t *version, struct error *error)
{
    int result = history_execute(history, "BEGIN", "can't be read", error);

    return result ? result : history_end(history, check_identity(history, version, error), error);
}

/* Two processes may make the same history at once; one of them is told "busy" without any waiting. */
static int set_write_ahead_log(struct history *history, struct error *error)
{
    const struct timespec pause = {.tv_nsec = RETRY_NS};

    for (unsigned tries = HISTORY_BUSY_MS / (RETRY_NS / 1000000); tries > 0; tries--) {
        int code = sqlite3_exec(history->db, "PRAGMA journal_mode = WAL", NULL, NULL, NULL);

        if (code == SQLITE_OK)
            return 0;
        if ((code & 0xff) != SQLITE_BUSY)
            break;
        nanosleep(&pause, NULL);
    }
    return history_fail(history, "can't be opened", error);
}

/* Steps that somebody else has done meanwhile are not done again: the version is read under the lock. */
static int migrate(struct history *history, struct error *error)
{
    int64_t version = 0;
    char pragma[96];
    int result = history_begin(history, error);

    if (result)
        return result;
    result = check_identity(history, &version, error);
    for (; result == 0 && history_migrations[version]; version++)
        result = history_execute(history, history_migrations[version],
                                 "can't be brought to this version's schema", error);
    snprintf(pragma, sizeof(pragma), "PRAGMA user_version = %lld; PRAGMA application_id = %d",
             (long long)version, HISTORY_APPLICATION);
    if (result == 0)
        result = history_execute(history, pragma, "can't be written", error);
    return history_end(history, result, error);
}

static int prepare_database(struct history *history, struct error *error)
{
    int64_t version = 0;
    int result;

    sqlite3_busy_timeout(history->db, HISTORY_BUSY_MS);
    sqlite3_db_config(history->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(history->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    result = look_at_identity(history, &version, error);
    if (result)
        return result;
    if (version == 0) /* works on an empty file alone */
        result = history_execute(history, "PRAGMA auto_vacuum = INCREMENTAL", "can't be opened", error);
    if (result == 0 && !sqlite3_db_readonly(history->db, "main"))
        result = set_write_ahead_log(history, error);
    if (result == 0)
        result = history_execute(
            history, "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cell_size_check = ON",
            "can't be opened", error);
    return result == 0 && version < newest_version() ? migrate(history, error) : result;
}

int history_open(const char *path, enum history_open_mode mode, struct history **history, struct error *error)
{
    OWNED_HISTORY struct history *opened = calloc(1, sizeof(*opened));
    int result;

    if (!opened)
        return error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");
    snprintf(opened->path, sizeof(opened->path), "%s", path);
    result = mode == HISTORY_CREATE ? make_missing(path, error) : check_there(path, error);
    if (result == 0)
        result = check_link(path, error);
    if (result)
        return result;
    if (sqlite3_open_v2(path, &opened->db,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
                        NULL) != SQLITE_OK)
        return history_fail(opened, "can't be opened", error);
    result = prepare_database(opened, error);
    if (result == 0)
        *history = TAKE_PTR(opened);
    return result;
}

void history_close(struct history *history)
{
    if (history)
        sqlite3_close(history->db);
    free(history);
}
