/* SPDX-License-Identifier: GPL-2.0 */
#include "base/i18n.h"
#include "reports/draft.h"
#include "base/shell.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

void draft_begin(struct draft *draft)
{
    *draft = (struct draft){0};
    draft->out = open_memstream(&draft->text, &draft->size);
}

void draft_add(struct draft *draft, const char *format, ...)
{
    va_list arguments;

    if (!draft->out)
        return;
    va_start(arguments, format);
    vfprintf(draft->out, format, arguments);
    va_end(arguments);
}

void draft_list(struct draft *draft, const char *format, ...)
{
    va_list arguments, first;

    if (!draft->out)
        return;
    va_start(arguments, format);
    va_copy(first, arguments);
    if (va_arg(first, const char *)[0]) {
        fputs(ftell(draft->out) > 0 ? _(", ") : "", draft->out);
        vfprintf(draft->out, format, arguments);
    }
    va_end(first);
    va_end(arguments);
}

void draft_end(struct draft *draft, const struct fact_sink *sink, const char *label)
{
    if (draft->out && fclose(draft->out) == 0 && draft->text[0])
        sink->fact(sink->context, label, draft->text);
    free(draft->text);
    *draft = (struct draft){0};
}

void draft_add_command(struct draft *draft, const json_t *argv)
{
    const json_t *word;
    size_t i;

    json_array_foreach(argv, i, word)
    {
        if (i)
            draft_add(draft, " ");
        if (json_is_string(word) && draft->out)
            shell_print_word(draft->out, json_string_value(word));
    }
}
