/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/scenario/run_words.h"
#include "base/cleanup.h"
#include "orchestrator/metric.h"
#include "workloads/workload.h"

#include <string.h>

void run_words_target(struct words *words, const struct scenario_target *target)
{
    words_add_option(words, "--object", target->object);
    words_add_option(words, "--bcc", target->bcc);
    words_add_option(words, "--probe", target->probe);
    words_add_option(words, "--on", target->on);
    words_add_option(words, "--off", target->off);
    words_add_option(words, "--ready", target->ready);
    words_add_option(words, "--leave", target->leave);
    if (target->sham)
        words_add(words, "--sham");
    if (target->exec)
        words_add(words, "--");
    for (unsigned i = 0; target->exec && i < target->exec_count; i++)
        words_add(words, target->exec[i]);
}

static bool has_choice(const struct param_spec *spec, const char *choice)
{
    for (const char *const *at = spec->choices; at && *at; at++)
        if (strcmp(*at, choice) == 0)
            return true;
    return false;
}

/* A load that can do both has to be told that it is not to wait for replies. */
static const char *open_loop(const char *load)
{
    CLEANUP(workload_free) struct workload workload = {0};
    const char *mode;

    if (workload_parse(&workload, load, NULL) != 0)
        return "";
    mode = params_text(&workload.params, "mode");
    for (const struct param_spec *spec = workload.ops->params; mode && spec->name; spec++)
        if (strcmp(spec->name, "mode") == 0 && has_choice(spec, "open") && spec->fallback &&
            strcmp(mode, spec->fallback) == 0)
            return ",mode=open";
    return "";
}

void run_words_load(struct words *words, const struct scenario_workload *workload,
                    const struct scenario_target *target)
{
    words_add(words, "-w");
    if (workload->rate)
        words_add_format(words, "%s%s,rate=%s", workload->load, open_loop(workload->load), workload->rate);
    else
        words_add(words, workload->load);
    words_add_option(words, "-w", workload->beside);
    words_add_option(words, "-t", workload->topology);
    if (target)
        words_add_option(words, "--target-netns", target->netns);
}

void run_words_budget(struct words *words, const struct scenario *scenario, unsigned metric)
{
    const struct scenario_budget *budget = scenario->budgets ? scenario->budgets[metric] : NULL;

    if (!budget)
        return;
    words_add(words, "--budget");
    words_add_format(words, "%s=%s", metric_table[metric].name,
                     budget->max_worsening ? budget->max_worsening : budget->max_absolute);
}

void run_words_budgets(struct words *words, const struct scenario *scenario)
{
    for (unsigned i = 0; i < metric_count; i++)
        run_words_budget(words, scenario, i);
}

void run_words_timing(struct words *words, const struct scenario *scenario)
{
    words_add_option(words, "--quads", scenario->quads);
    words_add_option(words, "--precision", scenario->precision);
    words_add_option(words, "--steady", scenario->steady);
}

void run_words_design(struct words *words, const struct scenario *scenario)
{
    words_add_option(words, "--window", scenario->window);
    words_add_option(words, "--settle", scenario->settle);
    words_add_option(words, "--seed", scenario->seed);
}
