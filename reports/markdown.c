/* SPDX-License-Identifier: GPL-2.0 */
#include "reports/markdown.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

/*
 * Text from a document never stands at the start of a line, so what counts only there needs no escape; nor
 * does an underscore inside a word, and a bracket only where it could end a link's text. Raw Markdown is
 * read, too.
 */
static bool is_special(const char *text, const char *at)
{
    switch (*at) {
    case '_':
        return !(at > text && isalnum((unsigned char)at[-1]) && isalnum((unsigned char)at[1]));
    case ']':
        return at[1] == '(' || at[1] == '[' || at[1] == ':';
    case '&':
        return at[1] == '#' || isalpha((unsigned char)at[1]);
    default:
        return strchr("\\`*<#|~$", *at) != NULL;
    }
}

void markdown_text(FILE *out, const char *text)
{
    for (const char *at = text; *at; at++) {
        if (is_special(text, at))
            fputc('\\', out);
        fputc(*at, out);
    }
}

static size_t longest_run(const char *text, char c)
{
    size_t longest = 0, run = 0;

    for (; *text; text++) {
        run = *text == c ? run + 1 : 0;
        if (run > longest)
            longest = run;
    }
    return longest;
}

static void repeat(FILE *out, char c, size_t times)
{
    while (times--)
        fputc(c, out);
}

void markdown_code(FILE *out, const char *text)
{
    size_t fence = longest_run(text, '`') + 1;
    const char *padding = fence > 1 ? " " : "";

    if (!text[0])
        return;
    repeat(out, '`', fence);
    fputs(padding, out);
    for (; *text; text++) {
        if (*text == '|')
            fputc('\\', out);
        fputc(*text, out);
    }
    fputs(padding, out);
    repeat(out, '`', fence);
}

void markdown_shell(FILE *out, const char *text)
{
    size_t fence = longest_run(text, '`') + 1;

    if (fence < 3)
        fence = 3;
    repeat(out, '`', fence);
    fprintf(out, "sh\n%s\n", text);
    repeat(out, '`', fence);
    fputc('\n', out);
}

void markdown_fact(void *out, const char *label, const char *text)
{
    fputs("- **", out);
    markdown_text(out, label);
    fputs("**: ", out);
    markdown_text(out, text);
    fputc('\n', out);
}

int markdown_table(struct table *table, FILE *out)
{
    int result = table_print_markdown(table, out);

    table_free(table);
    return result;
}
