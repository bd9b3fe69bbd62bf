/* SPDX-License-Identifier: GPL-2.0 */
#include "reports/subject.h"
#include "base/cleanup.h"
#include "base/shell.h"
#include "reports/document.h"

#include <stdio.h>

char *subject_target(const json_t *holder)
{
    const json_t *argv = document_at(holder, "target.argv"), *word;
    char *text = NULL;
    size_t size = 0, i;
    FILE *out = open_memstream(&text, &size);

    if (!out)
        return NULL;
    if (json_array_size(argv) == 0)
        fputs(document_text_or(holder, "target.kind", "unknown"), out);
    json_array_foreach(argv, i, word)
    {
        fputs(i ? " " : "", out);
        shell_print_word(out, json_is_string(word) ? json_string_value(word) : "");
    }
    return fclose(out) == 0 ? text : NULL;
}

char *subject(const json_t *document, const json_t *holder)
{
    OWNED_PTR char *target = subject_target(holder);
    char *text;

    if (!target ||
        asprintf(&text, "%s on %s (%s)", target, document_text_or(document, "workload.text", "unknown load"),
                 document_text_or(document, "workload.topology.name", "unknown topology")) < 0)
        return NULL;
    return text;
}
