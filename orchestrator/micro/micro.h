/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The micro suites: what one operation costs. A suite lists its rows; a row knows how it is measured. Adding
 * a suite is a file with its rows and a line in suites.c.
 */
#pragma once

#include "base/error.h"
#include "base/interrupt.h"
#include "bpf/micro_program.h"
#include "orchestrator/stats/estimate.h"
#include "orchestrator/stats/signed_rank.h"

#include <jansson.h>
#include <stdbool.h>

struct attach_row;
struct user_op;

#define PASSES_MAX 16

enum contention { ALONE, SAME_KEY, OWN_KEYS }; /* what the other CPUs do meanwhile */
enum consuming {
    CONSUMED_ASIDE /* by the program itself: micro_by_slope */,
    CONSUMED_WOKEN,
    CONSUMED_WOKEN_100TH,
    CONSUMED_POLLING,
    CONSUMED_RESTED /* woken by each event, long enough after the last one to be asleep, and its CPU idle */
};

struct micro_row;
struct micro_result;

/* Everything a measurement needs from its surroundings. */
struct micro_setting {
    struct interrupt *interrupt;
    int cpu;              /* that the measuring thread is pinned to */
    int other_cpu;        /* -1: there is no other */
    unsigned repetitions; /* of one pass, at most SIGNED_RANK_MAX; 1: exact */
};

typedef int micro_measure(const struct micro_row *row, const struct micro_setting *setting,
                          struct micro_result *result, struct error *error);

struct micro_row {
    const char *suite;
    char name[64];
    char variant[80]; /* "" : the plain one */
    const char *unit; /* "ns" */
    const char *per;  /* what the unit is for: "operation", "pair", "hit", "event", "instruction", "call" */
    micro_measure *measure;       /* 0; -EINTR; else the row is unsupported and *error says why */
    double width_ns, width_share; /* a wider interval is not to be trusted: the larger of this and that share
                                     of the estimate */
    bool by_clock;                /* it takes a time of the clock, not cycles of the core */
    struct micro_config config;   /* of a BPF operation */
    enum contention contention;
    enum consuming consuming;
    uint64_t gap_ns; /* between two events, CONSUMED_RESTED */
    unsigned batch;  /* events of the tool in one of these; 0 stands for 1 */
    const struct attach_row *attach;
    unsigned programs; /* on the hook */
    bool statistics;   /* BPF statistics on */
    const struct user_op *user;
    unsigned size; /* of a user operation */
};

enum row_status { ROW_MEASURED, ROW_UNTRUSTWORTHY, ROW_UNSUPPORTED };

/* What one pass over a row (passes.h) saw. */
struct micro_result {
    double values[SIGNED_RANK_MAX]; /* in the row's unit, one for each repetition */
    unsigned count;
    bool ranged; /* the method knows no more of its one value than that it lies between low and high */
    double low, high;
    enum row_status status;
    bool may_pass;    /* unsupported for a reason that is none of this machine's, as want of memory */
    char reason[320]; /* why it is not simply measured */
    json_t *detail;   /* owned; an object or NULL; of reals the passes' median is shown */
};

/* Growing list; rows are copied. */
struct micro_rows {
    struct micro_row *rows;
    unsigned count, capacity;
    bool failed; /* memory ran out */
};
void micro_rows_add(struct micro_rows *rows, const struct micro_row *row);
void micro_rows_free(struct micro_rows *rows);

struct micro_suite {
    const char *name;
    const char *summary;
    void (*add)(struct micro_rows *rows, bool full);
};
extern const struct micro_suite micro_suites[]; /* ended by a NULL name */

void micro_attach_rows(struct micro_rows *rows, bool full);
void micro_map_rows(struct micro_rows *rows, bool full);
void micro_helper_rows(struct micro_rows *rows, bool full);
void micro_event_rows(struct micro_rows *rows, bool full);
void micro_insn_rows(struct micro_rows *rows, bool full);
void micro_memcpy_rows(struct micro_rows *rows, bool full);

/* A row of a BPF operation with its default size, measured by slope. */
struct micro_row micro_op_row(const char *suite, unsigned kind);

/*
 * Size of a buffer that nobody else reads: a ring buffer that the first-level cache holds; a perf buffer that
 * the second-level cache holds, since it wakes whoever waits, there or not, each time that it has been filled
 * once (kernel/events/ring_buffer.c), and a wake-up costs a hundred events.
 */
unsigned micro_pages_aside(unsigned kind);

/* Methods for rows of BPF operations; the first is the one to trust. */
micro_measure micro_by_slope, micro_by_self_timing, micro_by_statistics, micro_by_funclatency;
/* For rows that are no operation of a program, and so nothing for funclatency: says that. */
micro_measure micro_not_by_funclatency;
micro_measure micro_measure_attach, micro_measure_user, micro_measure_event;

/* The sentence for what micro_program_run() returned; returns it. */
int micro_explain_run(int code, struct error *error);

/* What stands in *detail is joined by this; takes over `value`. */
void micro_detail(struct micro_result *result, const char *key, json_t *value);
/* Median of the repetitions. */
double micro_median(const struct micro_result *result);
