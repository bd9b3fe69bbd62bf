/* SPDX-License-Identifier: GPL-2.0 */
/* Two targets in one design: the order of blocks, what each pair of arms is judged on, and the ratio of their
 * costs. */
#include "tests/unit/documents.h"
#include "tests/unit/mock_machine.h"
#include "tests/unit/simulation.h"

#include "orchestrator/stats/ratio.h"
#include "orchestrator/shortfall.h"
#include "orchestrator/versus.h"

#include <errno.h>

static void orders_are_all_drawn_and_read_alike_backwards(void **state)
{
    CLEANUP(trial_free) struct trial trial = {0};
    struct mock m = mock_new();
    struct experiment_plan plan = plan_of(&m);
    unsigned began[3] = {0};

    (void)state;
    plan.targets = 2;
    plan.steady_ns = 0;
    assert_int_equal(experiment_run(&plan, &mock_ops, &m, &trial, NULL), 0);
    assert_int_equal(trial.count, 32 * 6);
    for (size_t first = 0; first < trial.count; first += 6) {
        unsigned seen = 0;

        for (unsigned i = 0; i < 6; i++) {
            assert_int_equal(trial.blocks[first + i].position, i);
            assert_int_equal(trial.blocks[first + i].arm, trial.blocks[first + 5 - i].arm);
            seen |= 1u << (trial.blocks[first + i].arm - 'A');
        }
        assert_int_equal(seen, 7);
        began[trial.blocks[first].arm - 'A']++;
    }
    for (unsigned arm = 0; arm < 3; arm++)
        assert_true(began[arm] >= 4); /* a third of 32; fewer with probability 0.01, and the seed is fixed */
    assert_int_equal(m.statistics, 2);
    assert_quiet(&m);
}

/* As many quads as ns has sixes: A, B and C cost 1, `b` and `c` ms, and the machine gets slower all the time.
 */
static void make_versus(struct trial *trial, unsigned quads, double b, double c)
{
    static const char *const orders[] = {"ABCCBA", "CABBAC", "BCAACB"};
    json_t *header = header_of(32, "latency.mean", NULL);
    unsigned number = 0;

    json_object_set_new(header, "versus", json_pack("{s:s, s:[s]}", "kind", "exec", "argv", "second"));
    assert_int_equal(trial_begin(trial, header), 0);
    for (unsigned quad = 0; quad < quads; quad++) {
        for (unsigned i = 0; i < 6; i++, number++) {
            char arm = orders[quad % 3][i];
            double ns = BASE_NS * (arm == 'A' ? 1 : arm == 'B' ? b : c) + 1000.0 * number;
            struct block block = costing(arm, ns);

            block.quad = quad;
            block.position = i;
            assert_int_equal(trial_add_block(trial, &block), 0);
        }
    }
}

static void a_pair_is_a_run_of_its_own(void **state)
{
    CLEANUP(trial_free) struct trial trial = {0};
    CLEANUP(versus_pair_free) struct trial pair = {0};

    (void)state;
    make_versus(&trial, 3, 1.1, 1.3);
    strcpy(trial.blocks[7].invalid, "something"); /* in the second */
    trial_add_fact(&trial, "target", json_string("first's"));
    trial_add_fact(&trial, VERSUS_FACT("target"), json_string("second's"));
    trial_add_fact(&trial, "end", json_string("the end"));
    assert_int_equal(versus_pair(&pair, &trial, 'A', 'C'), 0);
    assert_int_equal(pair.count, 8);
    for (unsigned i = 0; i < 8; i++) {
        assert_int_equal(pair.blocks[i].position, i % 4);
        assert_int_equal(pair.blocks[i].arm, i < 4 ? "ABBA"[i % 4] : "BAAB"[i % 4]);
        /* A(B)CC(B)A and (B)CAAC(B) */
        assert_int_equal(pair.blocks[i].apart, i < 4 ? i % 2 : i == 4);
    }
    assert_string_equal(json_string_value(json_object_get(pair.facts, "target")), "second's");
    assert_string_equal(json_string_value(json_object_get(pair.facts, "end")), "the end");
    assert_int_equal(json_object_size(pair.facts), 2);
    assert_string_equal(document_text(pair.header, "target.argv.0"), "second");
    assert_false(versus_has(&pair));
}

static void a_lost_block_that_fell_short_is_in_the_pair_with_no_target(void **state)
{
    static const char *const pairs[] = {"AB", "AC", "BC"};
    CLEANUP(trial_free) struct trial trial = {0};

    (void)state;
    make_versus(&trial, 3, 1.1, 1.3);
    strcpy(trial.blocks[7].invalid, "something"); /* A of CABBAC */
    set(&trial.blocks[7], SHORTFALL_VALUE, 1);
    for (unsigned i = 0; i < ARRAY_SIZE(pairs); i++) {
        CLEANUP(versus_pair_free) struct trial pair = {0};

        assert_int_equal(versus_pair(&pair, &trial, pairs[i][0], pairs[i][1]), 0);
        assert_int_equal(pair.count, pairs[i][0] == 'A' ? 9 : 8);
        if (pair.count == 9)
            assert_string_equal(pair.blocks[4].invalid, "something");
    }
}

static const json_t *named(const json_t *list, const char *name)
{
    const json_t *item = document_named(list, name);

    assert_non_null(item);
    return item;
}

static void the_document_has_both_and_their_ratio(void **state)
{
    CLEANUP(trial_free) struct trial trial = {0};
    OWNED_JSON json_t *document = NULL;
    const json_t *ratio, *between, *second;

    (void)state;
    make_versus(&trial, 10, 1.1, 1.3);
    document = compose(&trial);
    assert_int_equal(document_count(document, "blocks"), 60);
    assert_string_equal(document_text(document, "design.order.1"), "CABBAC");
    assert_close(document_number(document_primary(document), "absolute.estimate"), 0.1e6, 1);
    second = document_metric(document_at(document, "versus"), "latency.mean");
    assert_close(document_number(second, "absolute.estimate"), 0.3e6, 1);
    between = named(document_at(document, "versus.between"), "latency.mean");
    assert_close(document_number(between, "absolute.estimate"), 0.2e6, 1);
    ratio = named(document_at(document, "versus.ratios"), "latency.mean");
    assert_close(document_number(ratio, "estimate"), 3, 1e-4);
    assert_true(document_number(ratio, "low") <= document_number(ratio, "high"));
    assert_string_equal(document_text(document, "versus.target.argv.0"), "second");
}

static void a_first_that_costs_nothing_has_no_multiple(void **state)
{
    const double x[] = {1, -0.5, 2}, y[] = {3, 3, 6}, good[] = {1, 1, 2}, odd[] = {1, NAN, 1};
    struct interval ratio = interval_unknown();

    (void)state;
    assert_int_equal(paired_ratio(x, y, 3, 0, &ratio), -ERANGE);
    assert_int_equal(paired_ratio(odd, y, 3, 0, &ratio), -EINVAL);
    assert_int_equal(paired_ratio(good, y, 0, 0, &ratio), -EINVAL);
    assert_int_equal(paired_ratio(good, y, 3, 4, &ratio), -EINVAL);
    assert_true(isnan(ratio.estimate));
    assert_int_equal(paired_ratio(good, y, 3, 0, &ratio), 0);
    assert_close(ratio.estimate, 3, 1e-12);
    assert_int_equal(paired_ratio(good, y, 3, -1, &ratio), 0);
    assert_true(isinf(ratio.low) && isinf(ratio.high));
}

/* Mean of the two blocks of an arm less that of the other: which makes the design's contrast. */
static double contrast(const double *y, const char *order, char on, char off)
{
    double sum = 0;

    for (unsigned i = 0; i < 6; i++)
        sum += order[i] == on ? y[i] : order[i] == off ? -y[i] : 0;
    return sum / 2;
}

struct held {
    double first, second, between, ratio, looks;
};

static bool holds(const double *contrasts, unsigned n, int k, double truth)
{
    struct interval interval = interval_unknown();

    return hodges_lehmann(contrasts, n, k, &interval) == 0 && interval.low <= truth && truth <= interval.high;
}

/*
 * Whole runs: looks at 10, 16, 24, 32 quads until the costs of both are known to 0.01 each, as a run without
 * budgets ends. Noise wanders from block to block, and the machine drifts. Shares of runs whose intervals
 * hold what is true.
 */
static struct held simulate(enum noise noise, double b, double c, unsigned runs)
{
    static const char *const orders[] = {"ABCCBA", "ACBBCA", "BACCAB", "BCAACB", "CABBAC", "CBAABC"};
    struct look_plan looks;
    struct held held = {0};
    struct random random;

    random_seed(&random, 20261126);
    look_plan_make(&looks, LOOKS_DEFAULT, 0);
    for (unsigned run = 0; run < runs; run++) {
        double x[32], y[32], z[32], neighbours = 0, drift = 0;
        unsigned quads = 0, look = 0;
        struct interval first, second, ratio = interval_unknown();
        int k = 0;

        for (bool stop = false; !stop; look += !stop) {
            for (; quads < looks.quads[look]; quads++) {
                const char *order = orders[(unsigned)(random_uniform(&random) * 6)];
                double blocks[6];

                for (unsigned i = 0; i < 6; i++) {
                    neighbours = 0.5 * neighbours + 0.02 * noise_draw(&random, noise);
                    drift += 0.002;
                    blocks[i] = 1 + neighbours + drift + (order[i] == 'B' ? b : order[i] == 'C' ? c : 0);
                }
                x[quads] = contrast(blocks, order, 'B', 'A');
                y[quads] = contrast(blocks, order, 'C', 'A');
                z[quads] = contrast(blocks, order, 'C', 'B');
            }
            k = look_k(&looks, look, 1);
            hodges_lehmann(x, quads, k, &first);
            hodges_lehmann(y, quads, k, &second);
            stop =
                look + 1 == looks.count || (first.high - first.low < 0.02 && second.high - second.low < 0.02);
        }
        held.first += holds(x, quads, k, b) / (double)runs;
        held.second += holds(y, quads, k, c) / (double)runs;
        held.between += holds(z, quads, k, c - b) / (double)runs;
        held.ratio +=
            (paired_ratio(x, y, quads, k, &ratio) == 0 && ratio.low <= c / b && c / b <= ratio.high) /
            (double)runs;
        held.looks += (look + 1.0) / runs;
    }
    return held;
}

/* The looks stop on a width and not on a finding: each interval holds in 95 % of the runs at least, as it
 * claims. */
static void intervals_hold(void **state)
{
    (void)state;
    for (enum noise noise = 0; noise < NOISES; noise++) {
        struct held held = simulate(noise, 0.2, 0.5, 4000);

        print_message("noise %d: first %.4f, second %.4f, between %.4f, ratio %.4f, after %.2f looks\n",
                      (int)noise, held.first, held.second, held.between, held.ratio, held.looks);
        assert_true(held.first >= 0.95 && held.second >= 0.95 && held.between >= 0.95 && held.ratio >= 0.95);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(orders_are_all_drawn_and_read_alike_backwards),
        cmocka_unit_test(a_pair_is_a_run_of_its_own),
        cmocka_unit_test(a_lost_block_that_fell_short_is_in_the_pair_with_no_target),
        cmocka_unit_test(the_document_has_both_and_their_ratio),
        cmocka_unit_test(a_first_that_costs_nothing_has_no_multiple),
        cmocka_unit_test(intervals_hold),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
