/* SPDX-License-Identifier: GPL-2.0 */
#include "reports/document.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const json_t *step(const json_t *node, const char *key)
{
    if (json_is_array(node))
        return isdigit((unsigned char)key[0]) ? json_array_get(node, strtoul(key, NULL, 10)) : NULL;
    return json_object_get(node, key);
}

const json_t *document_at(const json_t *node, const char *path)
{
    char key[64];

    while (node && *path) {
        size_t length = strcspn(path, ".");

        if (length >= sizeof(key))
            return NULL;
        memcpy(key, path, length);
        key[length] = '\0';
        node = step(node, key);
        path += length + (path[length] == '.');
    }
    return json_is_null(node) ? NULL : node;
}

const char *document_text(const json_t *node, const char *path)
{
    return document_text_or(node, path, "");
}

const char *document_text_or(const json_t *node, const char *path, const char *fallback)
{
    const char *text = json_string_value(document_at(node, path));

    return text && text[0] ? text : fallback;
}

double document_number(const json_t *node, const char *path)
{
    double number = json_number_value(document_at(node, path));

    return json_is_number(document_at(node, path)) && fabs(number) <= DOCUMENT_NUMBER_MAX ? number : NAN;
}

bool document_is_true(const json_t *node, const char *path)
{
    return json_is_true(document_at(node, path));
}

size_t document_count(const json_t *node, const char *path)
{
    return json_array_size(document_at(node, path));
}

const json_t *document_item(const json_t *node, const char *path, size_t index)
{
    return json_array_get(document_at(node, path), index);
}

const json_t *document_named(const json_t *list, const char *name)
{
    const json_t *item;
    size_t i;

    json_array_foreach(list, i, item)
    {
        if (strcmp(document_text(item, "name"), name) == 0)
            return item;
    }
    return NULL;
}

const json_t *document_metric(const json_t *document, const char *name)
{
    return document_named(document_at(document, "metrics"), name);
}

const json_t *document_primary(const json_t *document)
{
    for (size_t i = 0; i < document_count(document, "metrics"); i++) {
        const json_t *metric = document_item(document, "metrics", i);

        if (document_is_true(metric, "primary"))
            return metric;
    }
    return NULL;
}
