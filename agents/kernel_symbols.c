/* SPDX-License-Identifier: GPL-2.0 */
#include "agents/kernel_symbols.h"

#include <errno.h>
#include <stdio.h>

static bool hexadecimal(struct text word, uint64_t *number)
{
    *number = 0;
    for (; word.at < word.end; word.at++) {
        char c = *word.at;
        unsigned digit = c >= '0' && c <= '9' ? (unsigned)(c - '0') : (unsigned)(c - 'a') + 10;

        if (digit > 15)
            return false;
        *number = *number << 4 | digit;
    }
    return true;
}

/* "ffffffff81000000 T name", and "[module]" behind some. */
static bool next_symbol(struct text *kallsyms, uint64_t *address, struct text *name)
{
    struct text line, word;

    while (text_line(kallsyms, &line))
        if (text_word(&line, &word) && hexadecimal(word, address) && text_word(&line, &word) &&
            text_word(&line, name))
            return true;
    return false;
}

static int find_base(struct text kallsyms, uint64_t *base)
{
    bool any = false;
    struct text name;

    while (next_symbol(&kallsyms, base, &name)) {
        any |= *base != 0;
        if (text_is(name, "__bpf_call_base"))
            return *base ? 0 : -EACCES;
    }
    return any ? -ENOENT : -EACCES;
}

int kernel_symbols_resolve(struct text kallsyms, struct kernel_symbol *symbols, unsigned count)
{
    uint64_t base, address;
    struct text name;
    int result = find_base(kallsyms, &base);

    if (result)
        return result;
    while (next_symbol(&kallsyms, &address, &name))
        for (unsigned i = 0; i < count; i++)
            if (!symbols[i].name[0] && base + (uint64_t)(int64_t)symbols[i].offset == address)
                snprintf(symbols[i].name, sizeof(symbols[i].name), "%.*s", (int)(name.end - name.at),
                         name.at);
    return 0;
}
