/* SPDX-License-Identifier: GPL-2.0 */
/* Who of many it is that grows: named, and nobody else. */
#include "tests/unit/blocks.h"
#include "agents/memory_census.h"
#include "base/random.h"
#include "orchestrator/analysis_growth.h"

#define WINDOWS 40

/* Bytes of each in window i of a second each. */
static void add_window(struct trial *trial, unsigned i, struct random *random, double leak)
{
    struct block block = block_of('B');

    block.phase = PHASE_STEADY;
    block.position = i;
    block.age_ns = i * 1000000000ULL;
    set(&block, CENSUS_PROCESS "10.steady", 100e6);
    set(&block, CENSUS_PROCESS "11.leaky", 5e6 + leak * i + 4096 * random_normal(random));
    set(&block, CENSUS_PROCESS "12.restless", 7e6 + 1e5 * random_normal(random));
    set(&block, CENSUS_PROCESS "13.warming", i < WINDOWS / 4 ? 1e6 * i : 1e7);
    set(&block, CENSUS_MAP "20.filling", 1e3 + leak / 1000 * i);
    set(&block, "target.rss_bytes", 1e8 + leak * i);
    assert_int_equal(trial_add_block(trial, &block), 0);
}

static unsigned growers_of(double leak, struct grower growers[8], struct trial *trial)
{
    struct random random;

    *trial = (struct trial){0};
    random_seed(&random, 4);
    assert_int_equal(trial_begin(trial, json_object()), 0);
    for (unsigned i = 0; i < WINDOWS; i++)
        add_window(trial, i, &random, leak);
    return analysis_growers(trial, growers, 8);
}

static void test_leak_is_named(void **state)
{
    struct grower growers[8];
    struct trial trial;

    (void)state;
    assert_int_equal(growers_of(1e6, growers, &trial), 2);
    assert_string_equal(growers[0].value, CENSUS_PROCESS "11.leaky");
    assert_close(growers[0].growth.estimate, 1e6, 2e3);
    assert_string_equal(growers[1].value, CENSUS_MAP "20.filling");
    trial_free(&trial);
}

static void test_nobody_grows(void **state)
{
    struct grower growers[8];
    struct trial trial;

    (void)state;
    assert_int_equal(growers_of(0, growers, &trial), 0);
    trial_free(&trial);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_leak_is_named),
        cmocka_unit_test(test_nobody_grows),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
