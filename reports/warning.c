/* SPDX-License-Identifier: GPL-2.0 */
#include "reports/warning.h"
#include "reports/jsonio.h"

#include <stdarg.h>
#include <stdio.h>

#define TEXT_BYTES 480

void warning_add(json_t *warnings, const char *code, const char *remedy, const char *format, ...)
{
    char text[TEXT_BYTES];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    json_array_append_new(
        warnings, json_pack("{s:s, s:o, s:s?}", "code", code, "text", jsonio_text(text), "remedy", remedy));
}
