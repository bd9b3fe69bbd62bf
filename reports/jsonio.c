/* SPDX-License-Identifier: GPL-2.0 */
#include "reports/jsonio.h"
#include "base/cleanup.h"
#include "reports/text.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

void jsonio_drop(json_t **json)
{
    json_decref(*json);
}

json_t *jsonio_number(double number)
{
    return isfinite(number) ? json_real(number) : json_null();
}

void jsonio_repair_text(char *text)
{
    for (unsigned char *at = (unsigned char *)text; *at;) {
        uint32_t code;
        unsigned length = text_decode((char *)at, &code);

        if (code == TEXT_INVALID)
            *at = '?';
        at += length;
    }
}

json_t *jsonio_text(const char *text)
{
    OWNED_PTR char *copy = NULL;

    if (!text)
        return json_null();
    copy = strdup(text);
    if (!copy)
        return NULL;
    jsonio_repair_text(copy);
    return json_string(copy);
}

json_t *jsonio_texts(char *const *texts)
{
    json_t *array = json_array();

    for (; texts && *texts; texts++) {
        if (json_array_append_new(array, jsonio_text(*texts)) == 0)
            continue;
        json_decref(array);
        return NULL;
    }
    return array;
}

json_t *jsonio_interval(double estimate, double low, double high)
{
    return json_pack("{s:o,s:o,s:o}", "estimate", jsonio_number(estimate), "low", jsonio_number(low), "high",
                     jsonio_number(high));
}

double jsonio_get_number(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);

    return json_is_number(value) ? json_number_value(value) : NAN;
}

json_int_t jsonio_whole(double number)
{
    const double most = 9007199254740992.0; /* 2^53 */

    return number > 0 ? (json_int_t)fmin(number, most) : 0;
}

int jsonio_get_u64(const json_t *object, const char *key, uint64_t high, uint64_t *number)
{
    const json_t *value = json_object_get(object, key);

    if (!json_is_integer(value) || json_integer_value(value) < 0 ||
        (uint64_t)json_integer_value(value) > high)
        return -EINVAL;
    *number = (uint64_t)json_integer_value(value);
    return 0;
}

/* The parser recurses; its own limit of 2048 levels is more than documents need or stacks like. */
static bool depth_within(const char *text, size_t length, unsigned limit)
{
    unsigned depth = 0;
    bool in_string = false;

    for (size_t i = 0; i < length; i++) {
        char c = text[i];

        if (in_string && c == '\\')
            i++;
        else if (c == '"')
            in_string = !in_string;
        else if (!in_string && (c == '{' || c == '['))
            depth++;
        else if (!in_string && (c == '}' || c == ']') && depth > 0)
            depth--;
        if (depth > limit)
            return false;
    }
    return true;
}

json_t *jsonio_parse_object(const char *text, size_t length, struct error *error)
{
    json_error_t at;
    json_t *object;

    if (!depth_within(text, length, JSONIO_DEPTH_MAX)) {
        error_set(error, EXIT_USAGE, -EINVAL, "nested more than %d levels deep", JSONIO_DEPTH_MAX);
        return NULL;
    }
    object = json_loadb(text, length, JSON_REJECT_DUPLICATES, &at);
    if (!object) {
        error_set(error, EXIT_USAGE, -EINVAL, "not JSON: %s (line %d, column %d)", at.text, at.line,
                  at.column);
        return NULL;
    }
    if (!json_is_object(object)) {
        json_decref(object);
        error_set(error, EXIT_USAGE, -EINVAL, "not a JSON object");
        return NULL;
    }
    return object;
}
