/* SPDX-License-Identifier: GPL-2.0 */
/* What the machine borrows of its target, and how it counts runs, without a machine. */
#include "tests/unit/unit.h"

#include "base/cleanup.h"
#include "base/clock.h"
#include "orchestrator/machine.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct agent {
    char *cgroup; /* owned */
    int result;   /* of each inspection */
};

/* As one that runs elsewhere: the path is made anew, the old one is gone. */
static int inspect(struct target *target, struct error *error)
{
    struct agent *agent = target->state;

    (void)error;
    free(agent->cgroup);
    agent->cgroup = strdup("/sys/fs/cgroup/after");
    return agent->result;
}

static const char *cgroup_path(const struct target *target)
{
    return ((const struct agent *)target->state)->cgroup;
}

static void the_path_of_the_cgroup_is_asked_for_after_each_inspection(void **state)
{
    static const struct target_ops ops = {.inspect = inspect, .cgroup_path = cgroup_path};
    static const int results[] = {0, -ENOMEM};

    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(results); i++) {
        struct agent agent = {.cgroup = strdup("/sys/fs/cgroup/before"), .result = results[i]};
        struct target target = {.ops = &ops, .state = &agent};
        struct machine machine = MACHINE_INITIALIZER;

        machine.targets[0].target = &target;
        machine.current = &machine.targets[0];
        machine.place.target_cgroup = agent.cgroup;
        assert_int_equal(machine_inspect(&machine), results[i]);
        assert_ptr_equal(machine.place.target_cgroup, agent.cgroup);
        free(agent.cgroup);
    }
}

static void turns_of_the_statistics_phase(void **state)
{
    static const struct {
        bool exact;
        uint64_t window_ms, turn_ms, warm_up_ms;
        unsigned count;
    } rows[] = {
        {false, 0, 300, 300, 5},  {false, 2000, 300, 300, 5}, {false, 200, 200, 200, 5},
        {false, 50, 100, 100, 5}, {true, 0, 200, 20, 3},      {true, 100, 200, 20, 3},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(rows); i++) {
        struct statistics_turns turns = statistics_turns(rows[i].exact, rows[i].window_ms * NS_PER_MS);

        assert_int_equal(turns.count, rows[i].count);
        assert_int_equal(turns.ns, rows[i].turn_ms * NS_PER_MS);
        assert_int_equal(turns.warm_up_ns, rows[i].warm_up_ms * NS_PER_MS);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(turns_of_the_statistics_phase),
        cmocka_unit_test(the_path_of_the_cgroup_is_asked_for_after_each_inspection),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
