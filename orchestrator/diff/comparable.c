/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/diff/comparable.h"
#include "base/cleanup.h"
#include "orchestrator/diff/kind.h"
#include "orchestrator/diff/value.h"
#include "reports/document.h"

#include <errno.h>
#include <string.h>

struct must_match {
    const char *path;
    const char *what; /* "OLD has WHAT x, NEW y" */
};

static int check_text(const json_t *old, const json_t *new, const struct must_match *rule,
                      struct error *error)
{
    char text_old[DIFF_VALUE_TEXT], text_new[DIFF_VALUE_TEXT];

    if (diff_value_equal(document_at(old, rule->path), document_at(new, rule->path)))
        return 0;
    return error_set(error, EXIT_USAGE, -EINVAL,
                     "not comparable: OLD has the %s %s, NEW %s; an overhead belongs to its load, so measure "
                     "both with the same one",
                     rule->what, diff_value_text(text_old, document_at(old, rule->path)),
                     diff_value_text(text_new, document_at(new, rule->path)));
}

/* A key of `from` whose value differs in `other`; NULL when there is none. */
static const char *differing_key(const json_t *from, const json_t *other)
{
    const char *key;
    json_t *value;

    json_object_foreach((json_t *)from, key, value)
    {
        if (!diff_value_equal(value, json_object_get(other, key)))
            return key;
    }
    return NULL;
}

/* Parameters by name; one that is null counts as one that is not there. */
static int check_parameters(const json_t *old, const json_t *new, const struct must_match *rule,
                            struct error *error)
{
    const json_t *map_old = document_at(old, rule->path), *map_new = document_at(new, rule->path);
    const char *key = differing_key(map_old, map_new);
    char text_old[DIFF_VALUE_TEXT], text_new[DIFF_VALUE_TEXT];

    if (!key)
        key = differing_key(map_new, map_old);
    if (!key)
        return 0;
    return error_set(error, EXIT_USAGE, -EINVAL,
                     "not comparable: the parameter \"%.60s\" of the %s is %s in OLD and %s in NEW; measure "
                     "both with the same one",
                     key, rule->what, diff_value_text(text_old, json_object_get(map_old, key)),
                     diff_value_text(text_new, json_object_get(map_new, key)));
}

/* Loads that ran beside the measured one, in both arms. */
static int check_background(const json_t *old, const json_t *new, struct error *error)
{
    size_t count_old = document_count(old, "workload.background"),
           count_new = document_count(new, "workload.background");

    if (count_old != count_new)
        return error_set(
            error, EXIT_USAGE, -EINVAL,
            "not comparable: beside the measured load ran %zu others in OLD and %zu in NEW; measure "
            "both with the same ones",
            count_old, count_new);
    for (size_t i = 0; i < count_old; i++) {
        const char *text_old = document_text(document_item(old, "workload.background", i), "text"),
                   *text_new = document_text(document_item(new, "workload.background", i), "text");

        if (strcmp(text_old, text_new) != 0)
            return error_set(
                error, EXIT_USAGE, -EINVAL,
                "not comparable: beside the measured load ran \"%.100s\" in OLD and \"%.100s\" in "
                "NEW; measure both with the same one",
                text_old, text_new);
    }
    return 0;
}

static int check_mode(const json_t *old, const json_t *new, struct error *error)
{
    const char *mode_old = diff_kind_of(old)->name, *mode_new = diff_kind_of(new)->name;

    if (strcmp(mode_old, mode_new) == 0)
        return 0;
    return error_set(error, EXIT_USAGE, -EINVAL,
                     "not comparable: OLD is %s and NEW is %s, and instructions are no time; measure both in "
                     "the same mode",
                     mode_old, mode_new);
}

/* The CPU of timed documents, the QEMU of exact ones. */
static int check_bound(const json_t *old, const json_t *new, struct error *error)
{
    const struct diff_kind *kind = diff_kind_of(old);
    const char *bound_old = kind->bound(old), *bound_new = kind->bound(new);

    if (strcmp(bound_old, bound_new) == 0)
        return 0;
    return error_set(
        error, EXIT_USAGE, -EINVAL,
        "not comparable: the %s is \"%.100s\" in OLD and \"%.100s\" in NEW, and what a probe costs "
        "depends on it; measure both with the same one",
        kind->bound_to, bound_old[0] ? bound_old : "unknown", bound_new[0] ? bound_new : "unknown");
}

int diff_comparable(const json_t *old, const json_t *new, struct error *error)
{
    static const struct must_match texts[] = {
        {"workload.name", "workload"},
        {"workload.topology.name", "topology"},
        {"workload.primary_metric", "primary metric"}, /* what --saturate changes */
    };
    static const struct must_match maps[] = {
        {"workload.parameters", "workload"},
        {"workload.topology.parameters", "topology"},
    };
    int result = check_mode(old, new, error);

    for (size_t i = 0; result == 0 && i < ARRAY_SIZE(texts); i++)
        result = check_text(old, new, &texts[i], error);
    for (size_t i = 0; result == 0 && i < ARRAY_SIZE(maps); i++)
        result = check_parameters(old, new, &maps[i], error);
    if (result == 0)
        result = check_background(old, new, error);
    return result ? result : check_bound(old, new, error);
}
