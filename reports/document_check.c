/* SPDX-License-Identifier: GPL-2.0 */
#include "base/cleanup.h"
#include "reports/document.h"

#include <errno.h>
#include <string.h>

/* Letters of `kinds`: s text, n number, b true or false, o object, a array, 0 null. */
struct shape_rule {
    const char *path; /* a "*" stands for each element of an array, which may be empty */
    const char *kinds;
};

static const struct shape_rule rules[] = {
    {"tool", "o"},
    {"tool.version", "s"},
    {"command", "o"},
    {"command.argv", "a"},
    {"command.argv.*", "s"},
    {"command.repeat", "s"},
    {"time", "o"},
    {"time.started", "s"},
    {"time.seconds", "n"},
    {"environment", "o"},
    {"environment.kernel", "o"},
    {"environment.kernel.release", "s"},
    {"environment.cpu", "o"},
    {"environment.versions", "o"},
    {"environment.foreign_programs", "a"},
    {"workload", "o"},
    {"workload.name", "s"},
    {"workload.text", "s"},
    {"workload.topology", "o"},
    {"workload.topology.name", "s"},
    {"workload.operation", "s"},
    {"workload.primary_metric", "s"},
    {"target", "o"},
    {"target.kind", "s"},
    {"target.argv", "a"},
    {"target.argv.*", "s"},
    {"target.programs", "a"},
    {"target.programs.*", "o"},
    {"target.programs.*.name", "s"},
    {"target.maps", "a"},
    {"target.maps.*", "o"},
    {"target.maps.*.name", "s"},
    {"design", "o"},
    {"design.seed", "s"},
    {"design.quads", "n"},
    {"design.looks", "a"},
    {"design.looks.*", "o"},
    {"metrics", "a"},
    {"metrics.*", "o"},
    {"metrics.*.name", "s"},
    {"metrics.*.group", "s"},
    {"metrics.*.unit", "s"},
    {"metrics.*.better", "s"},
    {"metrics.*.primary", "b"},
    {"metrics.*.baseline", "n0"},
    {"metrics.*.with_target", "n0"},
    {"metrics.*.effect", "o0"},
    {"metrics.*.absolute", "o0"},
    {"metrics.*.budget", "o0"},
    {"metrics.*.verdict", "s"},
    {"reference", "o"},
    {"reference.used", "b"},
    {"reference.kinds", "a"},
    {"reference.kinds.*", "o"},
    {"breakdown", "o0"},
    {"cost_split", "o0"},
    {"steady", "o0"},
    {"checks", "a"},
    {"checks.*", "o"},
    {"checks.*.name", "s"},
    {"verdict", "o"},
    {"verdict.status", "s"},
    {"verdict.exit_status", "n"},
    {"verdict.sentence", "s"},
    {"verdict.reasons", "a"},
    {"verdict.reasons.*", "s"},
    {"warnings", "a"},
    {"warnings.*", "o"},
    {"warnings.*.code", "s"},
    {"warnings.*.text", "s"},
    {"blocks", "a"},
    {"blocks.*", "o"},
};

static char kind_of(const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_STRING:
        return 's';
    case JSON_INTEGER:
    case JSON_REAL:
        return 'n';
    case JSON_TRUE:
    case JSON_FALSE:
        return 'b';
    case JSON_OBJECT:
        return 'o';
    case JSON_ARRAY:
        return 'a';
    default:
        return '0';
    }
}

static const char *kind_name(char kind)
{
    switch (kind) {
    case 's':
        return "a text";
    case 'n':
        return "a number";
    case 'b':
        return "true or false";
    case 'o':
        return "an object";
    default:
        return "an array";
    }
}

static int check_value(const json_t *value, const struct shape_rule *rule, struct error *error)
{
    if (!value)
        return error_set(error, EXIT_USAGE, -EINVAL, "not a complete result document: \"%s\" is missing",
                         rule->path);
    if (!strchr(rule->kinds, kind_of(value)))
        return error_set(error, EXIT_USAGE, -EINVAL, "not a result document: \"%s\" is not %s", rule->path,
                         kind_name(rule->kinds[0]));
    return 0;
}

/* Follows rule->path from `rest` on. Rules come parents first, so that what is walked through exists. */
static int check_path(const json_t *node, const char *rest, const struct shape_rule *rule,
                      struct error *error)
{
    size_t length = strcspn(rest, "."), i;
    const json_t *item;
    char key[32] = "";

    if (!*rest)
        return check_value(node, rule, error);
    memcpy(key, rest, length);
    rest += length + (rest[length] == '.');
    if (strcmp(key, "*") != 0)
        return check_path(json_object_get(node, key), rest, rule, error);
    json_array_foreach(node, i, item)
    {
        int result = check_path(item, rest, rule, error);

        if (result)
            return result;
    }
    return 0;
}

int document_check(const json_t *document, struct error *error)
{
    const char *schema = json_string_value(json_object_get(document, "schema"));

    if (!schema || strcmp(schema, DOCUMENT_SCHEMA) != 0)
        return error_set(
            error, EXIT_USAGE, -EINVAL,
            "not a result document that this version can read: its schema is \"%.40s\", not \"%s\"",
            schema ? schema : "", DOCUMENT_SCHEMA);
    for (size_t i = 0; i < ARRAY_SIZE(rules); i++) {
        int result = check_path(document, rules[i].path, &rules[i], error);

        if (result)
            return result;
    }
    return 0;
}
