/* SPDX-License-Identifier: GPL-2.0 */
/* The kernel's counts of a machine's own traffic, and what observe refuses. */
#include "tests/unit/unit.h"

#include "workloads/observe_counters.h"
#include "workloads/workload.h"

#include <errno.h>
#include <math.h>
#include <string.h>

static void packets_of_all_cpus(void **state)
{
    (void)state;
    assert_true(observe_parse_softnet("000b3c92 00000000 00000001\n00000010 00000000 00000010\n") ==
                0xb3c92 + 16);
    assert_true(isnan(observe_parse_softnet("")));
    assert_true(isnan(observe_parse_softnet("no such thing\n")));
}

static bool not_a_part(const char *name)
{
    return strcmp(name, "vda1") != 0;
}

static void ios_of_disks_alone(void **state)
{
    static const char text[] = "   7       0 loop0 3 8 30 4 5 9 60 9 0 1 1 1 0 1 2 1 8\n"
                               " 254       0 vda 100 0 800 10 40 0 320 10 0 20 20\n"
                               " 254       1 vda1 90 0 800 10 40 0 320 10 0 20 20\n";

    (void)state;
    assert_true(observe_parse_diskstats(text, not_a_part) == 3 + 5 + 100 + 40);
    assert_true(observe_parse_diskstats("", not_a_part) == 0);
    assert_true(isnan(observe_parse_diskstats("7 0 loop0 x", not_a_part)));
}

static void switches(void **state)
{
    (void)state;
    assert_true(observe_parse_switches("cpu  1 2 3\nintr 5\nctxt 12345678901\nbtime 1\n") == 12345678901.0);
    assert_true(isnan(observe_parse_switches("cpu 1\nxctxt 5\n")));
}

static enum exit_status refused(const char *text)
{
    struct workload workload;
    struct error error = {0};

    if (workload_parse(&workload, text, &error) == 0) {
        workload_free(&workload);
        return EXIT_MEASURED;
    }
    return error.status;
}

static void what_cannot_be_observed(void **state)
{
    (void)state;
    assert_int_equal(refused("observe"), EXIT_MEASURED);
    assert_int_equal(refused("observe,command=uptime"), EXIT_MEASURED);
    assert_int_equal(refused("observe,url=http://[::1]:9100/metrics,metric=m"), EXIT_MEASURED);
    assert_int_equal(refused("observe,command=x,metric=\"m{a='b',c='d'}\""), EXIT_MEASURED);
    assert_int_equal(refused("observe,per=syscall"), EXIT_UNSUPPORTED);
    assert_int_equal(refused("observe,metric=m"), EXIT_USAGE);
    assert_int_equal(refused("observe,url=http://127.0.0.1/metrics"), EXIT_USAGE);
    assert_int_equal(refused("observe,url=http://10.0.0.1/metrics,metric=m"), EXIT_USAGE);
    assert_int_equal(refused("observe,url=https://localhost/metrics,metric=m"), EXIT_USAGE);
    assert_int_equal(refused("observe,url=http://localhost/metrics,command=x,metric=m"), EXIT_USAGE);
    assert_int_equal(refused("observe,command=x,kind=histogram"), EXIT_USAGE);
    assert_int_equal(refused("observe,command=x,metric=1m"), EXIT_USAGE);
    assert_int_equal(refused("observe,command=x,metric=m,kind=histogram,better=lower"), EXIT_MEASURED);
    assert_int_equal(refused("observe,command=x,metric=m,kind=histogram,better=higher"), EXIT_USAGE);
    assert_int_equal(refused("observe,better=higher"), EXIT_USAGE);
    assert_int_equal(refused("observe,kind=counter"), EXIT_USAGE);
}

static void the_number_is_what_is_measured(void **state)
{
    static const char *const wanted[][2] = {
        {"observe", "cpu.per_op"},
        {"observe,command=x", "observed.lower"},
        {"observe,command=x,better=higher", "observed.higher"},
        {"observe,command=x,metric=m,kind=histogram", "observed.p50"},
    };

    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        struct workload workload;

        assert_int_equal(workload_parse(&workload, wanted[i][0], NULL), 0);
        assert_string_equal(workload.ops->primary(&workload), wanted[i][1]);
        workload_free(&workload);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(packets_of_all_cpus),
        cmocka_unit_test(ios_of_disks_alone),
        cmocka_unit_test(switches),
        cmocka_unit_test(what_cannot_be_observed),
        cmocka_unit_test(the_number_is_what_is_measured),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
