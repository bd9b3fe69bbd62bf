/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/init/scenario_text.h"
#include "base/cleanup.h"
#include "orchestrator/init/yaml_words.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

/* Interpreters whose first word names the tool better than they do. */
static bool is_interpreter(const char *name)
{
    static const char *const starts[] = {"python", "perl", "ruby", "bash", "sh", "lua"};

    for (size_t i = 0; i < ARRAY_SIZE(starts); i++)
        if (strncmp(name, starts[i], strlen(starts[i])) == 0)
            return true;
    return false;
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

/* A short name of the tool, of characters that a file name and a table can have. */
static void tool_name(char *const *argv, char *name, size_t size)
{
    const char *word = base_name(argv[0]);
    size_t length = 0;

    if (is_interpreter(word) && argv[1] && argv[1][0] != '-')
        word = base_name(argv[1]);
    for (; *word && length + 1 < size; word++)
        name[length++] = isascii(*word) && (isalnum(*word) || strchr("_.-", *word)) ? *word : '_';
    snprintf(name + length, size - length, "%s", length ? "" : "tool");
}

/* Names from the kernel are kept from ending the comment that they are in. */
static void print_comment_text(FILE *out, const char *text)
{
    for (; *text; text++)
        fputc(isascii(*text) && isprint(*text) ? *text : '?', out);
}

static void print_programs(FILE *out, const struct inventory *inventory, const struct proposal *proposal)
{
    fprintf(
        out,
        "# It attached %u programs here; \"-\" are those that none of the loads below is known to fire:\n",
        inventory->program_count);
    for (unsigned i = 0; i < inventory->program_count; i++) {
        const struct inventory_program *program = &inventory->programs[i];

        fprintf(out, "#  %c ", proposal->reached[i] ? '+' : '-');
        print_comment_text(out, program->name);
        fputs(": ", out);
        print_comment_text(out, program->attach[0] ? program->attach : "attached nowhere");
        fputc('\n', out);
    }
}

static int print_target(FILE *out, const char *name, char *const *argv)
{
    int result;

    fputs("targets:\n  - name: ", out);
    result = yaml_print_word(out, name);
    fputs("\n    exec: ", out);
    if (result == 0)
        result = yaml_print_words(out, argv);
    fputs("\n", out);
    return result;
}

static int print_loads(FILE *out, const struct proposal *proposal)
{
    int result = 0;

    fputs("\n# 'tracetoll list workloads' prints all of them, with their parameters.\nworkloads:\n", out);
    if (proposal->load_count == 0)
        fputs("  # No load is known to fire a program of this tool. Put a command here that does what it "
              "traces.\n"
              "  - load: command,cmd=\"CHANGE-ME\"\n",
              out);
    for (unsigned i = 0; i < proposal->load_count && result == 0; i++) {
        const struct proposed_load *load = &proposal->loads[i];

        fprintf(out, "  # fires %u of %u programs\n  - load: ", load->fires, proposal->program_count);
        result = yaml_print_word(out, load->load);
        fprintf(out, "\n    topology: %s\n", load->topology);
    }
    return result;
}

/* Budgets are of all loads, and one without the figure is refused: NULL where they are judged by different
 * ones. */
static const char *common_primary(const struct proposal *proposal)
{
    const char *first = proposal->load_count > 0 ? proposal->loads[0].primary_metric : "latency.mean";

    for (unsigned i = 1; i < proposal->load_count; i++)
        if (strcmp(proposal->loads[i].primary_metric, first) != 0)
            return NULL;
    return first;
}

/* What each load is judged by. A median moves less by chance than a mean does. */
static void print_budgets(FILE *out, const struct proposal *proposal)
{
    const char *primary = common_primary(proposal);

    fputs(
        "\n# How much worse each may get, and what it may be at most. The figures are a start, not advice:\n"
        "# what can you afford? 'tracetoll list metrics' prints what can have one.\nbudgets:\n",
        out);
    if (!primary)
        fputs("  # Not every load here has a latency, nor every one a bandwidth: all have this.\n"
              "  cpu.per_op:  {max_worsening: 10%}\n",
              out);
    else
        fprintf(out, "  %s: {max_worsening: 5%%}\n",
                strcmp(primary, "latency.mean") == 0 ? "latency.p50" : primary);
    fputs("  memory.rss:  {max_absolute: 200MiB, critical: true}\n", out);
}

static void print_rest(FILE *out)
{
    fputs("\ntime_limit: 10min\n\n"
          "# On this machine, in time. Instructions on other kernels, the same on every machine:\n"
          "#   kernels: [\"debian:6.1\", \"debian:6.12\"]\n"
          "#   mode: exact\n"
          "kernels: [host]\nmode: timed\n\n"
          "# When there was not enough time to tell: report (exit status 3), pass (0) or fail (1).\n"
          "inconclusive: report\n",
          out);
}

int scenario_text_write(FILE *out, char *const *argv, const struct inventory *inventory,
                        const struct proposal *proposal, struct error *error)
{
    char name[64], title[96];
    int result;

    tool_name(argv, name, sizeof(name));
    snprintf(title, sizeof(title), "%s before rollout", name);
    fprintf(out,
            "# Run it with: tracetoll gate FILE (add --dry-run to see the plan and the time it takes).\n");
    print_programs(out, inventory, proposal);
    fputs("name: ", out);
    result = yaml_print_word(out, title);
    fputs("\n\n", out);
    if (result == 0)
        result = print_target(out, name, argv);
    if (result == 0)
        result = print_loads(out, proposal);
    print_budgets(out, proposal);
    print_rest(out);
    if (result == -EILSEQ)
        return error_set(
            error, EXIT_USAGE, result,
            "the command holds bytes that are not UTF-8, and a scenario can't; put it into a script "
            "and name that");
    return result ? error_set(error, EXIT_ENVIRONMENT, result, "out of memory") : 0;
}
