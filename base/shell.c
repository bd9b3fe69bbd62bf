/* SPDX-License-Identifier: GPL-2.0 */
#include "base/shell.h"

#include <stdbool.h>
#include <string.h>

static bool is_control(char c)
{
    return (unsigned char)c < 0x20 || c == 0x7f;
}

static bool has_control(const char *word)
{
    while (*word && !is_control(*word))
        word++;
    return *word != '\0';
}

static void print_escaped(FILE *out, const char *word)
{
    fputs("$'", out);
    for (; *word; word++) {
        if (is_control(*word))
            fprintf(out, "\\%03o", (unsigned)*word);
        else if (*word == '\'' || *word == '\\')
            fprintf(out, "\\%c", *word);
        else
            fputc(*word, out);
    }
    fputc('\'', out);
}

void shell_print_quoted(FILE *out, const char *word)
{
    fputc('\'', out);
    for (; *word; word++) {
        if (*word == '\'')
            fputs("'\\''", out);
        else
            fputc(*word, out);
    }
    fputc('\'', out);
}

void shell_print_word(FILE *out, const char *word)
{
    static const char harmless[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=.,:/@%";

    if (word[0] && word[0] != '=' && word[strspn(word, harmless)] == '\0')
        fputs(word, out);
    else if (has_control(word))
        print_escaped(out, word);
    else
        shell_print_quoted(out, word);
}
