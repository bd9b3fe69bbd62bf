/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/plan.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/shell_words.h"
#include "orchestrator/redact.h"
#include "orchestrator/versus.h"

#include <errno.h>
#include <math.h>
#include <string.h>
#include <sys/random.h>

/* Counted instructions have no noise: a window is there for what changes from one operation to the next, and
 * has the 2000 operations that a p99 wants, of 50,000 instructions each. */
#define EXACT_WINDOW_NS (100 * NS_PER_MS)
#define EXACT_SETTLE_NS (50 * NS_PER_MS)

static int parse_topology(struct plan *plan, struct error *error)
{
    const struct workload_ops *workload = plan->workload.ops;
    const char *text = plan->options->topology ? plan->options->topology : workload->default_topology;
    int result = topology_parse(&plan->topology, text, error);

    if (result)
        return result;
    if (!plan->topology.ops->network && strcmp(workload->default_topology, "host") != 0)
        return error_set(error, EXIT_USAGE, -EINVAL,
                         "workload %s needs a network, and topology %s has none; leave out -t, or give -t %s",
                         workload->name, plan->topology.ops->name, workload->default_topology);
    if (!topology_has(plan->topology.ops, plan->options->target_netns))
        return error_set(error, EXIT_USAGE, -EINVAL, "--target-netns %s: topology %s has no such namespace",
                         plan->options->target_netns, plan->topology.ops->name);
    return 0;
}

static int parse_background(struct plan *plan, unsigned index, struct error *error)
{
    struct workload *workload = &plan->backgrounds[index];
    int result = workload_parse(workload, plan->options->backgrounds[index], error);

    if (result)
        return result;
    if (!workload->ops->background)
        return error_set(
            error, EXIT_USAGE, -EINVAL,
            "workload %s can't run beside another one; name it first, or use an own generator or "
            "stress-ng",
            workload->ops->name);
    if (!plan->topology.ops->network && strcmp(workload->ops->default_topology, "host") != 0)
        return error_set(error, EXIT_USAGE, -EINVAL,
                         "workload %s needs a network, and topology %s has none; give -t %s",
                         workload->ops->name, plan->topology.ops->name, workload->ops->default_topology);
    return 0;
}

static int parse_backgrounds(struct plan *plan, struct error *error)
{
    int result = 0;

    for (unsigned i = 0; result == 0 && i < plan->options->background_count; i++)
        result = parse_background(plan, i, error);
    return result;
}

static int choose_primary(struct plan *plan, struct error *error)
{
    const struct workload *workload = &plan->workload;
    bool given = workload->ops->rate_is_given && workload->ops->rate_is_given(workload);
    const char *mode = params_text(&workload->params, "mode");
    bool limited = params_text(&workload->params, "rate") || (mode && strcmp(mode, "open") == 0);

    if (plan->options->saturate && (given || limited))
        return error_set(error, EXIT_USAGE, -EINVAL,
                         "--saturate drives the load as fast as it goes; leave out %s",
                         mode ? "mode=open" : "the rate");
    if (plan->options->saturate && workload->ops->observes)
        return error_set(error, EXIT_USAGE, -EINVAL,
                         "--saturate drives a load as fast as it goes, and %s makes none",
                         workload->ops->name);
    plan->primary = plan->options->saturate  ? "throughput"
                    : given                  ? "cpu.per_op"
                    : workload->ops->primary ? workload->ops->primary(workload)
                                             : workload->ops->primary_metric;
    return 0;
}

static int parse_budgets(struct plan *plan, struct error *error)
{
    for (unsigned i = 0; i < plan->options->budget_count; i++) {
        struct budget *budget = &plan->design.budgets[i];
        int result = budget_parse(budget, plan->options->budgets[i], error);

        if (result)
            return result;
        for (unsigned before = 0; before < i; before++)
            if (plan->design.budgets[before].metric == budget->metric)
                return error_set(error, EXIT_USAGE, -EINVAL, "two budgets for %s; keep the one you mean",
                                 budget->metric->name);
        plan->design.budget_count = i + 1;
    }
    return 0;
}

/* Without a seed the kernel gives one: 32 bits are enough to repeat a run and short enough to type. */
static int choose_seed(struct plan *plan, struct error *error)
{
    uint32_t drawn;

    plan->seed = plan->options->seed;
    if (plan->options->seed_given)
        return 0;
    if (getrandom(&drawn, sizeof(drawn), 0) != sizeof(drawn))
        return error_set(error, EXIT_ENVIRONMENT, -errno, "cannot draw a seed: %s", strerror(errno));
    plan->seed = drawn;
    return 0;
}

/* Will a window have the samples that a quantile takes, going by the rehearsed one? */
static bool enough(const struct metric *metric, uint64_t seen, uint64_t seen_ns, uint64_t window_ns)
{
    return (double)seen * (double)window_ns / (double)seen_ns >= 25 / (1 - metric->argument);
}

/* The first window tells which metrics this load has: a budget on another one can never be judged. */
static int check_rehearsal(void *context, const struct block *block, uint64_t window_ns, struct error *error)
{
    const struct analysis_design *design = context;

    for (unsigned i = 0; i < design->budget_count; i++) {
        const struct metric *metric = design->budgets[i].metric;

        if (!isnan(metric->value(metric, block)))
            continue;
        if (metric->argument > 0 && block->latency &&
            enough(metric, block->latency->count, block->window_ns, window_ns))
            continue;
        if (metric->argument > 0 && block->latency && block->latency->count)
            return error_set(
                error, EXIT_USAGE, -EINVAL,
                "--budget %s: %s needs %.0f operations in a window, and one of %.2f s has %.0f; give "
                "--window %.1f",
                design->budgets[i].text, metric->name, 20 / (1 - metric->argument),
                (double)block->window_ns / 1e9, (double)block->latency->count,
                25 / (1 - metric->argument) / (double)block->latency->count * (double)block->window_ns / 1e9);
        return error_set(
            error, EXIT_USAGE, -EINVAL,
            "--budget %s: this workload and topology give no %s; 'tracetoll list metrics' prints the "
            "others",
            design->budgets[i].text, metric->name);
    }
    return 0;
}

void plan_redact(const struct plan *plan, struct error *error)
{
    redact_sentence(plan->options, plan->target.argv, error->message, sizeof(error->message));
    redact_sentence(plan->options, plan->versus.argv, error->message, sizeof(error->message));
}

static void redact(const void *plan, struct error *error)
{
    plan_redact(plan, error);
}

static void fill_experiment(struct plan *plan)
{
    const struct run_options *options = plan->options;

    plan->experiment = (struct experiment_plan){
        .seed = plan->seed,
        .look_kind = options->exact        ? LOOKS_EXACT
                     : options->long_looks ? LOOKS_LONG
                                           : LOOKS_DEFAULT,
        .targets = options->versus ? 2 : 1,
        .max_quads = options->max_quads,
        .window_ns =
            options->exact && options->window_ns <= 0 ? EXACT_WINDOW_NS : (uint64_t)options->window_ns,
        .min_window_ns = plan->workload.ops->min_window_ns,
        .window_overhead_ns = plan->workload.ops->window_overhead_ns,
        .settle_ns =
            options->exact && options->settle_ns <= 0 ? EXACT_SETTLE_NS : (uint64_t)options->settle_ns,
        .max_time_ns = (uint64_t)options->max_time_ns,
        .steady_ns = (uint64_t)options->steady_ns,
        .warm_up_ns = plan->workload.ops->warm_up_ns,
        .emergency_stop = !options->no_emergency_stop,
        .statistics = !options->no_statistics,
        .judge = options->versus ? versus_judge : analysis_judge,
        .emergency = options->versus ? versus_emergency : analysis_emergency,
        .rehearsed = check_rehearsal,
        .context = &plan->design,
        .redact = redact,
        .redaction = plan,
    };
}

static void fill_design(struct plan *plan)
{
    const struct run_options *options = plan->options;
    struct analysis_design *design = &plan->design;

    design->precision = options->precision;
    design->look_kind = plan->experiment.look_kind;
    design->max_quads = options->max_quads;
    look_plan_make(&design->looks, design->look_kind, options->max_quads);
    design->family = options->family;
    look_plan_spend(&design->looks, options->attempt);
    design->primary = metric_find(plan->primary);
}

static const struct target_ops *kind_named(const char *option)
{
    for (const struct target_ops *const *kind = target_table; *kind; kind++)
        if (strncmp(option, "--", 2) == 0 && strcmp((*kind)->name, option + 2) == 0)
            return *kind;
    return &target_exec;
}

/* A command, or one of the options that give a target, with its value. */
static int parse_versus(struct plan *plan, struct error *error)
{
    const char *text = plan->options->versus;
    OWNED_PTR char **words = NULL;
    char **argv;
    const struct target_ops *kind;
    int result = text ? shell_split_words(text, &words) : 0;

    if (!text)
        return 0;
    if (result == -ENOMEM)
        return error_set(error, EXIT_ENVIRONMENT, result, "out of memory");
    if (result || !words[0])
        return error_set(error, EXIT_USAGE, -EINVAL, "--versus %s: %s", text,
                         result ? "a quote is not closed"
                                : "write the other tool's command, in one argument");
    kind = kind_named(words[0]);
    if (kind != &target_exec && kind != &target_sham && (!words[1] || words[2]))
        return error_set(error, EXIT_USAGE, -EINVAL, "--versus '%s': write one value behind %s", text,
                         words[0]);
    argv = kind == &target_exec ? words : words + 1;
    result = kind->parse ? kind->parse(argv, error) : 0;
    if (result)
        return result;
    return target_init(&plan->versus, kind, argv)
               ? error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory")
               : 0;
}

int plan_make(struct plan *plan, const struct run_options *options, struct error *error)
{
    int result;

    *plan = (struct plan){.options = options};
    result = workload_parse(&plan->workload, options->workload, error);
    if (result == 0 && plan->workload.ops->check)
        result = plan->workload.ops->check(&plan->workload, error);
    if (result == 0)
        result = choose_primary(plan, error);
    if (result == 0)
        result = parse_topology(plan, error);
    if (result == 0)
        result = parse_backgrounds(plan, error);
    if (result == 0)
        result = parse_budgets(plan, error);
    if (result == 0)
        result = choose_seed(plan, error);
    if (result)
        return result;
    if (target_init(&plan->target, options->target_kind, options->target_argv))
        return error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");
    result = parse_versus(plan, error);
    if (result)
        return result;
    if (options->attach_timeout_ns > 0)
        plan->target.limits.attach_timeout_ns = plan->versus.limits.attach_timeout_ns =
            (uint64_t)options->attach_timeout_ns;
    fill_experiment(plan);
    fill_design(plan);
    return 0;
}

void plan_free(struct plan *plan)
{
    target_free(&plan->target);
    target_free(&plan->versus);
    topology_free(&plan->topology);
    workload_free(&plan->workload);
    for (unsigned i = 0; i < BACKGROUNDS_MAX; i++)
        workload_free(&plan->backgrounds[i]);
}
