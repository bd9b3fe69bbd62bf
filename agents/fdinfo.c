/* SPDX-License-Identifier: GPL-2.0 */
#include "agents/fdinfo.h"
#include "agents/text.h"

#include <stddef.h>
#include <string.h>

uint64_t fdinfo_number(const char *text, const char *key)
{
    struct text rest = text ? text_of(text, strlen(text)) : (struct text){0}, line;
    uint64_t number;

    while (rest.at && text_line(&rest, &line))
        if (text_skip(&line, key) && text_skip(&line, ":\t"))
            return text_u64(&line, &number) ? number : 0;
    return 0;
}

uint32_t fdinfo_id(const char *text, const char *key)
{
    uint64_t number = fdinfo_number(text, key);

    return number <= UINT32_MAX ? (uint32_t)number : 0;
}
