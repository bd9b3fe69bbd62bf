/* SPDX-License-Identifier: GPL-2.0 */
/*
 * stress-ng, from its YAML: bogo operations and CPU time of each stressor. The first one named is the one
 * that is measured; the others (cpu+io+vm) run beside it. Only stressors of the list in
 * workloads/stressors.c. Also a background for other loads.
 */
#include "workloads/external.h"
#include "workloads/options.h"
#include "workloads/stress_ng_output.h"
#include "workloads/stressors.h"
#include "workloads/workload_list.h"
#include "base/i18n.h"
#include "base/cleanup.h"
#include "base/program_path.h"
#include "base/files.h"
#include "base/names.h"
#include "base/private_directory.h"
#include "base/units.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define YAML_MAX (1 << 20)

struct state {
    char *path; /* of stress-ng; owned */
    struct private_directory directory;
    const struct stressor *stressors[STRESS_NG_STRESSORS_MAX];
    unsigned count;
    long workers;
    char load[8]; /* per cent, for the CPU stressor */
    struct program background;
};

static const struct param_spec params[] = {
    {"stressor", "", NULL, "one or several joined by +, the first one is measured (tracetoll list stressors)",
     NULL},
    {"workers", "", "1", "processes of each stressor", NULL},
    {"load", "%", "100%", "share of time that workers of cpu are busy", NULL},
    {"dir", "", "/var/tmp", "a private directory is made in it, and removed", NULL},
    {0},
};

static const char *const exercises[] = {"{stressor}", NULL};

static int add_stressor(struct state *state, const char *name, struct error *error)
{
    const char *refusal = stressor_refusal(name);
    const char *names[64];
    char suggestion[128];
    size_t known = 0;

    if (state->count == STRESS_NG_STRESSORS_MAX)
        return error_set(error, EXIT_USAGE, -EINVAL, "stress-ng: at most %d stressors",
                         STRESS_NG_STRESSORS_MAX);
    state->stressors[state->count] = stressor_find(name);
    if (state->stressors[state->count++])
        return 0;
    if (refusal)
        return error_set(error, EXIT_USAGE, -EINVAL, "stress-ng: stressor %s is not allowed: it %s", name,
                         refusal);
    for (; stressors[known].name && known < ARRAY_SIZE(names); known++)
        names[known] = stressors[known].name;
    return error_set(error, EXIT_USAGE, -EINVAL,
                     "stress-ng: stressor %s is not on the list of those that can't harm the host "
                     "('tracetoll list stressors' prints it)%s",
                     name, name_suggestion(suggestion, sizeof(suggestion), name, names, known));
}

static int read_stressors(const struct workload *workload, struct state *state, struct error *error)
{
    const char *text = params_text(&workload->params, "stressor");
    OWNED_PTR char *copy = NULL;
    char *rest = NULL, *name;
    int result = 0;

    if (!text || !text[0])
        return error_set(error, EXIT_USAGE, -EINVAL,
                         "workload stress-ng needs a stressor; write stress-ng,stressor=switch");
    copy = strdup(text);
    if (!copy)
        return error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");
    for (name = strtok_r(copy, "+", &rest); result == 0 && name; name = strtok_r(NULL, "+", &rest))
        result = add_stressor(state, name, error);
    return result;
}

static int read_load(const struct workload *workload, struct state *state, struct error *error)
{
    const char *text = params_text(&workload->params, "load");
    struct quantity quantity;
    int result = quantity_parse(text, "load", &quantity, error);

    if (result)
        return result;
    if (quantity.dimension != DIMENSION_PERCENT || !(quantity.number > 0) || quantity.number > 1)
        return error_set(error, EXIT_USAGE, -EINVAL, "stress-ng: load=%s is not possible; write 1%% to 100%%",
                         text);
    snprintf(state->load, sizeof(state->load), "%.0f", quantity.number * 100);
    return 0;
}

static int read_options(const struct workload *workload, struct state *state, struct error *error)
{
    int result = read_stressors(workload, state, error);

    if (result == 0)
        result = read_load(workload, state, error);
    return result ? result : params_integer(&workload->params, "workers", 1, 1024, &state->workers, error);
}

static int check(const struct workload *workload, struct error *error)
{
    struct state state = {0};

    return read_options(workload, &state, error);
}

/* Of the stressor that is measured. */
static const char *const *expand(const struct workload *workload, const char *key)
{
    static const char *const nothing[] = {NULL};
    char name[32];
    const struct stressor *stressor;
    const char *text = params_text(&workload->params, key);

    snprintf(name, sizeof(name), "%.*s", (int)strcspn(text ? text : "", "+"), text ? text : "");
    stressor = stressor_find(name);
    return stressor && stressor->exercises ? stressor->exercises : nothing;
}

static void cleanup(struct workload *workload)
{
    struct state *state = workload->state;

    if (!state)
        return;
    program_end(&state->background);
    private_directory_remove(&state->directory);
    free(state->path);
    free(state);
    workload->state = NULL;
}

static int prepare(struct workload *workload, struct error *error)
{
    struct state *state = calloc(1, sizeof(*state));
    int result;

    if (!state)
        return error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");
    workload->state = state;
    state->background = PROGRAM_NONE;
    state->directory = PRIVATE_DIRECTORY_NONE;
    result = read_options(workload, state, error);
    if (result == 0)
        result = program_find("stress-ng", &state->path, error);
    if (result == 0)
        result = private_directory_create(&state->directory, params_text(&workload->params, "dir"), error);
    if (result)
        cleanup(workload);
    return result;
}

#define WORDS_MAX (16 + STRESS_NG_STRESSORS_MAX * (2 + STRESSOR_OPTIONS_MAX))

struct arguments {
    const char *argv[WORDS_MAX];
    unsigned count;
    char names[STRESS_NG_STRESSORS_MAX][40];
    char workers[16], time[16], yaml[PATH_MAX + 16];
};

static void add(struct arguments *arguments, const char *word)
{
    arguments->argv[arguments->count++] = word;
}

static void describe(const struct state *state, unsigned seconds, struct arguments *arguments)
{
    *arguments = (struct arguments){0};
    snprintf(arguments->workers, sizeof(arguments->workers), "%ld", state->workers);
    snprintf(arguments->time, sizeof(arguments->time), "%us", seconds);
    snprintf(arguments->yaml, sizeof(arguments->yaml), "%s/yaml", state->directory.path);
    add(arguments, "stress-ng");
    for (unsigned i = 0; i < state->count; i++) {
        const char *const *option = state->stressors[i]->options;

        snprintf(arguments->names[i], sizeof(arguments->names[i]), "--%s", state->stressors[i]->name);
        add(arguments, arguments->names[i]);
        add(arguments, arguments->workers);
        for (; option && *option; option++)
            add(arguments, *option);
        if (strcmp(state->stressors[i]->name, "cpu") == 0) {
            add(arguments, "--cpu-load");
            add(arguments, state->load);
        }
    }
    add(arguments, "--timeout");
    add(arguments, arguments->time);
    add(arguments, "--temp-path");
    add(arguments, state->directory.path);
    add(arguments, "--metrics-brief");
    add(arguments, "--yaml");
    add(arguments, arguments->yaml);
}

static int fill(const struct stress_ng_result *got, struct load_sample *sample, struct error *error)
{
    const struct stress_ng_metric *first = &got->metrics[0];
    struct values *values = &sample->values;
    int result = external_fill(sample, first->bogo_operations, first->wall_s * 1e9, 0, error);

    for (unsigned i = 0; result == 0 && i < got->count; i++) {
        const struct stress_ng_metric *metric = &got->metrics[i];

        values_setf(values, metric->bogo_operations, "stress.%s.operations", metric->stressor);
        values_setf(values, metric->user_s * 1e9, "stress.%s.user_ns", metric->stressor);
        values_setf(values, metric->system_s * 1e9, "stress.%s.system_ns", metric->stressor);
    }
    return result;
}

static int measure(struct workload *workload, uint64_t window_ns, const struct window_edges *edges,
                   struct load_sample *sample, struct error *error)
{
    const struct state *state = workload->state;
    unsigned seconds = external_seconds(window_ns);
    OWNED_PTR char *output = NULL, *yaml = NULL;
    struct stress_ng_result got;
    struct arguments arguments;
    struct program_plan plan = {state->path, arguments.argv, workload, GENERATOR_CLIENT, -1};
    char why[256];
    int result;

    describe(state, seconds + 1, &arguments);
    result = external_run(&plan, seconds, edges, &output, error);
    if (result)
        return result;
    yaml = file_read(arguments.yaml, YAML_MAX);
    if (!yaml)
        return external_bad_output("stress-ng", "no YAML", error);
    if (stress_ng_parse(yaml, strlen(yaml), &got, why, sizeof(why)))
        return external_bad_output("stress-ng", why, error);
    return fill(&got, sample, error);
}

static int start_background(struct workload *workload, struct error *error)
{
    struct state *state = workload->state;
    struct arguments arguments;
    struct program_plan plan = {state->path, arguments.argv, workload, GENERATOR_CLIENT, -1};

    describe(state, 0, &arguments); /* 0: until it is ended */
    return program_start(&state->background, &plan, error);
}

static bool background_alive(struct workload *workload)
{
    struct state *state = workload->state;

    return !process_ended(&state->background.process);
}

static void stop(struct workload *workload)
{
    struct state *state = workload->state;

    if (state)
        program_end(&state->background);
}

static const struct workload_background background = {start_background, background_alive};

const struct workload_ops workload_stress_ng = {
    .name = "stress-ng",
    .summary = "whole runs of stress-ng, one stressor or several",
    .operation = N_("bogo operation"),
    .primary_metric = "throughput",
    .default_topology = "host",
    .params = params,
    .program = "stress-ng",
    .exercises = exercises,
    .expand = expand,
    .own_generator = false,
    .min_window_ns = EXTERNAL_WINDOW_NS,
    .window_overhead_ns = EXTERNAL_OVERHEAD_NS,
    .background = &background,
    .check = check,
    .prepare = prepare,
    .start = external_start,
    .measure = measure,
    .stop = stop,
    .cleanup = cleanup,
};
