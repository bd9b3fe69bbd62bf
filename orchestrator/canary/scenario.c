/* SPDX-License-Identifier: GPL-2.0 */
/* From a scenario to what a canary does. */
#include "orchestrator/canary/session.h"
#include "orchestrator/scenario/check_canary.h"
#include "orchestrator/scenario/run_words.h"
#include "base/cleanup.h"
#include "base/units.h"

#include <errno.h>
#include <string.h>

/* What a gate makes of a run would be read here and have no effect. */
static int check_no_gate(const struct scenario_file *file, struct error *error)
{
    const struct scenario *scenario = file->scenario;
    const struct {
        const char *key;
        bool given;
    } keys[] = {
        {"against", scenario->against != NULL}, /* and "regression", which goes with it */
        {"inconclusive", scenario->inconclusive && strcmp(scenario->inconclusive, "report") != 0},
    };

    for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
        if (keys[i].given)
            return scenario_error(file, keys[i].key, error,
                                  "a canary holds budgets only, and stops where they can't be told; leave it "
                                  "out");
    return 0;
}

static int check_shape(const struct scenario_file *file, struct error *error)
{
    const struct scenario *scenario = file->scenario;

    if (!scenario->canary)
        return scenario_error(
            file, "", error,
            "a canary needs guard rails; add canary: {rails: [{rail: cpu.system, max: 150%%}]}");
    if (scenario->targets_count != 1 || scenario->workloads_count != 1)
        return scenario_error(file, scenario->targets_count != 1 ? "targets" : "workloads", error,
                              "a canary has one target and one load; this one has %u and %u",
                              scenario->targets_count, scenario->workloads_count);
    if (!scenario->targets[0].on)
        return scenario_error(
            file, "targets/0", error,
            "a canary switches an agent by commands; give on and off, or measure a tool with "
            "'tracetoll run'");
    if (scenario->kernels_count || scenario->targets[0].kernels_count)
        return scenario_error(file, scenario->kernels_count ? "kernels" : "targets/0/kernels", error,
                              "a canary is tried on this machine; leave kernels out");
    return check_no_gate(file, error);
}

/* Steps share the time, and the error of a FAIL, of which one is enough. */
static int make_words(struct canary_scenario *made, struct error *error)
{
    const struct scenario *scenario = made->file.scenario;
    struct words *words = &made->words;
    double limit_ns = 0;

    words_add(words, "run");
    run_words_load(words, &scenario->workloads[0], &scenario->targets[0]);
    run_words_budgets(words, scenario);
    run_words_timing(words, scenario);
    run_words_design(words, scenario);
    if (!scenario->steady)
        words_add_option(words, "--steady", "0");
    words_add(words, "--family");
    words_add_format(words, "%u", made->ramp.count);
    if (scenario->time_limit && quantity_parse_time_ns(scenario->time_limit, "", &limit_ns, NULL) == 0) {
        words_add(words, "--max-time");
        words_add_format(words, "%.3f", limit_ns / 1e9 / made->ramp.count);
    }
    run_words_target(words, &scenario->targets[0]);
    return words->failed ? error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory") : 0;
}

int canary_scenario_load(struct canary_scenario *scenario, const char *path, struct error *error)
{
    int result = scenario_load(&scenario->file, path, error);

    if (result == 0)
        result = scenario_check(&scenario->file, error);
    if (result == 0)
        result = check_shape(&scenario->file, error);
    if (result == 0)
        result = scenario_ramp(&scenario->file, &scenario->ramp, error);
    if (result == 0)
        result = make_words(scenario, error);
    if (result == 0)
        result = run_options_parse(&scenario->run, (int)scenario->words.count, scenario->words.items, error);
    if (result == 0)
        result = plan_make(&scenario->plan, &scenario->run, error);
    return result > 0 ? -EINVAL : result;
}

void canary_scenario_free(struct canary_scenario *scenario)
{
    plan_free(&scenario->plan);
    words_free(&scenario->words);
    scenario_free(&scenario->file);
}

void canary_scenario_print(const struct canary_scenario *scenario, FILE *out)
{
    const struct scenario_canary *canary = scenario->file.scenario->canary;
    struct experiment_plan plan = scenario->plan.experiment;
    struct plan_time time;

    plan_print(&scenario->plan, false, out);
    for (unsigned i = 0; i < scenario->ramp.count; i++) {
        plan.on_share = scenario->ramp.duty[i];
        plan_time(&plan, &time);
        fprintf(out, "step %u     on for at most %g %% of the time: %u quads take %.0f s at most%s\n", i + 1,
                100 * scenario->ramp.duty[i], time.quads, time.last_s,
                time.looks.count ? "" : ", too few for a verdict");
    }
    for (unsigned i = 0; i < canary->rails_count; i++)
        fprintf(out, "rail       %s%s%s\n", canary->rails[i].rail, canary->rails[i].max ? " at most " : "",
                canary->rails[i].max ? canary->rails[i].max : "");
}
