/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The experiment loop: quads of blocks in a random order, looks, the long attachment and the statistics phase
 * (docs/method.md, sections 1 and 2). It knows no kernel and no clock: everything it does to the machine goes
 * through struct machine_ops, so that each path through it is tested on a mock machine.
 */
#pragma once

#include "base/error.h"
#include "base/random.h"
#include "orchestrator/stats/looks.h"
#include "reports/trial.h"

#include <stdbool.h>
#include <stdint.h>

/* What was wrong with a window; which of these invalidate a quad depends on the arm. */
enum window_problem {
    PROBLEM_NONE = 0,
    PROBLEM_LOAD = 1,    /* rate missed, failed operations: an outcome in B */
    PROBLEM_MACHINE = 2, /* the clock jumped, a foreign BPF program came or went: invalid in either arm */
    PROBLEM_DIED = 4,    /* the workload died: invalidates in A, an outcome in B */
};

struct window_result {
    unsigned problems;
    char problem_text[96];
};

struct progress {
    const char *phase; /* "rehearsal", "measuring", "long attachment", "statistics" */
    unsigned quads, quads_next_look, quads_last_look;
    double seconds_to_next_look, seconds_to_end; /* estimates */
    char arm;
};

struct machine_ops {
    uint64_t (*now_ns)(void *machine);
    /* All of these: 0, -EINTR after a signal, or another negative errno with *error set. */
    int (*wait)(void *machine, uint64_t ns);
    int (*load_start)(void *machine, struct error *error); /* includes its warm-up */
    void (*load_stop)(void *machine);
    /* The target of an arm: 'B', or 'C' where two are compared. Never while one is on. */
    int (*target_on)(void *machine, char arm, struct error *error);
    int (*target_off)(void *machine, struct error *error);
    int (*target_alive)(void *machine, struct error *error);
    /* Measures one window into block->values and ->latency. -EPIPE: the workload died. */
    int (*window)(void *machine, uint64_t window_ns, struct block *block, struct window_result *result,
                  struct error *error);
    /* Runs per program of the target that is on, with the load on, then paused; the load runs. Adds facts. */
    int (*statistics)(void *machine, struct trial *trial, struct error *error);
    /* Times of the last attachment; the longest of the targets' where there are two; 0 before there was one.
     */
    uint64_t (*attach_ns)(void *machine);
    uint64_t (*detach_ns)(void *machine);
    /* Everything the header needs besides the design; called once, after the rehearsal. A new reference. */
    json_t *(*describe)(void *machine);
    void (*progress)(void *machine, const struct progress *progress);
};

/* The answer at a look. */
struct judgement {
    bool stop;
    bool failed;        /* a budget is broken: no long attachment */
    const char *reason; /* design.stopped_by */
};

struct experiment_plan {
    uint64_t seed;
    unsigned targets; /* 1, or 2 to compare them: arms B and C */
    enum look_kind look_kind;
    unsigned max_quads;          /* 0: all looks of the kind */
    uint64_t window_ns;          /* 0: attach + detach time, clamped to 0.25 .. 4 s */
    uint64_t min_window_ns;      /* of the workload */
    uint64_t window_overhead_ns; /* what it takes beyond a window, about */
    uint64_t settle_ns;          /* 0: 0.1 s or the attach time, at most 5 s */
    uint64_t max_time_ns;        /* 0: none */
    uint64_t steady_ns;          /* 0: no long attachment */
    uint64_t warm_up_ns;         /* of the workload, for the estimate of a quad's time alone */
    double on_share; /* of the time, that the target is kept to by who waits between quads; likewise. 0: it is
                        not kept to any */
    bool emergency_stop;
    bool statistics;
    /* Called after the quads of a look: pure, reads the trial. */
    int (*judge)(void *context, const struct trial *trial, unsigned look, struct judgement *judgement);
    /* Called after the second valid quad when emergency_stop is set. */
    bool (*emergency)(void *context, const struct trial *trial);
    /* Checks the rehearsed A window, shorter perhaps than the ones to come: can every metric with a budget be
     * computed from such windows? May be NULL. */
    int (*rehearsed)(void *context, const struct block *block, uint64_t window_ns, struct error *error);
    void *context;
    /* Takes out of a sentence what nothing may keep of the targets' words. May be NULL. */
    void (*redact)(const void *redaction, struct error *error);
    const void *redaction;
};

/*
 * Runs all of it into *trial. 0 when the experiment ran to one of its ends (fact "end" says which), or a
 * negative errno with *error; -EINTR after a signal, if no off failed then. In every case the target is off
 * and the load stopped when it returns, as far as the machine allowed it, and the trial holds what was seen.
 */
int experiment_run(const struct experiment_plan *plan, const struct machine_ops *ops, void *machine,
                   struct trial *trial, struct error *error);

/* Window and settle time that follow from the times of a rehearsed attachment. */
uint64_t experiment_window_ns(const struct experiment_plan *plan, uint64_t attach_ns, uint64_t detach_ns);
uint64_t experiment_settle_ns(const struct experiment_plan *plan, uint64_t attach_ns);
/* Four with one target, six with two. */
unsigned experiment_windows_per_quad(const struct experiment_plan *plan);
/* How long what takes all_ns, on_ns of them with the target on, takes with the rest that the plan's share of
 * the time asks for. */
uint64_t experiment_rested_ns(const struct experiment_plan *plan, uint64_t on_ns, uint64_t all_ns);
/* The long attachment that the plan's time has room for: all of it, or none (0). */
uint64_t experiment_steady_ns(const struct experiment_plan *plan);
/*
 * Estimated time of what follows the quads: the long attachment with its A windows, and the statistics phase;
 * and off for as long as the share of the time asks for that they have the target on.
 */
uint64_t experiment_after_ns(const struct experiment_plan *plan, uint64_t attach_ns, uint64_t detach_ns);
/* Quads to plan for in left_ns (UINT64_MAX: no limit): those that fit, one at least, and no more than the
 * plan's max_quads. 0: all looks. */
unsigned experiment_quads_in(const struct experiment_plan *plan, uint64_t left_ns, uint64_t quad_ns);
/* Estimated time of one quad, for --max-time and progress. */
uint64_t experiment_quad_ns(const struct experiment_plan *plan, uint64_t attach_ns, uint64_t detach_ns);
