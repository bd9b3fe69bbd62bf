/* SPDX-License-Identifier: GPL-2.0 */
/* What the commands of 'tracetoll history' share: each is a file with a specification and its row in
 * command.c. */
#pragma once

#include "base/interrupt.h"
#include "orchestrator/history/trend.h"
#include "orchestrator/options.h"
#include "orchestrator/run_options.h"
#include "reports/history/store.h"

struct history_options {
    const char *database;
    struct history_filter filter;
    bool json, dry_run;
    unsigned keep;    /* 0: not given */
    int64_t before_s; /* 0: not given */
    const char *formats[FORMATS_MAX];
    unsigned format_count;
    const struct trend_order *order;
    double alarms;
    const char **words; /* arguments that are no options; owned */
    unsigned word_count;
};

struct history_command {
    const char *name;
    struct command_help help;
    const struct option_spec *specs;
    unsigned spec_count, words_min, words_max;
    int (*run)(const struct history_options *options, struct interrupt *interrupt, struct error *error);
};

extern const struct history_command history_command_add, history_command_list, history_command_show,
    history_command_trend, history_command_prune;

/* Setters for the tables of options. */
int history_set_database(void *options, const char *value, struct error *error);
int history_set_target(void *options, const char *value, struct error *error);
int history_set_workload(void *options, const char *value, struct error *error);
int history_set_kernel(void *options, const char *value, struct error *error);
int history_set_since(void *options, const char *value, struct error *error);
int history_set_json(void *options, const char *value, struct error *error);
int history_set_format(void *options, const char *value, struct error *error);

#define HISTORY_OPTION_DATABASE                                                                              \
    {                                                                                                        \
        "database", 0, "FILE",                                                                               \
            "history to use (default: $TRACETOLL_HISTORY, or in $XDG_DATA_HOME/tracetoll)",                  \
            history_set_database                                                                             \
    }
#define HISTORY_OPTIONS_FILTER                                                                               \
    {"target", 0, "TEXT", "only targets whose command line has this in it", history_set_target},             \
        {"workload", 0, "TEXT", "only workloads that have this in them", history_set_workload},              \
        {"kernel", 0, "TEXT", "only kernels whose release or build has this in it", history_set_kernel},     \
    {                                                                                                        \
        "since", 0, "DATE|AGE", "only what was started since: 2026-01-31, 30d, 12h", history_set_since       \
    }

/*
 * A date (2026-01-31, or an RFC 3339 time in UTC) or an age (90d, 2w, 12h) as seconds since 1970. `what`
 * names the option in the sentence of -EINVAL.
 */
int history_parse_time(const char *text, const char *what, int64_t *seconds, struct error *error);

int history_open_chosen(const struct history_options *options, enum history_open_mode mode,
                        struct history **history, struct error *error);

/* A list document ("tracetoll.history/1"), to be filled by history_list() and the like. NULL without memory.
 */
json_t *history_list_begin(void);
/* A history_row_function; the context is the list document. */
int history_list_row(void *list, const struct history_row *row);
/* Prints it as text or JSON to standard output. */
int history_list_print(const json_t *list, bool json, struct error *error);
