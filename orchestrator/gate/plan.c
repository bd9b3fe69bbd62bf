/* SPDX-License-Identifier: GPL-2.0 */
/* From a scenario to runs, and to the command lines that do them. */
#include "agents/lab/kernel_name.h"
#include "base/cleanup.h"
#include "base/shell.h"
#include "base/units.h"
#include "orchestrator/gate/gate.h"
#include "orchestrator/plan.h"
#include "orchestrator/scenario/run_words.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool is_guest(const char *kernel)
{
    struct lab_name name;

    return lab_name_parse(kernel, &name, NULL) == 0 && name.origin != LAB_HOST;
}

static bool is_exact(const struct scenario *scenario, bool guest)
{
    return guest && !(scenario->mode && strcmp(scenario->mode, "timed") == 0);
}

/* The name, or what stands for the target in the file, on one line. */
static void name_target(const struct scenario_target *target, char *name, size_t size)
{
    OWNED_PTR char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    const char *single = target->name     ? target->name
                         : target->object ? target->object
                         : target->bcc    ? target->bcc
                         : target->probe  ? target->probe
                         : target->on     ? target->on
                                          : "sham";

    for (unsigned i = 0; out && !target->name && i < target->exec_count; i++) {
        fputs(i ? " " : "", out);
        shell_print_word(out, target->exec[i]);
    }
    if (out)
        fclose(out);
    snprintf(name, size, "%s", length ? text : single);
    for (char *at = name; *at; at++)
        if ((unsigned char)*at < ' ')
            *at = ' ';
}

static void add_run(struct gate *gate, unsigned target, unsigned workload, const char *kernel)
{
    const struct scenario *scenario = gate->file->scenario;
    const struct scenario_workload *load = &scenario->workloads[workload];
    struct gate_run *run = &gate->runs[gate->run_count++];
    char name[100];

    *run = (struct gate_run){.target = target, .workload = workload, .kernel = kernel};
    run->guest = is_guest(kernel);
    run->exact = is_exact(scenario, run->guest);
    name_target(&scenario->targets[target], name, sizeof(name));
    snprintf(run->label, sizeof(run->label), "%s: %.60s%s%.20s%s%.40s%s%.40s", name, load->load,
             load->rate ? " at " : "", load->rate ? load->rate : "", load->topology ? " on " : "",
             load->topology ? load->topology : "", run->guest ? ", " : "", run->guest ? kernel : "");
}

/* Runs on this host have a child each; the guests of a target and load boot side by side. */
static void add_pair(struct gate *gate, unsigned target, unsigned workload)
{
    unsigned count;
    const char *const *kernels = scenario_kernels(gate->file->scenario, target, &count);

    for (unsigned guests = 0; guests < 2; guests++) {
        struct gate_job *job = &gate->jobs[gate->job_count];

        *job = (struct gate_job){.first = gate->run_count, .guests = guests};
        for (unsigned i = 0; i < count; i++)
            if (is_guest(kernels[i]) == (bool)guests)
                add_run(gate, target, workload, kernels[i]);
        job->count = gate->run_count - job->first;
        gate->job_count += job->count > 0;
    }
}

unsigned gate_timed_runs(const struct gate *gate)
{
    unsigned count = 0;

    for (unsigned i = 0; i < gate->run_count; i++)
        count += !gate->runs[i].exact;
    return count ? count : 1;
}

/* Options of the run itself, wherever it is done. */
static void add_run_words(const struct gate *gate, const struct gate_run *run, struct words *words)
{
    const struct scenario *scenario = gate->file->scenario;

    words_add_option(words, "--scenario", gate->file->digest);
    run_words_load(words, &scenario->workloads[run->workload], &scenario->targets[run->target]);
    run_words_budgets(words, scenario);
    run_words_design(words, scenario);
    if (!run->exact) {
        run_words_timing(words, scenario);
        words_add(words, "--attempt");
        words_add_format(words, "%u", gate->attempt);
        words_add(words, "--family");
        words_add_format(words, "%u", gate_timed_runs(gate));
    }
}

static void add_time(struct words *words, const char *option, double seconds)
{
    if (!(seconds > 0))
        return;
    words_add(words, option);
    words_add_format(words, "%.3fs", seconds);
}

void gate_job_words(const struct gate *gate, const struct gate_job *job, const char *document, double seconds,
                    struct words *words)
{
    const struct gate_run *run = &gate->runs[job->first];
    double guest_seconds = job->guests ? gate_guest_seconds(gate, job, seconds) : 0;

    words_add(words, "tracetoll");
    words_add(words, job->guests ? "kernels" : "run");
    words_add(words, "-q");
    words_add_option(words, "-o", document);
    if (job->guests)
        add_time(words, "--timeout", guest_seconds);
    else
        add_time(words, "--max-time", seconds);
    if (job->guests) {
        for (unsigned i = 0; i < job->count; i++)
            words_add_option(words, "--kernel", gate->runs[job->first + i].kernel);
        words_add(words, run->exact ? "--exact" : "--timed");
        words_add_option(words, "--seeds", gate->file->scenario->seeds);
        words_add(words, "--");
        words_add(words, "run");
        if (!run->exact) /* else it would be ended in the middle, and not to be trusted */
            add_time(words, "--max-time", gate_guest_run_seconds(guest_seconds));
    }
    add_run_words(gate, run, words);
    run_words_target(words, &gate->file->scenario->targets[run->target]);
}

/* Each by what `run` makes of it: what fails here would fail after others had been measured. */
static int check_job(const struct gate *gate, struct gate_job *job, struct error *error)
{
    CLEANUP(words_free) struct words words = {0};
    CLEANUP(plan_free) struct plan plan = {0};
    const struct gate_run *run = &gate->runs[job->first];
    struct run_options options;
    struct plan_time time;
    char place[64];
    int result;

    words_add(&words, "run");
    if (!job->guests)
        add_time(&words, "--max-time", gate->limit_seconds);
    add_run_words(gate, run, &words);
    run_words_target(&words, &gate->file->scenario->targets[run->target]);
    if (words.failed)
        return error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "the command line of a run gets too long");
    result = run_options_parse(&options, (int)words.count, words.items, error);
    if (result == 0)
        result = plan_make(&plan, &options, error);
    snprintf(place, sizeof(place), "workloads/%u", run->workload);
    if (result)
        return scenario_blame(gate->file, place, result < 0 ? result : -EINVAL, error);
    if (!run->exact) {
        plan_time(&plan.experiment, &time);
        job->first_seconds = time.first_s;
        job->last_seconds = time.last_s;
    }
    return 0;
}

int gate_make(struct gate *gate, const struct scenario_file *file, unsigned attempt, struct error *error)
{
    const struct scenario *scenario = file->scenario;
    size_t pairs = (size_t)scenario->targets_count * scenario->workloads_count;
    double limit_ns = 0;
    int result = 0;

    *gate = (struct gate){.file = file, .attempt = attempt};
    gate->runs = calloc(pairs * SCENARIO_KERNELS_MAX, sizeof(*gate->runs));
    gate->jobs = calloc(pairs * 2 + 1, sizeof(*gate->jobs));
    if (!gate->runs || !gate->jobs)
        return error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");
    for (unsigned target = 0; target < scenario->targets_count; target++)
        for (unsigned workload = 0; workload < scenario->workloads_count; workload++)
            add_pair(gate, target, workload);
    if (scenario->time_limit)
        result = quantity_parse_some_time_ns(scenario->time_limit, "time_limit", &limit_ns, error);
    gate->limit_seconds = limit_ns / 1e9;
    for (unsigned i = 0; result == 0 && i < gate->job_count; i++)
        result = check_job(gate, &gate->jobs[i], error);
    return result;
}

void gate_free(struct gate *gate)
{
    for (unsigned i = 0; i < gate->run_count; i++) {
        free(gate->runs[i].reason);
        json_decref(gate->runs[i].document);
        json_decref(gate->runs[i].regression);
    }
    free(gate->runs);
    free(gate->jobs);
    json_decref(gate->base);
    *gate = (struct gate){0};
}
