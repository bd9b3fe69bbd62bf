/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/scenario/schema.h"
#include "base/cleanup.h"
#include "orchestrator/canary/rails.h"
#include "orchestrator/canary/ramp.h"
#include "orchestrator/metric.h"
#include "orchestrator/scenario/scenario.h"
#include "orchestrator/watch/watch.h"

#include <errno.h>
#include <string.h>

#define WANTED   CYAML_FLAG_POINTER
#define OPTIONAL (CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL)
#define TEXT(key, flags, structure, member)                                                                  \
    CYAML_FIELD_STRING_PTR(key, flags, structure, member, 1, CYAML_UNLIMITED)
#define FLAG(key, structure, member) CYAML_FIELD_BOOL(key, CYAML_FLAG_OPTIONAL, structure, member)

static const cyaml_schema_value_t text_value = {
    CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 0, CYAML_UNLIMITED),
};

static const cyaml_schema_field_t target_fields[] = {
    TEXT("name", OPTIONAL, struct scenario_target, name),
    CYAML_FIELD_SEQUENCE("exec", OPTIONAL, struct scenario_target, exec, &text_value, 1, SCENARIO_WORDS_MAX),
    TEXT("object", OPTIONAL, struct scenario_target, object),
    TEXT("bcc", OPTIONAL, struct scenario_target, bcc),
    TEXT("probe", OPTIONAL, struct scenario_target, probe),
    TEXT("on", OPTIONAL, struct scenario_target, on),
    TEXT("off", OPTIONAL, struct scenario_target, off),
    TEXT("ready", OPTIONAL, struct scenario_target, ready),
    TEXT("leave", OPTIONAL, struct scenario_target, leave),
    FLAG("sham", struct scenario_target, sham),
    TEXT("netns", OPTIONAL, struct scenario_target, netns),
    CYAML_FIELD_SEQUENCE("kernels", OPTIONAL, struct scenario_target, kernels, &text_value, 1,
                         SCENARIO_KERNELS_MAX),
    CYAML_FIELD_END,
};

static const cyaml_schema_value_t target_value = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct scenario_target, target_fields),
};

static const cyaml_schema_field_t workload_fields[] = {
    TEXT("load", WANTED, struct scenario_workload, load),
    TEXT("beside", OPTIONAL, struct scenario_workload, beside),
    TEXT("topology", OPTIONAL, struct scenario_workload, topology),
    TEXT("rate", OPTIONAL, struct scenario_workload, rate),
    CYAML_FIELD_END,
};

static const cyaml_schema_value_t workload_value = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct scenario_workload, workload_fields),
};

static const cyaml_schema_field_t budget_fields[] = {
    TEXT("max_worsening", OPTIONAL, struct scenario_budget, max_worsening),
    TEXT("max_absolute", OPTIONAL, struct scenario_budget, max_absolute),
    FLAG("critical", struct scenario_budget, critical),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t rail_fields[] = {
    TEXT("rail", WANTED, struct scenario_rail, rail),
    TEXT("max", OPTIONAL, struct scenario_rail, max),
    TEXT("url", OPTIONAL, struct scenario_rail, url),
    TEXT("metric", OPTIONAL, struct scenario_rail, metric),
    TEXT("command", OPTIONAL, struct scenario_rail, command),
    CYAML_FIELD_END,
};

static const cyaml_schema_value_t rail_value = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct scenario_rail, rail_fields),
};

static const cyaml_schema_field_t canary_fields[] = {
    CYAML_FIELD_SEQUENCE("duty", OPTIONAL, struct scenario_canary, duty, &text_value, 1, RAMP_STEPS_MAX),
    CYAML_FIELD_SEQUENCE("rails", WANTED, struct scenario_canary, rails, &rail_value, 1, RAILS_MAX),
    TEXT("audit", OPTIONAL, struct scenario_canary, audit),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t counter_fields[] = {
    TEXT("url", OPTIONAL, struct scenario_counter, url),
    TEXT("metric", OPTIONAL, struct scenario_counter, metric),
    TEXT("command", OPTIONAL, struct scenario_counter, command),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t alert_fields[] = {
    TEXT("alert", WANTED, struct scenario_alert, alert),
    TEXT("metric", WANTED, struct scenario_alert, metric),
    TEXT("max", OPTIONAL, struct scenario_alert, max),
    TEXT("min", OPTIONAL, struct scenario_alert, min),
    TEXT("for", OPTIONAL, struct scenario_alert, for_time),
    CYAML_FIELD_END,
};

static const cyaml_schema_value_t alert_value = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct scenario_alert, alert_fields),
};

static const cyaml_schema_field_t watch_fields[] = {
    CYAML_FIELD_SEQUENCE("programs", OPTIONAL, struct scenario_watch, programs, &text_value, 1,
                         WATCH_PROGRAMS_MAX),
    TEXT("process", OPTIONAL, struct scenario_watch, process),
    TEXT("cgroup", OPTIONAL, struct scenario_watch, cgroup),
    TEXT("interval", OPTIONAL, struct scenario_watch, interval),
    TEXT("statistics", OPTIONAL, struct scenario_watch, statistics),
    TEXT("textfile", OPTIONAL, struct scenario_watch, textfile),
    CYAML_FIELD_MAPPING_PTR("events", OPTIONAL, struct scenario_watch, events, counter_fields),
    CYAML_FIELD_MAPPING_PTR("lost_events", OPTIONAL, struct scenario_watch, lost_events, counter_fields),
    CYAML_FIELD_SEQUENCE("alerts", OPTIONAL, struct scenario_watch, alerts, &alert_value, 1,
                         WATCH_ALERTS_MAX),
    CYAML_FIELD_END,
};

/* The two mappings by metric are put in by scenario_schema_make(). */
static const cyaml_schema_field_t root_fields[] = {
    TEXT("name", OPTIONAL, struct scenario, name),
    CYAML_FIELD_SEQUENCE("targets", WANTED, struct scenario, targets, &target_value, 1, SCENARIO_TARGETS_MAX),
    CYAML_FIELD_SEQUENCE("workloads", WANTED, struct scenario, workloads, &workload_value, 1,
                         SCENARIO_WORKLOADS_MAX),
    {.key = "budgets", .data_offset = offsetof(struct scenario, budgets)},
    {.key = "regression", .data_offset = offsetof(struct scenario, regression)},
    TEXT("against", OPTIONAL, struct scenario, against),
    TEXT("time_limit", OPTIONAL, struct scenario, time_limit),
    TEXT("quads", OPTIONAL, struct scenario, quads),
    TEXT("precision", OPTIONAL, struct scenario, precision),
    TEXT("steady", OPTIONAL, struct scenario, steady),
    TEXT("window", OPTIONAL, struct scenario, window),
    TEXT("settle", OPTIONAL, struct scenario, settle),
    TEXT("seed", OPTIONAL, struct scenario, seed),
    TEXT("seeds", OPTIONAL, struct scenario, seeds),
    CYAML_FIELD_SEQUENCE("kernels", OPTIONAL, struct scenario, kernels, &text_value, 1, SCENARIO_KERNELS_MAX),
    TEXT("mode", OPTIONAL, struct scenario, mode),
    TEXT("inconclusive", OPTIONAL, struct scenario, inconclusive),
    CYAML_FIELD_MAPPING_PTR("canary", OPTIONAL, struct scenario, canary, canary_fields),
    CYAML_FIELD_MAPPING_PTR("watch", OPTIONAL, struct scenario, watch, watch_fields),
    CYAML_FIELD_END,
};

/* A field for each metric, all with the value of `like`; ended by one without a key. */
static cyaml_schema_field_t *fields_by_metric(const cyaml_schema_value_t *like)
{
    cyaml_schema_field_t *fields = calloc(metric_count + 1, sizeof(*fields));

    for (unsigned i = 0; fields && i < metric_count; i++) {
        /* What libcyaml will not write to: its members are const so that tables can be. */
        cyaml_schema_field_t field = {
            .key = metric_table[i].name, .data_offset = (uint32_t)(i * sizeof(void *)), .value = *like};

        memcpy(&fields[i], &field, sizeof(field));
    }
    return fields;
}

static cyaml_schema_value_t mapping_by_metric(const cyaml_schema_field_t *fields)
{
    return (cyaml_schema_value_t){.type = CYAML_MAPPING,
                                  .flags = OPTIONAL,
                                  .data_size = (uint32_t)(metric_count * sizeof(void *)),
                                  .mapping = {.fields = fields}};
}

int scenario_schema_make(struct scenario_schema *schema)
{
    static const cyaml_schema_value_t budget = {
        CYAML_VALUE_MAPPING(OPTIONAL, struct scenario_budget, budget_fields)};
    static const cyaml_schema_value_t limit = {CYAML_VALUE_STRING(OPTIONAL, char, 1, CYAML_UNLIMITED)};

    *schema = (struct scenario_schema){
        .fields = malloc(sizeof(root_fields)),
        .budgets = fields_by_metric(&budget),
        .regression = fields_by_metric(&limit),
    };
    if (!schema->fields || !schema->budgets || !schema->regression)
        return -ENOMEM;
    memcpy(schema->fields, root_fields, sizeof(root_fields));
    for (cyaml_schema_field_t *field = schema->fields; field->key; field++) {
        cyaml_schema_value_t value = field->value;

        if (strcmp(field->key, "budgets") == 0)
            value = mapping_by_metric(schema->budgets);
        else if (strcmp(field->key, "regression") == 0)
            value = mapping_by_metric(schema->regression);
        memcpy(&field->value, &value, sizeof(value));
    }
    schema->root = (cyaml_schema_value_t){.type = CYAML_MAPPING,
                                          .flags = CYAML_FLAG_POINTER,
                                          .data_size = sizeof(struct scenario),
                                          .mapping = {.fields = schema->fields}};
    return 0;
}

void scenario_schema_free(struct scenario_schema *schema)
{
    free(schema->fields);
    free(schema->budgets);
    free(schema->regression);
    *schema = (struct scenario_schema){0};
}
