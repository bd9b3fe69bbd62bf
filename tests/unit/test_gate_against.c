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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_run_has_its_own_counterpart),
        cmocka_unit_test(test_a_name_stands_for_its_target),
        cmocka_unit_test(test_no_counterpart_is_told_before_anything_runs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
