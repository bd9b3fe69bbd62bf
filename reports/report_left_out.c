/* SPDX-License-Identifier: GPL-2.0 */
/* A report shows no more than REPORT_ROWS_MAX of anything; what it leaves out is said. */
#include "base/cleanup.h"
#include "reports/document.h"
#include "reports/draft.h"
#include "reports/report_tables.h"

struct limited {
    const char *path, *name;
};

void report_left_out(const json_t *document, const struct fact_sink *sink)
{
    static const struct limited lists[] = {
        {"metrics", "metrics"},   {"target.programs", "programs"},
        {"target.maps", "maps"},  {"versus.target.programs", "programs of the second target"},
        {"checks", "checks"},     {"verdict.reasons", "reasons"},
        {"warnings", "warnings"}, {"advice", "pieces of advice"}};
    struct draft draft;

    draft_begin(&draft);
    for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
        size_t count = document_count(document, lists[i].path);
        char text[80];

        snprintf(text, sizeof(text), "%zu of %zu %s", count - REPORT_ROWS_MAX, count, lists[i].name);
        draft_list(&draft, "", count > REPORT_ROWS_MAX ? text : "", "");
    }
    draft_end(&draft, sink, "Left out");
}
