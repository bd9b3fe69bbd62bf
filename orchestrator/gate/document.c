/* SPDX-License-Identifier: GPL-2.0 */
/* The gate document ("tracetoll.gate/1", docs/schema/gate-1.json). Pure. */
#include "base/cleanup.h"
#include "base/i18n.h"
#include "base/version.h"
#include "orchestrator/gate/gate.h"
#include "orchestrator/outcome.h"
#include "orchestrator/scenario/run_words.h"
#include "reports/jsonio.h"

#include <stdio.h>
#include <string.h>

struct status {
    enum exit_status exit;
    const char *name, *one, *several; /* sentences; the first row of an exit status is its name */
};

static const struct status statuses[] = {
    {EXIT_INTERRUPTED, "interrupted", N_("%u run was interrupted"), N_("%u runs were interrupted")},
    {EXIT_BUDGET, "fail", N_("%u run breaks a budget"), N_("%u runs break a budget")},
    {EXIT_USAGE, "usage", N_("%u run asks for what can't be judged"),
     N_("%u runs ask for what can't be judged")},
    {EXIT_UNTRUSTWORTHY, "untrustworthy", N_("%u run is not to be trusted"),
     N_("%u runs are not to be trusted")},
    {EXIT_TARGET, "target_failed", N_("%u run could not attach or lost its target"),
     N_("%u runs could not attach or lost their targets")},
    {EXIT_ENVIRONMENT, "environment", N_("%u run could not be done here"),
     N_("%u runs could not be done here")},
    {EXIT_UNSUPPORTED, "unsupported", N_("%u run is not supported here"),
     N_("%u runs are not supported here")},
    {EXIT_INCONCLUSIVE, "inconclusive", N_("%u run needs more time"), N_("%u runs need more time")},
    {EXIT_MEASURED, "pass", N_("%u run passes"), N_("%u runs pass")},
    {EXIT_MEASURED, "measured", N_("%u run was measured, without a budget"),
     N_("%u runs were measured, without a budget")},
    {EXIT_MEASURED, "not_run", N_("%u run was not begun"), N_("%u runs were not begun")},
};

static const struct status *find_status(enum exit_status exit)
{
    for (size_t i = 0; i < ARRAY_SIZE(statuses); i++)
        if (statuses[i].exit == exit)
            return &statuses[i];
    return &statuses[5]; /* nothing that we know: something went wrong here */
}

static bool has_budgets(const struct gate *gate)
{
    const struct scenario *scenario = gate->file->scenario;

    return scenario->budgets || scenario->regression;
}

const char *gate_status_name(enum exit_status status)
{
    return find_status(status)->name;
}

static const char *run_status(const struct gate *gate, const struct gate_run *run)
{
    if (run->open)
        return gate_status_name(EXIT_INCONCLUSIVE);
    if (run->skipped && run->exit_status == EXIT_MEASURED)
        return "not_run";
    return run->exit_status == EXIT_MEASURED && !has_budgets(gate) ? "measured"
                                                                   : gate_status_name(run->exit_status);
}

json_t *gate_describe_target(const struct scenario_target *target)
{
    const char *kind = target->exec     ? "exec"
                       : target->object ? "object"
                       : target->bcc    ? "bcc"
                       : target->probe  ? "probe"
                       : target->on     ? "toggle"
                                        : "sham";
    const char *single = target->object ? target->object : target->bcc ? target->bcc : target->probe;
    bool in_host = !target->netns || strcmp(target->netns, "host") == 0;
    json_t *words = json_array();

    for (unsigned i = 0; target->exec && i < target->exec_count; i++)
        json_array_append_new(words, jsonio_text(target->exec[i]));
    for (const char *const *word = (const char *const[]){target->on, target->off, target->ready, NULL}; *word;
         word++)
        json_array_append_new(words, jsonio_text(*word));
    if (single)
        json_array_append_new(words, jsonio_text(single));
    return json_pack("{s:o, s:s, s:o, s:o}", "name", jsonio_text(target->name), "kind", kind, "argv", words,
                     "netns", jsonio_text(in_host ? NULL : target->netns));
}

json_t *gate_describe_workload(const struct scenario_workload *workload)
{
    return json_pack("{s:o, s:o, s:o, s:o}", "load", jsonio_text(workload->load), "beside",
                     jsonio_text(workload->beside), "topology", jsonio_text(workload->topology), "rate",
                     jsonio_text(workload->rate));
}

static json_t *reference_or_null(json_t *json)
{
    return json ? json_incref(json) : json_null();
}

static json_t *describe_run(const struct gate *gate, const struct gate_run *run)
{
    const struct scenario *scenario = gate->file->scenario;
    const char *status = run_status(gate, run);

    return json_pack("{s:o, s:o, s:o, s:o, s:s, s:s, s:o, s:o, s:f, s:o, s:o}", "label",
                     jsonio_text(run->label), "target", gate_describe_target(&scenario->targets[run->target]),
                     "workload", gate_describe_workload(&scenario->workloads[run->workload]), "kernel",
                     jsonio_text(run->kernel), "mode", run->exact ? "exact" : "timed", "status", status,
                     "exit_status",
                     strcmp(status, "not_run") == 0 ? json_null() : json_integer(run->exit_status), "reason",
                     jsonio_text(run->reason), "seconds", run->seconds, "document",
                     reference_or_null(run->document), "regression", reference_or_null(run->regression));
}

static unsigned count_status(const struct gate *gate, const char *status)
{
    unsigned count = 0;

    for (unsigned i = 0; i < gate->run_count; i++)
        count += strcmp(run_status(gate, &gate->runs[i]), status) == 0;
    return count;
}

/* "1 run breaks a budget; 2 runs pass." */
static json_t *make_sentence(const struct gate *gate)
{
    OWNED_PTR char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    bool any = false;

    for (size_t i = 0; out && i < ARRAY_SIZE(statuses); i++) {
        unsigned count = count_status(gate, statuses[i].name);

        if (count == 0)
            continue;
        fputs(any ? "; " : "", out);
        fprintf(out, count == 1 ? statuses[i].one : statuses[i].several, count);
        any = true;
    }
    if (!out)
        return NULL;
    fputc('.', out);
    return fclose(out) == 0 ? jsonio_text(text) : NULL;
}

/* The name of what decided: of what is open, where the exit status is the policy's alone. */
static const char *verdict_status(const struct gate *gate, enum exit_status exit)
{
    bool open = false;

    for (unsigned i = 0; i < gate->run_count; i++) {
        const struct gate_run *run = &gate->runs[i];

        if (run->exit_status == exit && exit != EXIT_MEASURED && !run->open)
            return gate_status_name(exit);
        open = open || (run->open && run->exit_status == exit);
    }
    if (open)
        return gate_status_name(EXIT_INCONCLUSIVE);
    return exit == EXIT_MEASURED && !has_budgets(gate) ? "measured" : gate_status_name(exit);
}

static json_t *describe_verdict(const struct gate *gate)
{
    enum exit_status exit = EXIT_MEASURED;
    json_t *reasons = json_array();
    char reason[1600];

    for (unsigned i = 0; i < gate->run_count; i++) {
        const struct gate_run *run = &gate->runs[i];

        exit = outcome_worse(exit, run->exit_status);
        if (!run->reason || (run->exit_status == EXIT_MEASURED && !run->skipped && !run->open))
            continue;
        snprintf(reason, sizeof(reason), "%s: %.1200s", run->label, run->reason);
        json_array_append_new(reasons, jsonio_text(reason));
    }
    return json_pack("{s:s, s:i, s:o, s:o}", "status", verdict_status(gate, exit), "exit_status", (int)exit,
                     "sentence", make_sentence(gate), "reasons", reasons);
}

static json_t *describe_scenario(const struct gate *gate)
{
    return json_pack("{s:o, s:o, s:s, s:i, s:O}", "file", jsonio_text(gate->file->path), "name",
                     jsonio_text(gate->file->scenario->name), "digest", gate->file->digest, "attempt",
                     (int)gate->attempt, "given", gate->file->given);
}

json_t *gate_compose(const struct gate *gate, int argc, char **argv, const char *started,
                     const char *finished, double seconds)
{
    json_t *runs = json_array(), *words = json_array();

    for (int i = 0; i < argc; i++)
        json_array_append_new(words, jsonio_text(argv[i]));
    for (unsigned i = 0; i < gate->run_count; i++)
        json_array_append_new(runs, describe_run(gate, &gate->runs[i]));
    return json_pack("{s:s, s:{s:s, s:s, s:s}, s:{s:o}, s:o, s:{s:s, s:s, s:f, s:o}, s:o, s:o}", "schema",
                     GATE_SCHEMA, "tool", "name", "tracetoll", "version", tracetoll_version, "revision",
                     tracetoll_revision, "command", "argv", words, "scenario", describe_scenario(gate),
                     "time", "started", started, "finished", finished, "seconds", seconds, "limit_seconds",
                     gate->limit_seconds > 0 ? json_real(gate->limit_seconds) : json_null(), "verdict",
                     describe_verdict(gate), "runs", runs);
}
