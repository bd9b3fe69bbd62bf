/* SPDX-License-Identifier: GPL-2.0 */
/* The code that reads the processor's counters, on events that every machine has: the kernel's own. */
#include "agents/counters.h"
#include "agents/cpu_flush.h"
#include "agents/machine.h"
#include "agents/pmu.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/cpus.h"
#include "tests/unit/unit.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGES 2000
#define FDS   256

static const struct counter_spec software[] = {
    {"counted.cpu_clock_ns", "CPU clock", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CPU_CLOCK},
    {"counted.task_clock_ns", "task clock", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_TASK_CLOCK},
    {"counted.context_switches", "context switches", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CONTEXT_SWITCHES},
    {"counted.page_faults", "page faults", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_PAGE_FAULTS},
};

static const struct counter_spec absent[] = {
    {"counted.nothing", "nothing", PERF_TYPE_SOFTWARE, 4711},
};

static void touch_pages(void)
{
    size_t page = (size_t)getpagesize();
    char *pages = mmap(NULL, PAGES * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    assert_ptr_not_equal(pages, MAP_FAILED);
    madvise(pages, PAGES * page, MADV_NOHUGEPAGE);
    for (size_t i = 0; i < PAGES; i++)
        pages[i * page] = 1;
    munmap(pages, PAGES * page);
}

static void work_is_counted(void **state)
{
    const struct timespec wait = {.tv_nsec = 1000000};
    struct values before = {0}, after = {0}, difference = {0};
    int error_number;
    struct counters *counters = counters_open(software, ARRAY_SIZE(software), &error_number);
    uint64_t start_ns, end_ns;
    double clock_ns;
    char names[120];

    (void)state;
    assert_non_null(counters);
    assert_int_equal(error_number, 0);
    assert_string_equal(counters_names(counters, names, sizeof(names)),
                        "CPU clock, task clock, context switches, page faults");
    start_ns = clock_now_ns();
    counters_read(counters, &before);
    touch_pages();
    for (unsigned i = 0; i < 50; i++)
        nanosleep(&wait, NULL);
    counters_read(counters, &after);
    end_ns = clock_now_ns();
    assert_int_equal(values_difference(&difference, &before, &after), 0);
    assert_true(values_or_nan(&difference, "counted.page_faults") >= PAGES);
    assert_true(values_or_nan(&difference, "counted.context_switches") >= 50);
    clock_ns = values_or_nan(&difference, "counted.cpu_clock_ns"); /* of each CPU, idle or not */
    assert_true(fabs(clock_ns / ((double)(end_ns - start_ns) * cpus_online()) - 1) < 0.1);
    values_free(&before);
    values_free(&after);
    values_free(&difference);
    counters_close(counters);
}

static bool is_counter(int fd)
{
    char path[40], name[40] = "";

    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    return readlink(path, name, sizeof(name) - 1) > 0 && strstr(name, "[perf_event]");
}

/* What a CPU that goes offline leaves behind: descriptors that can be read, and stand. */
static void stop_all(void)
{
    for (int fd = 3; fd < FDS; fd++)
        if (is_counter(fd))
            assert_int_equal(ioctl(fd, PERF_EVENT_IOC_DISABLE, 0), 0);
}

static uint64_t enabled_ns(int fd)
{
    uint64_t values[2]; /* the count before it */

    assert_int_equal(read(fd, values, sizeof(values)), sizeof(values));
    return values[1];
}

static bool goes_on(int fd)
{
    uint64_t before_ns = enabled_ns(fd);

    return enabled_ns(fd) > before_ns;
}

static void a_dead_counter_is_not_known_and_opened_anew(void **state)
{
    struct values first = {0}, gap = {0}, before = {0}, after = {0};
    int error_number;
    struct counters *counters = counters_open(software, ARRAY_SIZE(software), &error_number);

    (void)state;
    assert_non_null(counters);
    stop_all();
    counters_read(counters, &first); /* up to where they stopped */
    counters_read(counters, &gap);
    assert_true(isnan(values_or_nan(&gap, "counted.page_faults")));
    counters_read(counters, &before);
    touch_pages();
    counters_read(counters, &after);
    assert_true(values_or_nan(&after, "counted.page_faults") -
                    values_or_nan(&before, "counted.page_faults") >=
                PAGES);
    values_free(&first);
    values_free(&gap);
    values_free(&before);
    values_free(&after);
    counters_close(counters);
}

static void a_dead_flush_is_opened_anew(void **state)
{
    struct cpu_flush *flush = cpu_flush_open();
    uint64_t at_ns[1] = {0}, start_ns;

    (void)state;
    if (!flush)
        skip();
    cpu_flush(flush, at_ns, 1);
    stop_all();
    cpu_flush(flush, at_ns, 1); /* up to where they stopped */
    start_ns = clock_now_ns();
    cpu_flush(flush, at_ns, 1);
    assert_true(at_ns[0] >= start_ns);
    for (int fd = 3; fd < FDS; fd++)
        if (is_counter(fd))
            assert_true(goes_on(fd));
    cpu_flush_close(flush);
}

static void what_is_not_there_says_why(void **state)
{
    int error_number;

    (void)state;
    assert_null(counters_open(absent, ARRAY_SIZE(absent), &error_number));
    assert_int_equal(error_number, ENOENT);
    assert_non_null(strstr(pmu_why_not(error_number), "not there"));
}

/* One that is not there does not take the others along. */
static void the_others_are_counted_all_the_same(void **state)
{
    const struct counter_spec mixed[] = {absent[0], software[3]};
    struct values values = {0};
    int error_number;
    struct counters *counters = counters_open(mixed, ARRAY_SIZE(mixed), &error_number);

    (void)state;
    assert_non_null(counters);
    counters_read(counters, &values);
    assert_false(isnan(values_or_nan(&values, "counted.page_faults")));
    assert_true(isnan(values_or_nan(&values, "counted.nothing")));
    values_free(&values);
    counters_close(counters);
}

static void the_processor_has_them_or_not(void **state)
{
    int error_number;
    struct counters *counters = pmu_open(&error_number);

    (void)state;
    assert_int_equal(counters != NULL, machine_has_pmu() == 1);
    assert_int_equal(counters == NULL, error_number != 0);
    counters_close(counters);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(work_is_counted),
        cmocka_unit_test(a_dead_counter_is_not_known_and_opened_anew),
        cmocka_unit_test(a_dead_flush_is_opened_anew),
        cmocka_unit_test(what_is_not_there_says_why),
        cmocka_unit_test(the_others_are_counted_all_the_same),
        cmocka_unit_test(the_processor_has_them_or_not),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
