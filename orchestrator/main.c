/* SPDX-License-Identifier: GPL-2.0 */
#include "agents/sham_tool.h"
#include "base/cleanup.h"
#include "base/names.h"
#include "base/standard_fds.h"
#include "base/version.h"
#include "bpf/probe_tool.h"
#include "orchestrator/command.h"
#include "orchestrator/outcome.h"
#include "reports/text.h"
#include "workloads/workload.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

struct command {
    const char *name;
    const char *summary;
    int (*run)(int argc, char **argv, struct interrupt *interrupt, struct error *error);
};

static const struct command commands[] = {
    {"run", "A/B test of one tracing tool", command_run},
    {"micro", "what single operations cost here", command_micro},
    {"kernels", "the same measurement on other kernels, in guests", command_kernels},
    {"gate", "a scenario file: several runs held to budgets, one verdict", command_gate},
    {"canary", "an agent tried on a live machine, within guard rails", command_canary},
    {"watch", "what an agent costs after its rollout, for Prometheus", command_watch},
    {"init", "a scenario file for a tool, to begin with", command_init},
    {"claims", "published figures against measured ones", command_claims},
    {"selfcheck", "known truths: can this machine be trusted?", command_selfcheck},
    {"diff", "has the overhead changed between two result documents?", command_diff},
    {"history", "keep result documents, and find where an overhead changed", command_history},
    {"report", "print a result document", command_report},
    {"explain", "where the cost in a result document comes from", command_explain},
    {"advise", "what would make the tool of a result document cheaper", command_advise},
    {"analyse", "make the result document again from raw blocks", command_analyse},
    {"doctor", "what can be measured here, and why not", command_doctor},
    {"list", "workloads, topologies, targets, metrics, formats", command_list},
};

static void print_help(void)
{
    puts("Usage: tracetoll COMMAND [OPTIONS]\n\n"
         "Measures what a tracing tool costs the machine it runs on.\n\nCommands:");
    for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
        printf("  %-10s %s\n", commands[i].name, commands[i].summary);
    puts("\n'tracetoll COMMAND --help' prints the options of a command.\n\n"
         "Exit status: 0 measured, budgets hold; 1 a budget is broken; 2 usage; 3 inconclusive; 4 "
         "unsupported\n"
         "here; 5 the target failed; 6 environment; 7 untrustworthy; 130 interrupted.");
}

static int unknown(const char *name, struct error *error)
{
    const char *names[ARRAY_SIZE(commands)];
    char suggestion[128];

    for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
        names[i] = commands[i].name;
    return error_set(error, EXIT_USAGE, -EINVAL, "unknown command \"%s\"%s; 'tracetoll --help' prints them",
                     name, name_suggestion(suggestion, sizeof(suggestion), name, names, ARRAY_SIZE(names)));
}

static int dispatch(int argc, char **argv, struct error *error)
{
    CLEANUP(interrupt_close) struct interrupt interrupt = {.signal_fd = -1};

    for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
        if (strcmp(commands[i].name, argv[1]) != 0)
            continue;
        if (interrupt_open(&interrupt) != 0)
            return error_set(error, EXIT_ENVIRONMENT, -EINVAL, "cannot open a signalfd");
        return commands[i].run(argc - 1, argv + 1, &interrupt, error);
    }
    return unknown(argv[1], error);
}

int main(int argc, char **argv)
{
    struct error error = {.status = EXIT_ENVIRONMENT};
    int result;

    if (standard_fds_fill() != 0)
        return EXIT_ENVIRONMENT; /* there may be nobody to tell */
    if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        print_help();
        return argc < 2 ? EXIT_USAGE : EXIT_MEASURED;
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("tracetoll %s (%s)\n", tracetoll_version, tracetoll_revision);
        return EXIT_MEASURED;
    }
    if (strcmp(argv[1], SHAM_TOOL_COMMAND) == 0) /* the target of --sham: agents/target_sham.c starts us so */
        return sham_tool_main();
    if (strcmp(argv[1], PROBE_TOOL_COMMAND) == 0 && argc > 2) /* likewise: agents/target_internal.c */
        return probe_tool_main(argv[2], argv[3]);
    if (strcmp(argv[1], OBJECT_TOOL_COMMAND) == 0 && argc > 2)
        return object_tool_main(argv[2]);
    signal(SIGPIPE,
           SIG_IGN); /* "tracetoll ... | head": a failing write, not a death with a target attached */
    result = workload_table_check(&error);
    if (result == 0)
        result = dispatch(argc, argv, &error);
    /* A report that did not reach its reader must not look like success. */
    if (fflush(stdout) != 0 && result >= 0)
        result = outcome_told(
            (enum exit_status)result,
            error_set(&error, EXIT_ENVIRONMENT, -EIO, "cannot write to standard output: %s", strerror(errno)),
            &error);
    if (result >= 0)
        return result;
    /* It may hold what a tool printed, a file's name, or an argument. */
    if (error.message[0]) {
        fputs("tracetoll: ", stderr);
        text_print_harmless(stderr, error.message);
        fputc('\n', stderr);
    }
    return (int)error.status;
}
