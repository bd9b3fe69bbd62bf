/* SPDX-License-Identifier: GPL-2.0 */
#include "base/i18n.h"
#include "orchestrator/advice/calls.h"
#include "orchestrator/advice/rules.h"
#include "orchestrator/advice/swaps.h"
#include "orchestrator/breakdown/program_cost.h"
#include "orchestrator/breakdown/sums.h"
#include "base/cleanup.h"
#include "reports/document.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static double half(struct interval interval)
{
    return (interval.high - interval.low) / 2;
}

/* What one such call less, or one in the other way, saves. */
static struct interval difference(const struct advisor *advisor, const struct swap *swap)
{
    struct interval from = advisor_row(advisor, &swap->from), to = advisor_row(advisor, &swap->to);
    double share = 1 - swap->kept, width = share * hypot(half(from), half(to)),
           middle = share * (from.estimate - to.estimate);

    return (struct interval){middle, middle - width, middle + width};
}

static struct interval times(struct interval each, struct interval count)
{
    return (struct interval){count.estimate * each.estimate,
                             fmin(count.low * each.low, count.high * each.low),
                             fmax(count.low * each.high, count.high * each.high)};
}

/* What the calls were measured to take, less as many of the other kind. Fewer and dearer calls leave less to
 * be done in their place. */
static struct interval measured(const struct advisor *advisor, const struct swap *swap,
                                const struct call_use *use)
{
    struct interval to = advisor_row(advisor, &swap->to);
    double share = 1 - swap->kept, width = share * hypot(half(use->time), use->count.estimate * half(to)),
           middle = share * (use->time.estimate - use->count.estimate * to.estimate),
           fewer = swap->dear_alike ? middle : share * (use->time.estimate - use->count.low * to.estimate);

    return (struct interval){middle, middle - width, fewer + width};
}

static void describe_rows(const struct advisor *advisor, const struct swap *swap, char *text, size_t size)
{
    const char *unit = advisor_unit(advisor);
    char from[120];

    snprintf(from, sizeof(from), "%s%s%s", swap->from.name, swap->from.variant[0] ? ", " : "",
             swap->from.variant);
    if (swap->to.name)
        snprintf(text, size, N_("%s takes %.4g %s here, %s %.4g %s"), from,
                 advisor_row(advisor, &swap->from).estimate, unit, swap->to.name,
                 advisor_row(advisor, &swap->to).estimate, unit);
    else
        snprintf(text, size, N_("%s takes %.4g %s here"), from, advisor_row(advisor, &swap->from).estimate,
                 unit);
}

static void add(struct advisor *advisor, const struct swap *swap, const json_t *program,
                struct interval saves, const char *evidence)
{
    const struct finding finding = {.rule = swap->rule,
                                    .text = swap->text,
                                    .since = swap->since,
                                    .program = document_text(program, "name"),
                                    .saves = saves,
                                    .evidence = evidence};

    advisor_add(advisor, &finding);
}

/*
 * How many times what `micro` says the ways to the programs take here, where they are most of the cost:
 * beside a busy loop of `micro` the caches are warm, behind a context switch they are not. 1 where that is
 * not seen.
 */
static struct interval way_scale(const struct advisor *advisor)
{
    const struct interval inside[] = {advisor_part(advisor, "programs"), advisor_part(advisor, "delivery"),
                                      advisor_part(advisor, "user")},
                          one = {1, 1, 1};
    double way = advisor_part(advisor, "dispatch").estimate;
    struct interval outside = sums_less(advisor_measured(advisor), inside, ARRAY_SIZE(inside)), scale;

    if (!(way > inside[0].estimate + inside[1].estimate + inside[2].estimate))
        return one;
    scale = sums_times(outside, 1 / way);
    return scale.low > 1 || scale.high < 1 ? scale : one;
}

/* Independent factors: their half widths, as shares, add up as standard errors do. */
static struct interval product(struct interval a, struct interval b)
{
    double middle = a.estimate * b.estimate,
           below = hypot((a.estimate - a.low) / a.estimate, (b.estimate - b.low) / b.estimate),
           above = hypot((a.high - a.estimate) / a.estimate, (b.high - b.estimate) / b.estimate);

    return (struct interval){middle, middle - fabs(middle) * below, middle + fabs(middle) * above};
}

/* "kprobe:f" and "kretprobe:f" are on one point. */
static bool on_one_point(const json_t *a, const json_t *b)
{
    const char *one = strchr(document_text(a, "attach"), ':'),
               *other = strchr(document_text(b, "attach"), ':');

    return one && other && strcmp(one, other) == 0;
}

/* The rule concerns another program on that point, too: both share a part of their ways before, and behind
 * (the kprobe's entry, a trampoline, a copy of arguments), that the rows have in each of them. */
static bool shares_its_way(const struct advisor *advisor, const struct swap *swap, const json_t *program)
{
    const json_t *other;
    size_t i;

    json_array_foreach(json_object_get(advisor->target, "programs"), i, other)
    {
        if (other == program || !(program_runs(other) > 0) || !on_one_point(program, other))
            continue;
        for (unsigned k = 0; k < swap_count; k++)
            if (strcmp(swaps[k].rule, swap->rule) == 0 &&
                swap_concerns_program(&swaps[k], advisor->target, other))
                return true;
    }
    return false;
}

/* One more clause, as long as there is room. */
static void add_clause(char *evidence, size_t size, const char *clause)
{
    size_t used = strlen(evidence);

    snprintf(evidence + used, size - used, "; %s", clause);
}

static void advise_way_there(struct advisor *advisor, const struct swap *swap, const json_t *program)
{
    struct interval scale = way_scale(advisor);
    double runs = program_runs(program);
    char rows[200], scaled[120], evidence[400];

    if (!(runs > 0) || !swap_concerns_program(swap, advisor->target, program))
        return;
    describe_rows(advisor, swap, rows, sizeof(rows));
    snprintf(evidence, sizeof(evidence), N_("%.2f hits an operation; %s"), runs, rows);
    snprintf(scaled, sizeof(scaled),
             N_("with this load what is outside of the programs takes %.2f times that"), scale.estimate);
    if (scale.estimate != 1)
        add_clause(evidence, sizeof(evidence), scaled);
    if (shares_its_way(advisor, swap, program))
        add_clause(
            evidence, sizeof(evidence),
            N_("another program on that point shares its way: together they save less than both sums"));
    add(advisor, swap, program, sums_times(product(difference(advisor, swap), scale), runs), evidence);
}

static void describe_count(const struct advisor *advisor, const json_t *call, const struct call_use *use,
                           char *text, size_t size)
{
    const char *name = document_text(call, "name"), *unit = advisor_unit(advisor);
    double times_called = use->count.estimate, time = use->time.estimate;

    if (use->exact && use->measured)
        snprintf(text, size, N_("%s is called %.2f times an operation, %.4g %s in all"), name, times_called,
                 time, unit);
    else if (use->exact)
        snprintf(text, size, N_("%s is called %.2f times an operation"), name, times_called);
    else if (use->measured)
        snprintf(
            text, size,
            N_("%s is called %.2f times an operation, by the time that its program takes, %.4g %s in all"),
            name, times_called, time, unit);
    else
        snprintf(text, size, N_("%s is called %.2f to %.2f times an operation"), name, use->count.low,
                 use->count.high);
}

/* A row knows its own conditions better than a program's time does: that decides where it has to. An event's
 * time is mostly that of the wake-up, which another buffer does not save. */
static bool by_time(const struct swap *swap, const struct call_use *use)
{
    return use->measured && (!use->exact || !swap->to.name) && !calls_event_row(swap->function);
}

static void advise_call(struct advisor *advisor, const struct swap *swap, const json_t *program,
                        const json_t *call, const struct call_use *use)
{
    char rows[200], count[200], evidence[420];

    if (!(use->count.high > 0) || !swap_concerns_call(swap, advisor->target, program, call))
        return;
    describe_rows(advisor, swap, rows, sizeof(rows));
    describe_count(advisor, call, use, count, sizeof(count));
    snprintf(evidence, sizeof(evidence), "%s; %s", count, rows);
    add(advisor, swap, program,
        by_time(swap, use) ? measured(advisor, swap, use) : times(difference(advisor, swap), use->count),
        evidence);
}

static void advise_program(struct advisor *advisor, unsigned index)
{
    const json_t *program = document_item(advisor->target, "programs", index);
    struct call_use uses[CALLS_MAX];
    unsigned count = calls_of(advisor->document, index, advisor->rows, uses);

    for (unsigned i = 0; i < swap_count; i++) {
        advise_way_there(advisor, &swaps[i], program);
        for (unsigned k = 0; k < count; k++)
            advise_call(advisor, &swaps[i], program, document_item(program, "code.calls", k), &uses[k]);
    }
}

void advise_swaps(struct advisor *advisor)
{
    for (unsigned i = 0; i < document_count(advisor->target, "programs"); i++)
        advise_program(advisor, i);
}
