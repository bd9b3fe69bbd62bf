/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/watch/label.h"

#include <stdlib.h>

void watch_label(const char *name, const char *value, FILE *out)
{
    fprintf(out, "%s=\"", name);
    for (; *value; value++) {
        unsigned char byte = (unsigned char)*value;

        if (byte == '"' || byte == '\\')
            fputc('\\', out);
        fputc(byte < ' ' || byte == 0x7f ? '?' : byte, out);
    }
    fputc('"', out);
}

void watch_yaml_quoted(const char *text, FILE *out)
{
    fputc('\'', out);
    for (; *text; text++) {
        if (*text == '\'')
            fputc('\'', out);
        fputc(*text, out);
    }
    fputc('\'', out);
}

void watch_number(double number, FILE *out)
{
    char text[40];

    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof(text), "%.*g", digits, number);
        if (strtod(text, NULL) == number)
            break;
    }
    fputs(text, out);
}
