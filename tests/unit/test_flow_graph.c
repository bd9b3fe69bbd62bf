/* SPDX-License-Identifier: GPL-2.0 */
/* Paths: by hand, and random graphs against a search through all of them. */
#include "tests/unit/unit.h"
#include "agents/flow_graph.h"
#include "base/cleanup.h"
#include "base/random.h"

#include <errno.h>

#define NODES_MAX 10

static struct flow_range paths(const uint32_t next[][2], const struct flow_range *weights, unsigned count)
{
    CLEANUP(flow_free) struct flow_graph graph;
    struct flow_range sum;

    assert_int_equal(flow_init(&graph, count), 0);
    for (unsigned node = 0; node < count; node++)
        for (unsigned edge = 0; edge < 2; edge++)
            graph.next[node][edge] = next[node][edge];
    assert_int_equal(flow_sort(&graph, 0), 0);
    assert_int_equal(flow_paths(&graph, 0, weights, &sum), 0);
    return sum;
}

static void a_branch_has_two_ways(void **state)
{
    /* 0 -> 1 | 2; 1 -> 3; 2 -> 3; 3 ends */
    const uint32_t next[][2] = {{1, 2}, {3, FLOW_NONE}, {3, FLOW_NONE}, {FLOW_NONE, FLOW_NONE}};
    const struct flow_range weights[] = {{1, 1}, {5, 7}, {2, 2}, {1, 1}};
    struct flow_range sum = paths(next, weights, 4);

    (void)state;
    assert_int_equal(sum.fewest, 4);
    assert_int_equal(sum.most, 9);
}

static void a_loop_may_be_left_at_once(void **state)
{
    /* 0 -> 1; 1 -> 2 | 3; 2 -> 1; 3 ends */
    const uint32_t next[][2] = {{1, FLOW_NONE}, {2, 3}, {1, FLOW_NONE}, {FLOW_NONE, FLOW_NONE}};
    const struct flow_range inside[] = {{0, 0}, {0, 0}, {1, 1}, {0, 0}},
                            outside[] = {{1, 1}, {0, 0}, {0, 0}, {1, 1}};
    struct flow_range sum = paths(next, inside, 4);

    (void)state;
    assert_int_equal(sum.fewest, 0);
    assert_true(sum.most == FLOW_UNBOUNDED);
    sum = paths(next, outside, 4);
    assert_int_equal(sum.fewest, 2);
    assert_int_equal(sum.most, 2);
}

static void a_node_may_lead_to_itself(void **state)
{
    const uint32_t next[][2] = {{0, 1}, {FLOW_NONE, FLOW_NONE}};
    const struct flow_range weights[] = {{1, 1}, {0, 0}};
    struct flow_range sum = paths(next, weights, 2);

    (void)state;
    assert_int_equal(sum.fewest, 1);
    assert_true(sum.most == FLOW_UNBOUNDED);
}

static void what_never_ends_has_no_fewest(void **state)
{
    const uint32_t next[][2] = {{1, FLOW_NONE}, {0, FLOW_NONE}};
    const struct flow_range weights[] = {{1, 1}, {1, 1}};
    struct flow_range sum = paths(next, weights, 2);

    (void)state;
    assert_true(sum.fewest == FLOW_UNBOUNDED && sum.most == FLOW_UNBOUNDED);
}

static void edges_have_to_lead_somewhere(void **state)
{
    CLEANUP(flow_free) struct flow_graph graph;

    (void)state;
    assert_int_equal(flow_init(&graph, 2), 0);
    graph.next[0][0] = 2;
    assert_int_equal(flow_sort(&graph, 0), -EINVAL);
    graph.next[0][0] = 1;
    assert_int_equal(flow_sort(&graph, 2), -EINVAL);
    assert_int_equal(flow_sort(&graph, 0), 0);
}

/* Every path of a graph without loops, one after the other. */
static void search(const uint32_t next[][2], const struct flow_range *weights, uint32_t node,
                   struct flow_range so_far, struct flow_range *found)
{
    so_far.fewest += weights[node].fewest;
    so_far.most += weights[node].most;
    if (next[node][0] == FLOW_NONE && next[node][1] == FLOW_NONE) {
        if (so_far.fewest < found->fewest)
            found->fewest = so_far.fewest;
        if (so_far.most > found->most)
            found->most = so_far.most;
        return;
    }
    for (unsigned edge = 0; edge < 2; edge++)
        if (next[node][edge] != FLOW_NONE)
            search(next, weights, next[node][edge], so_far, found);
}

static void agrees_with_all_paths(void **state)
{
    struct random random;

    (void)state;
    random_seed(&random, 11);
    for (unsigned trial = 0; trial < 2000; trial++) {
        unsigned count = 2 + (unsigned)(random_uniform(&random) * (NODES_MAX - 2));
        struct flow_range weights[NODES_MAX], found = {FLOW_UNBOUNDED, 0}, sum;
        uint32_t next[NODES_MAX][2];

        for (unsigned node = 0; node < count; node++) {
            weights[node].fewest = (uint64_t)(random_uniform(&random) * 5);
            weights[node].most = weights[node].fewest + (uint64_t)(random_uniform(&random) * 5);
            for (unsigned edge = 0; edge < 2; edge++) {
                unsigned to = node + 1 + (unsigned)(random_uniform(&random) * (count - node));

                next[node][edge] = to < count ? to : FLOW_NONE;
            }
        }
        search((const uint32_t(*)[2])next, weights, 0, (struct flow_range){0, 0}, &found);
        sum = paths((const uint32_t(*)[2])next, weights, count);
        assert_true(sum.fewest == found.fewest && sum.most == found.most);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_branch_has_two_ways),        cmocka_unit_test(a_loop_may_be_left_at_once),
        cmocka_unit_test(a_node_may_lead_to_itself),    cmocka_unit_test(what_never_ends_has_no_fewest),
        cmocka_unit_test(edges_have_to_lead_somewhere), cmocka_unit_test(agrees_with_all_paths),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
