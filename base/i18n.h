/* SPDX-License-Identifier: GPL-2.0 */
/* Texts that people read in reports: gettext with the catalogues of po/, chosen by --lang. */
#pragma once

#include <libintl.h>

#define _(text)  gettext(text)
#define N_(text) text /* in a table: found by xgettext, translated where it is printed */
