/* SPDX-License-Identifier: GPL-2.0 */
/* The store: what goes in comes out, once, and goes when it is to go. */
#include "tests/unit/history.h"

#include <sys/stat.h>

static void test_round_trip(void **state)
{
    OWNED_PLACE struct place place;
    OWNED_JSON json_t *document = run_with(1.1, 0.01), *indented = NULL, *loaded = NULL, *by_digest = NULL;
    OWNED_PTR char *text = json_dumps(document, JSON_INDENT(3) | JSON_SORT_KEYS | JSON_REAL_PRECISION(17));
    struct history_added first, again;
    struct history *history;
    char name[80];
    struct stat status;
    int64_t id;

    (void)state;
    make_place(&place);
    history = open_place(&place);
    first = add_to(history, document);
    indented = json_loads(text, 0, NULL);
    again = add_to(history, indented);
    assert_true(first.fresh && !again.fresh && first.id == again.id);
    assert_string_equal(first.digest, again.digest);
    assert_int_equal(history_load(history, "1", &id, &loaded, NULL), 0);
    assert_true(json_equal(document, loaded));
    snprintf(name, sizeof(name), "sha256:%.8s", first.digest);
    assert_int_equal(history_load(history, name, &id, &by_digest, NULL), 0);
    assert_int_equal(id, 1);
    assert_int_equal(stat(place.path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    history_close(history);
    history = open_place(&place);
    assert_int_equal(count_of(history, NULL), 1);
    history_close(history);
}

static void refuse_name(struct history *history, const char *name, const char *part)
{
    struct error error = {0};
    json_t *document = NULL;
    int64_t id;

    assert_int_equal(history_load(history, name, &id, &document, &error), -EINVAL);
    assert_int_equal(error.status, EXIT_USAGE);
    if (!strstr(error.message, part))
        fail_msg("\"%s\" does not say \"%s\"", error.message, part);
}

static void test_names(void **state)
{
    OWNED_PLACE struct place place;
    OWNED_JSON json_t *document = run_with(1.1, 0.01);
    struct history *history;

    (void)state;
    make_place(&place);
    history = open_place(&place);
    add_to(history, document);
    refuse_name(history, "2", "is no document");
    refuse_name(history, "abc", "6 digits");
    refuse_name(history, "zzzzzzzz", "6 digits");
    refuse_name(history, "", "6 digits");
    refuse_name(history, "' OR 1 --", "6 digits");
    refuse_name(history, "sha256:00000000", "is no document");
    history_close(history);
}

/* 0 is a number that no document has, and never the start of a digest. */
static void test_number_0(void **state)
{
    OWNED_PLACE struct place place;
    OWNED_JSON json_t *base = run_with(1.1, 0.01);
    struct history *history;
    struct history_added added;

    (void)state;
    make_place(&place);
    history = open_place(&place);
    for (int day = 0; day == 0 || (added.digest[0] != '0' && day < 1000); day++) {
        OWNED_JSON json_t *document = document_of_day(base, day);

        added = add_to(history, document);
    }
    assert_int_equal(added.digest[0], '0');
    refuse_name(history, "0", "is no document");
    refuse_name(history, "00000", "is no document");
    history_close(history);
}

/* Documents of one scenario for the same version and kernel are attempts of one gate. */
static void test_attempts(void **state)
{
    OWNED_PLACE struct place place;
    OWNED_JSON json_t *base = run_with(1.1, 0.01);
    struct history *history;

    (void)state;
    make_place(&place);
    history = open_place(&place);
    assert_int_equal(add_to(history, base).attempts, 0);
    change(base, "command", "scenario_digest", "\"sha256:1234\"");
    for (int day = 1; day <= 3; day++) {
        OWNED_JSON json_t *document = document_of_day(base, day);

        assert_int_equal(add_to(history, document).attempts, day);
        assert_int_equal(add_to(history, document).attempts, day);
    }
    change(base, "environment.versions", "target", "\"9\"");
    assert_int_equal(add_to(history, base).attempts, 1);
    change(base, "environment.kernel", "release", "\"6.99\"");
    assert_int_equal(add_to(history, base).attempts, 1);
    change(base, "command", "scenario_digest", "\"sha256:5678\"");
    assert_int_equal(add_to(history, base).attempts, 1);
    assert_int_equal(count_of(history, NULL), 7);
    history_close(history);
}

static int check_attempt(void *context, const struct history_row *row)
{
    const unsigned *wanted = context;

    assert_int_equal(row->attempt, wanted[0]);
    assert_int_equal(row->attempts, wanted[1]);
    return 0;
}

/* A filter does not change how many there were. */
static void test_filters(void **state)
{
    OWNED_PLACE struct place place;
    OWNED_JSON json_t *base = run_with(1.1, 0.01);
    struct history *history;
    const struct history_filter target = {.target = "x%_y"}, workload = {.workload = "udp_rr on"},
                                kernel = {.kernel = "6.12"}, none = {.kernel = "6_12"},
                                late = {.since_s = FIRST_S + 3 * DAY_S}, one = {.id = 2};

    (void)state;
    make_place(&place);
    history = open_place(&place);
    change(base, "command", "scenario_digest", "\"sha256:1234\"");
    for (int day = 1; day <= 4; day++) {
        OWNED_JSON json_t *document = document_of_day(base, day);

        add_to(history, document);
    }
    change(base, "target", "argv", "[\"x%_y\"]");
    add_to(history, base);
    assert_int_equal(count_of(history, &target), 1);
    assert_int_equal(count_of(history, &workload), 5);
    assert_int_equal(count_of(history, &kernel), 5);
    assert_int_equal(count_of(history, &none), 0);
    assert_true(count_of(history, &late) >= 2);
    assert_int_equal(history_list(history, &one, check_attempt, (unsigned[]){2, 4}, NULL), 0);
    history_close(history);
}

static void test_prune(void **state)
{
    OWNED_PLACE struct place place;
    OWNED_JSON json_t *base = run_with(1.1, 0.01), *other = NULL;
    struct history *history;
    unsigned gone = 0;

    (void)state;
    make_place(&place);
    history = open_place(&place);
    for (int day = 0; day < 6; day++) {
        OWNED_JSON json_t *document = document_of_day(base, day);

        add_to(history, document);
    }
    change(base, "target", "argv", "[\"other\"]");
    other = document_of_day(base, 0);
    add_to(history, other);
    assert_int_equal(history_prune(history, 4, 0, true, count_rows, &gone, NULL), 0);
    assert_true(gone == 2 && count_of(history, NULL) == 7);
    gone = 0;
    assert_int_equal(history_prune(history, 4, 0, false, count_rows, &gone, NULL), 0);
    assert_true(gone == 2 && count_of(history, NULL) == 5);
    gone = 0;
    assert_int_equal(history_prune(history, 0, FIRST_S + 4 * DAY_S, false, count_rows, &gone, NULL), 0);
    assert_true(gone == 3 && count_of(history, NULL) == 2);
    /* A number that was given out names nothing else later. */
    assert_int_equal(add_to(history, other).id, 8);
    history_close(history);
}

/* What fails in the middle leaves nothing of itself. */
static void test_all_or_none(void **state)
{
    OWNED_PLACE struct place place;
    OWNED_JSON json_t *one = run_with(1.1, 0.01), *two = document_of_day(one, 1);
    OWNED_BATCH struct history_batch first = {0}, second = {0};
    struct history_added added[2];
    struct history_entry both[2];
    struct history *history;

    (void)state;
    make_place(&place);
    history = open_place(&place);
    assert_int_equal(history_batch_read(one, &first, NULL), 0);
    assert_int_equal(history_batch_read(two, &second, NULL), 0);
    both[0] = first.entries[0];
    both[1] = second.entries[0];
    both[1].kernel = NULL; /* NOT NULL there */
    assert_true(history_add(history, both, 2, added, NULL) < 0);
    assert_int_equal(count_of(history, NULL), 0);
    both[1].kernel = "6.1";
    assert_int_equal(history_add(history, both, 2, added, NULL), 0);
    assert_int_equal(count_of(history, NULL), 2);
    history_close(history);
}

static void test_path(void **state)
{
    char path[PATH_MAX];

    (void)state;
    setenv("XDG_DATA_HOME", "/x", 1);
    unsetenv("TRACETOLL_HISTORY");
    assert_int_equal(history_path(NULL, path, NULL), 0);
    assert_string_equal(path, "/x/tracetoll/history.db");
    setenv("TRACETOLL_HISTORY", "/y/z", 1);
    assert_int_equal(history_path(NULL, path, NULL), 0);
    assert_string_equal(path, "/y/z");
    assert_int_equal(history_path(":memory:", path, NULL), 0);
    assert_string_equal(path, "./:memory:");
    unsetenv("TRACETOLL_HISTORY");
    unsetenv("XDG_DATA_HOME");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),  cmocka_unit_test(test_names),   cmocka_unit_test(test_number_0),
        cmocka_unit_test(test_attempts),    cmocka_unit_test(test_filters), cmocka_unit_test(test_prune),
        cmocka_unit_test(test_all_or_none), cmocka_unit_test(test_path),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
