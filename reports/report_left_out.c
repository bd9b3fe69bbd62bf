/* SPDX-License-Identifier: GPL-2.0 */
/* A report shows no more than REPORT_ROWS_MAX of anything; what it leaves out is said. */
#include "base/cleanup.h"
#include "base/i18n.h"
#include "reports/document.h"
#include "reports/draft.h"
#include "reports/report_tables.h"

struct limited {
    const char *path, *name;
};

void report_left_out(const json_t *document, const struct fact_sink *sink)
{
    static const struct limited lists[] = {
        {"metrics", N_("metrics")},   {"target.programs", N_("programs")},
        {"target.maps", N_("maps")},  {"versus.target.programs", N_("programs of the second target")},
        {"checks", N_("checks")},     {"verdict.reasons", N_("reasons")},
        {"warnings", N_("warnings")}, {"advice", N_("pieces of advice")}};
    struct draft draft;

    draft_begin(&draft);
    for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
        size_t count = document_count(document, lists[i].path);
        char more[24] = "";

        if (count > REPORT_ROWS_MAX)
            snprintf(more, sizeof(more), "%zu", count - REPORT_ROWS_MAX);
        draft_list(&draft, _("%s of %zu %s"), more, count, _(lists[i].name));
    }
    draft_end(&draft, sink, _("Left out"));
}
