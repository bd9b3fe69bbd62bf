/* SPDX-License-Identifier: GPL-2.0 */
/*
 * libFuzzer: any text as a sentence of a document whose reader has another language. Without a catalogue
 * every sentence stays what it is, however long the search; pieces that a format was taken apart to give the
 * text again.
 */
#include "reports/phrases.h"
#include "tests/fuzz/fuzz.h"

#define FUZZ_MAX_LEN 200 /* read by tests/fuzz/run */

static void take_apart(const char *format, const char *text)
{
    struct phrase_piece pieces[PHRASE_ARGUMENTS_MAX];
    const char *end = text + strlen(text);
    unsigned count = 0;
    size_t length = 0;
    int literal = phrase_match(format, text, pieces, &count);

    if (literal < 0)
        return;
    for (unsigned i = 0; i < count; i++) {
        fuzz_assert(pieces[i].text >= text && pieces[i].text + pieces[i].length <= end);
        fuzz_assert(i == 0 || pieces[i].text >= pieces[i - 1].text + pieces[i - 1].length);
        length += pieces[i].length;
    }
    fuzz_assert(count <= PHRASE_ARGUMENTS_MAX && (size_t)literal + length == strlen(text));
}

/* Goes through a thousand formats, which takes a hundred times as long as the rest: for some texts only. */
static void translate(const char *text)
{
    char *translated = phrase_translate(text);

    fuzz_assert(translated && strcmp(translated, text) == 0);
    free(translated);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = fuzz_copy(data, size, true);

    take_apart("%s: %.1f %% of %u (%s)", text);
    take_apart("%s%s; %s %d", text);
    take_apart("%2$s is %1$+.3g", text);
    if (size % 32 == 0)
        translate(text);
    free(text);
    return 0;
}
