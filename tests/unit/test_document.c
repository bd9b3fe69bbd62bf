/* SPDX-License-Identifier: GPL-2.0 */
#include "tests/unit/unit.h"

#include "base/cleanup.h"
#include "base/files.h"
#include "reports/document.h"
#include "reports/jsonio.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define EXAMPLE "tests/data/example-result.json"

static json_t *example(void)
{
    json_t *document;
    struct error error = {0};

    if (document_read(EXAMPLE, &document, &error) != 0)
        fail_msg("%s", error.message);
    return document;
}

static void test_readers(void **state)
{
    json_t *document = example();

    (void)state;
    assert_string_equal(document_text(document, "workload.name"), "syscall");
    assert_string_equal(document_text(document, "metrics.0.effect.scale"), "relative");
    assert_string_equal(document_text(document, "target.argv.2"), "1");
    assert_true(document_number(document, "design.looks.1.quads") == 16);
    assert_true(document_is_true(document, "metrics.0.primary"));
    assert_int_equal(document_count(document, "target.programs"), 2);
    assert_string_equal(document_text(document_item(document, "target.programs", 1), "name"), "sys_exit");
    assert_ptr_equal(document_primary(document), document_item(document, "metrics", 0));
    assert_ptr_equal(document_metric(document, "latency.p99"), document_item(document, "metrics", 1));
    json_decref(document);
}

static void test_readers_take_anything(void **state)
{
    static const char *const nowhere[] = {"nothing",
                                          "workload.name.more",
                                          "metrics.99.name",
                                          "metrics.x",
                                          "metrics.-1",
                                          "breakdown.residual",
                                          "steady.seconds",
                                          "a..b",
                                          "metrics.0.effect",
                                          "a-key-of-more-than-sixty-four-characters-that-"
                                          "no-document-has-ever-had"};
    json_t *document = example();

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(nowhere); i++) {
        assert_string_equal(document_text(document, nowhere[i]), "");
        assert_string_equal(document_text_or(document, nowhere[i], "?"), "?");
        assert_true(isnan(document_number(document, nowhere[i])));
        assert_false(document_is_true(document, nowhere[i]));
        assert_int_equal(document_count(document, nowhere[i]), 0);
        assert_null(document_item(document, nowhere[i], 0));
    }
    assert_null(document_at(document, "breakdown"));
    assert_true(isnan(document_number(document, "workload.name")));
    assert_string_equal(document_text(NULL, "workload.name"), "");
    assert_null(document_primary(NULL));
    assert_null(document_metric(document, "no.such"));
    json_decref(document);
}

/* Each rule of the shape holds: without a key, and with a wrong type in its place, it is refused by name. */
static void assert_refused_at(json_t *document, const char *key, json_t *holder, const char *wanted)
{
    json_t *kept = json_incref(json_object_get(holder, key)), *wrong = json_pack("[[i]]", 1);
    struct error error = {0};

    if (json_is_array(kept)) {
        json_decref(wrong);
        wrong = json_string("no array");
    }
    json_object_set_new(holder, key, wrong);
    assert_int_equal(document_check(document, &error), -EINVAL);
    assert_non_null(strstr(error.message, wanted));
    json_object_del(holder, key);
    assert_int_equal(document_check(document, &error), -EINVAL);
    assert_int_equal(error.status, EXIT_USAGE);
    assert_non_null(strstr(error.message, wanted));
    json_object_set_new(holder, key, kept);
    assert_int_equal(document_check(document, &error), 0);
}

static void test_shape(void **state)
{
    json_t *document = example(), *metric = json_array_get(json_object_get(document, "metrics"), 3);
    static const char *const top[] = {"tool",   "command",   "time",    "environment", "workload", "target",
                                      "design", "metrics",   "verdict", "reference",   "warnings", "blocks",
                                      "checks", "breakdown", "steady",  "cost_split"};
    static const char *const of_metric[] = {"name",   "unit",     "better",      "primary",
                                            "effect", "baseline", "with_target", "verdict"};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(top); i++)
        assert_refused_at(document, top[i], document, top[i]);
    for (size_t i = 0; i < ARRAY_SIZE(of_metric); i++) {
        char path[64];

        snprintf(path, sizeof(path), "metrics.*.%s", of_metric[i]);
        assert_refused_at(document, of_metric[i], metric, path);
    }
    json_decref(document);
}

struct file_case {
    const char *content, *sentence;
};

static char *temporary(const char *content)
{
    char *path = strdup("/tmp/tracetoll-test-XXXXXX");
    int fd = mkstemp(path);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, content, strlen(content)), (ssize_t)strlen(content));
    close(fd);
    return path;
}

static void test_bad_files(void **state)
{
    static const struct file_case cases[] = {
        {"", "not JSON"},
        {"[]", "not a JSON object"},
        {"{", "not JSON"},
        {"{\"schema\": 1}", "its schema is \"\""},
        {"{\"schema\": \"tracetoll.result/2\"}", "its schema is \"tracetoll.result/2\""},
        {"{\"schema\": \"tracetoll.result/1\"}", "\"tool\" is missing"},
        {"{\"schema\": \"tracetoll.result/1\", \"schema\": 1}", "duplicate"},
        {"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", "nested more than"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        OWNED_PTR char *path = temporary(cases[i].content);
        json_t *document = NULL;
        struct error error = {0};

        assert_int_equal(document_read(path, &document, &error), -EINVAL);
        unlink(path);
        assert_int_equal(error.status, EXIT_USAGE);
        assert_null(document);
        assert_non_null(strstr(error.message, path));
        if (!strstr(error.message, cases[i].sentence))
            fail_msg("\"%s\" is not in \"%s\"", cases[i].sentence, error.message);
    }
}

static void test_no_file(void **state)
{
    json_t *document;
    struct error error;

    (void)state;
    assert_int_equal(document_read("/nowhere/result.json", &document, &error), -ENOENT);
    assert_int_equal(error.status, EXIT_USAGE);
    assert_int_equal(document_read("/tmp", &document, &error), -EISDIR);
    assert_int_equal(error.status, EXIT_USAGE);
}

static void test_round_trip(void **state)
{
    OWNED_PTR char *path = temporary("");
    json_t *document = example(), *back = NULL;
    struct error error;

    (void)state;
    json_object_set_new(json_object_get(document, "time"), "seconds", json_real(0.1 + 0.2));
    json_object_set_new(document, "one \"more\" key", json_pack("{s:[f,f]}", "tiny", 5e-324, 1e22));
    assert_int_equal(document_write(path, document, &error), 0);
    assert_int_equal(document_read(path, &back, &error), 0);
    assert_true(json_equal(document, back));
    unlink(path);
    json_decref(document);
    json_decref(back);
}

static void test_write_failures(void **state)
{
    json_t *document = example();
    struct error error;

    (void)state;
    assert_int_equal(document_write("/dev/full", document, &error), -ENOSPC);
    assert_int_equal(error.status, EXIT_ENVIRONMENT);
    assert_non_null(strstr(error.message, "/dev/full"));
    assert_int_equal(document_write("/nowhere/result.json", document, &error), -ENOENT);
    json_decref(document);
}

static void test_values_json_cannot_hold(void **state)
{
    json_t *value = jsonio_number(NAN), *infinite = jsonio_number(-INFINITY), *none = jsonio_text(NULL),
           *text = jsonio_text("a\xff\xc0\xaf\xed\xa0\x80z \xe4\xb8\xad");

    (void)state;
    assert_true(json_is_null(value) && json_is_null(infinite) && json_is_null(none));
    assert_string_equal(json_string_value(text), "a??????z \xe4\xb8\xad");
    json_decref(value);
    json_decref(infinite);
    json_decref(none);
    json_decref(text);
}

static void test_builders(void **state)
{
    char *const words[] = {"a", "\xff", "", NULL};
    json_t *texts = jsonio_texts(words), *none = jsonio_texts(NULL), *interval = jsonio_interval(1.5, NAN, 2);

    (void)state;
    assert_int_equal(json_array_size(texts), 3);
    assert_string_equal(json_string_value(json_array_get(texts, 1)), "?");
    assert_int_equal(json_array_size(none), 0);
    assert_true(document_number(interval, "estimate") == 1.5 && document_number(interval, "high") == 2);
    assert_true(json_is_null(json_object_get(interval, "low")));
    json_decref(texts);
    json_decref(none);
    json_decref(interval);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_readers),        cmocka_unit_test(test_readers_take_anything),
        cmocka_unit_test(test_shape),          cmocka_unit_test(test_bad_files),
        cmocka_unit_test(test_no_file),        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_write_failures), cmocka_unit_test(test_values_json_cannot_hold),
        cmocka_unit_test(test_builders),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
