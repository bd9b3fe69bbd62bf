/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/diff/value.h"

#include <stdio.h>

static bool is_nothing(const json_t *value)
{
    return !value || json_is_null(value);
}

bool diff_value_equal(const json_t *a, const json_t *b)
{
    if (is_nothing(a) || is_nothing(b))
        return is_nothing(a) && is_nothing(b);
    if (json_is_number(a) && json_is_number(b))
        return json_number_value(a) == json_number_value(b);
    return json_equal(a, b);
}

char *diff_value_text(char text[DIFF_VALUE_TEXT], const json_t *value)
{
    if (is_nothing(value))
        snprintf(text, DIFF_VALUE_TEXT, "unknown");
    else if (json_is_string(value))
        snprintf(text, DIFF_VALUE_TEXT, "\"%.140s\"", json_string_value(value));
    else if (json_is_boolean(value))
        snprintf(text, DIFF_VALUE_TEXT, "%s", json_is_true(value) ? "yes" : "no");
    else if (json_is_number(value))
        snprintf(text, DIFF_VALUE_TEXT, "%.12g", json_number_value(value));
    else
        snprintf(text, DIFF_VALUE_TEXT, "(...)");
    return text;
}
