/* SPDX-License-Identifier: GPL-2.0 */
/* The verdict of the whole run, and the sentence in plain words that a person remembers. */
#include "base/i18n.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/units.h"
#include "orchestrator/company.h"
#include "orchestrator/compose.h"
#include "orchestrator/outcome.h"
#include "reports/jsonio.h"

#include <libgen.h>
#include <math.h>
#include <stdarg.h>
#include <string.h>

#define REPEATED_SHARE_MAX 0.2
#define STEAL_SHARE_MAX    0.1

struct outcome {
    const char *status;
    enum exit_status exit;
    json_t *reasons; /* owned until it is packed */
};

__attribute__((format(printf, 2, 3))) static void reason(struct outcome *outcome, const char *format, ...)
{
    char text[320];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    json_array_append_new(outcome->reasons, jsonio_text(text)); /* may be cut within a character */
}

static const char *end_reason(const struct trial *trial)
{
    const char *text = json_string_value(json_object_get(trial_fact(trial, "end"), "reason"));

    return text ? text : "interrupt";
}

/* Quads that count for nothing; a load that dies with the target on, and never without it, is a result. */
static double lost_quads(const struct trial *trial)
{
    double repeated = jsonio_get_number(trial_fact(trial, "end"), "quads_repeated");
    double died_on = fmax(0, jsonio_get_number(trial_fact(trial, "end"), "died_on")) +
                     fmax(0, jsonio_get_number(trial_fact(trial, "end"), "died_second")),
           died_off = jsonio_get_number(trial_fact(trial, "end"), "died_off");

    return died_off > 0 ? repeated : repeated - died_on;
}

/* What makes the figures unusable, whatever they say. */
static bool untrustworthy(const struct analysis *analysis, const struct trial *trial, struct outcome *outcome)
{
    double started = jsonio_get_number(trial_fact(trial, "end"), "quads_started");
    double repeated = lost_quads(trial);
    struct company company = company_of(trial);
    const char *last = json_string_value(json_object_get(trial_fact(trial, "end"), "last_invalid"));
    unsigned before = (unsigned)json_array_size(outcome->reasons);

    if (started >= 3 && repeated > REPEATED_SHARE_MAX * started)
        reason(outcome, "%.0f of %.0f quads had to be repeated (last: %s)", repeated, started,
               last ? last : "?");
    if (compose_steal_share(trial) > STEAL_SHARE_MAX)
        reason(outcome, "the hypervisor gave %.0f %% of the CPU time to other machines (steal)",
               100 * compose_steal_share(trial));
    if (company.busy_cpus - company.quiet_cpus > COMPANY_MAX)
        reason(outcome,
               "something else kept %.2g CPUs busy in one part of the run and %.2g in another: a load came "
               "or went",
               company.busy_cpus, company.quiet_cpus);
    if (company.oom_kills > 0 || company.pressed > PRESSED_MAX * company.windows)
        reason(outcome,
               "the machine was short of memory in %u of %u windows; %.0f processes were killed for it",
               company.pressed, company.windows, company.oom_kills);
    if (analysis->design.budget_count && compose_fired(trial) == FIRED_NEVER)
        reason(outcome,
               "never_fired: no program of the target ran more often with this load than without it, so "
               "the budget was not tested");
    if (strcmp(end_reason(trial), "workload_died") == 0 && !analysis->design.budget_count)
        reason(outcome, "the workload died with the target on");
    if (strcmp(end_reason(trial), "second_killed_load") == 0)
        reason(outcome, "the workload died with the second target on, and never without it, which ended the "
                        "run before its time");
    if (json_array_size(outcome->reasons) == before)
        return false;
    outcome->status = "untrustworthy";
    outcome->exit = EXIT_UNTRUSTWORTHY;
    return true;
}

static void exceeds(struct outcome *outcome, const struct metric_result *r, const char *name)
{
    if (r->judged_on_steady)
        reason(outcome, "%s exceeds its budget (%s) in the long attachment", name, r->budget->text);
    else
        reason(outcome, "%s exceeds its budget (%s)", name, r->budget->text);
}

static bool failed(const struct analysis *analysis, const struct trial *trial, struct outcome *outcome)
{
    const char *end = end_reason(trial);
    unsigned before = (unsigned)json_array_size(outcome->reasons);

    if (strcmp(end, "emergency") == 0)
        reason(outcome,
               "emergency_stop: in both first quads every block with the target was at least five times "
               "worse; outside the error guarantee");
    if (strcmp(end, "workload_died") == 0 && analysis->design.budget_count)
        reason(outcome, "the workload died with the target on, and never without it");
    for (unsigned i = 0; i < metric_count; i++)
        if (analysis->metrics[i].verdict == VERDICT_FAIL)
            exceeds(outcome, &analysis->metrics[i], metric_table[i].name);
    if (json_array_size(outcome->reasons) == before)
        return false;
    outcome->status = "fail";
    outcome->exit = EXIT_BUDGET;
    return true;
}

static bool inconclusive(const struct analysis *analysis, const struct trial *trial, struct outcome *outcome)
{
    unsigned before = (unsigned)json_array_size(outcome->reasons);
    double died_on = jsonio_get_number(trial_fact(trial, "end"), "died_on"),
           died_off = jsonio_get_number(trial_fact(trial, "end"), "died_off");

    /* Worse than any figure, and in none of them, as its quad was repeated. */
    if (analysis->design.budget_count && died_on > fmax(0, died_off))
        reason(
            outcome,
            "the workload died in %.0f quads with the target on, and in %.0f without it: a budget can't be "
            "held by the others alone",
            died_on, fmax(0, died_off));
    for (unsigned i = 0; i < metric_count; i++) {
        const struct metric_result *r = &analysis->metrics[i];

        if (r->verdict != VERDICT_INCONCLUSIVE && r->verdict != VERDICT_OPEN)
            continue;
        if (r->judged_on_steady)
            reason(
                outcome,
                "%s holds its budget (%s) in the windows, and cannot be told from it in the long attachment",
                r->metric->name, r->budget->text);
        else if (!r->available)
            reason(outcome, "%s could not be judged: %s", r->metric->name,
                   r->why ? r->why : N_("no valid quad"));
        else if (isfinite(r->needed_quads) && r->look >= analysis->design.looks.count)
            reason(
                outcome,
                "%s cannot be told from its budget (%s) by %u quads; a verdict takes %.0f at least, %.0f s",
                r->metric->name, r->budget->text, r->n, r->needed_quads,
                r->needed_quads * analysis->seconds_per_quad);
        else if (isfinite(r->needed_quads))
            reason(outcome, "%s cannot be told from its budget (%s); about %.0f quads are needed, %.0f s",
                   r->metric->name, r->budget->text, r->needed_quads,
                   r->needed_quads * analysis->seconds_per_quad);
        else
            reason(outcome, "%s cannot be told from its budget (%s) by %u quads", r->metric->name,
                   r->budget->text, r->n);
    }
    if (json_array_size(outcome->reasons) == before)
        return false;
    outcome->status = "inconclusive";
    outcome->exit = outcome_of_open(json_string_value(json_object_get(trial->header, "inconclusive")));
    return true;
}

/* What the run exited with; 0 where its trial does not say, or says what no failure exits with. */
static enum exit_status error_exit(const struct trial *trial)
{
    json_int_t status = json_integer_value(json_object_get(trial_fact(trial, "end"), "exit_status"));

    return status >= EXIT_UNSUPPORTED && status <= EXIT_UNTRUSTWORTHY ? (enum exit_status)status : 0;
}

/* The target died, or the machine failed, after the last verdict: what was broken is; nothing else is known.
 */
static void end_in_error(const struct analysis *analysis, const struct trial *trial, struct outcome *outcome)
{
    const char *text = json_string_value(json_object_get(trial_fact(trial, "end"), "error"));

    reason(outcome, "the run ended in an error after %u quads%s%.240s", analysis->quads, text ? ": " : "",
           text ? text : "");
    if (strcmp(outcome->status, "fail") != 0) {
        outcome->status = "untrustworthy";
        outcome->exit = EXIT_UNTRUSTWORTHY;
    }
    if (error_exit(trial))
        outcome->exit = error_exit(trial);
}

static void judge(const struct analysis *analysis, const struct trial *trial, struct outcome *outcome)
{
    if (!untrustworthy(analysis, trial, outcome) && !failed(analysis, trial, outcome) &&
        !inconclusive(analysis, trial, outcome)) {
        outcome->status = analysis->design.budget_count ? "pass" : "measured";
        outcome->exit = EXIT_MEASURED;
    }
    if (strcmp(end_reason(trial), "error") == 0)
        end_in_error(analysis, trial, outcome);
    if (strcmp(end_reason(trial), "interrupt") == 0) {
        reason(outcome, "interrupted after %u quads", analysis->quads);
        outcome->exit = EXIT_INTERRUPTED;
        /* What stands at an interrupt can be a FAIL, never a PASS nobody waited for. */
        if (strcmp(outcome->status, "pass") == 0)
            outcome->status = "inconclusive";
    }
}

/* Name of the target for a sentence. */
static void name_target(const struct trial *trial, char *text, size_t size)
{
    const json_t *target = json_object_get(trial->header, "target");
    const char *first = json_string_value(json_array_get(json_object_get(target, "argv"), 0));
    OWNED_PTR char *copy = first ? strdup(first) : NULL;

    if (first && strncmp(first, "--", 2) == 0) /* known by the commands that switch it */
        snprintf(text, size, "%s", N_("the agent"));
    else
        snprintf(text, size, "%s", copy ? basename(copy) : N_("the sham"));
}

/* "7.1 %": two digits, without %g's exponents near and above 100; "2.4" of times. */
static const char *format_size(char *text, size_t size, double effect, bool times)
{
    double percent = 100 * fabs(effect);

    if (times)
        snprintf(text, size, "%.1f", 1 + effect);
    else if (percent < 99)
        snprintf(text, size, "%.2g %%", percent);
    else
        snprintf(text, size, "%.*f %%", percent < 100 ? 1 : 0, percent);
    return text;
}

/* Sentences are whole formats, which reports/phrases.h knows them by. */
static void write_amount(FILE *out, const char *name, const struct metric_result *r, double size, double low,
                         double high)
{
    static const char *const formats[] = {N_("%s changes %s by %+.4g %s [%+.4g, %+.4g]"),
                                          N_("%s changes %s by at least %+.4g %s [%+.4g, %+.4g]")};
    const char *unit;
    double divisor = quantity_scale(size, r->metric->unit, &unit);

    fprintf(out, formats[r->at_least], name, r->metric->name, size / divisor, unit, low / divisor,
            high / divisor);
}

static void write_effect(FILE *out, const char *name, const struct metric_result *r, const char *operation)
{
    static const char *const formats[][2] = {
        {N_("%s makes a %s %s faster (%s %+.2f %% [%+.2f, %+.2f])"),
         N_("%s makes a %s at least %s faster (%s %+.2f %% [%+.2f, %+.2f])")},
        {N_("%s makes a %s %s slower (%s %+.2f %% [%+.2f, %+.2f])"),
         N_("%s makes a %s at least %s slower (%s %+.2f %% [%+.2f, %+.2f])")},
        {N_("%s makes a %s %s times slower (%s %+.2f %% [%+.2f, %+.2f])"),
         N_("%s makes a %s at least %s times slower (%s %+.2f %% [%+.2f, %+.2f])")},
    };
    double effect = compose_effect(r, r->effect.estimate), low = compose_effect(r, r->effect.low),
           high = compose_effect(r, r->effect.high);
    /* An early FAIL overstates the size; the interval's end nearer to nothing is what holds. */
    double size = !r->at_least ? effect : effect > 0 ? low : high;
    bool slower = (effect > 0) != r->metric->higher_is_better,
         times = size >= 1 && !r->metric->higher_is_better;
    char amount[64];

    if (!r->relative) {
        write_amount(out, name, r, size, low, high);
        return;
    }
    fprintf(out,
            formats[times    ? 2
                    : slower ? 1
                             : 0][r->at_least],
            name, operation, format_size(amount, sizeof(amount), size, times), r->metric->name, 100 * effect,
            100 * low, 100 * high);
}

/* Who pays: only said where the added CPU is clearly there. */
static void write_split(FILE *out, const struct analysis *analysis)
{
    const struct metric_result *total = compose_find(analysis, "cpu.per_op");
    const struct metric_result *own = compose_find(analysis, "cpu.target_per_op");
    double share;

    if (!total->available || !own->available || !(total->absolute.low > 0))
        return;
    share = fmax(0, own->absolute.estimate) / total->absolute.estimate;
    if (share < 0.95)
        fprintf(out,
                "; " N_("its own processes account for %.0f %% of the added CPU, the rest is paid by the "
                        "traced tasks and the kernel"),
                100 * share);
    else if (share <= 1.5)
        fputs("; " N_("the added CPU is spent by its own processes"), out);
}

static char *write_sentence(const struct analysis *analysis, const struct trial *trial)
{
    const struct metric_result *primary = compose_find(analysis, analysis->design.primary->name);
    const char *operation =
        json_string_value(json_object_get(json_object_get(trial->header, "workload"), "operation"));
    char name[64], *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    bool known = primary->available && isfinite(primary->effect.low) && isfinite(primary->effect.high);

    if (!out)
        return NULL;
    name_target(trial, name, sizeof(name));
    if (!primary->available && primary->why)
        fprintf(out, N_("Nothing can be said of %s") "; " N_("%s could not be judged: %s"), name,
                primary->metric->name, primary->why);
    else if (!primary->available || primary->n == 0)
        fprintf(out, N_("Nothing can be said of %s: no valid quad was measured"), name);
    else if (compose_fired(trial) == FIRED_NEVER)
        fprintf(out,
                N_("%s was not measured: none of its programs ran more often with this load than without it"),
                name);
    else if (!isfinite(primary->effect.estimate) || (!known && primary->n >= 10 && !isfinite(primary->sd)))
        fprintf(out,
                N_("With %s on, the load got nothing done in some windows: the effect on %s has no bound"),
                name, primary->metric->name);
    else if (!known)
        fprintf(out, N_("%u quads are too few for an interval on %s"), primary->n, primary->metric->name);
    else if (primary->effect.low > 0 || primary->effect.high < 0) {
        write_effect(out, name, primary, operation ? operation : N_("operation"));
        write_split(out, analysis);
    } else {
        double scale = primary->relative ? 100 : 1;
        const char *unit = primary->relative ? "%" : primary->metric->unit;

        if (compose_fired(trial) == FIRED_UNCLEAR)
            fprintf(out, N_("Whether this load fires the programs of %s is not known") "; ", name);
        fprintf(out, N_("No effect of %s on %s was detected: %+.2f %s [%+.2f, %+.2f]"), name,
                primary->metric->name, scale * compose_effect(primary, primary->effect.estimate), unit,
                scale * compose_effect(primary, primary->effect.low),
                scale * compose_effect(primary, primary->effect.high));
        if (isfinite(primary->detectable))
            fprintf(out, "; " N_("the smallest effect this run could have seen is %.2f %s"),
                    scale * compose_effect(primary, primary->detectable), unit);
    }
    fputc('.', out);
    return fclose(out) == 0 ? text : NULL;
}

json_t *compose_verdict(const struct analysis *analysis, const struct trial *trial)
{
    struct outcome outcome = {.reasons = json_array()};
    OWNED_PTR char *sentence = write_sentence(analysis, trial);

    judge(analysis, trial, &outcome);
    return json_pack("{s:s, s:i, s:s, s:o}", "status", outcome.status, "exit_status", (int)outcome.exit,
                     "sentence", sentence ? sentence : "out of memory", "reasons", outcome.reasons);
}
