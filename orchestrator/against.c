/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/against.h"
#include "base/cleanup.h"
#include "orchestrator/diff/comparable.h"
#include "orchestrator/diff/document.h"
#include "orchestrator/outcome.h"
#include "reports/document.h"
#include "reports/jsonio.h"
#include "reports/text.h"

#include <errno.h>

#define TEXT_MAX_BYTES 4000 /* of one text in a document */

enum exit_status against_compare(const struct against *against, const json_t *document, json_t **diff,
                                 struct error *error)
{
    CLEANUP(jsonio_drop) json_t *old = text_harmless(against->base, TEXT_MAX_BYTES);
    CLEANUP(jsonio_drop) json_t *new = text_harmless(document, TEXT_MAX_BYTES);
    struct diff_input input = {.old = old,
                               .new = new,
                               .old_file = against->base_file,
                               .new_file = against->new_file,
                               .kind = diff_kind_of(document),
                               .budgets = against->budgets,
                               .family = against->family,
                               .attempt = against->attempt};
    enum exit_status status;
    int result = 0;

    *diff = NULL;
    if (!old || !new)
        result = error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");
    if (result == 0)
        result = diff_comparable(old, new, error);
    if (result == 0)
        result = diff_compose(&input, diff, error);
    if (result)
        return error->status;
    status = (enum exit_status)json_integer_value(document_at(*diff, "verdict.exit_status"));
    return status == EXIT_INCONCLUSIVE ? outcome_of_open(against->inconclusive) : status;
}
