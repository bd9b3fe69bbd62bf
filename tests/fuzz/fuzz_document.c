/* SPDX-License-Identifier: GPL-2.0 */
/*
 * libFuzzer: any text as a result document. What the reader takes, its length says which renderer
 * prints, or that `diff` compares it with itself or with the example. The mutator works on the tree
 * (tests/fuzz/tree.h).
 */
#include "base/cleanup.h"
#include "orchestrator/diff/comparable.h"
#include "orchestrator/diff/document.h"
#include "orchestrator/diff/print.h"
#include "reports/document.h"
#include "reports/jsonio.h"
#include "reports/renderer.h"
#include "reports/text.h"
#include "tests/fuzz/tree.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define FUZZ_MAX_LEN 8192 /* read by tests/fuzz/run */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

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

/* In one of all ways: in all of them each would have had a tenth of the executions. */
static void use(const json_t *document, size_t which)
{
    size_t renderers = 0;
    json_t *harmless;

    while (renderer_table[renderers])
        renderers++;
    which %= renderers + 2;
    if (which < renderers) {
        print(document, renderer_table[which]->render);
        return;
    }
    harmless = text_harmless(document, 400);
    compare(which == renderers ? tree_example() : harmless, harmless);
    json_decref(harmless);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error error = {0};
    json_t *document = jsonio_parse_object((const char *)data, size, &error);

    if (document && document_check(document, &error) == 0) {
        use(document, size);
    } else if (error.status != EXIT_USAGE || !error.message[0]) {
        abort();
    }
    json_decref(document);
    return 0;
}
