/* SPDX-License-Identifier: GPL-2.0 */
/* What keys a scenario has, as libcyaml takes it. */
#pragma once

#include <cyaml/cyaml.h>

/* Owned: the keys below "budgets" and "regression" are the names of the metric table. */
struct scenario_schema {
    cyaml_schema_value_t root;
    cyaml_schema_field_t *fields, *budgets, *regression;
};

/* 0 or -ENOMEM. */
int scenario_schema_make(struct scenario_schema *schema);
void scenario_schema_free(struct scenario_schema *schema);
