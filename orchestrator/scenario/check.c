/* SPDX-License-Identifier: GPL-2.0 */
/* Values: each is handed to what reads it for `run`, so that both take the same ones. */
#include "agents/lab/kernel_name.h"
#include "base/cleanup.h"
#include "base/names.h"
#include "base/units.h"
#include "orchestrator/diff/budgets.h"
#include "orchestrator/kernels/kernels.h"
#include "orchestrator/metric.h"
#include "orchestrator/plan.h"
#include "orchestrator/scenario/check_canary.h"
#include "orchestrator/scenario/check_watch.h"
#include "orchestrator/scenario/run_words.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PLACE_MAX 128

/* Does `run` take these words, with a load and a target? Nothing is created. */
static int check_words(const struct scenario_file *file, const char *place, struct words *words,
                       struct error *error)
{
    CLEANUP(plan_free) struct plan plan = {0};
    struct run_options options;
    int result = words->failed ? error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory")
                               : run_options_parse(&options, (int)words->count, words->items, error);

    if (result == 0)
        result = plan_make(&plan, &options, error);
    if (result)
        return scenario_blame(file, place, result < 0 ? result : -EINVAL, error);
    return 0;
}

/* --- targets --- */

static unsigned count_kinds(const struct scenario_target *target)
{
    return (target->exec != NULL) + (target->object != NULL) + (target->bcc != NULL) +
           (target->probe != NULL) + (target->on != NULL) + target->sham;
}

static int check_target(const struct scenario_file *file, unsigned index, struct error *error)
{
    CLEANUP(words_free) struct words words = {0};
    const struct scenario_target *target = &file->scenario->targets[index];
    char place[PLACE_MAX];

    snprintf(place, sizeof(place), "targets/%u", index);
    if (count_kinds(target) != 1)
        return scenario_error(
            file, place, error,
            "a target is exactly one of exec, object, bcc, probe, on (with off) and sham: true; this one "
            "has %u of them",
            count_kinds(target));
    if (!target->on && (target->off || target->ready || target->leave))
        return scenario_error(file, place, error,
                              "off, ready and leave belong to a target that a command switches; give on as "
                              "well");
    words_add(&words, "run");
    words_add_option(&words, "-w", "syscall");
    run_words_target(&words, target);
    return check_words(file, place, &words, error);
}

/* Rows, and the runs of an earlier gate, are told by it. */
static int check_name(const struct scenario_file *file, unsigned index, struct error *error)
{
    const struct scenario_target *targets = file->scenario->targets;
    char place[PLACE_MAX];

    snprintf(place, sizeof(place), "targets/%u/name", index);
    for (unsigned before = 0; targets[index].name && before < index; before++)
        if (targets[before].name && strcmp(targets[before].name, targets[index].name) == 0)
            return scenario_error(
                file, place, error,
                "an earlier target is called \"%.60s\" already; give each a name of its own",
                targets[index].name);
    return 0;
}

/* --- workloads --- */

static int check_load(const struct scenario_file *file, unsigned index, struct error *error)
{
    CLEANUP(words_free) struct words words = {0};
    const struct scenario_workload *workload = &file->scenario->workloads[index];
    char place[PLACE_MAX];

    snprintf(place, sizeof(place), "workloads/%u/load", index);
    words_add(&words, "run");
    words_add_option(&words, "-w", workload->load);
    words_add(&words, "--sham");
    return check_words(file, place, &words, error);
}

static int check_rate(const struct scenario_file *file, unsigned index, struct error *error)
{
    CLEANUP(workload_free) struct workload parsed = {0};
    const struct scenario_workload *workload = &file->scenario->workloads[index];
    const struct param_spec *spec;
    char place[PLACE_MAX];

    if (!workload->rate)
        return 0;
    snprintf(place, sizeof(place), "workloads/%u/rate", index);
    if (workload_parse(&parsed, workload->load, error) != 0)
        return scenario_blame(file, place, -EINVAL, error);
    for (spec = parsed.ops->params; spec->name && strcmp(spec->name, "rate") != 0;)
        spec++;
    if (!spec->name)
        return scenario_error(file, place, error, "workload %s goes as fast as it can; leave the rate out",
                              parsed.ops->name);
    if (params_text(&parsed.params, "rate"))
        return scenario_error(file, place, error, "\"%s\" has a rate already; leave one of them out",
                              workload->load);
    return 0;
}

/* A load with all that belongs to it, for each target: its namespace is one of the topology's. */
static int check_workload(const struct scenario_file *file, unsigned index, struct error *error)
{
    const struct scenario *scenario = file->scenario;
    char place[PLACE_MAX];
    int result = check_load(file, index, error);

    if (result == 0)
        result = check_rate(file, index, error);
    for (unsigned i = 0; result == 0 && i < scenario->targets_count; i++) {
        CLEANUP(words_free) struct words words = {0};

        words_add(&words, "run");
        run_words_load(&words, &scenario->workloads[index], &scenario->targets[i]);
        words_add(&words, "--sham");
        snprintf(place, sizeof(place), "workloads/%u", index);
        result = check_words(file, place, &words, error);
    }
    return result;
}

/* --- budgets --- */

static bool is_percentage(const char *text)
{
    struct quantity quantity;

    return quantity_parse(text, "", &quantity, NULL) == 0 && quantity.dimension == DIMENSION_PERCENT;
}

static int check_budget(const struct scenario_file *file, unsigned metric, struct error *error)
{
    CLEANUP(words_free) struct words words = {0};
    const struct scenario_budget *budget = file->scenario->budgets[metric];
    char place[PLACE_MAX];

    snprintf(place, sizeof(place), "budgets/%s", metric_table[metric].name);
    if (!budget->max_worsening == !budget->max_absolute)
        return scenario_error(
            file, place, error,
            "write max_worsening (a percentage of the baseline) or max_absolute (an amount in "
            "the metric's unit)%s",
            budget->max_worsening ? ", not both" : "");
    if (budget->max_worsening && !(metric_table[metric].relative && is_percentage(budget->max_worsening)))
        return scenario_error(
            file, place, error,
            metric_table[metric].relative
                ? "max_worsening is a percentage, for example 5%%; an amount is max_absolute"
                : "%s can be zero without a target, so there is no percentage of it; write "
                  "max_absolute, in its unit",
            metric_table[metric].name);
    if (budget->max_absolute && metric_table[metric].relative && is_percentage(budget->max_absolute))
        return scenario_error(file, place, error,
                              "max_absolute is an amount in the metric's unit (%s); a percentage is "
                              "max_worsening",
                              metric_table[metric].unit);
    words_add(&words, "run");
    words_add_option(&words, "-w", "syscall");
    run_words_budget(&words, file->scenario, metric);
    words_add(&words, "--sham");
    return check_words(file, place, &words, error);
}

static int check_regression(const struct scenario_file *file, unsigned metric, struct error *error)
{
    OWNED_PTR char *text = NULL;
    struct diff_budgets budgets = {0};
    char place[PLACE_MAX];

    snprintf(place, sizeof(place), "regression/%s", metric_table[metric].name);
    if (asprintf(&text, "%s=%s", metric_table[metric].name, file->scenario->regression[metric]) < 0) {
        text = NULL;
        return error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");
    }
    if (diff_budgets_add(&budgets, text, error) != 0)
        return scenario_blame(file, place, -EINVAL, error);
    return 0;
}

static int check_budgets(const struct scenario_file *file, struct error *error)
{
    const struct scenario *scenario = file->scenario;
    unsigned regressions = 0;
    int result = 0;

    for (unsigned i = 0; result == 0 && i < metric_count; i++) {
        if (scenario->budgets && scenario->budgets[i])
            result = check_budget(file, i, error);
        if (result == 0 && scenario->regression && scenario->regression[i])
            result = check_regression(file, i, error);
        regressions += scenario->regression && scenario->regression[i];
    }
    if (result == 0 && scenario->against && !regressions)
        return scenario_error(file, "against", error,
                              "how much worse may an overhead be? Give regression: {METRIC: PCT}");
    if (result == 0 && regressions && !scenario->against) /* it would hold nothing, unnoticed */
        return scenario_error(file, "regression", error,
                              "worse than what? Name the document of an earlier gate with against: FILE");
    return result;
}

/* --- the rest --- */

/* Options that have the name of their key. */
static int check_options(const struct scenario_file *file, struct error *error)
{
    const struct scenario *scenario = file->scenario;
    const struct {
        const char *key, *option, *value;
    } options[] = {
        {"quads", "--quads", scenario->quads},
        {"precision", "--precision", scenario->precision},
        {"steady", "--steady", scenario->steady},
        {"window", "--window", scenario->window},
        {"settle", "--settle", scenario->settle},
        {"seed", "--seed", scenario->seed},
        {"time_limit", "--max-time", scenario->time_limit},
    };
    int result = 0;

    for (size_t i = 0; result == 0 && i < ARRAY_SIZE(options); i++) {
        CLEANUP(words_free) struct words words = {0};

        words_add(&words, "run");
        words_add_option(&words, "-w", "syscall");
        words_add_option(&words, options[i].option, options[i].value);
        words_add(&words, "--sham");
        if (options[i].value)
            result = check_words(file, options[i].key, &words, error);
    }
    return result;
}

static int check_choice(const struct scenario_file *file, const char *key, const char *value,
                        const char *const *choices, struct error *error)
{
    char suggestion[128], valid[96] = "";
    size_t count = 0;

    for (; choices[count]; count++) {
        size_t used = strlen(valid);

        if (!value || strcmp(value, choices[count]) == 0)
            return 0;
        snprintf(valid + used, sizeof(valid) - used, "%s%s", count ? ", " : "", choices[count]);
    }
    return scenario_error(file, key, error, "it can't be \"%.60s\"%s; valid are %s", value,
                          name_suggestion(suggestion, sizeof(suggestion), value, choices, count), valid);
}

/* `list` stands at `key`: "kernels", "targets/0/kernels". */
static int check_kernel(const struct scenario_file *file, const char *key, char *const *list, unsigned index,
                        struct error *error)
{
    const struct scenario *scenario = file->scenario;
    struct lab_name name;
    char place[PLACE_MAX];

    snprintf(place, sizeof(place), "%s/%u", key, index);
    if (lab_name_parse(list[index], &name, error) != 0)
        return scenario_blame(file, place, -EINVAL, error);
    if (name.origin == LAB_HOST && scenario->mode && strcmp(scenario->mode, "exact") == 0)
        return scenario_error(file, place, error,
                              "instructions are counted in guests, not on this host; write mode: timed, or "
                              "other kernels");
    for (unsigned before = 0; before < index; before++)
        if (strcmp(list[before], list[index]) == 0)
            return scenario_error(file, place, error, "%s stands here twice", list[index]);
    return 0;
}

static int check_target_kernels(const struct scenario_file *file, unsigned index, struct error *error)
{
    const struct scenario *scenario = file->scenario;
    const struct scenario_target *target = &scenario->targets[index];
    char key[PLACE_MAX];
    int result = 0;

    snprintf(key, sizeof(key), "targets/%u/kernels", index);
    for (unsigned i = 0; result == 0 && i < target->kernels_count; i++)
        result = check_kernel(file, key, target->kernels, i, error);
    if (result == 0 && !target->kernels_count && !scenario->kernels_count && scenario->mode &&
        strcmp(scenario->mode, "exact") == 0)
        return scenario_error(file, "mode", error,
                              "instructions are counted in guests; give kernels: [debian:6.1] or the like");
    return result;
}

static int check_kernels(const struct scenario_file *file, struct error *error)
{
    const struct scenario *scenario = file->scenario;
    int result = 0;

    for (unsigned i = 0; result == 0 && i < scenario->kernels_count; i++)
        result = check_kernel(file, "kernels", scenario->kernels, i, error);
    for (unsigned i = 0; result == 0 && i < scenario->targets_count; i++)
        result = check_target_kernels(file, i, error);
    return result;
}

static int check_seeds(const struct scenario_file *file, struct error *error)
{
    const char *seeds = file->scenario->seeds;
    char *end;
    unsigned long count = seeds ? strtoul(seeds, &end, 10) : 1;

    if (seeds && count > 1 && file->scenario->mode && strcmp(file->scenario->mode, "timed") == 0)
        return scenario_error(file, "seeds", error, "it is of mode: exact; a timed run repeats its quads");
    if (!seeds || (*end == '\0' && count >= 1 && count <= KERNELS_SEEDS))
        return 0;
    return scenario_error(file, "seeds", error, "it can't be \"%.60s\"; write a number from 1 to %d", seeds,
                          KERNELS_SEEDS);
}

const char *const *scenario_kernels(const struct scenario *scenario, unsigned target, unsigned *count)
{
    static const char *const here[] = {"host"};
    const struct scenario_target *own = &scenario->targets[target];

    *count = own->kernels_count ? own->kernels_count : scenario->kernels_count ? scenario->kernels_count : 1;
    return own->kernels_count        ? (const char *const *)own->kernels
           : scenario->kernels_count ? (const char *const *)scenario->kernels
                                     : here;
}

int scenario_check(const struct scenario_file *file, struct error *error)
{
    static const char *const modes[] = {"timed", "exact", NULL};
    static const char *const policies[] = {"report", "pass", "fail", NULL};
    int result = 0;

    for (unsigned i = 0; result == 0 && i < file->scenario->targets_count; i++)
        result = check_target(file, i, error);
    for (unsigned i = 0; result == 0 && i < file->scenario->targets_count; i++)
        result = check_name(file, i, error);
    for (unsigned i = 0; result == 0 && i < file->scenario->workloads_count; i++)
        result = check_workload(file, i, error);
    if (result == 0)
        result = check_budgets(file, error);
    if (result == 0)
        result = check_options(file, error);
    if (result == 0)
        result = check_choice(file, "mode", file->scenario->mode, modes, error);
    if (result == 0)
        result = check_choice(file, "inconclusive", file->scenario->inconclusive, policies, error);
    if (result == 0)
        result = check_seeds(file, error);
    if (result == 0)
        result = check_kernels(file, error);
    if (result == 0)
        result = scenario_check_canary(file, error);
    return result ? result : scenario_check_watch(file, error);
}
