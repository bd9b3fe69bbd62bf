/* SPDX-License-Identifier: GPL-2.0 */
#include "agents/target.h"
#include "base/cleanup.h"
#include "base/names.h"
#include "netns/topology.h"
#include "orchestrator/command.h"
#include "orchestrator/list_for.h"
#include "orchestrator/list_probes.h"
#include "orchestrator/metric.h"
#include "orchestrator/options.h"
#include "reports/renderer.h"
#include "workloads/stressors.h"
#include "workloads/workload.h"

#include <errno.h>
#include <string.h>

static void print_params(const struct param_spec *specs)
{
    for (; specs && specs->name; specs++) {
        char left[48];

        snprintf(left, sizeof(left), "%s=%s", specs->name, specs->fallback ? specs->fallback : "");
        printf("    %-24s %s%s%s%s", left, specs->summary, specs->unit && specs->unit[0] ? " (" : "",
               specs->unit ? specs->unit : "", specs->unit && specs->unit[0] ? ")" : "");
        for (unsigned i = 0; specs->choices && specs->choices[i]; i++)
            printf("%s%s", i ? "|" : "; one of ", specs->choices[i]);
        putchar('\n');
    }
}

static void list_workloads(void)
{
    for (unsigned i = 0; workload_table[i]; i++) {
        const struct workload_ops *ops = workload_table[i];

        printf("%s: %s\n    operation: %s; primary metric: %s; topology: %s\n", ops->name, ops->summary,
               ops->operation, ops->primary_metric, ops->default_topology);
        print_params(ops->params);
        printf("    exercises:");
        for (unsigned j = 0; ops->exercises && ops->exercises[j]; j++)
            printf(" %s", ops->exercises[j]);
        puts("\n");
    }
}

static void list_topologies(void)
{
    for (unsigned i = 0; topology_table[i]; i++) {
        printf("%s: %s\n", topology_table[i]->name, topology_table[i]->summary);
        print_params(topology_table[i]->params);
    }
}

static void list_targets(void)
{
    for (unsigned i = 0; target_table[i]; i++)
        printf("%-8s %-36s %s\n", target_table[i]->name, target_table[i]->given_as, target_table[i]->summary);
}

static void list_metrics(void)
{
    for (unsigned i = 0; i < metric_count; i++)
        printf("%-20s %-6s %-7s %s\n", metric_table[i].name, metric_table[i].unit,
               metric_table[i].higher_is_better ? "higher" : "lower", metric_table[i].summary);
}

static void list_formats(void)
{
    for (unsigned i = 0; renderer_table[i]; i++)
        printf("%-12s %s (%s)\n", renderer_table[i]->name, renderer_table[i]->summary,
               renderer_table[i]->media_type);
}

static void list_stressors(void)
{
    puts("stressors that stress-ng may use here, and why they can't harm the host:");
    for (const struct stressor *stressor = stressors; stressor->name; stressor++)
        printf("    %-12s %s\n", stressor->name, stressor->why);
    puts("refused, because it");
    for (const struct refused_stressor *refused = refused_stressors; refused->name; refused++)
        printf("    %-12s %s\n", refused->name, refused->why);
    puts("All others are refused as well: nobody has looked at them yet.");
}

struct listing {
    const char *name;
    void (*print)(void);
};

static const struct listing listings[] = {
    {"workloads", list_workloads}, {"topologies", list_topologies}, {"targets", list_targets},
    {"probes", list_probes},       {"metrics", list_metrics},       {"formats", list_formats},
    {"stressors", list_stressors},
};

struct list_options {
    bool for_tool;
};

static int set_for(void *context, const char *value, struct error *error)
{
    (void)value, (void)error;
    ((struct list_options *)context)->for_tool = true;
    return 0;
}

static const struct option_spec specs[] = {
    {"for", 0, NULL,
     "workloads: start the tool that follows for a moment, and say which loads fire its probes", set_for},
};

#define USAGE "tracetoll list workloads|topologies|targets|probes|metrics|formats|stressors"

static const struct command_help help = {
    USAGE "\n       tracetoll list workloads --for TOOL [ARGS...]",
    "Prints what there is, with parameters and their defaults.",
};

static int unknown_listing(const char *word, struct error *error)
{
    const char *names[ARRAY_SIZE(listings)];
    char suggestion[128];

    if (!word)
        return error_set(error, EXIT_USAGE, -EINVAL, "list what? usage: %s", USAGE);
    for (size_t i = 0; i < ARRAY_SIZE(listings); i++)
        names[i] = listings[i].name;
    return error_set(error, EXIT_USAGE, -EINVAL, "cannot list %s%s; usage: %s", word,
                     name_suggestion(suggestion, sizeof(suggestion), word, names, ARRAY_SIZE(names)), USAGE);
}

/* Behind the name of the listing: options, then the tool's own words. */
static int list_for(int argc, char **argv, struct interrupt *interrupt, struct error *error)
{
    struct list_options options = {0};
    int rest, result = options_parse(specs, ARRAY_SIZE(specs), &help, &options, argc, argv, &rest, error);

    if (result)
        return result > 0 ? EXIT_MEASURED : result;
    if (!options.for_tool || rest >= argc)
        return error_set(error, EXIT_USAGE, -EINVAL, "--for takes the command of a tool; usage: %s", USAGE);
    result = list_workloads_for(argv + rest, interrupt, error);
    return result ? result : EXIT_MEASURED;
}

int command_list(int argc, char **argv, struct interrupt *interrupt, struct error *error)
{
    struct list_options options = {0};
    int rest, result = options_parse(specs, ARRAY_SIZE(specs), &help, &options, argc, argv, &rest, error);
    const char *word;

    if (result)
        return result > 0 ? EXIT_MEASURED : result;
    if (options.for_tool)
        return error_set(error, EXIT_USAGE, -EINVAL,
                         "--for stands behind workloads: tracetoll list workloads --for TOOL");
    word = rest < argc ? argv[rest] : NULL;
    if (word && strcmp(word, "workloads") == 0 && rest + 1 < argc)
        return list_for(argc - rest, argv + rest, interrupt, error);
    for (size_t i = 0; word && i < ARRAY_SIZE(listings); i++)
        if (strcmp(word, listings[i].name) == 0) {
            listings[i].print();
            return EXIT_MEASURED;
        }
    return unknown_listing(word, error);
}
