/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What fuzz targets of documents share: a mutator. Bytes alone would hardly ever make a document, so it works
 * on the tree: it starts from the example and puts wrong values in right places. One file of a target
 * includes it; another example than a result document is named before, with how many elements of a list are
 * kept.
 */
#pragma once

#include "base/cleanup.h"
#include "base/files.h"
#include "base/random.h"
#include "reports/document.h"
#include "reports/jsonio.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#ifndef TREE_EXAMPLE
#define TREE_EXAMPLE "tests/data/example-result.json"
#define TREE_KEEP    2 /* whatever comes several times comes twice: more of it costs time and tells nothing */
#endif
#define TREE_BYTES_MAX (1u << 20)

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);

static inline void tree_shorten(json_t *node)
{
    const char *key;
    json_t *value;
    size_t i;

    while (json_is_array(node) && json_array_size(node) > TREE_KEEP)
        json_array_remove(node, TREE_KEEP);
    json_array_foreach(node, i, value)
    {
        tree_shorten(value);
    }
    json_object_foreach(node, key, value)
    {
        tree_shorten(value);
    }
}

static inline json_t *tree_example(void)
{
    static json_t *kept;
    struct error error = {0};
    OWNED_PTR char *text = NULL;

    if (kept)
        return kept;
    text = file_read(TREE_EXAMPLE, TREE_BYTES_MAX);
    kept = text ? jsonio_parse_object(text, strlen(text), &error) : NULL;
    if (!kept) {
        fprintf(stderr, "%s\n", error.message);
        abort();
    }
    tree_shorten(kept);
    return kept;
}

static inline size_t tree_draw(struct random *random, size_t count)
{
    return count ? random_u64(random) % count : 0;
}

static inline json_t *tree_any_value(struct random *random)
{
    static const char *const texts[] = {"",
                                        "x|`y`\033[31m",
                                        "relative",
                                        "exact",
                                        "pass",
                                        "higher",
                                        "latency.p50",
                                        "insn",
                                        "never_fired",
                                        "2026-01-31T12:00:00Z",
                                        "tracetoll.kernels/1",
                                        "tracetoll.gate/1"};
    static const double numbers[] = {0, -1, 1, 2, 0.95, 1e-300, 1e100, -1e100, 1.7e308, 4294967296.0, 1e19};

    switch (tree_draw(random, 8)) {
    case 0:
        return json_null();
    case 1:
        return json_boolean(random_coin(random));
    case 2:
        return json_string(texts[tree_draw(random, ARRAY_SIZE(texts))]);
    case 3:
        return json_integer((json_int_t)random_u64(random));
    case 4:
        return json_array();
    case 5:
        return json_object();
    default:
        return json_real(numbers[tree_draw(random, ARRAY_SIZE(numbers))] *
                         (random_coin(random) ? 1 : random_uniform(random)));
    }
}

static inline const char *tree_any_key(const json_t *object, struct random *random)
{
    size_t skip = tree_draw(random, json_object_size(object));
    const char *key;
    json_t *value;

    json_object_foreach((json_t *)object, key, value)
    {
        if (skip-- == 0)
            return key;
    }
    return NULL;
}

static inline void tree_change_object(json_t *object, struct random *random)
{
    const char *key = tree_any_key(object, random), *other = tree_any_key(object, random);

    if (!key)
        json_object_set_new(object, "estimate", tree_any_value(random));
    else if (tree_draw(random, 8) == 0)
        json_object_del(object, key);
    else if (tree_draw(random, 8) == 0)
        json_object_set_new(object, key, json_deep_copy(json_object_get(object, other)));
    else
        json_object_set_new(object, key, tree_any_value(random));
}

static inline void tree_change_array(json_t *array, struct random *random)
{
    size_t index = tree_draw(random, json_array_size(array));

    switch (tree_draw(random, 4)) {
    case 0:
        json_array_remove(array, index);
        break;
    case 1:
        json_array_append_new(array, tree_any_value(random));
        break;
    case 2:
        json_array_append_new(array, json_deep_copy(json_array_get(array, index)));
        break;
    default:
        json_array_set_new(array, index, tree_any_value(random));
    }
}

/* Walks down at random and changes what it stops at. */
static inline void tree_change_somewhere(json_t *node, struct random *random)
{
    for (;;) {
        json_t *child = json_is_object(node) && json_object_size(node)
                            ? json_object_get(node, tree_any_key(node, random))
                            : json_array_get(node, tree_draw(random, json_array_size(node)));

        if (!child || json_is_string(child) || json_is_number(child) || tree_draw(random, 6) == 0)
            break;
        if (!json_is_object(child) && !json_is_array(child))
            break;
        node = child;
    }
    if (json_is_array(node))
        tree_change_array(node, random);
    else
        tree_change_object(node, random);
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    json_t *document = json_loadb((const char *)data, size, JSON_REJECT_DUPLICATES, NULL);
    OWNED_PTR char *text = NULL;
    struct random random;
    size_t length;

    random_seed(&random, seed);
    if (tree_draw(&random, 32) == 0) {
        json_decref(document);
        return LLVMFuzzerMutate(data, size, max_size);
    }
    if (!json_is_object(document)) {
        json_decref(document);
        document = json_deep_copy(tree_example());
    }
    for (size_t changes = 1 + tree_draw(&random, 4); changes > 0; changes--)
        tree_change_somewhere(document, &random);
    text = json_dumps(document, JSONIO_DUMP_FLAGS);
    json_decref(document);
    length = text ? strlen(text) : 0;
    if (length == 0 || length > max_size)
        return LLVMFuzzerMutate(data, size, max_size);
    memcpy(data, text, length);
    return length;
}
