/* SPDX-License-Identifier: GPL-2.0 */
#include "reports/html/markup.h"
#include "base/cleanup.h"
#include "reports/text.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_MAX_BYTES 4000 /* of one text */

/* Those that change the direction of text, or that show nothing and may hide something. */
static bool is_invisible(uint32_t code)
{
    return (code >= 0x80 && code < 0xa0) || (code >= 0x200b && code <= 0x200f) ||
           (code >= 0x2028 && code <= 0x202e) || (code >= 0x2060 && code <= 0x206f) || code == 0xfeff ||
           (code >= 0xfff0 && code <= 0xfffb) || (code & 0xfffe) == 0xfffe || code >= 0xe0000;
}

/* Markup that stands for a character; NULL for one that stands for itself. */
static const char *entity(uint32_t code)
{
    switch (code) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    case 0x7f:
        return "&#x2421;";
    case TEXT_INVALID:
        return "&#xfffd;";
    default:
        return NULL;
    }
}

void html_text(FILE *out, const char *text)
{
    const char *start = text;

    while (*text && text - start < TEXT_MAX_BYTES) {
        uint32_t code;
        unsigned length = text_decode(text, &code);
        const char *other = entity(code);

        if (other)
            fputs(other, out);
        else if (code < 0x20)
            fprintf(out, "&#x%x;", 0x2400 + code); /* the picture of that control character */
        else if (is_invisible(code))
            fprintf(out, "[U+%04X]", code);
        else
            fwrite(text, 1, length, out);
        text += length;
    }
    if (*text)
        fputs("...", out);
}

void html_textf(FILE *out, const char *format, ...)
{
    OWNED_PTR char *text = NULL;
    va_list arguments;

    va_start(arguments, format);
    if (vasprintf(&text, format, arguments) < 0)
        text = NULL;
    va_end(arguments);
    html_text(out, text ? text : "");
}

void html_element(FILE *out, const char *tag, const char *attributes, const char *text)
{
    fprintf(out, "<%s%s>", tag, attributes);
    html_text(out, text);
    fprintf(out, "</%s>\n", tag);
}

/* --- facts --- */

static void print_fact(void *context, const char *label, const char *text)
{
    FILE *out = context;

    fputs("<div>", out);
    html_element(out, "dt", "", label);
    html_element(out, "dd", "", text);
    fputs("</div>\n", out);
}

struct fact_sink html_facts_begin(FILE *out)
{
    fputs("<dl class=\"facts\">\n", out);
    return (struct fact_sink){print_fact, out};
}

void html_facts_end(FILE *out)
{
    fputs("</dl>\n", out);
}
