/* SPDX-License-Identifier: GPL-2.0 */
/* Command lines by table: one row per option serves parsing, --help and "did you mean". */
#pragma once

#include "base/error.h"
#include "base/i18n.h"

struct option_spec {
    const char *name;     /* long name */
    char letter;          /* 0: none */
    const char *argument; /* placeholder for --help; NULL: a flag */
    const char *summary;
    /* Takes the value (NULL for a flag) into the command's own options; 0 or a negative errno. */
    int (*set)(void *options, const char *value, struct error *error);
};

/* set_FIELD() for a flag that makes a field of the command's options true. */
#define OPTIONS_FLAG(type, field)                                                                            \
    static int set_##field(void *options, const char *value, struct error *error)                            \
    {                                                                                                        \
        (void)value, (void)error;                                                                            \
        ((type *)options)->field = true;                                                                     \
        return 0;                                                                                            \
    }

/* --lang of commands that print reports, into the field `lang` of their options: NULL, or one that is there.
 */
#define OPTIONS_LANG(type)                                                                                   \
    static int set_lang(void *options, const char *value, struct error *error)                               \
    {                                                                                                        \
        ((type *)options)->lang = value;                                                                     \
        return i18n_check(value, error);                                                                     \
    }
#define OPTIONS_LANG_ROW                                                                                     \
    {                                                                                                        \
        "lang", 0, "en|zh", "language of reports for people (default: en, whatever LANG says)", set_lang     \
    }

struct command_help {
    const char *usage;   /* "tracetoll run [OPTIONS] -- CMD ARGS..." */
    const char *summary; /* one paragraph */
};

/*
 * Parses up to the first word that is no option (or "--"), whose index goes into *rest. 1: --help was asked
 * for and printed. -EINVAL with a sentence that names the nearest option.
 */
int options_parse(const struct option_spec *specs, unsigned count, const struct command_help *help,
                  void *options, int argc, char **argv, int *rest, struct error *error);

/*
 * The same for a command that takes words, with options before, between and behind them, as people type
 * them: words[*word_count], at most `words_max`; the program's argv owns them.
 */
int options_parse_words(const struct option_spec *specs, unsigned count, const struct command_help *help,
                        void *options, int argc, char **argv, const char **words, unsigned words_max,
                        unsigned *word_count, struct error *error);

/* The same for one word that has to be there: a scenario file. */
int options_parse_scenario(const struct option_spec *specs, unsigned count, const struct command_help *help,
                           void *options, int argc, char **argv, const char **scenario, struct error *error);
