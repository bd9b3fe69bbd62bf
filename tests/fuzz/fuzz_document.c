/* SPDX-License-Identifier: GPL-2.0 */
/*
 * libFuzzer: any text as a result document. What the reader takes, every renderer prints, and `diff` compares
 * with itself and with the example. Bytes alone would hardly ever make a document, so the mutator works on
 * the tree: it starts from the example and puts wrong values in right places.
 */
#include "base/cleanup.h"
#include "base/random.h"
#include "orchestrator/diff/comparable.h"
#include "orchestrator/diff/document.h"
#include "orchestrator/diff/print.h"
#include "reports/document.h"
#include "reports/jsonio.h"
#include "reports/renderer.h"
#include "reports/text.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define FUZZ_MAX_LEN 16384 /* read by tests/fuzz/run */
#define EXAMPLE      "tests/data/example-result.json"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);

/* With two blocks, whose values the CSV has: the others are most of its bytes. */
static json_t *example(void)
{
    static json_t *kept;
    struct error error = {0};

    if (!kept && document_read(EXAMPLE, &kept, &error)) {
        fprintf(stderr, "%s\n", error.message);
        abort();
    }
    while (json_array_size(json_object_get(kept, "blocks")) > 2)
        json_array_remove(json_object_get(kept, "blocks"), 2);
    return kept;
}

/* --- the target --- */

typedef int print_function(const json_t *, const struct render_options *, FILE *);

static void print(const json_t *document, print_function *function)
{
    struct render_options options = {.width = 80, .colour = true};
    OWNED_PTR char *text = NULL;
    size_t size;
    OWNED_FILE FILE *out = open_memstream(&text, &size);

    if (out) {
        int result = function(document, &options, out);

        if (result && result != -E2BIG)
            abort(); /* only writing and memory may fail, and the CSV of a flood of names */
    }
}

static void compare(const json_t *old, const json_t *new)
{
    struct diff_input input = {
        .old = old, .new = new, .old_file = "old", .new_file = "new", .kind = diff_kind_of(new)};
    struct error error = {0};
    json_t *diff = NULL;
    int result = diff_comparable(old, new, &error);

    if (result == 0)
        result = diff_budgets_add(&input.budgets, "latency.p50=5%", &error);
    if (result == 0)
        result = diff_compose(&input, &diff, &error);
    if (result) {
        if (error.status != EXIT_USAGE || !error.message[0])
            abort();
        return;
    }
    print(diff, diff_print_text);
    print(diff, diff_print_markdown);
    json_decref(diff);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error error = {0};
    json_t *document = jsonio_parse_object((const char *)data, size, &error), *harmless;

    if (document && document_check(document, &error) == 0) {
        for (const struct renderer *const *renderer = renderer_table; *renderer; renderer++)
            print(document, (*renderer)->render);
        harmless = text_harmless(document, 400);
        compare(harmless, harmless);
        compare(example(), harmless);
        json_decref(harmless);
    } else if (error.status != EXIT_USAGE || !error.message[0]) {
        abort();
    }
    json_decref(document);
    return 0;
}

/* --- the mutator --- */

static size_t draw(struct random *random, size_t count)
{
    return count ? random_u64(random) % count : 0;
}

static json_t *any_value(struct random *random)
{
    static const char *const texts[] = {"",       "x|`y`\033[31m", "relative", "exact",      "pass",
                                        "higher", "latency.p50",   "insn",     "never_fired"};
    static const double numbers[] = {0, -1, 1, 2, 0.95, 1e-300, 1e100, -1e100, 1.7e308, 4294967296.0, 1e19};

    switch (draw(random, 8)) {
    case 0:
        return json_null();
    case 1:
        return json_boolean(random_coin(random));
    case 2:
        return json_string(texts[draw(random, ARRAY_SIZE(texts))]);
    case 3:
        return json_integer((json_int_t)random_u64(random));
    case 4:
        return json_array();
    case 5:
        return json_object();
    default:
        return json_real(numbers[draw(random, ARRAY_SIZE(numbers))] *
                         (random_coin(random) ? 1 : random_uniform(random)));
    }
}

static const char *any_key(const json_t *object, struct random *random)
{
    size_t skip = draw(random, json_object_size(object));
    const char *key;
    json_t *value;

    json_object_foreach((json_t *)object, key, value)
    {
        if (skip-- == 0)
            return key;
    }
    return NULL;
}

static void change_object(json_t *object, struct random *random)
{
    const char *key = any_key(object, random), *other = any_key(object, random);

    if (!key)
        json_object_set_new(object, "estimate", any_value(random));
    else if (draw(random, 8) == 0)
        json_object_del(object, key);
    else if (draw(random, 8) == 0)
        json_object_set_new(object, key, json_deep_copy(json_object_get(object, other)));
    else
        json_object_set_new(object, key, any_value(random));
}

static void change_array(json_t *array, struct random *random)
{
    size_t index = draw(random, json_array_size(array));

    switch (draw(random, 4)) {
    case 0:
        json_array_remove(array, index);
        break;
    case 1:
        json_array_append_new(array, any_value(random));
        break;
    case 2:
        json_array_append_new(array, json_deep_copy(json_array_get(array, index)));
        break;
    default:
        json_array_set_new(array, index, any_value(random));
    }
}

/* Walks down at random and changes what it stops at. */
static void change_somewhere(json_t *node, struct random *random)
{
    for (;;) {
        json_t *child = json_is_object(node) && json_object_size(node)
                            ? json_object_get(node, any_key(node, random))
                            : json_array_get(node, draw(random, json_array_size(node)));

        if (!child || json_is_string(child) || json_is_number(child) || draw(random, 6) == 0)
            break;
        if (!json_is_object(child) && !json_is_array(child))
            break;
        node = child;
    }
    if (json_is_array(node))
        change_array(node, random);
    else
        change_object(node, random);
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    json_t *document = json_loadb((const char *)data, size, JSON_REJECT_DUPLICATES, NULL);
    OWNED_PTR char *text = NULL;
    struct random random;
    size_t length;

    random_seed(&random, seed);
    if (draw(&random, 32) == 0) {
        json_decref(document);
        return LLVMFuzzerMutate(data, size, max_size);
    }
    if (!json_is_object(document)) {
        json_decref(document);
        document = json_deep_copy(example());
    }
    for (size_t changes = 1 + draw(&random, 4); changes > 0; changes--)
        change_somewhere(document, &random);
    text = json_dumps(document, JSONIO_DUMP_FLAGS);
    json_decref(document);
    length = text ? strlen(text) : 0;
    if (length == 0 || length > max_size)
        return LLVMFuzzerMutate(data, size, max_size);
    memcpy(data, text, length);
    return length;
}
