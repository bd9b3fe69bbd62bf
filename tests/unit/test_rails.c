/* SPDX-License-Identifier: GPL-2.0 */
/* Guard rails without a machine: limits and their units, what is refused, and when one counts as crossed. */
#include "tests/unit/unit.h"

#include "base/cleanup.h"
#include "base/files.h"
#include "orchestrator/canary/rail_set.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SECOND_NS 1000000000ull

static const struct rail_kind *kind(const char *name)
{
    const struct rail_kind *found = rail_kind_find(name, NULL);

    assert_non_null(found);
    return found;
}

static void each_has_a_name_of_its_own(void **state)
{
    (void)state;
    for (unsigned i = 0; rail_kinds[i]; i++)
        assert_ptr_equal(kind(rail_kinds[i]->name), rail_kinds[i]);
}

static void an_unknown_one_is_told_with_the_nearest(void **state)
{
    struct error error;

    (void)state;
    assert_null(rail_kind_find("memory.rs", &error));
    assert_int_equal(error.status, EXIT_USAGE);
    assert_non_null(strstr(error.message, "did you mean \"memory.rss\""));
    assert_non_null(strstr(error.message, "lost_events"));
}

static void limits_have_the_unit_of_their_rail(void **state)
{
    static const struct {
        const char *rail, *max;
        double highest; /* NaN: refused */
    } cases[] = {
        {"cpu.system", "150%", 1.5},  {"cpu.system", "1.5cores", 1.5}, {"cpu.system", "1.5", 1.5},
        {"cpu.system", "1MiB", NAN},  {"memory.rss", "2KiB", 2048},    {"memory.rss", "5%", NAN},
        {"memory.rss", "200", NAN},   {"lost_events", "10/s", 10},     {"lost_events", "10", 10},
        {"lost_events", "10ms", NAN}, {"p99", "20ms", 0.02},           {"p99", "0.02", 0.02},
        {"number", "5", 5},           {"number", "10%", 0.1},          {"number", "-1", NAN},
        {"number", "x", NAN},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
        const struct rail_kind *rail = kind(cases[i].rail);
        struct rail_given given = {.max = cases[i].max};
        struct error error = {0};
        double highest;

        if (rail->check) {
            given.command = "true";
            given.metric = "m";
        }
        if (isnan(cases[i].highest)) {
            assert_int_equal(rail_check(rail, &given, &highest, &error), -EINVAL);
            assert_int_equal(error.status, EXIT_USAGE);
        } else {
            assert_int_equal(rail_check(rail, &given, &highest, &error), 0);
            assert_true(fabs(highest - cases[i].highest) < 1e-12);
        }
    }
}

static void what_does_not_belong_is_refused(void **state)
{
    static const struct {
        const char *rail;
        struct rail_given given;
    } cases[] = {
        {"cpu.system", {.max = NULL}},
        {"cpu.system", {.max = "1", .command = "true"}},
        {"command", {.max = "1", .command = "true"}},
        {"command", {.command = NULL}},
        {"command", {.command = ""}},
        {"command", {.command = "true", .metric = "m"}},
        {"number", {.max = "1"}},
        {"number", {.max = "1", .command = "true", .url = "http://127.0.0.1/m", .metric = "m"}},
        {"number", {.max = "1", .url = "http://127.0.0.1/m"}},
        {"number", {.max = "1", .url = "http://192.0.2.1/m", .metric = "m"}},
        {"p99", {.max = "1", .command = "true"}},
        {"lost_events", {.max = "1", .command = "true", .metric = "{"}},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
        struct error error = {0};
        double highest;

        assert_int_equal(rail_check(kind(cases[i].rail), &cases[i].given, &highest, &error), -EINVAL);
        assert_true(error.message[0]);
    }
}

/* So many observations up to 10, and so many in all; renamed, so that no reader finds half of it. */
static void leave_page(const char *path, int up_to_10, int all)
{
    char text[120];

    snprintf(text, sizeof(text), "m_bucket{le=\"10\"} %d\nm_bucket{le=\"+Inf\"} %d\n", up_to_10, all);
    assert_int_equal(file_replace(path, text, strlen(text)), 0);
}

static struct rail_crossing look(double reading, uint64_t now_ns, struct rails_state *state)
{
    static const struct rail rail = {"cpu.system", "cores", 1.5};
    struct rail_reading readings = {.value = reading, .since_ns = now_ns};

    return rails_look(&rail, 1, &readings, now_ns, state);
}

static void at_its_limit_it_holds(void **state)
{
    struct rails_state rails = {0};

    (void)state;
    assert_null(look(1.5, SECOND_NS, &rails).rail);
    assert_non_null(look(1.5000001, SECOND_NS, &rails).rail);
}

static void three_seconds_without_a_reading_cross_it(void **state)
{
    struct rails_state rails = {0};
    struct rail_crossing crossing;
    char text[80];

    (void)state;
    assert_null(look(NAN, 10 * SECOND_NS, &rails).rail);
    assert_null(look(NAN, 11 * SECOND_NS, &rails).rail);
    assert_null(look(NAN, 12 * SECOND_NS, &rails).rail);
    assert_null(look(1, 12 * SECOND_NS, &rails).rail);
    assert_null(look(NAN, 13 * SECOND_NS, &rails).rail);
    assert_null(look(NAN, 14 * SECOND_NS, &rails).rail);
    assert_null(look(NAN, 15 * SECOND_NS - 1, &rails).rail);
    crossing = look(NAN, 15 * SECOND_NS, &rails);
    assert_non_null(crossing.rail);
    assert_int_equal(crossing.reading.since_ns, 12 * SECOND_NS);
    assert_string_equal(rail_describe(&crossing, text, sizeof(text)), "rail cpu.system: no reading any more");
}

/* Nobody looks while the target is switched off, however long that takes. */
static void time_in_which_nobody_looked_is_not_blindness(void **state)
{
    struct rails_state rails = {0};

    (void)state;
    assert_null(look(1, 10 * SECOND_NS, &rails).rail);
    assert_null(look(NAN, 15 * SECOND_NS, &rails).rail);
    assert_null(look(1, 15 * SECOND_NS + 1, &rails).rail);
}

/* Who asks knows for how long there was no answer, which is a part of the three seconds. */
static void the_age_of_an_answer_is_blindness(void **state)
{
    static const struct rail rail = {"number", "", 1};
    struct rail_reading reading = {.value = 0, .since_ns = 8 * SECOND_NS};
    struct rails_state rails = {0};
    struct rail_crossing crossing;

    (void)state;
    assert_null(rails_look(&rail, 1, &reading, 10 * SECOND_NS, &rails).rail);
    reading = (struct rail_reading){.value = NAN, .since_ns = 8 * SECOND_NS, .blind_ns = 5 * SECOND_NS / 2};
    assert_null(rails_look(&rail, 1, &reading, 21 * SECOND_NS / 2, &rails).rail);
    reading.blind_ns = 3 * SECOND_NS;
    crossing = rails_look(&rail, 1, &reading, 11 * SECOND_NS, &rails);
    assert_non_null(crossing.rail);
    assert_int_equal(crossing.reading.since_ns, 8 * SECOND_NS);
}

/* Off, on and blind, off again: only the time in which it could have been read counts, all of it. */
static void only_time_with_something_to_read_is_blindness(void **state)
{
    static const struct rail rail = {"memory.rss", "bytes", 1};
    struct rails_state rails = {0};
    uint64_t now_ns = SECOND_NS;

    (void)state;
    for (unsigned look = 0; look < 12; look++, now_ns += SECOND_NS) {
        struct rail_reading reading = {.value = NAN, .since_ns = now_ns, .idle = look % 4 != 3};

        assert_int_equal(rails_look(&rail, 1, &reading, now_ns, &rails).rail != NULL, look == 11);
    }
}

/* A source that was read and has nothing to tell is not blind, and crosses nothing. */
static void one_that_has_nothing_to_tell_is_read(void **state)
{
    static const struct rail rail = {"p99", "", 1};
    struct rails_state rails = {0};
    uint64_t now_ns = SECOND_NS;

    (void)state;
    for (unsigned look = 0; look < 20; look++, now_ns += SECOND_NS) {
        struct rail_reading reading = {
            .value = look % 2 ? NAN : 0, .since_ns = now_ns, .idle = look % 2 == 0};

        assert_null(rails_look(&rail, 1, &reading, now_ns, &rails).rail);
    }
}

/* No cgroup is known for it: unreadable while it is on, from its first look on, and nothing while it is off.
 */
static void what_the_target_uses_is_unknown_and_not_0(void **state)
{
    static const char *const names[] = {"cpu.target", "memory.rss"};

    (void)state;
    for (unsigned i = 0; i < ARRAY_SIZE(names); i++) {
        const struct rail_kind *found = kind(names[i]);
        struct rail_reading off, on;
        void *opened;

        assert_int_equal(found->open(&opened, &(struct rail_given){0}, NULL, NULL), 0);
        off = found->read(opened, &(struct rail_place){0});
        on = found->read(opened, &(struct rail_place){.on = true});
        found->close(opened);
        assert_true(off.idle && isnan(off.value));
        assert_true(!on.idle && isnan(on.value));
    }
}

static void the_first_one_counts(void **state)
{
    static const struct rail rails[] = {{"number", "", 1}, {"memory.rss", "bytes", 100}, {"p99", "", 1}};
    const struct rail_reading readings[] = {
        {.value = 0}, {.value = 204800, .since_ns = 5}, {.value = 9, .since_ns = 7}};
    struct rails_state looked = {0};
    struct rail_crossing crossing = rails_look(rails, 3, readings, SECOND_NS, &looked);
    char text[80];

    (void)state;
    assert_ptr_equal(crossing.rail, &rails[1]);
    assert_int_equal(crossing.reading.since_ns, 5);
    assert_string_equal(rail_describe(&crossing, text, sizeof(text)), "rail memory.rss: 200 KiB > 100 B");
}

/* The limit lies at or above the last bound of its histogram: no reading that it has can exceed it. */
static void what_lies_above_all_that_is_known_crosses_it(void **state)
{
    static const struct rail high = {"p99", "", 20}, low = {"p99", "", 5};
    const struct rail_reading at_bound = {.value = 10}, above = {.value = 10, .above = true};
    struct rails_state rails = {0};
    struct rail_crossing crossing;
    char text[160];

    (void)state;
    assert_null(rails_look(&high, 1, &at_bound, SECOND_NS, &rails).rail);
    crossing = rails_look(&high, 1, &above, SECOND_NS, &rails);
    assert_non_null(crossing.rail);
    assert_string_equal(rail_describe(&crossing, text, sizeof(text)),
                        "rail p99: above 10, where its histogram ends, which may be > 20");
    crossing = rails_look(&low, 1, &above, SECOND_NS, &rails);
    assert_non_null(crossing.rail);
    assert_string_equal(rail_describe(&crossing, text, sizeof(text)), "rail p99: 10 > 5");
}

/* As the command has it: observations that a page tells of, and a rail that looks at them. */
static void a_quantile_beyond_the_histogram_crosses_its_rail(void **state)
{
    static const struct rail rail = {"p99", "", 20};
    const struct rail_kind *found = kind("p99");
    char path[] = "/tmp/tracetoll-test-rails-XXXXXX", command[80];
    struct rail_given given = {.command = command, .metric = "m"};
    struct rails_state rails = {0};
    struct rail_reading reading = {0};
    int fd = mkstemp(path);
    void *opened;

    (void)state;
    assert_true(fd >= 0 && close(fd) == 0);
    snprintf(command, sizeof(command), "cat %s", path);
    leave_page(path, 0, 0);
    assert_int_equal(found->open(&opened, &given, NULL, NULL), 0);
    leave_page(path, 900, 1000);
    for (int i = 0; i < 300 && !reading.above; i++) {
        usleep(10000);
        reading = found->read(opened, NULL);
    }
    found->close(opened);
    unlink(path);
    assert_true(reading.above && reading.value == 10);
    assert_non_null(rails_look(&rail, 1, &reading, SECOND_NS, &rails).rail);
}

static void leave_cpu_time(const char *cgroup, unsigned long long used_us)
{
    char path[80];
    FILE *file;

    snprintf(path, sizeof(path), "%s/cpu.stat", cgroup);
    file = fopen(path, "w");
    assert_non_null(file);
    fprintf(file, "usage_usec %llu\nuser_usec 0\nsystem_usec 0\n", used_us);
    assert_int_equal(fclose(file), 0);
}

/* An agent that restarts has another cgroup, which counts from 0: what is in it was used since. */
static void an_agent_that_restarts_does_not_hide_what_it_uses(void **state)
{
    const struct rail_kind *found = kind("cpu.target");
    char directory[] = "/tmp/tracetoll-test-rails-XXXXXX", path[80];
    struct rail_place place = {.on = true, .target_cgroup = directory};
    struct rail_reading reading;
    void *opened;

    (void)state;
    assert_non_null(mkdtemp(directory));
    assert_int_equal(found->open(&opened, &(struct rail_given){0}, NULL, NULL), 0);
    leave_cpu_time(directory, 60000000);
    found->read(opened, &place);
    leave_cpu_time(directory, 30000000);
    usleep(250000); /* shorter ones are not looked at */
    reading = found->read(opened, &place);
    assert_true(reading.value > 0.1); /* 30 s of CPU time since, in however long that took */
    found->close(opened);
    snprintf(path, sizeof(path), "%s/cpu.stat", directory);
    unlink(path);
    rmdir(directory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_agent_that_restarts_does_not_hide_what_it_uses),
        cmocka_unit_test(each_has_a_name_of_its_own),
        cmocka_unit_test(an_unknown_one_is_told_with_the_nearest),
        cmocka_unit_test(limits_have_the_unit_of_their_rail),
        cmocka_unit_test(what_does_not_belong_is_refused),
        cmocka_unit_test(at_its_limit_it_holds),
        cmocka_unit_test(three_seconds_without_a_reading_cross_it),
        cmocka_unit_test(time_in_which_nobody_looked_is_not_blindness),
        cmocka_unit_test(the_age_of_an_answer_is_blindness),
        cmocka_unit_test(only_time_with_something_to_read_is_blindness),
        cmocka_unit_test(one_that_has_nothing_to_tell_is_read),
        cmocka_unit_test(what_the_target_uses_is_unknown_and_not_0),
        cmocka_unit_test(the_first_one_counts),
        cmocka_unit_test(what_lies_above_all_that_is_known_crosses_it),
        cmocka_unit_test(a_quantile_beyond_the_histogram_crosses_its_rail),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
