/* SPDX-License-Identifier: GPL-2.0 */
/*
 * libFuzzer: any object as a trial: its header, its facts, and the blocks of a quad and of the other phases;
 * the quad is repeated, once to as often as an analysis needs. What is composed of it is refused as a
 * document, in a sentence, or is printed. The mutator works on the tree (tests/fuzz/tree.h).
 */
#define TREE_EXAMPLE "tests/data/example-trial-tree.json"
#define TREE_KEEP    64 /* it is short as it is */

#include "orchestrator/compose.h"
#include "reports/renderer.h"
#include "reports/trial.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/tree.h"

#include <stdio.h>

#define FUZZ_MAX_LEN 65536 /* read by tests/fuzz/run */
#define QUADS_MAX    6

static void add_block(struct trial *trial, const json_t *json, unsigned quad)
{
    struct error error = {0};
    struct block block;

    if (block_from_json(&block, json, &error) != 0) {
        fuzz_assert(error.message[0] != 0);
        return;
    }
    if (quad > 0)
        block.quad = quad;
    trial_add_block(trial, &block);
}

/* What of the first quad is there again for the others; what is of another phase is there once. */
static void add_blocks(struct trial *trial, const json_t *blocks, unsigned quads)
{
    const json_t *json;
    size_t i;

    for (unsigned quad = 0; quad < quads; quad++)
        json_array_foreach(blocks, i, json)
        {
            if (quad == 0 || strcmp(document_text(json, "phase"), "quad") == 0)
                add_block(trial, json, quad);
        }
}

static void make_trial(struct trial *trial, json_t *tree, unsigned quads)
{
    const char *name;
    json_t *value;

    *trial = (struct trial){0};
    trial_begin(trial, json_incref(json_object_get(tree, "header")));
    add_blocks(trial, json_object_get(tree, "blocks"), quads);
    json_object_foreach(json_object_get(tree, "facts"), name, value)
    {
        trial_add_fact(trial, name, json_incref(value));
    }
}

static void print(const json_t *document)
{
    struct render_options options = {.width = 80, .colour = true};
    OWNED_PTR char *text = NULL;
    size_t size;
    OWNED_FILE FILE *out = open_memstream(&text, &size);

    if (out)
        fuzz_assert(renderer_text.render(document, &options, out) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error error = {0};
    CLEANUP(jsonio_drop) json_t *tree = jsonio_parse_object((const char *)data, size, &error);
    CLEANUP(jsonio_drop) json_t *document = NULL;
    struct trial trial;

    if (!json_is_object(json_object_get(tree, "header")))
        return 0;
    /* Few quads are analysed in other ways, and cost less: the input's length says how many. */
    make_trial(&trial, tree, 1 + size % QUADS_MAX);
    if (compose_document(&trial, &document, &error) == 0 && document_check(document, &error) == 0)
        print(document);
    else
        fuzz_assert(error.message[0] != 0);
    trial_free(&trial);
    return 0;
}
