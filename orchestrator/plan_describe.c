/* SPDX-License-Identifier: GPL-2.0 */
/* The plan in words: for the trial's header, and for people who ask with --dry-run. */
#include "agents/substitute.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/version.h"
#include "orchestrator/plan.h"
#include "orchestrator/command_line.h"
#include "orchestrator/redact.h"
#include "reports/jsonio.h"
#include "reports/text.h"

#include <string.h>

static json_t *describe_params(const struct params *params)
{
    json_t *json = json_object();

    for (size_t i = 0; i < params->count; i++)
        json_object_set_new(json, params->items[i].spec->name, jsonio_text(params->items[i].value));
    return json;
}

static json_t *describe_words(char *const *words)
{
    json_t *json = json_array();

    for (; words && *words; words++)
        json_array_append_new(json, jsonio_text(*words));
    return json;
}

static void append_text(const char *entry, void *array)
{
    json_array_append_new(array, json_string(entry));
}

static json_t *describe_backgrounds(const struct plan *plan)
{
    json_t *list = json_array();

    for (unsigned i = 0; i < plan->options->background_count; i++)
        json_array_append_new(list, json_pack("{s:s, s:o, s:o}", "name", plan->backgrounds[i].ops->name,
                                              "text", jsonio_text(plan->options->backgrounds[i]),
                                              "parameters", describe_params(&plan->backgrounds[i].params)));
    return list;
}

static json_t *describe_workload(const struct plan *plan)
{
    const struct workload *workload = &plan->workload;
    const struct topology *topology = &plan->topology;
    const char *path = topology->ops->path_description ? topology->ops->path_description(topology) : NULL;
    json_t *exercises = json_array(), *cpus = json_array();

    workload_exercises(workload, append_text, exercises);
    for (const char *const *entry = topology->ops->exercises; entry && *entry; entry++)
        append_text(*entry, exercises);
    if (workload->cpu >= 0)
        json_array_append_new(cpus, json_integer(workload->cpu));
    return json_pack("{s:s, s:o, s:o, s:{s:s, s:o, s:s?}, s:o, s:s, s:s, s:o, s:o, s:b}", "name",
                     workload->ops->name, "text", jsonio_text(plan->options->workload), "parameters",
                     describe_params(&workload->params), "topology", "name", topology->ops->name,
                     "parameters", describe_params(&topology->params), "path", path, "cpus", cpus,
                     "operation", workload->ops->operation, "primary_metric", plan->primary, "exercises",
                     exercises, "background", describe_backgrounds(plan), "observes",
                     workload->ops->observes);
}

static void free_words(char ***words)
{
    substitute_free(*words);
}

static json_t *describe_command(const struct plan *plan, int argc, char **argv)
{
    char seed[48] = "";
    CLEANUP(free_words) char **words = redact_command(plan->options, argv);
    OWNED_PTR char *repeat = NULL;

    if (!plan->options->seed_given)
        snprintf(seed, sizeof(seed), "--seed %llu", (unsigned long long)plan->seed);
    repeat = words ? command_line(argc, words, seed[0] ? seed : NULL) : NULL;
    return json_pack("{s:o, s:s?, s:o}", "argv", describe_words(words), "scenario_digest",
                     plan->options->scenario, "repeat", jsonio_text(repeat ? repeat : ""));
}

static json_t *describe_target(const struct plan *plan, const struct target *target)
{
    CLEANUP(free_words) char **words = redact_target(plan->options, target->argv);

    const char *netns = plan->options->target_netns;

    return json_pack("{s:s, s:o, s:o}", "kind", target->ops->name, "argv", describe_words(words), "netns",
                     jsonio_text(strcmp(netns, "host") == 0 ? NULL : netns));
}

json_t *plan_describe(const struct plan *plan, int argc, char **argv, json_t *environment)
{
    json_t *budgets = json_array(), *header;

    for (unsigned i = 0; i < plan->design.budget_count; i++)
        json_array_append_new(budgets, jsonio_text(plan->design.budgets[i].text));
    header =
        json_pack("{s:s, s:{s:s, s:s, s:s, s:s}, s:o, s:I, s:o, s:o, s:o, s:o, s:s, s:f, s:s}", "schema",
                  "tracetoll.trial/1", "tool", "name", "tracetoll", "version", tracetoll_version, "revision",
                  tracetoll_revision, "cflags", tracetoll_cflags, "command",
                  describe_command(plan, argc, argv), "started_wall_ns", (json_int_t)clock_wall_ns(),
                  "environment", environment, "workload", describe_workload(plan), "target",
                  describe_target(plan, &plan->target), "budgets", budgets, "primary_metric", plan->primary,
                  "precision", plan->options->precision, "inconclusive", plan->options->inconclusive);
    json_object_set_new(header, "attempt", json_integer(plan->options->attempt));
    json_object_set_new(header, "family", json_integer(plan->options->family));
    if (plan->versus.ops)
        json_object_set_new(header, "versus", describe_target(plan, &plan->versus));
    return header;
}

static void print_words(FILE *out, char *const *words)
{
    for (; words && *words; words++)
        fprintf(out, " %s", *words);
    fputc('\n', out);
}

static void print_word(const char *entry, void *out)
{
    fprintf(out, " %s", entry);
}

static void print_exercises(const struct plan *plan, FILE *out)
{
    fputs("exercises ", out);
    workload_exercises(&plan->workload, print_word, out);
    for (const char *const *entry = plan->topology.ops->exercises; entry && *entry; entry++)
        print_word(*entry, out);
    fputc('\n', out);
}

void plan_time(const struct experiment_plan *experiment, struct plan_time *time)
{
    uint64_t quad_ns = experiment_quad_ns(experiment, 0, 0), limit_ns = experiment->max_time_ns,
             after_ns = experiment_after_ns(experiment, 0, 0), around_ns = after_ns + quad_ns / 2;
    uint64_t left_ns = !limit_ns ? UINT64_MAX : limit_ns > around_ns ? limit_ns - around_ns : 0;
    const struct look_plan *looks = &time->looks;
    unsigned first;

    time->quads = experiment_quads_in(experiment, left_ns, quad_ns);
    look_plan_make(&time->looks, experiment->look_kind, time->quads);
    time->quads = looks->count ? looks->quads[looks->count - 1] : time->quads;
    first = looks->count ? looks->quads[0] : time->quads;
    time->first_s = ((double)first * (double)quad_ns + (double)around_ns) / 1e9;
    time->last_s = ((double)time->quads * (double)quad_ns + (double)around_ns) / 1e9;
}

static void print_looks(const struct plan *plan, FILE *out)
{
    struct plan_time time;

    plan_time(&plan->experiment, &time);
    fputs("looks      ", out);
    for (unsigned i = 0; i < time.looks.count; i++)
        fprintf(out, "%s%u", i ? ", " : "after ", time.looks.quads[i]);
    if (time.looks.count > 1)
        fprintf(out, " quads\ntime       from %.0f s (first look) to %.0f s (last), when attaching is fast\n",
                time.first_s, time.last_s);
    else if (plan->options->exact)
        fputs("none: instructions are counted, in one quad\n", out);
    else
        fprintf(out, "%s\ntime       about %.0f s, when attaching is fast\n",
                time.looks.count ? " quads" : "none: fewer than 10 quads give no verdict", time.last_s);
}

static void print(const struct plan *plan, bool with_looks, FILE *out)
{
    fprintf(out, "workload   %s on topology %s; primary metric %s\n", plan->options->workload,
            plan->topology.ops->name, plan->primary);
    print_exercises(plan, out);
    for (unsigned i = 0; i < plan->options->background_count; i++)
        fprintf(out, "beside it  %s\n", plan->options->backgrounds[i]);
    fprintf(out, "target     %s", plan->target.ops->name);
    print_words(out, plan->options->target_argv);
    if (plan->versus.ops)
        fprintf(out, "versus     %s\n", plan->options->versus);
    for (unsigned i = 0; i < plan->design.budget_count; i++)
        fprintf(out, "budget     %s\n", plan->design.budgets[i].text);
    if (with_looks)
        print_looks(plan, out);
    fprintf(out, "seed       %llu%s\n", (unsigned long long)plan->seed,
            plan->options->seed_given ? "" : " (drawn; --seed repeats it)");
}

/* Arguments are repeated as they were given, except for what would drive a terminal. */
void plan_print(const struct plan *plan, bool with_looks, FILE *out)
{
    OWNED_PTR char *text = NULL;
    size_t size;
    FILE *memory = open_memstream(&text, &size);

    if (!memory)
        return;
    print(plan, with_looks, memory);
    if (fclose(memory) == 0)
        text_print_harmless(out, text);
}
