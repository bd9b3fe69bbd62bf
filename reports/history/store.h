/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The history: whole result documents in one SQLite file, with what a list and a trend need of them in
 * columns. What is in there belongs to a series: a target under a workload on a machine, exact or timed; a
 * document of it has a target version and a kernel. Every change is one transaction that is on the disk when
 * the function returns 0 (write-ahead log, synchronous FULL). Errors of the file are EXIT_ENVIRONMENT with a
 * sentence.
 */
#pragma once

#include "base/cleanup.h"
#include "base/digest.h"
#include "base/error.h"

#include <jansson.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

struct history; /* an open database */

enum history_open_mode {
    HISTORY_EXISTING, /* one that is not there is EXIT_USAGE */
    HISTORY_CREATE,   /* made with mode 0600 where it is not there */
};

/*
 * The file that --database, else $TRACETOLL_HISTORY, else XDG_DATA_HOME (~/.local/share) names. `chosen` may
 * be NULL. -ENAMETOOLONG with a sentence.
 */
int history_path(const char *chosen, char path[PATH_MAX], struct error *error);

/* Takes an older schema to this version's, and refuses a newer one. *history is for history_close(). */
int history_open(const char *path, enum history_open_mode mode, struct history **history,
                 struct error *error);
/* NULL is allowed. */
void history_close(struct history *history);
static inline void history_closep(struct history **history)
{
    history_close(*history);
}
#define OWNED_HISTORY CLEANUP(history_closep)

/* One metric of a document: NaN unknown; the fields are those of struct side (orchestrator/diff/kind.h). */
struct history_figure {
    const char *metric, *unit;
    bool higher_is_better, primary, relative;
    double baseline, with_target, estimate, low, high, level, centre, error, freedom;
    unsigned n;
};

/* A document as it goes in. Texts are borrowed; NULL only where it says so. */
struct history_entry {
    char series[DIGEST_TEXT]; /* of what makes a series */
    const char *target, *workload, *mode;
    char machine[DIGEST_TEXT];
    const char *machine_text;
    const char *version; /* of the target; NULL: unknown */
    const char *kernel, *kernel_build;
    const char *status;
    const char *scenario; /* digest of the scenario file; NULL: none */
    int64_t started_s;    /* since 1970 */
    bool trusted;         /* may stand in a trend */
    const json_t *document;
    struct history_figure *figures; /* owned by who made the entry */
    unsigned figure_count;
};

struct history_added {
    int64_t id;
    char digest[DIGEST_TEXT]; /* of the document: key order and white space don't count */
    bool fresh;               /* false: it was there already, as `id` */
    unsigned attempts; /* documents of this scenario for this series, version and kernel; 0 without one */
};

/* All of them or none, in one transaction. */
int history_add(struct history *history, const struct history_entry *entries, unsigned count,
                struct history_added *added, struct error *error);

/* NULL and 0: everything. Texts match anywhere in theirs. */
struct history_filter {
    const char *target, *workload, *kernel;
    const char *series;  /* start of the series' digest */
    int64_t since_s;     /* started then or later */
    int64_t id;          /* this document alone */
    const char *metrics; /* history_figures(): NULL primary ones, "*" all, else one by name */
};

/* As it comes out; texts live until the callback returns, NULL is unknown. */
struct history_row {
    int64_t id, started_s;
    const char *digest, *series, *target, *workload, *mode, *machine, *machine_text, *version, *kernel,
        *kernel_build, *status, *scenario;
    bool trusted;
    unsigned attempt, attempts;   /* which of how many of its scenario; 0 without one */
    struct history_figure figure; /* the primary metric, or the one asked for; metric NULL: none */
};

typedef int history_row_function(void *context, const struct history_row *row);

/* Newest first. Ends early when the function returns something other than 0, with that. */
int history_list(struct history *history, const struct history_filter *filter, history_row_function *function,
                 void *context, struct error *error);

/* One row a figure of documents that are trusted; by series, metric, time. */
int history_figures(struct history *history, const struct history_filter *filter,
                    history_row_function *function, void *context, struct error *error);

/* Documents of which history_figures() has none, since they are not trusted or have no such figure. */
int history_count_left_out(struct history *history, const struct history_filter *filter, unsigned *count,
                           struct error *error);

/*
 * A document by its number, or by 6 digits or more of its digest (with or without "sha256:"). *document is a
 * new reference, checked, and is what went in. EXIT_USAGE when there is none or several.
 */
int history_load(struct history *history, const char *name, int64_t *id, json_t **document,
                 struct error *error);

/*
 * How many documents of this scenario there are for the same series, target version and kernel: attempts of
 * one gate are one family.
 */
int history_attempts(struct history *history, const struct history_entry *entry, unsigned *attempts,
                     struct error *error);

/*
 * Takes away what is not among the newest `keep` of its series (0: no such limit), or was started before
 * `before_s` (0: likewise). The function sees each, before; with `dry_run` they stay.
 */
int history_prune(struct history *history, unsigned keep, int64_t before_s, bool dry_run,
                  history_row_function *function, void *context, struct error *error);
