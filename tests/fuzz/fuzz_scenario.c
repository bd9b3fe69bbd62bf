/* SPDX-License-Identifier: GPL-2.0 */
/* libFuzzer: any text as a scenario. What is taken is checked, planned and printed; what is not, is told in
 * one sentence. */
#include "base/cleanup.h"
#include "orchestrator/gate/gate.h"
#include "orchestrator/scenario/check_canary.h"
#include "orchestrator/scenario/check_watch.h"
#include "orchestrator/watch/watch.h"
#include "tests/fuzz/fuzz.h"

#include <yaml.h>

#define FUZZ_MAX_LEN 2048 /* read by tests/fuzz/run */

static bool is_yaml(const char *text, size_t length)
{
    yaml_parser_t parser;
    yaml_event_t event;
    bool ended = false, valid = yaml_parser_initialize(&parser);

    yaml_parser_set_input_string(&parser, (const unsigned char *)text, length);
    while (valid && !ended) {
        valid = yaml_parser_parse(&parser, &event);
        ended = valid && event.type == YAML_STREAM_END_EVENT;
        if (valid)
            yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
    return valid;
}

/* Rules that Prometheus can read, whatever stands in the names. */
static void watch(const struct scenario_file *file)
{
    struct watch_plan plan = {0};
    struct watch_figures figures = {.up = true};
    struct error error = {0};
    OWNED_PTR char *rules = NULL, *figures_text = NULL;
    size_t rules_length, figures_length;
    FILE *out;

    if (scenario_watch_plan(file, &plan, &error) != 0) {
        fuzz_assert(error.status == EXIT_USAGE && error.message[0]);
        return;
    }
    for (unsigned i = 0; i < plan.alert_count; i++)
        fuzz_assert(isfinite(plan.alerts[i].limit) && plan.alerts[i].metric);
    fuzz_assert(plan.interval_ns > plan.statistics_ns);
    out = open_memstream(&rules, &rules_length);
    fuzz_assert(out && watch_rules(&plan, out) == 0 && fclose(out) == 0);
    fuzz_assert(is_yaml(rules, rules_length));
    out = open_memstream(&figures_text, &figures_length);
    fuzz_assert(out && watch_textfile(&plan, &figures, out) == 0 && fclose(out) == 0);
}

static void canary(const struct scenario_file *file)
{
    struct error error = {0};
    struct ramp ramp;

    fuzz_assert(scenario_ramp(file, &ramp, &error) == 0);
    for (unsigned i = 0; i < file->scenario->canary->rails_count; i++) {
        const struct rail_kind *kind;
        struct rail_given given;
        double highest = 0;

        fuzz_assert(scenario_rail(file, i, &kind, &given, &highest, &error) == 0 && isfinite(highest));
    }
}

static void plan(const struct scenario_file *file)
{
    CLEANUP(gate_free) struct gate gate = {0};
    CLEANUP(words_free) struct words words = {0};
    OWNED_PTR char *text = NULL;
    struct error error = {0};
    size_t length;
    OWNED_FILE FILE *out = open_memstream(&text, &length);

    if (gate_make(&gate, file, 1, &error) != 0 || !out)
        return;
    gate_print_plan(&gate, out);
    gate_job_words(&gate, &gate.jobs[0], "d.json", 1, &words);
}

static void use(const struct scenario_file *file)
{
    plan(file);
    if (file->scenario->watch)
        watch(file);
    if (file->scenario->canary)
        canary(file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(scenario_free) struct scenario_file file = {0};
    struct error error = {0};

    if (scenario_parse(&file, "s.yaml", (const char *)data, size, &error) == 0 &&
        strlen(file.digest) != SCENARIO_DIGEST - 1)
        abort();
    if (!error.message[0] && scenario_check(&file, &error) == 0)
        use(&file);
    else if (error.status != EXIT_USAGE || !error.message[0])
        abort();
    return 0;
}
