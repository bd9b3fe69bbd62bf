/* SPDX-License-Identifier: GPL-2.0 */
/* What an event costs on all CPUs by the time between two of them: by hand. */
#include "tests/unit/unit.h"
#include "base/cleanup.h"
#include "orchestrator/advice/event_pace.h"
#include "reports/jsonio.h"

#include <math.h>

#define ROW(variant, producer, half, total, wakes, change)                                                   \
    "{\"name\": \"e\", \"variant\": \"64 B, consumer asleep, an event each " variant " us\","                \
    " \"estimate\": " #producer ", \"low\": " #producer " , \"high\": " #half                                \
    ", \"detail\": {\"total_cpu_ns\": " #total ", \"wakeups_per_event\": " #wakes                            \
    ", \"idle_change_per_wakeup_ns\": " #change "}}"

static const char rows_text[] = "[" ROW("1", 1000, 1100, 2000, 0.5, 2000) ", " ROW(
    "5", 2000, 2000, 4000, 1, 1000) ", " ROW("50", 5000, 5000, 9000, 1, null) "]";
static const char document_text_[] = "{\"metrics\": [{\"name\": \"throughput\", \"baseline\": 200000}]}";

static void assert_close(double actual, double expected)
{
    if (!(fabs(actual - expected) < 1e-6))
        fail_msg("%.12g is not %.12g", actual, expected);
}

static void test_total(void **state)
{
    CLEANUP(jsonio_drop) json_t *rows = json_loads(rows_text, 0, NULL);
    const struct advisor advisor = {.rows = rows};
    struct interval fast = event_pace_total(&advisor, "e", 100);

    (void)state;
    assert_close(fast.estimate, 3000); /* 2000, and half a way out of idle and back */
    assert_close(fast.high, 3300);     /* as sure as the producer's 1000 */
    assert_close(event_pace_total(&advisor, "e", 1000).estimate, 3000);
    assert_close(event_pace_total(&advisor, "e", 5000).estimate, 5000);
    assert_close(event_pace_total(&advisor, "e", 1000 * sqrt(5)).estimate, 4000); /* half way, by logarithm */
    /* A row that does not know what its idle CPU did, one that is not there, and no rate. */
    assert_true(isnan(event_pace_total(&advisor, "e", 1e6).estimate));
    assert_true(isnan(event_pace_total(&advisor, "f", 1000).estimate));
    assert_true(isnan(event_pace_total(&advisor, "e", NAN).estimate));
}

static void test_gap(void **state)
{
    CLEANUP(jsonio_drop) json_t *document = json_loads(document_text_, 0, NULL);
    CLEANUP(jsonio_drop) json_t *none = json_object();
    const struct advisor advisor = {.document = document}, without = {.document = none};

    (void)state;
    assert_close(event_gap_ns(&advisor, 2), 2500);
    assert_true(isnan(event_gap_ns(&advisor, 0)));
    assert_true(isnan(event_gap_ns(&without, 1)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_total), cmocka_unit_test(test_gap)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
