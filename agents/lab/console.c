/* SPDX-License-Identifier: GPL-2.0 */
#include "agents/lab/console.h"
#include "agents/lab/protocol.h"
#include "base/cleanup.h"

#include <ctype.h>
#include <string.h>

/* How kernels say it, best known last: lib/dump_stack.c, kernel/panic.c, mm/oom_kill.c,
 * kernel/locking/lockdep.c. */
static const struct {
    enum console_trouble trouble;
    const char *words;
    const char *behind; /* in the same line; NULL: anything */
} signs[] = {
    {CONSOLE_WARNING, "WARNING: CPU:", NULL},
    {CONSOLE_WARNING, "WARNING: ", " CPU#"}, /* from 6.19 on (__warn(), kernel/panic.c) */
    {CONSOLE_LOCKDEP, "possible circular locking dependency", NULL},
    {CONSOLE_LOCKDEP, "possible recursive locking detected", NULL},
    {CONSOLE_LOCKDEP, "inconsistent lock state", NULL},
    {CONSOLE_LOCKDEP, "suspicious RCU usage", NULL},
    {CONSOLE_OOPS, "BUG: ", NULL},
    {CONSOLE_OOPS, "Oops: ", NULL},
    {CONSOLE_OOPS, "general protection fault", NULL},
    {CONSOLE_NO_MEMORY, "Out of memory: Killed process", NULL},
    {CONSOLE_NO_MEMORY, "Initramfs unpacking failed: write error", NULL},
    {CONSOLE_NO_MEMORY, "System is deadlocked on memory", NULL},
    {CONSOLE_PANIC, "Kernel panic - not syncing", NULL},
};

static void copy_line(const char *console, const char *at, char *line, size_t size)
{
    const char *start = at;
    size_t length;

    while (start > console && start[-1] != '\n')
        start--;
    length = strcspn(start, "\r\n");
    if (length >= size)
        length = size - 1;
    for (size_t i = 0; i < length; i++)
        line[i] = isprint((unsigned char)start[i]) ? start[i] : '?';
    line[length] = '\0';
}

/* What somebody else prints may end in such a word: "DEBUG: ". */
static bool begins_word(const char *console, const char *at)
{
    return at == console || !isalpha((unsigned char)at[-1]);
}

static bool has_behind(const char *at, const char *behind)
{
    const char *found = behind ? strstr(at, behind) : at;

    return found && (size_t)(found - at) <= strcspn(at, "\r\n");
}

static const char *find_sign(const char *console, const char *words, const char *behind)
{
    const char *at = strstr(console, words);

    while (at && !(begins_word(console, at) && has_behind(at, behind)))
        at = strstr(at + 1, words);
    return at;
}

enum console_trouble console_trouble(const char *console, char *line, size_t size)
{
    enum console_trouble worst = CONSOLE_QUIET;

    line[0] = '\0';
    for (size_t i = 0; i < ARRAY_SIZE(signs); i++) {
        const char *at = find_sign(console, signs[i].words, signs[i].behind);

        if (!at || signs[i].trouble <= worst)
            continue;
        worst = signs[i].trouble;
        copy_line(console, at, line, size);
    }
    /* A panic for want of memory is one for want of memory. */
    if (worst == CONSOLE_PANIC && strstr(console, "System is deadlocked on memory"))
        worst = CONSOLE_NO_MEMORY;
    return worst;
}

bool console_ready(const char *console)
{
    /* A terminal turns the newline into two characters. */
    char words[sizeof(GUEST_READY)] = GUEST_READY;

    words[strcspn(words, "\n")] = '\0';
    return strstr(console, words) != NULL;
}

char *console_tail(const char *console, unsigned lines, char *text, size_t size)
{
    size_t length = strlen(console), start = length, used = 0;

    while (length > 0 && (console[length - 1] == '\n' || console[length - 1] == '\r'))
        start = --length;
    while (start > 0 && lines > 0 && length - start < size - 1) {
        start--;
        if (console[start] == '\n' && --lines == 0)
            start++;
        if (lines == 0)
            break;
    }
    for (size_t i = start; i < length && used < size - 1; i++)
        if (console[i] != '\r')
            text[used++] = isprint((unsigned char)console[i]) || console[i] == '\n' ? console[i] : '?';
    text[used] = '\0';
    return text;
}
