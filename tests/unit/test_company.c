/* SPDX-License-Identifier: GPL-2.0 */
/* Loads of others that come and go, and a machine short of memory, by windows made up. */
#include "tests/unit/blocks.h"
#include "base/cleanup.h"
#include "orchestrator/company.h"

#include <math.h>

/* One window of a second with the target off, `others` CPUs kept busy beside the load's own. */
static void add_window(struct trial *trial, double others, double stalls, double kills)
{
    struct block block = block_of('A');

    block.phase = PHASE_QUAD;
    set(&block, "sampler.window_ns", 1e9);
    set(&block, "workload.cpu_ns", 0.9e9);
    set(&block, "cpu.busy_ns", (0.9 + others) * 1e9);
    set(&block, "memory.stalls", stalls);
    set(&block, "memory.oom_kills", kills);
    assert_int_equal(trial_add_block(trial, &block), 0);
}

static struct company company_with(const double *others, unsigned count, json_t *header)
{
    CLEANUP(trial_free) struct trial trial = {0};

    assert_int_equal(trial_begin(&trial, header), 0);
    for (unsigned i = 0; i < count; i++)
        add_window(&trial, others[i], 0, 0);
    return company_of(&trial);
}

static void a_load_that_comes_in_the_middle_is_seen(void **state)
{
    const double comes[] = {0.02, 0.01, 0.03, 0.02, 0.02, 1.0, 0.98, 1.0, 1.0, 0.99},
                 short_run[] = {0.02, 0.02, 0.9, 0.9};
    struct company company = company_with(comes, 10, json_object());

    (void)state;
    assert_close(company.quiet_cpus, 0.02, 1e-9);
    assert_close(company.busy_cpus, 1.0, 1e-9);
    company = company_with(short_run, 4, json_object());
    assert_true(company.busy_cpus - company.quiet_cpus > COMPANY_MAX);
}

/* One that comes for a while and goes again; one that is there all the time is part of the machine. */
static void a_part_of_the_run_is_enough(void **state)
{
    double others[20];
    struct company company;

    (void)state;
    for (unsigned i = 0; i < 20; i++)
        others[i] = i >= 10 && i < 15 ? 0.8 : 0.05;
    company = company_with(others, 20, json_object());
    assert_true(company.busy_cpus - company.quiet_cpus > COMPANY_MAX);
    for (unsigned i = 0; i < 20; i++)
        others[i] = i % 7 == 3 ? 1.5 : 0.6; /* and spikes of single windows are none */
    company = company_with(others, 20, json_object());
    assert_close(company.busy_cpus - company.quiet_cpus, 0, 1e-9);
}

static void too_little_is_not_known(void **state)
{
    const double others[] = {0, 0, 1};
    const double four[] = {0, 0, 1, 1};
    struct company company = company_with(others, 3, json_object());

    (void)state;
    assert_true(isnan(company.busy_cpus));
    company = company_with(four, 4, json_pack("{s:{s:[{}]}}", "workload", "background"));
    assert_true(isnan(
        company.busy_cpus)); /* our own loads beside the one that is measured come and go as they like */
    company = company_with(four, 4, json_pack("{s:{s:b}}", "workload", "observes", true));
    assert_true(isnan(company.busy_cpus)); /* and so does traffic that is not ours */
    company = company_with(four, 4, json_pack("{s:{s:b}}", "workload", "observes", false));
    assert_close(company.busy_cpus, 1, 1e-9);
}

static void memory_that_is_waited_for_is_counted(void **state)
{
    CLEANUP(trial_free) struct trial trial = {0};
    struct company company;

    (void)state;
    assert_int_equal(trial_begin(&trial, json_object()), 0);
    add_window(&trial, 0, 0, 0);
    add_window(&trial, 0, 12, 0);
    add_window(&trial, 0, 0, 2);
    company = company_of(&trial);
    assert_int_equal(company.windows, 3);
    assert_int_equal(company.pressed, 1);
    assert_close(company.oom_kills, 2, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_load_that_comes_in_the_middle_is_seen),
        cmocka_unit_test(a_part_of_the_run_is_enough),
        cmocka_unit_test(too_little_is_not_known),
        cmocka_unit_test(memory_that_is_waited_for_is_counted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
