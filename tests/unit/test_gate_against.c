/* SPDX-License-Identifier: GPL-2.0 */
/* A gate against an earlier one: which run is held against which, and what JUnit says of it. */
#include "tests/unit/gates.h"

#define BUDGET "regression: {latency.p50: 400%}\n"

struct base {
    char path[64];
};

static void base_write(struct base *base, const json_t *document)
{
    snprintf(base->path, sizeof(base->path), "/tmp/tracetoll-test-base-%d.json", (int)getpid());
    assert_int_equal(json_dump_file(document, base->path, 0), 0);
}

/* A new reference: `text` against that file. */
static json_t *play_against(const char *text, struct script *script, const struct base *base)
{
    char whole[1200];

    snprintf(whole, sizeof(whole), "%sagainst: %s\n", text, base->path);
    return play(whole, script);
}

/* --- counterparts --- */

/* So that a document can be compared with that of its own job alone. */
static void number(json_t *document, unsigned job)
{
    char text[16];

    snprintf(text, sizeof(text), "%u", job);
    json_object_set_new(json_object_get(json_object_get(document, "workload"), "parameters"), "call",
                        json_string(text));
}

static const char *const shapes[] = {
    "targets: [{name: a, sham: true}]\n"
    "workloads: [{load: udp_rr, topology: veth}, {load: udp_rr, topology: routed}]\n",
    "targets: [{name: a, sham: true}]\nworkloads: [{load: udp_rr}, {load: udp_rr, rate: 5k/s}]\n",
    "targets: [{name: a, sham: true}]\nworkloads: [{load: udp_rr}, {load: udp_rr, beside: page_fault}]\n",
    "targets: [{sham: true}, {on: 'true', off: 'true'}]\nworkloads: [{load: syscall}]\n",
    "targets: [{exec: [tool]}, {exec: [tool], netns: client}]\nworkloads: [{load: udp_rr}]\n",
    "targets: [{exec: [tool, -x, "
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaa, one]}, {exec: [tool, -x, "
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, two]}]\nworkloads: [{load: syscall}]\n",
};

static void test_each_run_has_its_own_counterpart(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(shapes); i++) {
        struct script before = {.jobs = {{0, "pass"}, {0, "pass"}}, .edit = number}, now = before;
        CLEANUP(jsonio_drop) json_t *old = play(shapes[i], &before);
        CLEANUP(jsonio_drop) json_t *document = NULL;
        struct base base;
        char text[1000];

        base_write(&base, old);
        snprintf(text, sizeof(text), "%s%s", shapes[i], BUDGET);
        document = play_against(text, &now, &base);
        unlink(base.path);
        for (unsigned j = 0; j < 2; j++)
            assert_string_equal(document_text(document_at(document_item(document, "runs", j), "regression"),
                                              "verdict.status"),
                                "pass");
        assert_int_equal((int)document_number(document, "verdict.exit_status"), EXIT_MEASURED);
    }
}

/* A gate of before namespaces were told of is one that does not say. */
static void test_a_base_that_tells_no_namespace(void **state)
{
    static const char inside[] =
        "targets: [{exec: [tool], netns: client}]\nworkloads: [{load: udp_rr}]\n" BUDGET;
    struct script before = {.jobs = {{0, "pass"}}}, now = before;
    CLEANUP(jsonio_drop)
    json_t *old = play("targets: [{exec: [tool]}]\nworkloads: [{load: udp_rr}]\n", &before);
    CLEANUP(jsonio_drop) json_t *document = NULL;
    struct base base;

    (void)state;
    json_object_del((json_t *)document_at(old, "runs.0.target"), "netns");
    base_write(&base, old);
    document = play_against(inside, &now, &base);
    unlink(base.path);
    assert_int_equal((int)document_number(document, "verdict.exit_status"), EXIT_MEASURED);
    assert_string_equal(document_text(document, "runs.0.target.netns"), "client");
}

/* Its command may change from one release to the next. */
static void test_a_name_stands_for_its_target(void **state)
{
    struct script before = {.jobs = {{0, "pass"}, {0, "pass"}}, .edit = number}, now = before;
    CLEANUP(jsonio_drop)
    json_t *old =
        play("targets: [{name: a, exec: [v1]}, {name: b, exec: [v1, -b]}]\nworkloads: [{load: syscall}]\n",
             &before);
    CLEANUP(jsonio_drop) json_t *document = NULL;
    struct base base;

    (void)state;
    base_write(&base, old);
    document = play_against(
        "targets: [{name: a, exec: [v2]}, {name: b, exec: [v1]}]\nworkloads: [{load: syscall}]\n" BUDGET,
        &now, &base);
    unlink(base.path);
    assert_int_equal((int)document_number(document, "verdict.exit_status"), EXIT_MEASURED);
}

/* The sentence of a base that can't serve. */
static void expect_refused(const char *text, const json_t *old, const char *why)
{
    CLEANUP(scenario_free) struct scenario_file file = {0};
    CLEANUP(gate_free) struct gate gate = {0};
    struct error error = {0};
    struct base base;
    char whole[600];

    base_write(&base, old);
    snprintf(whole, sizeof(whole), "%s%sagainst: %s\n", text, BUDGET, base.path);
    assert_int_equal(scenario_parse(&file, "s.yaml", whole, strlen(whole), &error), 0);
    assert_int_equal(scenario_check(&file, &error), 0);
    assert_int_equal(gate_make(&gate, &file, 1, &error), 0);
    assert_int_equal(gate_base_load(&gate, &error), -EINVAL);
    unlink(base.path);
    assert_int_equal(error.status, EXIT_USAGE);
    if (!strstr(error.message, why))
        fail_msg("%s", error.message);
}

static void test_no_counterpart_is_told_before_anything_runs(void **state)
{
    static const char sham[] = "targets: [{sham: true}]\nworkloads: [{load: syscall}]\n",
                      agent[] = "targets: [{on: 'true', off: 'true'}]\nworkloads: [{load: syscall}]\n",
                      twice[] = "targets: [{exec: [t]}, {exec: [t]}]\nworkloads: [{load: syscall}]\n";
    struct script one = {.jobs = {{0, "pass"}, {0, "pass"}}}, two = one;
    CLEANUP(jsonio_drop) json_t *old = play(sham, &one);
    CLEANUP(jsonio_drop) json_t *both = play(twice, &two);

    (void)state;
    expect_refused(agent, old, "it has no document of the run \"true: syscall\"");
    expect_refused(twice, both, "it has 2 runs that may be the one before \"t: syscall\"");
}

/* --- JUnit --- */

#define RUN      "targets: [{sham: true}]\nworkloads: [{load: syscall}]\n"
#define HOLDS    RUN "regression: {latency.p50: 50%}\n"
#define OPEN     RUN "regression: {latency.p50: 0.0001%}\n"
#define LET_PASS "inconclusive: pass\n"
#define LET_FAIL "inconclusive: fail\n"

static void never_fired(json_t *document, unsigned job)
{
    (void)job;
    json_array_append_new(
        json_object_get(document, "warnings"),
        json_pack("{s:s, s:s, s:n}", "code", "never_fired", "text", "no program ran", "remedy"));
}

static void whole(json_t *document, unsigned job)
{
    (void)job;
    json_object_set_new(json_object_get(document, "verdict"), "exit_status", json_integer(0));
}

static void other_load(json_t *document, unsigned job)
{
    number(document, job + 1);
}

/* A tenth of the overhead. */
static void cheaper(json_t *document, unsigned job)
{
    json_t *effect = json_object_get(json_array_get(json_object_get(document, "metrics"), 0), "effect");
    static const char *const keys[] = {"estimate", "low", "high"};

    (void)job;
    for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
        json_object_set_new(effect, keys[i],
                            json_real(json_number_value(json_object_get(effect, keys[i])) / 10));
}

typedef void edit(json_t *document, unsigned job);

struct colour {
    const char *text;
    int status;
    const char *verdict;
    edit *edit_now, *edit_base;
    int exit_status;
    const char *part; /* of the file */
};

static unsigned count(const char *text, const char *part)
{
    unsigned found = 0;

    while ((text = strstr(text, part))) {
        found++;
        text++;
    }
    return found;
}

/* malloc'd. */
static char *junit_of(const json_t *document)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    assert_int_equal(gate_print_junit(document, out), 0);
    fclose(out);
    return text;
}

/* Green exactly where the exit status is 0, and its counts are those of its elements. */
static void expect_colour(const json_t *document, int exit_status, const char *part)
{
    OWNED_PTR char *text = junit_of(document);
    unsigned failures = count(text, "<failure "), errors = count(text, "<error ");
    char counts[120];

    if ((int)document_number(document, "verdict.exit_status") != exit_status ||
        (failures + errors == 0) != (exit_status == 0))
        fail_msg("exit status %g:\n%s", document_number(document, "verdict.exit_status"), text);
    snprintf(counts, sizeof(counts),
             "<testsuites name=\"tracetoll\" tests=\"%u\" failures=\"%u\" errors=\"%u\"",
             count(text, "<testcase "), failures, errors);
    if (!strstr(text, counts) || !strstr(text, part))
        fail_msg("not in it: %s, %s\n%s", counts, part, text);
}

static void test_junit_is_green_where_the_gate_passes(void **state)
{
    static const struct colour rows[] = {
        {HOLDS, 0, "pass", NULL, NULL, 0, "name=\"the comparison itself\""},
        {HOLDS, 0, "measured", never_fired, NULL, 7, "<error type=\"untrustworthy\" message=\"a document is"},
        {HOLDS, 0, "measured", never_fired, NULL, 7, "<skipped type=\"pass\" message="},
        {HOLDS, 0, "pass", NULL, other_load, 2, "<error type=\"refused\" message=\"against /tmp"},
        {HOLDS, 1, "fail", NULL, other_load, 1, "<error type=\"refused\""},
        {HOLDS, 0, "pass", NULL, cheaper, 1, "<failure type=\"fail\""},
        {OPEN, 0, "pass", NULL, NULL, 3, "<error type=\"inconclusive\""},
        {OPEN LET_PASS, 0, "pass", NULL, NULL, 0, "<skipped type=\"inconclusive\""},
        {OPEN LET_FAIL, 0, "pass", NULL, NULL, 1, "<failure type=\"inconclusive\""},
        {HOLDS LET_PASS, 3, "inconclusive", NULL, NULL, 0, "name=\"the comparison itself\""},
        {HOLDS LET_PASS, 3, "inconclusive", NULL, cheaper, 1, " failures=\"1\" errors=\"0\""},
        {HOLDS LET_PASS, 3, "inconclusive", NULL, other_load, 2, " failures=\"0\" errors=\"1\""},
        {HOLDS, 7, "untrustworthy", NULL, NULL, 7, "<error type=\"untrustworthy\""},
        {HOLDS, 130, "pass", whole, NULL, 130, "<error type=\"interrupted\""},
        {HOLDS, 5, NULL, NULL, NULL, 5, "<error type=\"target_failed\""},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct script before = {.jobs = {{0, "pass"}}, .edit = rows[i].edit_base};
        struct script now = {.jobs = {{rows[i].status, rows[i].verdict}}, .edit = rows[i].edit_now};
        CLEANUP(jsonio_drop) json_t *old = play(RUN, &before);
        CLEANUP(jsonio_drop) json_t *document = NULL;
        struct base base;

        base_write(&base, old);
        document = play_against(rows[i].text, &now, &base);
        unlink(base.path);
        expect_colour(document, rows[i].exit_status, rows[i].part);
    }
}

/* A run for which there was no time is open, too. */
static void test_junit_of_a_run_that_had_no_time(void **state)
{
    static const char two[] = "targets: [{sham: true}]\nworkloads: [{load: syscall}, {load: udp_rr}]\n"
                              "budgets: {latency.p50: {max_worsening: 400%}}\ntime_limit: 60s\n";
    static const struct colour rows[] = {
        {"inconclusive: report\n", 0, "pass", NULL, NULL, 3, "<error type=\"inconclusive\""},
        {LET_PASS, 0, "pass", NULL, NULL, 0, "<skipped type=\"inconclusive\""},
        {LET_FAIL, 0, "pass", NULL, NULL, 1, "<failure type=\"inconclusive\""},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct script script = {.each = 60, .jobs = {{0, "pass"}}};
        CLEANUP(jsonio_drop) json_t *document = NULL;
        char text[400];

        snprintf(text, sizeof(text), "%s%s", two, rows[i].text);
        document = play(text, &script);
        expect_colour(document, rows[i].exit_status, rows[i].part);
    }
}

/* What `kernels` leaves of a guest whose kernel warned, around the run's document. */
static void in_a_guest_that_warned(json_t *document, unsigned job)
{
    json_t *kernel = json_pack("{s:s, s:o, s:s}", "name", "debian:6.1", "document", json_deep_copy(document),
                               "kernel_trouble", "WARNING: CPU: 0");

    (void)job;
    json_object_clear(document);
    json_object_set_new(document, "kernels", json_pack("[o]", kernel));
}

/* The gate alone knows of it: the run's own document passes. */
static void test_junit_of_a_kernel_that_complained(void **state)
{
    static const char guest[] =
        "targets: [{sham: true}]\nworkloads: [{load: syscall}]\nkernels: ['debian:6.1']\n"
        "budgets: {latency.p50: {max_worsening: 400%}}\n";
    static const char complained[] = "message=\"its kernel complained: WARNING: CPU: 0\"";
    static const struct colour rows[] = {
        {"", 0, "pass", NULL, NULL, 7, complained},
        {"", 7, "untrustworthy", NULL, NULL, 7, "<error type=\"untrustworthy\""},
        {LET_PASS, 0, "pass", NULL, NULL, 7, "<error type=\"untrustworthy\""},
        {LET_PASS, 3, "inconclusive", NULL, NULL, 7, complained},
        {LET_FAIL, 3, "inconclusive", NULL, NULL, 1, "<failure type=\"budget\""},
        {"", 3, "inconclusive", NULL, NULL, 3, "<error type=\"inconclusive\""},
        {"", 1, "fail", NULL, NULL, 1, "<failure type=\"budget\""},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct script script = {.jobs = {{rows[i].status, rows[i].verdict}}, .edit = in_a_guest_that_warned};
        CLEANUP(jsonio_drop) json_t *document = NULL;
        char text[400];

        snprintf(text, sizeof(text), "%s%s", guest, rows[i].text);
        document = play(text, &script);
        expect_colour(document, rows[i].exit_status, rows[i].part);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_run_has_its_own_counterpart),
        cmocka_unit_test(test_a_base_that_tells_no_namespace),
        cmocka_unit_test(test_a_name_stands_for_its_target),
        cmocka_unit_test(test_no_counterpart_is_told_before_anything_runs),
        cmocka_unit_test(test_junit_is_green_where_the_gate_passes),
        cmocka_unit_test(test_junit_of_a_run_that_had_no_time),
        cmocka_unit_test(test_junit_of_a_kernel_that_complained),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
