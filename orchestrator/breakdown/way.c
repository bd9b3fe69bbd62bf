/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/breakdown/way.h"
#include "orchestrator/breakdown/program_cost.h"
#include "orchestrator/breakdown/sums.h"
#include "base/cleanup.h"
#include "reports/document.h"

#include <math.h>
#include <string.h>

#define EIGHT 8
/* Of a tracepoint's price, without the slow path of system calls: what one of several programs on sys_enter
 * takes of what the first does (64 of 171 ns, docs/micro.md). */
#define OFF_SHARE 0.37

const struct unit_row way_row_eight = {"raw_tp", "8 programs on one hook"};

enum sharing {
    SHARES_HOOK, /* what one more costs there is a row of micro */
    SHARES_TRAP, /* one breakpoint, whoever waits for it (kernel/events/uprobes.c, handler_chain()) */
    SHARES_SOME  /* the trampoline, the probe or the system call's slow path, and not all of the rest */
};

/* Entry and exit are one place, and raw_tp and tracepoint may be. Probes of many functions at once are not
 * here: each is on the function's entry in its own right (struct ftrace_ops). */
static const struct form {
    const char *prefix; /* of an attach point */
    const char *place;
    enum sharing sharing;
} forms[] = {
    {"raw_tp:", "tracepoint", SHARES_HOOK},     {"tp_btf:", "tracepoint", SHARES_HOOK},
    {"tracepoint:", "tracepoint", SHARES_SOME}, {"kprobe:", "kprobe", SHARES_SOME},
    {"kretprobe:", "kprobe", SHARES_SOME},      {"fentry:", "fentry", SHARES_SOME},
    {"fexit:", "fentry", SHARES_SOME},          {"lsm:", "lsm", SHARES_SOME},
    {"uprobe:", "uprobe", SHARES_TRAP},         {"uretprobe:", "uprobe", SHARES_TRAP},
};

static const struct form *form_of(const char *attach)
{
    for (size_t i = 0; i < ARRAY_SIZE(forms); i++)
        if (strncmp(attach, forms[i].prefix, strlen(forms[i].prefix)) == 0)
            return &forms[i];
    return NULL;
}

/* One attach point of a text; the name is what it has in common with its other end. */
struct place {
    const struct form *form;
    const char *name;
    size_t length;
};

static bool skip(struct place *place, const char *start)
{
    size_t length = strlen(start);

    if (place->length < length || strncmp(place->name, start, length) != 0)
        return false;
    place->name += length;
    place->length -= length;
    return true;
}

/* A tracepoint is called without its group by some; entry and exit of a system call take one slow path. */
static struct place place_of(const char *attach)
{
    struct place place = {.form = form_of(attach), .name = attach, .length = strcspn(attach, ",")};
    const char *colon;

    if (!place.form)
        return place;
    skip(&place, place.form->prefix);
    if (strcmp(place.form->place, "tracepoint") != 0)
        return place;
    colon = memrchr(place.name, ':', place.length);
    if (colon) {
        place.length -= (size_t)(colon + 1 - place.name);
        place.name = colon + 1;
    }
    if (!skip(&place, "sys_enter_") && !skip(&place, "sys_exit_") && !skip(&place, "sys_enter"))
        skip(&place, "sys_exit");
    return place;
}

static bool same_place(const char *a, const char *b)
{
    struct place x = place_of(a), y = place_of(b);

    return x.form && y.form && strcmp(x.form->place, y.form->place) == 0 && x.length == y.length &&
           strncmp(x.name, y.name, x.length) == 0;
}

/* All of them, in their order: a program may be on several. */
static bool same_places(const json_t *one, const json_t *other)
{
    const char *a = document_text(one, "attach"), *b = document_text(other, "attach");

    if (!*a)
        return false;
    while (*a && *b && same_place(a, b)) {
        a += strcspn(a, ",");
        b += strcspn(b, ",");
        a += strspn(a, ", ");
        b += strspn(b, ", ");
    }
    return !*a && !*b;
}

/*
 * The kernel emulates a nop, a push or a jump that a uprobe stands on. Over any other instruction (the
 * endbr64 that functions begin with where indirect calls are protected, which most kernels do not take for a
 * nop) the thread steps elsewhere and traps once more, which costs several times that. Nobody reads the
 * target's binary: a range up to there, and no more than the cheapest as the estimate. A price that has the
 * slow path of system calls in it, for a tracepoint that none passes, goes down to a share of it.
 */
static struct interval alone_of(const json_t *program, const json_t *rows)
{
    const struct unit_row *unit = unit_row_of(program);
    bool dear;
    struct interval way = sums_of_row(unit_row_price(rows, program, &dear));

    if (dear)
        way.low *= OFF_SHARE;
    if (unit && unit_row_may_step(unit))
        way.high += fmax(0, sums_of_row(unit_row_find(rows, &unit_row_stepped)).high -
                                sums_of_row(unit_row_find(rows, &unit_row_emulated)).high);
    return way;
}

/* One program more on a hook that has one; NaN: not known. */
static struct interval one_more(const json_t *rows)
{
    struct interval one = sums_of_row(unit_row_find(rows, &unit_row_timer)),
                    eight = sums_of_row(unit_row_find(rows, &way_row_eight));

    if (isnan(eight.estimate - one.estimate)) /* fmax() would make that a zero */
        return interval_unknown();
    return (struct interval){fmax(0, eight.estimate - one.estimate) / (EIGHT - 1),
                             fmax(0, eight.low - one.high) / (EIGHT - 1),
                             fmax(0, eight.high - one.low) / (EIGHT - 1)};
}

/* What is dearer than what is there takes the difference at least. Where more is not known, the middle. */
static struct interval beside(enum sharing sharing, struct interval alone, struct interval held,
                              const json_t *rows)
{
    struct interval way = {fmax(0, alone.estimate - held.estimate), fmax(0, alone.low - held.low),
                           alone.high},
                    more = one_more(rows);
    bool priced = !isnan(more.estimate);

    if (sharing == SHARES_TRAP)
        way.estimate += priced ? more.estimate : 0;
    else if (sharing == SHARES_HOOK && priced) {
        way.estimate += more.estimate;
        way.low += more.low;
    } else
        way.estimate = (way.estimate + alone.estimate) / 2;
    way.estimate = fmin(way.estimate, alone.estimate);
    way.low = fmin(way.low, way.estimate);
    return way;
}

struct interval way_of(const json_t *programs, size_t index, const json_t *rows)
{
    const json_t *program = json_array_get(programs, index);
    const struct form *form = form_of(document_text(program, "attach"));
    struct interval alone = alone_of(program, rows), held = sums_exact(0);
    double runs = 0;

    for (size_t i = 0; i < index; i++) {
        const json_t *other = json_array_get(programs, i);
        struct interval way;

        if (!same_places(other, program) || !(program_runs(other) > 0))
            continue;
        way = alone_of(other, rows);
        runs = fmax(runs, program_runs(other));
        held = way.estimate > held.estimate ? way : held;
    }
    if (runs == 0 || !form || isnan(alone.estimate))
        return alone;
    /* Of its runs, as many as the others have: one of them may be for one process alone. */
    return sums_between(alone, beside(form->sharing, alone, held, rows),
                        fmin(1, runs / program_runs(program)));
}

bool way_shared(const json_t *programs)
{
    for (size_t i = 0; i < json_array_size(programs); i++)
        for (size_t k = 0; k < i; k++)
            if (same_places(json_array_get(programs, k), json_array_get(programs, i)))
                return true;
    return false;
}
