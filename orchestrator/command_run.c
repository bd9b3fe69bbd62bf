/* SPDX-License-Identifier: GPL-2.0 */
#include "agents/environment.h"
#include "base/program_path.h"
#include "agents/program_version.h"
#include "base/capabilities.h"
#include "base/cleanup.h"
#include "base/i18n.h"
#include "base/clock.h"
#include "orchestrator/command.h"
#include "orchestrator/breakdown/unit_costs.h"
#include "orchestrator/compose.h"
#include "orchestrator/lock.h"
#include "orchestrator/machine.h"
#include "orchestrator/outcome.h"
#include "orchestrator/output.h"
#include "orchestrator/plan.h"
#include "orchestrator/run_against.h"
#include "orchestrator/trial_file.h"
#include "orchestrator/versus.h"
#include "reports/document.h"
#include "reports/jsonio.h"

#include <errno.h>
#include <string.h>

/* The package of the tool that is measured, where it came in one. */
static json_t *target_version(const struct run_options *options, struct interrupt *interrupt)
{
    OWNED_PTR char *path = NULL;
    char version[128];

    if (options->target_kind != &target_exec || !options->target_argv[0] ||
        program_find(options->target_argv[0], &path, NULL) != 0 ||
        !program_version(path, interrupt, version, sizeof(version)))
        return json_null();
    return json_string(version);
}

/*
 * What single operations cost here, for the parts that the target is made of. What was measured of the target
 * stands whatever becomes of this.
 */
static int add_unit_costs(const struct run_options *options, const struct target_ops *kind,
                          struct interrupt *interrupt, struct trial *trial, const char *name,
                          const struct trial *of, struct error *error)
{
    CLEANUP(jsonio_drop) json_t *target = compose_target(of);
    double run_s = document_number(trial->facts, "end.seconds");
    json_t *costs = NULL;
    int result;

    if (options->no_breakdown || options->no_statistics || kind->may_never_fire ||
        json_array_size(json_object_get(target, "programs")) == 0)
        return 0;
    result = unit_costs_get(target, options->exact, run_s, interrupt, &costs, error);
    if (result == -EINTR)
        return result;
    if (result)
        costs = json_pack("{s:[], s:f, s:s}", "rows", "seconds", 0.0, "failed", error->message);
    return trial_put_fact(trial, name, costs, error);
}

/* Facts of what was on in arm C. */
static int add_versus(struct plan *plan, const struct machine_target *target, struct interrupt *interrupt,
                      struct trial *trial, struct error *error)
{
    CLEANUP(versus_pair_free) struct trial pair = {0};
    int result = trial_put_fact(trial, VERSUS_FACT("target"), machine_describe_target(target), error);

    if (result)
        return result;
    result = versus_pair(&pair, trial, 'A', 'C');
    if (result)
        return error_set(error, EXIT_ENVIRONMENT, result, "cannot take the second target's figures: %s",
                         strerror(-result));
    return add_unit_costs(plan->options, plan->versus.ops, interrupt, trial, VERSUS_FACT("unit_costs"), &pair,
                          error);
}

/* On a machine with everything in its place. */
static int measure_on(struct machine *machine, struct plan *plan, int argc, char **argv, struct trial *trial,
                      struct error *error)
{
    struct interrupt *interrupt = machine->interrupt;
    int result = machine_open(machine, error);

    if (result)
        return result;
    machine->description = plan_describe(plan, argc, argv, environment_describe());
    json_object_set_new(json_object_get(machine->description, "environment"), "idle_source",
                        json_string(samplers_idle_source(machine->samplers)));
    json_object_set_new(json_object_get(json_object_get(machine->description, "environment"), "versions"),
                        "target", target_version(plan->options, interrupt));
    result = experiment_run(&plan->experiment, &machine_operations, machine, trial, error);
    progress_close(machine->display);
    if (!trial->header)
        return result;
    if (result) {
        trial_add_fact(trial, "target", machine_describe_target(&machine->targets[0]));
        return result;
    }
    result = trial_put_fact(trial, "target", machine_describe_target(&machine->targets[0]), error);
    if (result == 0)
        result =
            add_unit_costs(plan->options, plan->target.ops, interrupt, trial, "unit_costs", trial, error);
    if (result == 0 && plan->versus.ops)
        result = add_versus(plan, &machine->targets[1], interrupt, trial, error);
    return result;
}

/* Everything that touches the machine, into *trial; when it returns, the machine is as it was. */
static int measure(struct plan *plan, int argc, char **argv, struct interrupt *interrupt, struct trial *trial,
                   struct error *error)
{
    CLEANUP(machine_close) struct machine machine = MACHINE_INITIALIZER;
    struct progress_display display;

    progress_open(&display, stderr, plan->options->quiet);
    machine.workload = &plan->workload;
    machine.backgrounds = plan->backgrounds;
    machine.background_count = plan->options->background_count;
    machine.destroy = plan->options->destroy;
    machine.topology = &plan->topology;
    machine.current = &machine.targets[0];
    machine.targets[0].target = &plan->target;
    machine.targets[1].target = plan->versus.ops ? &plan->versus : NULL;
    machine.interrupt = interrupt;
    machine.display = &display;
    machine.notes = plan->options->quiet ? NULL : stderr;
    machine.statistics_turns =
        statistics_turns(plan->options->exact, (uint64_t)fmax(0, plan->options->window_ns));
    machine.target_netns = plan->options->target_netns;
    machine.output_directory = plan->options->target_output;
    return machine_leave(&machine, measure_on(&machine, plan, argc, argv, trial, error), error);
}

static int publish(const struct run_options *options, const struct trial *trial, const json_t *base,
                   struct error *error)
{
    static const char *const text[] = {"text"};
    const char *const *formats = options->format_count ? options->formats : text;
    unsigned count = options->format_count ? options->format_count : 1;
    CLEANUP(run_comparison_free) struct run_comparison comparison = {0};
    CLEANUP(jsonio_drop) json_t *document = NULL;
    int result = compose_document(trial, &document, error), status;

    if (result)
        return result;
    run_against_compare(options, base, document, &comparison); /* before reports, which tell of it */
    status = (int)json_integer_value(json_object_get(json_object_get(document, "verdict"), "exit_status"));
    if (options->output)
        result = document_write(options->output, document, error);
    if (!(options->quiet && !options->format_count)) {
        CLEANUP(i18n_end) struct i18n_scope scope = i18n_begin(options->lang);
        struct error why = {0};

        result = error_join(error, result, &why,
                            output_write(formats, count, document, run_against_report(&comparison), &why));
    }
    if (result) /* without --against the comparison's is EXIT_MEASURED */
        return outcome_told(outcome_worse((enum exit_status)status, comparison.status), result, error);
    return run_against_finish(options, &comparison, status, error);
}

/* The names of all files that the partial run gives, "a.json, b.xml and c.md"; what goes to stdout is left
 * out. */
static void keep_files(const struct run_options *options, struct run_options *kept, char *text, size_t size)
{
    const char *names[FORMATS_MAX + 1];
    unsigned count = 0;
    size_t used = 0;

    *kept = (struct run_options){.output = options->output, .quiet = true};
    if (options->output)
        names[count++] = options->output;
    for (unsigned i = 0; i < options->format_count; i++)
        if (strchr(options->formats[i], '=')) {
            kept->formats[kept->format_count++] = options->formats[i];
            names[count++] = strchr(options->formats[i], '=') + 1;
        }
    text[0] = '\0';
    for (unsigned i = 0; i < count && used < size; i++)
        used += (size_t)snprintf(text + used, size - used, "%s%s",
                                 i == 0          ? ""
                                 : i + 1 < count ? ", "
                                                 : " and ",
                                 names[i]);
}

/*
 * What was seen before a signal is kept, and said where. A report in a terminal that somebody has just left
 * is not printed.
 */
static int interrupted(const struct run_options *options, const struct trial *trial, const char *path,
                       struct error *error)
{
    struct error failure = {0};
    struct run_options kept;
    char files[512];

    keep_files(options, &kept, files, sizeof(files));
    if (trial->count == 0 || !path)
        return error_set(error, EXIT_INTERRUPTED, -EINTR,
                         "interrupted before the first block%s; everything is cleaned up",
                         files[0] ? ", so there is no document and no report" : "");
    if (files[0] && publish(&kept, trial, NULL, &failure) < 0)
        return error_set(
            error, EXIT_INTERRUPTED, -EINTR,
            "interrupted; everything is cleaned up, and the blocks seen so far are in %s, but %s", path,
            failure.message);
    return error_set(error, EXIT_INTERRUPTED, -EINTR,
                     "interrupted; everything is cleaned up, and the blocks seen so far are in %s "
                     "('tracetoll analyse %s' reports "
                     "on them)%s%s",
                     path, path, files[0] ? "; what they give is in " : "", files);
}

static int run(struct plan *plan, int argc, char **argv, const json_t *base, struct interrupt *interrupt,
               struct error *error)
{
    CLEANUP(trial_file_close) struct trial_file file = {0};
    CLEANUP(trial_free) struct trial trial = {0};
    OWNED_FD int lock = lock_machine(error); /* before the trial file: it may be the running one's */
    int result = lock < 0 ? lock : trial_file_open(&file, plan->options->trial, error);

    if (result)
        return result;
    trial.stream = file.stream;
    result = measure(plan, argc, argv, interrupt, &trial, error);
    if (result == -EINTR)
        return interrupted(plan->options, &trial, file.stream ? file.path : NULL, error);
    if (result)
        plan_redact(plan, error); /* gates and comparisons of kernels keep what a run complained of */
    return result ? result : publish(plan->options, &trial, base, error);
}

/* argv as the user typed it starts one before the command's own: "tracetoll", "run", ... */
int command_run(int argc, char **argv, struct interrupt *interrupt, struct error *error)
{
    CLEANUP(jsonio_drop) json_t *base = NULL;
    CLEANUP(plan_free) struct plan plan = {0};
    struct run_options options;
    int result = run_options_parse(&options, argc, argv, error);

    if (result)
        return result > 0 ? EXIT_MEASURED : result;
    result = output_check(options.formats, options.format_count, error);
    if (result == 0)
        result = plan_make(&plan, &options, error);
    if (result == 0)
        result = run_against_load(&options, &base, error);
    if (result)
        return result;
    if (options.dry_run) {
        plan_print(&plan, true, stdout);
        return EXIT_MEASURED;
    }
    result = capabilities_check("measuring", error);
    if (result == 0)
        result = plan.target.ops->check(&plan.target, error);
    if (result == 0 && plan.versus.ops)
        result = plan.versus.ops->check(&plan.versus, error);
    return result ? result : run(&plan, argc + 1, argv - 1, base, interrupt, error);
}
