/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Texts that people read in reports: gettext with the catalogues of po/, chosen by --lang and by nothing else
 * (a report of a pipeline must not depend on who runs it). They are translated while a report is written:
 * documents, and what programs read, are always English.
 */
#pragma once

#include "base/error.h"

#include <libintl.h>
#include <stdbool.h>

#define _(text)  gettext(text)
#define N_(text) text /* in a table: found by xgettext, translated where it is printed */

/* gettext(), but "" stays "" (where gettext() gives the catalogue's header). */
const char *i18n_word(const char *english);

/* Of the report that is being written: "en", "zh". */
const char *i18n_language(void);

/* Is a report in another language being written? */
bool i18n_active(void);

/* Can reports be written in `language`? EXIT_USAGE for one that is not known, EXIT_ENVIRONMENT without its
 * catalogue. */
int i18n_check(const char *language, struct error *error);

/* What was before, to go back to it; the text is owned. */
struct i18n_scope {
    bool changed, was_active;
    char *environment;
};

/*
 * From here to i18n_end() texts are in `language` ("en": as they are in the sources; NULL: no change), which
 * has passed i18n_check(). Numbers keep their point. It changes the environment (LANGUAGE): start no process
 * in between.
 */
struct i18n_scope i18n_begin(const char *language);
void i18n_end(struct i18n_scope *scope);
