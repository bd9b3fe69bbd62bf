/* SPDX-License-Identifier: GPL-2.0 */
/* CPU time of CPUs that come and go, by readings made up. */
#include "tests/unit/unit.h"

#include "agents/cpu_sums.h"
#include "base/cleanup.h"

#include <math.h>
#include <stdlib.h>

#define SECOND_NS 1000000000ull

static void note(struct idle_reading *reading, unsigned number, uint64_t not_busy_ns)
{
    reading->cpus[reading->count++] = (struct idle_cpu){
        .cpu = number, .not_busy_ns = not_busy_ns, .iowait_ns = not_busy_ns / 4, .steal_ns = not_busy_ns / 8};
}

static void a_cpu_that_comes_and_goes_adds_what_it_did_while_it_was_there(void **state)
{
    static const struct {
        uint64_t now_s, idle_s[2]; /* 0: offline */
        double busy_s;
    } looks[] = {
        {100, {50, 80}, 0},      /* what was before is nobody's */
        {110, {59, 88}, 1 + 2},  /* 9 and 8 seconds idle of ten */
        {120, {69, 0}, 3 + 0},   /* the second is offline */
        {130, {78, 0}, 3 + 1},   /* */
        {150, {98, 89}, 4 + 0},  /* is back: 39 seconds in which its idle time stood still were no work */
        {160, {107, 94}, 4 + 6}, /* */
    };
    struct cpu_history *history = calloc(1, sizeof(*history));
    struct idle_reading *reading = calloc(1, sizeof(*reading));

    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(looks); i++) {
        reading->now_ns = looks[i].now_s * SECOND_NS;
        reading->count = 0;
        for (unsigned cpu = 0; cpu < 2; cpu++)
            if (looks[i].idle_s[cpu])
                note(reading, cpu, looks[i].idle_s[cpu] * SECOND_NS);
        assert_true(fabs(cpu_sums_look(history, reading).busy_ns / 1e9 - looks[i].busy_s) < 1e-6);
    }
    free(reading);
    free(history);
}

static void steal_and_waiting_likewise(void **state)
{
    struct cpu_history *history = calloc(1, sizeof(*history));
    struct idle_reading *reading = calloc(1, sizeof(*reading));
    struct cpu_sums sums;

    (void)state;
    reading->now_ns = 100 * SECOND_NS;
    note(reading, 3, 80 * SECOND_NS);
    cpu_sums_look(history, reading);
    reading->count = 0;
    note(reading, 3, 88 * SECOND_NS);
    note(reading, PROC_CPUS_MAX, 8 * SECOND_NS); /* more than there is room for */
    sums = cpu_sums_look(history, reading);
    assert_true(fabs(sums.iowait_ns / 1e9 - 2) < 1e-6);
    assert_true(fabs(sums.steal_ns / 1e9 - 1) < 1e-6);
    free(reading);
    free(history);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cpu_that_comes_and_goes_adds_what_it_did_while_it_was_there),
        cmocka_unit_test(steal_and_waiting_likewise),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
