/* SPDX-License-Identifier: GPL-2.0 */
/* Ten times the documents take about ten times as long, and not a hundred times. */
#include "tests/system/many_documents.h"
#include "tests/unit/unit.h"

#include "orchestrator/history/commands.h"
#include "reports/jsonio.h"

#include <string.h>
#include <time.h>

#define FEW           200u
#define MANY          2000u
#define TOOLS         10u
#define REPETITIONS   3
#define RATIO_AT_MOST 60 /* of the times; the square would be a hundred */

static void list(struct history *history)
{
    const struct history_filter all = {0};
    CLEANUP(jsonio_drop) json_t *documents = history_list_begin();

    assert_int_equal(history_list(history, &all, history_list_row, documents, NULL), 0);
}

static void trend(struct history *history)
{
    const struct trend_options options = {.alarms = TREND_ALARMS};
    CLEANUP(jsonio_drop) json_t *found = NULL;

    assert_int_equal(trend_compose(history, &options, &found, NULL), 0);
    assert_int_equal(document_count(found, "series"), TOOLS);
}

/* CPU time, the best of several: what others do on the machine hardly adds to it. */
static double seconds(void (*function)(struct history *), struct history *history)
{
    double best = INFINITY;

    for (unsigned i = 0; i < REPETITIONS; i++) {
        clock_t start = clock();

        function(history);
        best = fmin(best, (double)(clock() - start) / CLOCKS_PER_SEC);
    }
    return best;
}

static void test_scale(void **state)
{
    static const struct {
        const char *name;
        void (*function)(struct history *);
    } rows[] = {{"list", list}, {"trend", trend}};
    char directory[] = "/tmp/tracetoll-test-XXXXXX", path[64];
    double few[ARRAY_SIZE(rows)];
    struct history *history = NULL;
    struct error error = {0};

    (void)state;
    assert_non_null(mkdtemp(directory));
    snprintf(path, sizeof(path), "%s/history.db", directory);
    assert_int_equal(history_open(path, HISTORY_CREATE, &history, &error), 0);
    if (many_add(history, 0, FEW, TOOLS, &error))
        fail_msg("%s", error.message);
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
        few[i] = seconds(rows[i].function, history);
    assert_int_equal(many_add(history, FEW, MANY, TOOLS, &error), 0);
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        double many = seconds(rows[i].function, history);

        print_message("# %s: %.1f times as long for %u documents as for %u\n", rows[i].name, many / few[i],
                      MANY, FEW);
        assert_true(many / few[i] < RATIO_AT_MOST);
    }
    history_close(history);
    unlink(path);
    rmdir(directory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_scale)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
