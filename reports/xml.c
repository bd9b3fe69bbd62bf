/* SPDX-License-Identifier: GPL-2.0 */
#include "reports/xml.h"
#include "reports/text.h"

#include <stdbool.h>
#include <string.h>

/* Production 2 of Extensible Markup Language (XML) 1.0, "Char", less C1 controls, which no reader shows. */
static bool is_allowed(uint32_t code)
{
    return code == '\t' || code == '\n' || (code >= 0x20 && code < 0x7f) ||
           (code >= 0xa0 && code <= 0xd7ff) || (code >= 0xe000 && code <= 0xfffd) ||
           (code >= 0x10000 && code <= 0x10ffff);
}

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
        return "&apos;";
    default:
        return NULL;
    }
}

void xml_text(FILE *out, const char *text)
{
    while (*text) {
        uint32_t code;
        unsigned length = text_decode(text, &code);

        if (!is_allowed(code))
            fputc('?', out);
        else if (entity(code))
            fputs(entity(code), out);
        else
            fwrite(text, 1, length, out);
        text += length;
    }
}

void xml_attribute(FILE *out, const char *name, const char *value)
{
    fprintf(out, " %s=\"", name);
    xml_text(out, value);
    fputc('"', out);
}
