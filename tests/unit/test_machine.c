/* SPDX-License-Identifier: GPL-2.0 */
/* What the machine borrows of its target, without a machine. */
#include "tests/unit/unit.h"

#include "base/cleanup.h"
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_path_of_the_cgroup_is_asked_for_after_each_inspection),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
