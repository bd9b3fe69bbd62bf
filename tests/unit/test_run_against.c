/* SPDX-License-Identifier: GPL-2.0 */
/* `run --against`: what becomes of the exit status, and what reports are told. */
#include "tests/unit/render.h"

#include "base/cleanup.h"
#include "orchestrator/run_against.h"
#include "reports/jsonio.h"

#include <errno.h>

static const struct run_options options = {
    .against = "base.json", .regressions = {"latency.p50=3%"}, .regression_count = 1, .quiet = true};

/* One that passes by itself. */
static json_t *passing(void)
{
    json_t *document = example();

    set(document, "verdict", "status", json_string("pass"));
    set(document, "verdict", "exit_status", json_integer(0));
    set(document, "metrics.0", "verdict", json_string("pass"));
    return document;
}

static void cheapen(json_t *document)
{
    static const char *const keys[] = {"estimate", "low", "high"};

    for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
        set(document, "metrics.0.effect", keys[i], json_real(0.1 + 0.001 * (double)i));
}

static void replace_cpu(json_t *document)
{
    set(document, "environment.cpu", "model", json_string("another one"));
}

/* JUnit is red exactly where the run exits with something else than 0. */
static void expect(void (*change)(json_t *base), int exit_status, int result, const char *part)
{
    CLEANUP(run_comparison_free) struct run_comparison comparison = {0};
    CLEANUP(jsonio_drop) json_t *document = passing();
    CLEANUP(jsonio_drop) json_t *base = passing();
    struct error error = {0};
    OWNED_PTR char *text = NULL;

    change(base);
    run_against_compare(&options, base, document, &comparison);
    assert_int_equal(run_against_finish(&options, &comparison, EXIT_MEASURED, &error), result);
    assert_int_equal(result < 0 ? (int)error.status : result, exit_status);
    text =
        rendered_with(document, &renderer_junit,
                      (struct render_options){.width = 100, .comparison = run_against_report(&comparison)});
    assert_has(text, part);
}

static void test_a_rise_is_a_failure(void **state)
{
    (void)state;
    expect(cheapen, EXIT_BUDGET, EXIT_BUDGET, "failures=\"1\" errors=\"0\" time");
}

static void test_a_refusal_is_an_error(void **state)
{
    (void)state;
    expect(replace_cpu, EXIT_USAGE, -EINVAL, "<error type=\"refused\" message=\"not comparable: the CPU");
}

static void test_without_a_base_there_is_nothing_to_tell(void **state)
{
    CLEANUP(run_comparison_free) struct run_comparison comparison = {0};
    CLEANUP(jsonio_drop) json_t *document = passing();
    const struct run_options none = {.quiet = true};

    (void)state;
    run_against_compare(&none, NULL, document, &comparison);
    assert_null(run_against_report(&comparison));
    assert_int_equal(run_against_finish(&none, &comparison, EXIT_INCONCLUSIVE, NULL), EXIT_INCONCLUSIVE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_rise_is_a_failure),
        cmocka_unit_test(test_a_refusal_is_an_error),
        cmocka_unit_test(test_without_a_base_there_is_nothing_to_tell),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
