/* SPDX-License-Identifier: GPL-2.0 */
/* For the tests of breakdowns: trials whose parts are known. */
#pragma once

#include "tests/unit/trials.h"
#include "base/cleanup.h"
#include "orchestrator/breakdown/breakdown.h"
#include "reports/document.h"
#include "reports/jsonio.h"

#include <math.h>

/* An empty raw_tp costs 100 ns, a kprobe 300 ns; reading the clock takes the kernel's statistics 20 ns. */
#define UNITS                                                                                                \
    "{\"seconds\": 1.5, \"rows\": ["                                                                         \
    " {\"name\": \"raw_tp\", \"variant\": \"\", \"estimate\": 100, \"low\": 90, \"high\": 110,"              \
    "  \"detail\": {\"run_time_ns\": 20}},"                                                                  \
    " {\"name\": \"kprobe\", \"variant\": \"\", \"estimate\": 300, \"low\": 300, \"high\": 300, "            \
    "\"detail\": {}}]}"

#define TARGET                                                                                               \
    "{\"programs\": ["                                                                                       \
    " {\"name\": \"in\", \"attach\": \"raw_tp:sys_enter\", \"runs_per_op\": 2, \"ns_per_run\": 70},"         \
    " {\"name\": \"vfs\", \"attach\": \"kprobe:vfs_read\", \"runs_per_op\": 0.5, \"ns_per_run\": 60},"       \
    " {\"name\": \"idle\", \"attach\": \"kprobe:vfs_write\", \"runs_per_op\": -0.001, \"ns_per_run\": "      \
    "null}]}"

#define CLOSED "{\"name\": \"syscall\", \"parameters\": {\"mode\": \"closed\"}}"

/* A block whose CPU time grows by `added_ns` an operation; 30 ns of that in the target's user space, 10 in
 * the kernel, where it wakes in every tenth operation. */
static inline struct block added_block(char arm, double added_ns)
{
    struct block block = costing(arm, BASE_NS + (arm == 'B' ? 1000 : 0));
    double ops = values_or_nan(&block.values, "ops");

    set(&block, "cpu.busy_ns", ops * (5e5 + (arm == 'B' ? added_ns : 0)));
    if (arm == 'A')
        return block;
    set(&block, "target.cpu_ns", ops * 40);
    set(&block, "target.user_ns", ops * 30);
    set(&block, "target.system_ns", ops * 10);
    set(&block, "target.wakeups", ops * 0.1);
    return block;
}

static inline json_t *broken_down_for(double added_ns, const char *target_text, const char *unit_text,
                                      const char *workload_text, int cpus)
{
    CLEANUP(trial_free) struct trial trial = {0};
    CLEANUP(analysis_free) struct analysis analysis = {0};
    CLEANUP(jsonio_drop) json_t *units = json_loads(unit_text, 0, NULL);
    CLEANUP(jsonio_drop) json_t *document = json_pack("{s:{s:{s:i}}}", "environment", "cpu", "online", cpus);
    json_t *target = json_loads(target_text, 0, NULL), *workload = json_loads(workload_text, 0, NULL);
    struct error error;

    begin_trial(&trial, 10, "latency.mean", NULL);
    for (unsigned quad = 0; quad < 10; quad++) {
        for (unsigned position = 0; position < 4; position++) {
            struct block block = added_block("ABBA"[position], added_ns);

            block.quad = quad;
            block.position = position;
            assert_int_equal(trial_add_block(&trial, &block), 0);
        }
    }
    assert_non_null(target);
    assert_non_null(units);
    assert_int_equal(analysis_make(&analysis, &trial, &error), 0);
    json_object_set_new(document, "target", target);
    json_object_set_new(document, "workload", workload);
    return breakdown_compose(&analysis, units, document);
}

static inline json_t *broken_down(double added_ns, const char *target_text, const char *unit_text)
{
    return broken_down_for(added_ns, target_text, unit_text, CLOSED, 2);
}

static inline double number_at(const json_t *json, const char *path)
{
    return document_number(json, path);
}
