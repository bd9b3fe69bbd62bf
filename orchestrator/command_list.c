/* SPDX-License-Identifier: GPL-2.0 */
#include "agents/target.h"
#include "base/cleanup.h"
#include "base/names.h"
#include "netns/topology.h"
#include "orchestrator/command.h"
#include "orchestrator/metric.h"
#include "orchestrator/options.h"
#include "reports/renderer.h"
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
        printf("%-10s %-18s %s\n", renderer_table[i]->name, renderer_table[i]->media_type,
               renderer_table[i]->summary);
}

struct listing {
    const char *name;
    void (*print)(void);
};

static const struct listing listings[] = {
    {"workloads", list_workloads}, {"topologies", list_topologies}, {"targets", list_targets},
    {"metrics", list_metrics},     {"formats", list_formats},
};

int command_list(int argc, char **argv, struct interrupt *interrupt, struct error *error)
{
    static const struct command_help help = {"tracetoll list workloads|topologies|targets|metrics|formats",
                                             "Prints what there is, with parameters and their defaults."};
    const char *names[ARRAY_SIZE(listings)];
    char suggestion[128];
    int rest, result = options_parse(NULL, 0, &help, NULL, argc, argv, &rest, error);

    (void)interrupt;
    if (result)
        return result > 0 ? EXIT_MEASURED : result;
    for (size_t i = 0; i < ARRAY_SIZE(listings); i++) {
        names[i] = listings[i].name;
        if (rest < argc && strcmp(argv[rest], names[i]) == 0) {
            listings[i].print();
            return EXIT_MEASURED;
        }
    }
    return error_set(
        error, EXIT_USAGE, -EINVAL, "%s%s%s; usage: %s", rest < argc ? "cannot list " : "list what",
        rest < argc ? argv[rest] : "?",
        rest < argc ? name_suggestion(suggestion, sizeof(suggestion), argv[rest], names, ARRAY_SIZE(names))
                    : "",
        help.usage);
}
