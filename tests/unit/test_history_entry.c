/* SPDX-License-Identifier: GPL-2.0 */
/* What makes a series, and what of documents goes into columns. */
#include "tests/unit/history.h"

struct difference {
    const char *path, *key, *value; /* JSON */
};

/* The entry's texts end with the batch; the digest of its series is what is compared. */
static void series_of(const json_t *document, char series[DIGEST_TEXT])
{
    OWNED_BATCH struct history_batch batch = {0};
    struct error error = {0};

    if (history_batch_read(document, &batch, &error))
        fail_msg("%s", error.message);
    memcpy(series, batch.entries[0].series, DIGEST_TEXT);
}

static void test_what_makes_a_series(void **state)
{
    static const struct difference differences[] = {
        {"target", "argv", "[\"other\"]"},
        {"target", "kind", "\"object\""},
        {"target", "netns", "\"client\""},
        {"workload", "name", "\"tcp_rr\""},
        {"workload", "parameters", "{\"size\": \"65\"}"},
        {"workload", "primary_metric", "\"throughput\""},
        {"workload", "background", "[{\"name\": \"signal\", \"text\": \"signal\", \"parameters\": {}}]"},
        {"workload.topology", "name", "\"routed\""},
        {"workload.topology", "parameters", "{\"nat\": \"on\"}"},
        {"environment.cpu", "model", "\"Other CPU\""},
        {"environment.cpu", "online", "64"},
        {"environment.cpu", "smt", "true"},
        {"environment", "virtualisation", "\"xen\""},
        {"environment.kernel", "architecture", "\"aarch64\""},
        {"design", "kind", "\"exact\""},
    };
    static const struct difference same[] = {
        {"environment.kernel", "release", "\"6.99\""},
        {"environment.versions", "target", "\"2.0\""},
        {"environment", "clock_source", "\"hpet\""},
        {"environment", "memory_bytes", "1"},
        {"command", "scenario_digest", "\"sha256:1\""},
        {"workload", "text", "\"udp_rr,size=64\""},
        {"target", "programs", "[]"},
        {"target", "netns", "null"},
    };
    OWNED_JSON json_t *base = run_with(1.1, 0.01);
    char first[DIGEST_TEXT], other[DIGEST_TEXT];

    (void)state;
    series_of(base, first);
    for (size_t i = 0; i < ARRAY_SIZE(differences) + ARRAY_SIZE(same); i++) {
        bool differs = i < ARRAY_SIZE(differences);
        const struct difference *difference = differs ? &differences[i] : &same[i - ARRAY_SIZE(differences)];
        OWNED_JSON json_t *document = json_deep_copy(base);

        change(document, difference->path, difference->key, difference->value);
        series_of(document, other);
        if ((strcmp(first, other) != 0) != differs)
            fail_msg("%s.%s makes %s series", difference->path, difference->key,
                     differs ? "no other" : "another");
    }
}

/* What is told of a namespace parts those of two, and leaves documents that tell of none where they are. */
static void test_namespaces(void **state)
{
    OWNED_JSON json_t *document = run_with(1.1, 0.01);
    OWNED_BATCH struct history_batch batch = {0};
    char client[DIGEST_TEXT], server[DIGEST_TEXT];

    (void)state;
    change(document, "target", "argv", "[\"tool\", \"-x\"]");
    change(document, "target", "kind", "\"exec\"");
    change(document, "target", "netns", "\"client\"");
    series_of(document, client);
    assert_int_equal(history_batch_read(document, &batch, NULL), 0);
    assert_string_equal(batch.entries[0].target, "--target-netns client -- tool -x");
    change(document, "target", "netns", "\"server\"");
    series_of(document, server);
    assert_string_not_equal(client, server);
}

/* Of the documents that users have in their histories: their keys are not to change. */
static void test_old_documents_keep_their_key(void **state)
{
    OWNED_JSON json_t *example = json_load_file("tests/data/example-result.json", 0, NULL);
    char series[DIGEST_TEXT];

    (void)state;
    assert_non_null(example);
    series_of(example, series);
    assert_string_equal(series, "ebed30e133e15b808dd5361017f51179661d7549c2310f74898be78b427516a0");
}

/* A parameter that is null is as good as one that is not there. */
static void test_null_parameters(void **state)
{
    OWNED_JSON json_t *base = run_with(1.1, 0.01);
    char first[DIGEST_TEXT], other[DIGEST_TEXT];

    (void)state;
    change(base, "workload", "parameters", "{\"size\": \"64\"}");
    series_of(base, first);
    change(base, "workload", "parameters", "{\"rate\": null, \"size\": \"64\"}");
    series_of(base, other);
    assert_string_equal(first, other);
}

static void test_columns(void **state)
{
    OWNED_JSON json_t *base = run_with(1.1, 0.01);
    OWNED_BATCH struct history_batch batch = {0};
    const struct history_entry *entry;
    bool primary = false;

    (void)state;
    change(base, "target", "argv", "[\"tool\", \"two words\"]");
    change(base, "target", "kind", "\"exec\"");
    assert_int_equal(history_batch_read(base, &batch, NULL), 0);
    assert_int_equal(batch.count, 1);
    entry = &batch.entries[0];
    assert_string_equal(entry->target, "tool 'two words'");
    assert_string_equal(entry->mode, "timed");
    assert_string_equal(entry->status, "measured");
    assert_null(entry->scenario);
    assert_true(entry->trusted);
    for (unsigned i = 0; i < entry->figure_count; i++) {
        assert_true(isfinite(entry->figures[i].centre));
        if (!entry->figures[i].primary)
            continue;
        primary = true;
        assert_string_equal(entry->figures[i].metric, "latency.mean");
        assert_close(entry->figures[i].centre, log(1.1), 0.01);
        assert_true(entry->figures[i].error > 0);
    }
    assert_true(primary);
}

/* Texts of a document end up on terminals. */
static void test_hostile_texts(void **state)
{
    OWNED_JSON json_t *base = run_with(1.1, 0.01);
    OWNED_BATCH struct history_batch batch = {0};
    OWNED_PTR char *word = malloc(100001);

    (void)state;
    memset(word, 'x', 100000);
    word[100000] = '\0';
    json_object_set_new(json_object_get(base, "target"), "argv", json_pack("[s, s]", "a\033[31m\n", word));
    change(base, "environment.versions", "target", "\"1\\u001b]0;x\\u0007\"");
    assert_int_equal(history_batch_read(base, &batch, NULL), 0);
    assert_null(strchr(batch.entries[0].target, '\033'));
    assert_null(strchr(batch.entries[0].target, '\n'));
    assert_true(strlen(batch.entries[0].target) < 4000);
    assert_null(strchr(batch.entries[0].version, '\033'));
    assert_null(strchr(batch.entries[0].version, '\007'));
}

static void refuse(const json_t *document, const char *part)
{
    OWNED_BATCH struct history_batch batch = {0};
    struct error error = {0};

    assert_int_equal(history_batch_read(document, &batch, &error), -EINVAL);
    assert_int_equal(error.status, EXIT_USAGE);
    if (!strstr(error.message, part))
        fail_msg("\"%s\" does not say \"%s\"", error.message, part);
}

static void test_refusals(void **state)
{
    static const char *const times[] = {"\"\"",
                                        "\"yesterday\"",
                                        "\"2026-01-31\"",
                                        "\"2026-01-31T00:00:00Z \"",
                                        "\"2026-13-31T00:00:00Z\"",
                                        "\"1969-12-31T23:59:59Z\"",
                                        "\"9999-01-01T00:00:00Z\""};
    OWNED_JSON json_t *base = run_with(1.1, 0.01), *micro = NULL, *none = NULL, *bad = NULL;

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(times); i++) {
        change(base, "time", "started", times[i]);
        refuse(base, "time.started");
    }
    micro = json_pack("{s:s, s:[]}", "schema", "tracetoll.micro/1", "rows");
    refuse(micro, "tracetoll.micro/1");
    none = json_pack("{s:s, s:[{s:O}, {s:n}]}", "schema", "tracetoll.kernels/1", "kernels", "document", micro,
                     "document");
    refuse(none, "no result document");
    bad = json_pack("{s:s, s:[{s:{s:s}}]}", "schema", "tracetoll.gate/1", "runs", "document", "schema",
                    DOCUMENT_SCHEMA);
    refuse(bad, "runs[0]");
}

/* Documents of a gate over kernels are two levels down; exact ones have no clock of their own. */
static void test_containers(void **state)
{
    OWNED_JSON json_t *base = run_with(1.1, 0.01), *exact = document_of_day(base, 1), *kernels = NULL,
                      *gate = NULL;
    OWNED_BATCH struct history_batch batch = {0}, alone = {0};

    (void)state;
    change(exact, "design", "kind", "\"exact\"");
    kernels = json_pack("{s:s, s:{s:s}, s:[{s:O}]}", "schema", "tracetoll.kernels/1", "time", "started",
                        "2026-01-31T00:00:00Z", "kernels", "document", exact);
    gate = json_pack("{s:s, s:{s:s}, s:[{s:O}, {s:O}, {s:n}, {s:i}]}", "schema", "tracetoll.gate/1", "time",
                     "started", "2026-02-01T00:00:00Z", "runs", "document", base, "document", kernels,
                     "document", "other", 1);
    assert_int_equal(history_batch_read(gate, &batch, NULL), 0);
    assert_int_equal(batch.count, 2);
    assert_string_equal(batch.entries[0].mode, "timed");
    assert_string_equal(batch.entries[1].mode, "exact");
    assert_int_equal(batch.entries[1].started_s, 1769904000);
    assert_int_equal(history_batch_read(exact, &alone, NULL), 0);
    assert_true(alone.entries[0].started_s > 1769904000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_makes_a_series),
        cmocka_unit_test(test_namespaces),
        cmocka_unit_test(test_old_documents_keep_their_key),
        cmocka_unit_test(test_null_parameters),
        cmocka_unit_test(test_columns),
        cmocka_unit_test(test_hostile_texts),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_containers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
