/* SPDX-License-Identifier: GPL-2.0 */
/* Databases that are older, newer, somebody else's or damaged. */
#include "tests/unit/history.h"

#include "reports/history/internal.h"

#include <fcntl.h>
#include <sys/wait.h>

static void run_sql(const struct place *place, const char *sql)
{
    sqlite3 *db = NULL;

    assert_int_equal(sqlite3_open(place->path, &db), SQLITE_OK);
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s", sqlite3_errmsg(db));
    sqlite3_close(db);
}

static void refuse_open(const struct place *place, enum exit_status status, const char *part)
{
    struct history *history = NULL;
    struct error error = {0};

    assert_true(history_open(place->path, HISTORY_CREATE, &history, &error) < 0);
    assert_null(history);
    assert_int_equal(error.status, status);
    if (!strstr(error.message, part))
        fail_msg("\"%s\" does not say \"%s\"", error.message, part);
}

static void write_file(const struct place *place, const void *data, size_t size)
{
    int fd = open(place->path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, data, size), size);
    close(fd);
}

/* Made by the first migration alone, with a document in it, as the version that had no more wrote it. */
static void test_older(void **state)
{
    OWNED_PLACE struct place place, donor;
    OWNED_JSON json_t *document = run_with(1.1, 0.01), *loaded = NULL;
    char sql[4096];
    struct history *history;
    int64_t id;

    (void)state;
    make_place(&donor);
    history = open_place(&donor);
    change(document, "command", "scenario_digest", "\"sha256:1234\"");
    add_to(history, document);
    history_close(history);
    make_place(&place);
    run_sql(&place, history_migrations[0]);
    snprintf(
        sql, sizeof(sql),
        "PRAGMA user_version = 1; PRAGMA application_id = %d; ATTACH '%s' AS donor;"
        "INSERT INTO series SELECT * FROM donor.series; INSERT INTO document SELECT * FROM donor.document;"
        "INSERT INTO figure SELECT * FROM donor.figure; INSERT INTO body SELECT * FROM donor.body",
        HISTORY_APPLICATION, donor.path);
    run_sql(&place, sql);
    history = open_place(&place);
    assert_int_equal(history_load(history, "1", &id, &loaded, NULL), 0);
    assert_true(json_equal(document, loaded));
    assert_int_equal(add_to(history, document).attempts, 1);
    history_close(history);
    /* The migration has left what a new database has. */
    run_sql(&place, "DROP INDEX document_scenario; PRAGMA user_version = 1");
    history = open_place(&place);
    history_close(history);
    run_sql(&place, "DROP INDEX document_scenario");
}

static void test_newer(void **state)
{
    OWNED_PLACE struct place place;

    (void)state;
    make_place(&place);
    history_close(open_place(&place));
    run_sql(&place, "PRAGMA user_version = 99");
    refuse_open(&place, EXIT_ENVIRONMENT, "newer tracetoll (schema 99");
}

static void test_of_another_program(void **state)
{
    OWNED_PLACE struct place place;

    (void)state;
    make_place(&place);
    run_sql(&place, "CREATE TABLE theirs (x)");
    refuse_open(&place, EXIT_USAGE, "another program");
    run_sql(&place, "INSERT INTO theirs VALUES (1)");
}

static void test_garbage(void **state)
{
    static const char text[] =
        "{\"schema\": \"tracetoll.result/1\"}\n this is more than a header of a database is, "
        "and then some more so that it has at least a hundred bytes";
    OWNED_PLACE struct place place;

    (void)state;
    make_place(&place);
    write_file(&place, text, sizeof(text));
    refuse_open(&place, EXIT_ENVIRONMENT, "no history database");
    write_file(&place, "", 0); /* what a process that was killed at once leaves */
    history_close(open_place(&place));
}

static int ignore(void *context, const struct history_row *row)
{
    (void)context, (void)row;
    return 0;
}

/* Wherever it is cut: a sentence, or what is whole; never a crash, never a document that is not one. */
static void test_cut(void **state)
{
    OWNED_PLACE struct place place;
    OWNED_JSON json_t *base = run_with(1.1, 0.01);
    const struct history_filter all = {0};
    struct history *history;
    off_t size;
    int fd;

    (void)state;
    make_place(&place);
    history = open_place(&place);
    for (int day = 0; day < 8; day++) {
        OWNED_JSON json_t *document = document_of_day(base, day);

        add_to(history, document);
    }
    history_close(history);
    history = NULL;
    fd = open(place.path, O_RDWR | O_CLOEXEC);
    size = lseek(fd, 0, SEEK_END);
    assert_true(size > 16384);
    for (off_t kept = size - 4096; kept > 0; kept -= 4096 + 512) {
        struct error error = {0};
        json_t *document = NULL;
        int64_t id;
        int result;

        assert_int_equal(ftruncate(fd, kept), 0);
        result = history_open(place.path, HISTORY_EXISTING, &history, &error);
        if (result == 0)
            result = history_list(history, &all, ignore, NULL, &error);
        if (result == 0)
            result = history_load(history, "8", &id, &document, &error);
        assert_true(result < 0);
        assert_non_null(strstr(error.message, place.path));
        assert_int_equal(error.status, EXIT_ENVIRONMENT);
        history_close(history);
        history = NULL;
    }
    close(fd);
}

static void test_body_damaged(void **state)
{
    OWNED_PLACE struct place place;
    OWNED_JSON json_t *base = run_with(1.1, 0.01);
    static const char *const damages[] = {
        "UPDATE body SET zlib = x'00'",
        "UPDATE body SET bytes = -1",
        "UPDATE body SET bytes = 1 << 50",
        "UPDATE body SET bytes = 7",
        "UPDATE body SET zlib = (SELECT zlib FROM body WHERE document = 2), bytes = (SELECT bytes FROM body"
        " WHERE document = 2)",
    };
    OWNED_JSON json_t *second = document_of_day(base, 1);

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(damages); i++) {
        struct error error = {0};
        json_t *document = NULL;
        struct history *history;
        int64_t id;

        make_place(&place);
        history = open_place(&place);
        add_to(history, base);
        add_to(history, second);
        history_close(history);
        run_sql(&place, damages[i]);
        history = open_place(&place);
        assert_true(history_load(history, "1", &id, &document, &error) < 0);
        assert_null(document);
        assert_non_null(strstr(error.message, "document 1 is damaged"));
        history_close(history);
        if (i + 1 < ARRAY_SIZE(damages))
            remove_place(&place);
    }
}

/* Whoever comes while another one makes it waits, and neither takes it for something else. */
static void test_made_by_several(void **state)
{
    enum { ROUNDS = 5, MAKERS = 4 };

    (void)state;
    for (unsigned round = 0; round < ROUNDS; round++) {
        OWNED_PLACE struct place place;
        pid_t makers[MAKERS];
        int gate[2];

        make_place(&place);
        assert_int_equal(pipe(gate), 0);
        for (unsigned i = 0; i < MAKERS; i++) {
            makers[i] = fork();
            if (makers[i] == 0) {
                struct history *history = NULL;
                struct error error = {0};
                char byte;
                int result;

                close(gate[1]);
                result = read(gate[0], &byte, 1) != 0 ||
                         history_open(place.path, HISTORY_CREATE, &history, &error);
                history_close(history);
                _exit(result);
            }
        }
        close(gate[0]);
        close(gate[1]); /* all of them at once */
        for (unsigned i = 0; i < MAKERS; i++) {
            int status = -1;

            assert_int_equal(waitpid(makers[i], &status, 0), makers[i]);
            assert_int_equal(status, 0);
        }
    }
}

static void test_missing(void **state)
{
    struct history *history = NULL;
    struct error error = {0};

    (void)state;
    assert_true(history_open("/nonexistent/h.db", HISTORY_EXISTING, &history, &error) < 0);
    assert_int_equal(error.status, EXIT_USAGE);
    assert_true(history_open("/nonexistent/h.db", HISTORY_CREATE, &history, &error) < 0);
    assert_int_equal(error.status, EXIT_ENVIRONMENT);
    assert_true(history_open("/tmp", HISTORY_CREATE, &history, &error) < 0);
    assert_int_equal(error.status, EXIT_ENVIRONMENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_older),
        cmocka_unit_test(test_newer),
        cmocka_unit_test(test_of_another_program),
        cmocka_unit_test(test_garbage),
        cmocka_unit_test(test_cut),
        cmocka_unit_test(test_body_damaged),
        cmocka_unit_test(test_made_by_several),
        cmocka_unit_test(test_missing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
