/* SPDX-License-Identifier: GPL-2.0 */
/* Scenario files: what is taken, what is refused with which line and key, and what a digest depends on. */
#include "tests/unit/unit.h"

#include "base/cleanup.h"
#include "base/files.h"
#include "orchestrator/metric.h"
#include "orchestrator/scenario/scenario.h"
#include "orchestrator/scenario/schema.h"

#include <string.h>

#define SHAM "targets: [{sham: true}]\n"
#define LOAD "workloads: [{load: 'syscall,call=getpid'}]\n"

static int load(struct scenario_file *file, const char *text, struct error *error)
{
    int result = scenario_parse(file, "s.yaml", text, strlen(text), error);

    return result ? result : scenario_check(file, error);
}

static void test_takes_all_keys(void **state)
{
    CLEANUP(scenario_free) struct scenario_file file = {0};
    struct error error = {0};

    (void)state;
    assert_int_equal(
        load(&file,
             "name: all of it\n"
             "targets:\n"
             "  - {name: tool, exec: [bpftrace, -e, 'BEGIN {}'], netns: router}\n"
             "  - probe: raw_tp@sys_enter\n"
             "workloads:\n"
             "  - {load: udp_rr, beside: tcp_crr, topology: routed, rate: 5k/s}\n"
             "budgets:\n"
             "  latency.p50: {max_worsening: 5%}\n"
             "  memory.rss: {max_absolute: 200MiB, critical: true}\n"
             "regression: {latency.p50: 3%}\n"
             "against: base.json\n"
             "time_limit: 10min\nquads: long\nprecision: 2%\nsteady: 0\nwindow: 1s\nsettle: 100ms\nseed: 7\n"
             "kernels: [host, 'debian:6.1']\nmode: timed\ninconclusive: pass\n",
             &error),
        0);
    assert_string_equal(file.scenario->targets[0].exec[2], "BEGIN {}");
    assert_int_equal(file.scenario->targets_count, 2);
    assert_string_equal(file.scenario->workloads[0].rate, "5k/s");
    assert_string_equal(file.scenario->kernels[1], "debian:6.1");
    for (unsigned i = 0; i < metric_count; i++)
        if (strcmp(metric_table[i].name, "memory.rss") == 0)
            assert_true(file.scenario->budgets[i]->critical);
}

/* Text, and what its complaint begins with. */
static const char *const wrong[][2] = {
    {"", "s.yaml: there is nothing in it"},
    {"a: [", "s.yaml:2: this is no YAML"},
    {"- a\n", "s.yaml:1: write KEY: VALUE"},
    {SHAM, "s.yaml:1: \"workloads\" is missing"},
    {SHAM LOAD "tarets: x\n", "s.yaml:3: unknown key \"tarets\" (did you mean \"targets\"?); valid are name"},
    {SHAM "workloads:\n- lod: x\n", "s.yaml:3: unknown key \"lod\" (did you mean \"load\"?)"},
    {SHAM LOAD SHAM, "s.yaml:3: targets: it stands here twice"},
    {"targets: []\n" LOAD, "s.yaml:1: targets: 0 entries"},
    {"targets: {sham: true}\n" LOAD, "s.yaml:1: targets: write a list"},
    {"targets: [{exec: tool}]\n" LOAD, "s.yaml:1: exec: write a list"},
    {"targets: [{sham: 3}]\n" LOAD, "s.yaml:1: sham: \"3\" is neither true nor false"},
    {"targets: [{name: x}]\n" LOAD, "s.yaml:1: targets: a target is exactly one of"},
    {"targets: [{sham: true, probe: raw_tp@sys_enter}]\n" LOAD,
     "s.yaml:1: targets: a target is exactly one of"},
    {"targets: [{probe: nothing}]\n" LOAD, "s.yaml:1: targets: "},
    {"targets:\n- {name: a, sham: true}\n- {name: a, sham: true}\n" LOAD,
     "s.yaml:3: name: an earlier target is called \"a\" already"},
    {SHAM "workloads: [{load: ''}]\n", "s.yaml:2: load: it has no value"},
    {SHAM "workloads: [{load: sycall}]\n", "s.yaml:2: load: "},
    {SHAM "workloads: [{load: udp_rr, topology: host}]\n", "s.yaml:2: workloads: "},
    {SHAM "workloads: [{load: 'command,cmd=true', rate: 5k/s}]\n", "s.yaml:2: rate: "},
    {SHAM "workloads: [{load: 'udp_rr,mode=open,rate=1k/s', rate: 5k/s}]\n", "s.yaml:2: rate: "},
    {SHAM LOAD "budgets:\n  latency.p5: {max_worsening: 5%}\n", "s.yaml:4: unknown metric \"latency.p5\""},
    {SHAM LOAD "budgets: {latency.p50: {}}\n", "s.yaml:3: latency.p50: write max_worsening"},
    {SHAM LOAD "budgets: {latency.p50: {max_worsening: 5ns}}\n", "s.yaml:3: latency.p50: max_worsening is"},
    {SHAM LOAD "budgets: {latency.p50: {max_absolute: 5%}}\n", "s.yaml:3: latency.p50: max_absolute is"},
    {SHAM LOAD "budgets: {throughput: {max_worsening: 200%}}\n", "s.yaml:3: throughput: "},
    {SHAM LOAD "regression: {latency.p50: 3ns}\n", "s.yaml:3: latency.p50: "},
    {SHAM LOAD "against: x.json\n", "s.yaml:3: against: how much worse"},
    {SHAM LOAD "regression: {latency.p50: 3%}\n", "s.yaml:3: regression: worse than what?"},
    {SHAM LOAD "quads: 33\n", "s.yaml:3: quads: "},
    {SHAM LOAD "seed: x\n", "s.yaml:3: seed: "},
    {SHAM LOAD "time_limit: 3MiB\n", "s.yaml:3: time_limit: "},
    {SHAM LOAD "mode: exact\n", "s.yaml:3: mode: "},
    {SHAM LOAD "mode: exact\nkernels: [host]\n", "s.yaml:4: kernels: "},
    {SHAM LOAD "kernels: ['debian:6.1', 'debian:6.1']\n", "s.yaml:3: kernels: "},
    {SHAM LOAD "kernels: ['debian:6.1']\nseeds: many\n", "s.yaml:4: seeds: "},
    {"targets: [{sham: true, kernels: [debian:6.1, debian:6.1]}]\n" LOAD,
     "s.yaml:1: kernels: debian:6.1 stands"},
    {SHAM LOAD "inconclusive: ignore\n", "s.yaml:3: inconclusive: it can't be \"ignore\""},
    {SHAM LOAD "name: \"a\\0b\"\n", "s.yaml:3: name: a text can't hold a 0 byte"},
    {SHAM LOAD "---\n" SHAM, "s.yaml:3: a second document"},
    {"targets: &a [*a]\n" LOAD, "s.yaml:1: targets: write KEY: VALUE"},
};

static void test_refuses(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
        CLEANUP(scenario_free) struct scenario_file file = {0};
        struct error error = {0};

        if (load(&file, wrong[i][0], &error) >= 0)
            fail_msg("taken: %s", wrong[i][0]);
        assert_int_equal(error.status, EXIT_USAGE);
        if (strncmp(error.message, wrong[i][1], strlen(wrong[i][1])) != 0)
            fail_msg("got    %s\nwanted %s", error.message, wrong[i][1]);
    }
}

static void digest_of(const char *text, char *digest)
{
    CLEANUP(scenario_free) struct scenario_file file = {0};
    struct error error = {0};

    assert_int_equal(load(&file, text, &error), 0);
    memcpy(digest, file.digest, SCENARIO_DIGEST);
}

static void test_digest_is_of_what_is_meant(void **state)
{
    char one[SCENARIO_DIGEST], same[SCENARIO_DIGEST], other[SCENARIO_DIGEST];

    (void)state;
    digest_of(SHAM LOAD "quads: 10\n", one);
    digest_of("# said\nquads: \"10\"\n" LOAD "targets:\n  - sham: true\n", same);
    digest_of(SHAM LOAD "quads: 11\n", other);
    assert_int_equal(strlen(one), 64);
    assert_string_equal(one, same);
    assert_string_not_equal(one, other);
}

static void expect_documented(const char *text, const cyaml_schema_value_t *schema)
{
    char key[80];

    if (schema->type == CYAML_SEQUENCE) {
        expect_documented(text, schema->sequence.entry);
        return;
    }
    for (const cyaml_schema_field_t *field = schema->mapping.fields;
         schema->type == CYAML_MAPPING && field->key; field++) {
        snprintf(key, sizeof(key), "| `%s` |", field->key);
        if (!metric_find(field->key) && !strstr(text, key))
            fail_msg("docs/scenario.md has no row %s", key);
        expect_documented(text, &field->value);
    }
}

static void test_every_key_is_documented(void **state)
{
    CLEANUP(scenario_schema_free) struct scenario_schema schema = {0};
    OWNED_PTR char *text = file_read("docs/scenario.md", 1 << 20);

    (void)state;
    assert_non_null(text);
    assert_int_equal(scenario_schema_make(&schema), 0);
    expect_documented(text, &schema.root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_takes_all_keys),
        cmocka_unit_test(test_refuses),
        cmocka_unit_test(test_digest_is_of_what_is_meant),
        cmocka_unit_test(test_every_key_is_documented),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
