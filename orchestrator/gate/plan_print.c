/* SPDX-License-Identifier: GPL-2.0 */
/* The plan in words, for --dry-run. */
#include "base/cleanup.h"
#include "orchestrator/gate/gate.h"
#include "orchestrator/scenario/run_words.h"
#include "reports/figures.h"

static void print_budgets(const struct scenario *scenario, FILE *out)
{
    CLEANUP(words_free) struct words words = {0};

    run_words_budgets(&words, scenario);
    for (unsigned i = 1; i < words.count; i += 2)
        fprintf(out, "budget     %s\n", words.items[i]);
}

static void print_job(const struct gate *gate, const struct gate_job *job, FILE *out)
{
    char first[FIGURE_TEXT], last[FIGURE_TEXT];

    for (unsigned i = 0; i < job->count; i++)
        fprintf(out, "run        %s\n", gate->runs[job->first + i].label);
    if (job->last_seconds > 0)
        fprintf(out, "           from %s (first look) to %s (last)\n",
                figure_seconds(first, sizeof(first), job->first_seconds),
                figure_seconds(last, sizeof(last), job->last_seconds));
    else
        fputs("           in guests, side by side: as long as they take\n", out);
}

void gate_print_plan(const struct gate *gate, FILE *out)
{
    double first = 0, last = 0;
    bool known = true;
    char from[FIGURE_TEXT], to[FIGURE_TEXT];

    fprintf(out, "scenario   %s, SHA-256 %s\n", gate->file->path, gate->file->digest);
    print_budgets(gate->file->scenario, out);
    for (unsigned i = 0; i < gate->job_count; i++) {
        print_job(gate, &gate->jobs[i], out);
        first += gate->jobs[i].first_seconds;
        last += gate->jobs[i].last_seconds;
        known = known && gate->jobs[i].last_seconds > 0;
    }
    if (last > 0)
        fprintf(out, "time       from %s to %s%s, when attaching is fast\n",
                figure_seconds(from, sizeof(from), first), figure_seconds(to, sizeof(to), last),
                known ? "" : " and the guests'");
    if (gate->limit_seconds > 0)
        fprintf(out, "limit      %s, shared out among the runs that are left\n",
                figure_seconds(to, sizeof(to), gate->limit_seconds));
}
