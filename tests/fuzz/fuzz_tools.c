/* SPDX-License-Identifier: GPL-2.0 */
/*
 * libFuzzer: any text as what other programs print or are written in: lines of lost events and of a compiler
 * (fed in two pieces, which must make no difference), libbcc, ldd, dpkg, Python and the dialect of BCC.
 */
#include "agents/bcc_names.h"
#include "agents/bcc_output.h"
#include "agents/compiler_error.h"
#include "agents/lab/closure.h"
#include "agents/loss_lines.h"
#include "base/shell_words.h"
#include "tests/fuzz/fuzz.h"

#define FUZZ_MAX_LEN 4096 /* read by tests/fuzz/run */

/* Lines tell nothing of each other: as many as each alone has. */
static uint64_t lines_alone(const char *data, size_t size)
{
    uint64_t lines = 0;

    while (size > 0) {
        const char *newline = memchr(data, '\n', size);
        size_t length = newline ? (size_t)(newline - data) : size;
        struct loss_lines alone = {0};

        loss_lines_feed(&alone, data, length);
        loss_lines_end(&alone);
        lines += alone.lines;
        length += newline != NULL;
        data += length;
        size -= length;
    }
    return lines;
}

static void losses(const char *data, size_t size, size_t first)
{
    struct loss_lines whole = {0}, pieces = {0};

    loss_lines_feed(&whole, data, size);
    loss_lines_end(&whole);
    loss_lines_feed(&pieces, data, first);
    loss_lines_feed(&pieces, data + first, size - first);
    loss_lines_end(&pieces);
    fuzz_assert(whole.lines == pieces.lines && whole.events == pieces.events);
    fuzz_assert(whole.events >= whole.lines && whole.lines == lines_alone(data, size));
}

static void errors(const char *data, size_t size, size_t first)
{
    struct compiler_error whole = {0}, pieces = {0};

    compiler_error_feed(&whole, data, size);
    compiler_error_feed(&pieces, data, first);
    compiler_error_feed(&pieces, data + first, size - first);
    fuzz_assert(whole.found == pieces.found && (!whole.found || strcmp(whole.line, pieces.line) == 0));
}

/* Each goes on behind what it took, and ends. */
static void lists(const char *text)
{
    char path[64], name[16];

    for (const char *rest = text, *next;
         (next = closure_next_library(rest, path, sizeof(path), name, sizeof(name))); rest = next)
        fuzz_assert(next > rest && strlen(path) < sizeof(path) && strlen(name) < sizeof(name));
    for (const char *rest = text, *next; (next = closure_next_import(rest, name, sizeof(name))); rest = next)
        fuzz_assert(next > rest && name[0] && strlen(name) < sizeof(name));
    for (const char *rest = text, *next; (next = closure_next_package(rest, name, sizeof(name))); rest = next)
        fuzz_assert(next > rest && name[0] && strlen(name) < sizeof(name));
}

static void bcc(const uint8_t *data, size_t size, const char *text)
{
    char *source = fuzz_copy(data, size, true), line[80];
    struct bcc_section *sections = NULL;
    struct bcc_spot spot;
    int count = bcc_sections_take(source, &sections);

    fuzz_assert(count >= 0 && strlen(source) == strlen(text));
    for (int i = 0; i < count; i++)
        if (bcc_spot_of_section(sections[i].section, &spot) || bcc_spot_of_name(sections[i].function, &spot))
            bcc_spot_name_syscall(&spot, "__x64_sys_");
    if (bcc_spot_of_name(text, &spot))
        bcc_spot_name_syscall(&spot, "__x64_sys_");
    fuzz_assert(strlen(bcc_first_error(text, "tool.c", line, sizeof(line))) < sizeof(line));
    fuzz_assert(strlen(bcc_verifier_reason(text, line, sizeof(line))) < sizeof(line));
    free(sections);
    free(source);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *copy = fuzz_copy(data, size, false), *text = fuzz_copy(data, size, true), **words = NULL;
    size_t first = size ? data[0] % (size + 1) : 0;

    losses(copy, size, first);
    errors(copy, size, first);
    lists(text);
    bcc(data, size, text);
    if (shell_split_words(text, &words) == 0)
        free(words);
    free(text);
    free(copy);
    return 0;
}
