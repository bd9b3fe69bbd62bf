/* SPDX-License-Identifier: GPL-2.0 */
/*
 * libFuzzer: any text as the document that a guest sends back. It is combined with the example, as another
 * seed's, and with itself, compared over two kernels in both modes, and printed.
 */
#include "orchestrator/kernels/kernels.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/tree.h"

#include <stdio.h>

#define FUZZ_MAX_LEN 8192 /* read by tests/fuzz/run */
#define BOOTS        4

/* Of every metric and program there is one place for each kernel. */
static void check_columns(const json_t *comparison, const char *list)
{
    const json_t *row;
    size_t i;

    json_array_foreach(document_at(comparison, list), i, row)
    {
        fuzz_assert(document_count(row, "kernels") == 2);
    }
}

static void print(const json_t *comparison, bool markdown)
{
    OWNED_PTR char *text = NULL;
    size_t size;
    OWNED_FILE FILE *out = open_memstream(&text, &size);

    fuzz_assert(out && kernels_print(comparison, markdown, out) == 0);
}

/* Two kernels with two seeds each: the example beside the document, and the document twice. */
static void compare(json_t *document, enum kernels_mode mode, bool markdown)
{
    struct kernels_options *options = calloc(1, sizeof(*options));
    struct kernels_session *session = calloc(1, sizeof(*session));
    struct kernels_boot *boots = calloc(BOOTS, sizeof(*boots));
    CLEANUP(jsonio_drop) json_t *comparison = NULL;
    char *words[] = {(char *)"kernels", NULL};

    fuzz_assert(options && session && boots);
    options->kernel_count = 2;
    options->kernels[0].text = "debian:6.1";
    options->kernels[1].text = "debian:6.12";
    options->mode = mode;
    session->options = options;
    session->boots = boots;
    session->boot_count = BOOTS;
    for (unsigned i = 0; i < BOOTS; i++) {
        boots[i].kernel = i / 2;
        boots[i].seed = i;
        boots[i].document = i == 0 ? tree_example() : document;
    }
    comparison = kernels_compose(session, words, "2026-01-31T12:00:00Z", 1);
    fuzz_assert(comparison && json_array_size(json_object_get(comparison, "kernels")) == 2);
    check_columns(comparison, "comparison.metrics");
    check_columns(comparison, "comparison.programs");
    print(comparison, markdown);
    free(boots);
    free(session);
    free(options);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error error = {0};
    CLEANUP(jsonio_drop) json_t *document = jsonio_parse_object((const char *)data, size, &error);

    fuzz_assert(document || error.message[0]);
    if (!document)
        return 0;
    compare(document, size & 1 ? MODE_TIMED : MODE_EXACT, size & 2);
    return 0;
}
