/* SPDX-License-Identifier: GPL-2.0 */
/* The tree against the schema, with sentences that name the line, the key and what would be right. */
#include "base/cleanup.h"
#include "base/names.h"
#include "orchestrator/scenario/tree.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#define FEW_KEYS 20 /* up to here all valid ones are listed */

struct check {
    struct scenario_tree *tree;
    const char *path;
    struct error *error;
};

static yaml_node_t *node_at(const struct check *check, int index)
{
    return yaml_document_get_node(&check->tree->document, index);
}

static const char *text_of(const yaml_node_t *node)
{
    return (const char *)node->data.scalar.value;
}

__attribute__((format(printf, 4, 5))) static int complain(const struct check *check, const yaml_node_t *node,
                                                          const char *key, const char *format, ...)
{
    char text[800];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    return error_set(check->error, EXIT_USAGE, -EINVAL, "%s:%zu: %s%s%s", check->path,
                     node->start_mark.line + 1, key, key[0] ? ": " : "", text);
}

static unsigned count_fields(const cyaml_schema_field_t *fields)
{
    unsigned count = 0;

    while (fields[count].key)
        count++;
    return count;
}

static int unknown_key(const struct check *check, const yaml_node_t *key, const cyaml_schema_field_t *fields)
{
    unsigned count = count_fields(fields);
    OWNED_PTR const char **names = calloc(count, sizeof(*names));
    char suggestion[128] = "", valid[480] = "";
    size_t used = 0;

    for (unsigned i = 0; names && i < count; i++) {
        names[i] = fields[i].key;
        if (count <= FEW_KEYS)
            used += (size_t)snprintf(valid + used, sizeof(valid) - used, "%s%s", i ? ", " : "; valid are ",
                                     names[i]);
        if (used >= sizeof(valid))
            used = sizeof(valid) - 1;
    }
    if (names)
        name_suggestion(suggestion, sizeof(suggestion), text_of(key), names, count);
    return complain(check, key, "", "unknown %s \"%.60s\"%s%s", count <= FEW_KEYS ? "key" : "metric",
                    text_of(key), suggestion,
                    count <= FEW_KEYS ? valid : "; 'tracetoll list metrics' prints them");
}

static const cyaml_schema_field_t *find_field(const cyaml_schema_field_t *fields, const char *key)
{
    for (; fields->key; fields++)
        if (strcmp(fields->key, key) == 0)
            return fields;
    return NULL;
}

static int check_value(const struct check *check, const yaml_node_t *node, const char *key,
                       const cyaml_schema_value_t *schema);

static bool is_twice(const struct check *check, const yaml_node_t *mapping, const yaml_node_pair_t *pair)
{
    const char *key = text_of(node_at(check, pair->key));

    for (const yaml_node_pair_t *before = mapping->data.mapping.pairs.start; before < pair; before++)
        if (strcmp(text_of(node_at(check, before->key)), key) == 0)
            return true;
    return false;
}

static int check_pair(const struct check *check, const yaml_node_t *mapping, const yaml_node_pair_t *pair,
                      const cyaml_schema_field_t *fields)
{
    const yaml_node_t *key = node_at(check, pair->key);
    const cyaml_schema_field_t *field;

    if (key->type != YAML_SCALAR_NODE)
        return complain(check, key, "", "a key must be a plain word");
    field = find_field(fields, text_of(key));
    if (!field)
        return unknown_key(check, key, fields);
    if (is_twice(check, mapping, pair))
        return complain(check, key, field->key, "it stands here twice; keep the one you mean");
    return check_value(check, node_at(check, pair->value), field->key, &field->value);
}

static bool has_key(const struct check *check, const yaml_node_t *mapping, const char *key)
{
    for (const yaml_node_pair_t *pair = mapping->data.mapping.pairs.start;
         pair < mapping->data.mapping.pairs.top; pair++)
        if (strcmp(text_of(node_at(check, pair->key)), key) == 0)
            return true;
    return false;
}

static int check_mapping(const struct check *check, const yaml_node_t *node, const char *key,
                         const cyaml_schema_field_t *fields)
{
    int result = 0;

    if (node->type != YAML_MAPPING_NODE)
        return complain(check, node, key, "write KEY: VALUE lines below it");
    for (const yaml_node_pair_t *pair = node->data.mapping.pairs.start;
         result == 0 && pair < node->data.mapping.pairs.top; pair++)
        result = check_pair(check, node, pair, fields);
    for (; result == 0 && fields->key; fields++)
        if (!(fields->value.flags & CYAML_FLAG_OPTIONAL) && !has_key(check, node, fields->key))
            result = complain(check, node, key, "\"%s\" is missing", fields->key);
    return result;
}

static int check_sequence(const struct check *check, const yaml_node_t *node, const char *key,
                          const cyaml_schema_value_t *schema)
{
    size_t count;
    int result = 0;

    if (node->type != YAML_SEQUENCE_NODE)
        return complain(check, node, key, "write a list: [ONE, TWO], or lines that begin with \"- \"");
    count = (size_t)(node->data.sequence.items.top - node->data.sequence.items.start);
    if (count < schema->sequence.min || count > schema->sequence.max)
        return complain(check, node, key, "%zu entries; from %u to %u are possible", count,
                        (unsigned)schema->sequence.min, (unsigned)schema->sequence.max);
    for (size_t i = 0; result == 0 && i < count; i++)
        result = check_value(check, node_at(check, node->data.sequence.items.start[i]), key,
                             schema->sequence.entry);
    return result;
}

static bool is_choice(const char *text, const char *const *choices)
{
    for (; *choices; choices++)
        if (strcmp(text, *choices) == 0)
            return true;
    return false;
}

static int check_scalar(const struct check *check, const yaml_node_t *node, const char *key,
                        const cyaml_schema_value_t *schema)
{
    static const char *const flags[] = {"true", "false", NULL};

    if (node->type != YAML_SCALAR_NODE)
        return complain(check, node, key, "write one value, not a %s",
                        node->type == YAML_SEQUENCE_NODE ? "list" : "mapping");
    if (strlen(text_of(node)) != node->data.scalar.length)
        return complain(check, node, key, "a text can't hold a 0 byte");
    if (schema->type == CYAML_BOOL && !is_choice(text_of(node), flags))
        return complain(check, node, key, "\"%.60s\" is neither true nor false", text_of(node));
    if (schema->type == CYAML_STRING && node->data.scalar.length < schema->string.min)
        return complain(check, node, key, "it has no value");
    return 0;
}

/* As deep as the schema is, so aliases that form a ring end as well. */
static int check_value(const struct check *check, const yaml_node_t *node, const char *key,
                       const cyaml_schema_value_t *schema)
{
    if (schema->type == CYAML_MAPPING)
        return check_mapping(check, node, key, schema->mapping.fields);
    if (schema->type == CYAML_SEQUENCE)
        return check_sequence(check, node, key, schema);
    return check_scalar(check, node, key, schema);
}

int scenario_tree_check(struct scenario_tree *tree, const char *path, const cyaml_schema_value_t *schema,
                        struct error *error)
{
    const struct check check = {tree, path, error};

    return check_value(&check, yaml_document_get_root_node(&tree->document), "", schema);
}
