/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Trials made by hand. A block has one operation's time; everything else follows from it: the rate is its
 * reciprocal, half a CPU is busy, a fifth of one for the workload and, while it is on, a tenth for the
 * target.
 */
#pragma once

#include "tests/unit/blocks.h"

#include "orchestrator/analysis.h"

#include <string.h>

#define WINDOW_NS 250000000
#define BASE_NS   1e6 /* an A block's operation */

/* What a document needs of a header, besides what is under test. */
#define HEADER                                                                                               \
    "{\"tool\": {\"name\": \"tracetoll\", \"version\": \"0\", \"revision\": \"0\", \"cflags\": \"\"},"       \
    " \"command\": {\"argv\": [\"tracetoll\", \"run\"], \"scenario_digest\": null, \"repeat\": \"tracetoll " \
    "run\"},"                                                                                                \
    " \"started_wall_ns\": 1000000000, \"precision\": 0.01, \"inconclusive\": \"error\","                    \
    " \"environment\": {\"kernel\": {\"release\": \"6.12\"}, \"cpu\": {\"online\": 2}, \"versions\": {},"    \
    "                   \"foreign_programs\": []},"                                                          \
    " \"workload\": {\"name\": \"udp_rr\", \"text\": \"udp_rr\", \"topology\": {\"name\": \"veth\"},"        \
    "                \"operation\": \"round trip\", \"primary_metric\": \"latency.mean\"},"                  \
    " \"target\": {\"kind\": \"exec\", \"argv\": [\"/usr/sbin/softirqs\", \"1\"]},"                          \
    " \"design\": {\"seed\": 7, \"kind\": \"default\", \"window_ns\": 250000000, \"settle_ns\": 100000000,"  \
    "              \"seconds_per_quad\": 2.0}}"

/* `budgets` ends in NULL, or is NULL. */
static inline json_t *header_of(unsigned max_quads, const char *primary, const char *const *budgets)
{
    json_t *header = json_loads(HEADER, 0, NULL), *list = json_array();

    assert_non_null(header);
    for (; budgets && *budgets; budgets++)
        json_array_append_new(list, json_string(*budgets));
    json_object_set_new(header, "budgets", list);
    json_object_set_new(header, "primary_metric", json_string(primary));
    json_object_set_new(json_object_get(header, "design"), "max_quads", json_integer(max_quads));
    return header;
}

static inline void begin_trial(struct trial *trial, unsigned max_quads, const char *primary,
                               const char *budget)
{
    const char *const budgets[] = {budget, NULL};

    assert_int_equal(trial_begin(trial, header_of(max_quads, primary, budgets)), 0);
}

static inline struct block costing(char arm, double ns)
{
    struct block block = block_of(arm);

    set(&block, "window_ns", WINDOW_NS);
    set(&block, "ops", WINDOW_NS / ns);
    set(&block, "sampler.window_ns", WINDOW_NS);
    set(&block, "cpu.busy_ns", 0.5 * WINDOW_NS);
    set(&block, "workload.cpu_ns", 0.2 * WINDOW_NS);
    if (arm == 'B')
        set(&block, "target.cpu_ns", 0.1 * WINDOW_NS);
    add_latency(&block, 1, (uint64_t)llround(ns));
    return block;
}

/* Four blocks; numbers in the order they are run. `references` (NULL: none) are ns of a unit. */
static inline void add_quad(struct trial *trial, const char *order, const double *ns,
                            const double *references, const char *invalid)
{
    unsigned quad = trial->count ? trial->blocks[trial->count - 1].quad + 1 : 0;

    for (unsigned position = 0; position < 4; position++) {
        struct block block = costing(order[position], ns[position]);

        block.quad = quad;
        block.position = position;
        if (references) {
            set(&block, "ref.chase.count", 1000);
            set(&block, "ref.chase.ns", 1000 * references[position]);
        }
        if (invalid && position == 3)
            strcpy(block.invalid, invalid);
        assert_int_equal(trial_add_block(trial, &block), 0);
    }
}

/* Ten quads have ten different jitters around zero, in both signs alike: their pseudomedian is zero. */
static inline double jitter_of(unsigned quad)
{
    static const double tenths[] = {-9, 7, -5, 3, -1, 1, -3, 5, -7, 9};

    return tenths[quad % ARRAY_SIZE(tenths)] / 10;
}

/* `count` quads whose B costs `ratio` times A, with a jitter of `jitter` on the log scale of the contrasts.
 */
static inline void add_quads(struct trial *trial, unsigned count, double ratio, double jitter)
{
    for (unsigned i = 0; i < count; i++) {
        const char *order = i % 2 ? "BAAB" : "ABBA";
        double on = BASE_NS * ratio * exp(jitter * jitter_of(i)), ns[4];

        for (unsigned position = 0; position < 4; position++)
            ns[position] = order[position] == 'B' ? on : BASE_NS;
        add_quad(trial, order, ns, NULL, NULL);
    }
}

static inline const struct metric_result *result_of(const struct analysis *analysis, const char *name)
{
    const struct metric *metric = metric_find(name);

    assert_non_null(metric);
    return &analysis->metrics[metric - metric_table];
}

static inline void analyse(struct analysis *analysis, const struct trial *trial)
{
    struct error error = {0};

    if (analysis_make(analysis, trial, &error))
        fail_msg("%s", error.message);
}
