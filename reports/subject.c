/* SPDX-License-Identifier: GPL-2.0 */
#include "reports/subject.h"
#include "base/cleanup.h"
#include "base/shell.h"
#include "reports/document.h"

#include <stdio.h>
#include <string.h>

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

char *subject_second_target(const json_t *document)
{
    OWNED_PTR char *first = subject_target(document), *second = NULL;
    char *told;

    second = subject_target(document_at(document, "versus"));
    if (!first || !second)
        return NULL;
    if (strcmp(first, second) != 0)
        return TAKE_PTR(second);
    return asprintf(&told, "%s (second)", second) < 0 ? NULL : told;
}

char *subject_of(const json_t *document, const char *target)
{
    char *text;

    if (asprintf(&text, "%s on %s (%s)", target, document_text_or(document, "workload.text", "unknown load"),
                 document_text_or(document, "workload.topology.name", "unknown topology")) < 0)
        return NULL;
    return text;
}

char *subject(const json_t *document)
{
    OWNED_PTR char *target = subject_target(document);

    return target ? subject_of(document, target) : NULL;
}
