/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/scenario/tree.h"
#include "base/cleanup.h"
#include "reports/jsonio.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

static const char *text_of(const yaml_node_t *node)
{
    return (const char *)node->data.scalar.value;
}

static bool is_text(const yaml_node_t *node, const char *text)
{
    return node && node->type == YAML_SCALAR_NODE && strcmp(text_of(node), text) == 0;
}

/* --- parsing --- */

/* A parser's mark counts lines from 0. */
static int parser_failed(const yaml_parser_t *parser, const char *path, struct error *error)
{
    size_t line = parser->problem_mark.line ? parser->problem_mark.line : parser->context_mark.line;

    if (parser->error == YAML_MEMORY_ERROR)
        return error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");
    return error_set(error, EXIT_USAGE, -EINVAL, "%s:%zu: this is no YAML: %s%s%s", path, line + 1,
                     parser->problem ? parser->problem : "it can't be read", parser->context ? " " : "",
                     parser->context ? parser->context : "");
}

/* Behind the scenario, nothing. */
static int check_alone(yaml_parser_t *parser, const char *path, struct error *error)
{
    yaml_document_t next;
    int result = 0;

    if (!yaml_parser_load(parser, &next))
        return parser_failed(parser, path, error);
    if (yaml_document_get_root_node(&next))
        result = error_set(error, EXIT_USAGE, -EINVAL, "%s:%zu: a second document; a file is one scenario",
                           path, next.start_mark.line + 1);
    yaml_document_delete(&next);
    return result;
}

int scenario_tree_parse(struct scenario_tree **tree, const char *path, const char *text, size_t length,
                        struct error *error)
{
    yaml_parser_t parser;
    int result;

    *tree = calloc(1, sizeof(**tree));
    if (!*tree || !yaml_parser_initialize(&parser))
        return error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, length);
    if (!yaml_parser_load(&parser, &(*tree)->document))
        result = parser_failed(&parser, path, error);
    else if (!yaml_document_get_root_node(&(*tree)->document))
        result = error_set(error, EXIT_USAGE, -EINVAL,
                           "%s: there is nothing in it; docs/scenario.md shows "
                           "what a scenario is",
                           path);
    else
        result = check_alone(&parser, path, error);
    yaml_parser_delete(&parser);
    return result;
}

void scenario_tree_free(struct scenario_tree *tree)
{
    if (tree)
        yaml_document_delete(&tree->document);
    free(tree);
}

/* --- finding --- */

static yaml_node_t *node_at(struct scenario_tree *tree, int index)
{
    return yaml_document_get_node(&tree->document, index);
}

static yaml_node_pair_t *find_pair(struct scenario_tree *tree, const yaml_node_t *mapping, const char *key)
{
    for (yaml_node_pair_t *pair = mapping->data.mapping.pairs.start; pair < mapping->data.mapping.pairs.top;
         pair++)
        if (is_text(node_at(tree, pair->key), key))
            return pair;
    return NULL;
}

/* One step down; *line is that of the key, which is what a person looks for. NULL: not there. */
static yaml_node_t *step(struct scenario_tree *tree, const yaml_node_t *node, const char *name, size_t *line)
{
    yaml_node_t *next = NULL;

    if (node->type == YAML_MAPPING_NODE) {
        yaml_node_pair_t *pair = find_pair(tree, node, name);

        if (!pair)
            return NULL;
        *line = node_at(tree, pair->key)->start_mark.line;
        return node_at(tree, pair->value);
    }
    if (node->type == YAML_SEQUENCE_NODE) {
        unsigned long index = strtoul(name, NULL, 10);
        const yaml_node_item_t *start = node->data.sequence.items.start;

        if (index < (size_t)(node->data.sequence.items.top - start))
            next = node_at(tree, start[index]);
    }
    if (next)
        *line = next->start_mark.line;
    return next;
}

unsigned scenario_tree_line(struct scenario_tree *tree, const char *place)
{
    const yaml_node_t *node = yaml_document_get_root_node(&tree->document);
    OWNED_PTR char *copy = strdup(place);
    size_t line = node->start_mark.line;
    char *rest = copy, *name;

    while (node && (name = strsep(&rest, "/")))
        if (name[0])
            node = step(tree, node, name, &line);
    return (unsigned)line + 1;
}

/* --- as JSON --- */

#define DEPTH_MAX 8 /* deeper than the schema goes */

static json_t *json_of(struct scenario_tree *tree, const yaml_node_t *node, unsigned depth);

static json_t *json_of_mapping(struct scenario_tree *tree, const yaml_node_t *node, unsigned depth)
{
    json_t *object = json_object();

    for (const yaml_node_pair_t *pair = node->data.mapping.pairs.start; pair < node->data.mapping.pairs.top;
         pair++)
        json_object_set_new(object, text_of(node_at(tree, pair->key)),
                            json_of(tree, node_at(tree, pair->value), depth + 1));
    return object;
}

static json_t *json_of_sequence(struct scenario_tree *tree, const yaml_node_t *node, unsigned depth)
{
    json_t *list = json_array();

    for (const yaml_node_item_t *item = node->data.sequence.items.start; item < node->data.sequence.items.top;
         item++)
        json_array_append_new(list, json_of(tree, node_at(tree, *item), depth + 1));
    return list;
}

static json_t *json_of(struct scenario_tree *tree, const yaml_node_t *node, unsigned depth)
{
    if (depth > DEPTH_MAX)
        return json_null();
    switch (node->type) {
    case YAML_MAPPING_NODE:
        return json_of_mapping(tree, node, depth);
    case YAML_SEQUENCE_NODE:
        return json_of_sequence(tree, node, depth);
    case YAML_SCALAR_NODE:
        return jsonio_text(text_of(node));
    case YAML_NO_NODE:
        break;
    }
    return json_null();
}

json_t *scenario_tree_json(struct scenario_tree *tree)
{
    return json_of(tree, yaml_document_get_root_node(&tree->document), 0);
}
