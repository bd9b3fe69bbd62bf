/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The YAML itself: libcyaml fills structures and forgets where a value stood, and its complaints name no
 * valid key. So the tree is held against the same schema first, here, and stays for line numbers.
 */
#pragma once

#include "base/error.h"
#include "orchestrator/scenario/schema.h"

#include <jansson.h>
#include <stddef.h>
#include <yaml.h>

struct scenario_tree {
    yaml_document_t document;
};

/* One document of plain mappings, lists and texts. *tree is owned (scenario_tree_free()). EXIT_USAGE with
 * FILE:LINE. */
int scenario_tree_parse(struct scenario_tree **tree, const char *path, const char *text, size_t length,
                        struct error *error);
void scenario_tree_free(struct scenario_tree *tree);

/* Every key known, none twice, what is needed there, every value of its kind. EXIT_USAGE with FILE:LINE: KEY.
 */
int scenario_tree_check(struct scenario_tree *tree, const char *path, const cyaml_schema_value_t *schema,
                        struct error *error);

/* Line (from 1) of "targets/0/exec", or of what of it is there. */
unsigned scenario_tree_line(struct scenario_tree *tree, const char *place);

/* A tree that has passed the check as JSON, all values as texts; a new reference, NULL without memory. */
json_t *scenario_tree_json(struct scenario_tree *tree);
