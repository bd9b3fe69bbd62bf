/* SPDX-License-Identifier: GPL-2.0 */
#include "base/values.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void values_free(struct values *values)
{
    free(values->items);
    *values = (struct values){0};
}

static struct value *find(const struct values *values, const char *name)
{
    for (size_t i = 0; i < values->count; i++)
        if (strcmp(values->items[i].name, name) == 0)
            return &values->items[i];
    return NULL;
}

static int grow(struct values *values)
{
    size_t capacity = values->capacity ? values->capacity * 2 : 64;
    struct value *items = reallocarray(values->items, capacity, sizeof(*items));

    if (!items)
        return -ENOMEM;
    values->items = items;
    values->capacity = capacity;
    return 0;
}

int values_set(struct values *values, const char *name, double number)
{
    struct value *value = find(values, name);
    int error;

    if (value) {
        value->number = number;
        return 0;
    }
    if (strlen(name) >= VALUE_NAME_MAX)
        return -EINVAL;
    if (values->count == values->capacity) {
        error = grow(values);
        if (error)
            return error;
    }
    value = &values->items[values->count++];
    snprintf(value->name, sizeof(value->name), "%s", name);
    value->number = number;
    return 0;
}

int values_setf(struct values *values, double number, const char *format, ...)
{
    char name[VALUE_NAME_MAX];
    va_list arguments;
    int length;

    va_start(arguments, format);
    length = vsnprintf(name, sizeof(name), format, arguments);
    va_end(arguments);
    if (length < 0 || (size_t)length >= sizeof(name))
        return -EINVAL;
    return values_set(values, name, number);
}

int values_add(struct values *values, const char *name, double number)
{
    struct value *value = find(values, name);

    if (!value)
        return values_set(values, name, number);
    value->number += number;
    return 0;
}

bool values_get(const struct values *values, const char *name, double *number)
{
    const struct value *value = find(values, name);

    if (value)
        *number = value->number;
    return value != NULL;
}

double values_or_nan(const struct values *values, const char *name)
{
    double number = NAN;

    values_get(values, name, &number);
    return number;
}

int values_difference(struct values *to, const struct values *start, const struct values *end)
{
    for (size_t i = 0; i < end->count; i++) {
        const struct value *before = find(start, end->items[i].name);
        int error = before ? values_set(to, before->name, end->items[i].number - before->number) : 0;

        if (error)
            return error;
    }
    return 0;
}

int values_merge(struct values *to, const struct values *from)
{
    for (size_t i = 0; i < from->count; i++) {
        int error = values_set(to, from->items[i].name, from->items[i].number);

        if (error)
            return error;
    }
    return 0;
}
