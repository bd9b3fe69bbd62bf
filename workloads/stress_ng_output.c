/* SPDX-License-Identifier: GPL-2.0 */
#include "workloads/stress_ng_output.h"
#include "base/cleanup.h"

#include <cyaml/cyaml.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

struct row {
    char *stressor;
    double bogo_operations, wall_s, user_s, system_s;
};

struct root {
    struct row *metrics;
    unsigned metrics_count;
};

static const cyaml_schema_field_t row_fields[] = {
    CYAML_FIELD_STRING_PTR("stressor", CYAML_FLAG_POINTER, struct row, stressor, 1, 31),
    CYAML_FIELD_FLOAT("bogo-ops", CYAML_FLAG_DEFAULT, struct row, bogo_operations),
    CYAML_FIELD_FLOAT("wall-clock-time", CYAML_FLAG_DEFAULT, struct row, wall_s),
    CYAML_FIELD_FLOAT("user-time", CYAML_FLAG_DEFAULT, struct row, user_s),
    CYAML_FIELD_FLOAT("system-time", CYAML_FLAG_DEFAULT, struct row, system_s),
    CYAML_FIELD_END,
};

static const cyaml_schema_value_t row_value = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct row, row_fields),
};

static const cyaml_schema_field_t root_fields[] = {
    CYAML_FIELD_SEQUENCE("metrics", CYAML_FLAG_POINTER, struct root, metrics, &row_value, 1,
                         STRESS_NG_STRESSORS_MAX),
    CYAML_FIELD_END,
};

static const cyaml_schema_value_t root_value = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct root, root_fields),
};

static const cyaml_config_t config = {
    .mem_fn = cyaml_mem,
    .flags = CYAML_CFG_IGNORE_UNKNOWN_KEYS,
};

static void free_root(struct root **root)
{
    if (*root)
        cyaml_free(&config, &root_value, *root, 0);
}

static int take(const struct row *row, struct stress_ng_metric *metric)
{
    if (!(row->bogo_operations >= 0) || !(row->wall_s > 0) || !(row->user_s >= 0) || !(row->system_s >= 0) ||
        !isfinite(row->bogo_operations) || !isfinite(row->wall_s) || !isfinite(row->user_s) ||
        !isfinite(row->system_s))
        return -EINVAL;
    snprintf(metric->stressor, sizeof(metric->stressor), "%s", row->stressor);
    metric->bogo_operations = row->bogo_operations;
    metric->wall_s = row->wall_s;
    metric->user_s = row->user_s;
    metric->system_s = row->system_s;
    return 0;
}

int stress_ng_parse(const char *text, size_t length, struct stress_ng_result *result, char *why, size_t size)
{
    CLEANUP(free_root) struct root *root = NULL;
    cyaml_err_t code =
        cyaml_load_data((const uint8_t *)text, length, &config, &root_value, (cyaml_data_t **)&root, NULL);

    *result = (struct stress_ng_result){0};
    if (code != CYAML_OK || !root) {
        snprintf(why, size, "%s", code != CYAML_OK ? cyaml_strerror(code) : "it is empty");
        return -EINVAL;
    }
    for (unsigned i = 0; i < root->metrics_count; i++) {
        if (take(&root->metrics[i], &result->metrics[i])) {
            snprintf(why, size, "a stressor lacks operations or times");
            return -EINVAL;
        }
        result->count++;
    }
    return 0;
}
