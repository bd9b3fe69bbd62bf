/* SPDX-License-Identifier: GPL-2.0 */
#include "agents/bcc_names.h"
#include "base/cleanup.h"

#include <ctype.h>
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* How the rest of a name or section is written. */
enum rest {
    REST_ANY,        /* as it is; may be empty */
    REST_FUNCTION,   /* as it is */
    REST_TRACEPOINT, /* CATEGORY, separator, NAME */
    REST_MODULE,     /* MODULE__FUNCTION */
};

struct convention {
    const char *prefix, *kind;
    enum rest rest;
};

static const struct convention names[] = {
    {"kprobe__", "kprobe", REST_FUNCTION},
    {"kretprobe__", "kretprobe", REST_FUNCTION},
    {"tracepoint__", "tracepoint", REST_TRACEPOINT},
    {"raw_tracepoint__", "raw_tracepoint", REST_FUNCTION},
    {"kfunc__", "kfunc", REST_MODULE},
    {"kretfunc__", "kretfunc", REST_MODULE},
    {"lsm__", "lsm", REST_FUNCTION},
};

static const struct convention sections[] = {
    {"kprobe/", "kprobe", REST_FUNCTION},
    {"kretprobe/", "kretprobe", REST_FUNCTION},
    {"tracepoint/", "tracepoint", REST_TRACEPOINT},
    {"tp/", "tracepoint", REST_TRACEPOINT},
    {"raw_tracepoint/", "raw_tracepoint", REST_FUNCTION},
    {"raw_tp/", "raw_tracepoint", REST_FUNCTION},
    {"uprobe/", "uprobe", REST_FUNCTION},
    {"uretprobe/", "uretprobe", REST_FUNCTION},
    {"perf_event/", "perf_event", REST_FUNCTION},
    {"xdp/", "xdp", REST_FUNCTION},
    {"xdp", "xdp", REST_ANY},
};

static const char *const syscall_prefixes[] = {
    "__x64_sys_", "__x32_compat_sys_", "__ia32_compat_sys_", "__arm64_sys_", "__s390x_sys_", "__s390_sys_",
    "sys_",
};

/* Behind a whole prefix, else NULL. */
static const char *behind(const char *text, const char *prefix)
{
    size_t length = strlen(prefix);

    return strncmp(text, prefix, length) == 0 ? text + length : NULL;
}

/* "FIRST<separator>SECOND" as "FIRST:SECOND"; false where one is empty or it does not fit. */
static bool split(struct bcc_spot *spot, const char *rest, const char *separator)
{
    const char *at = strstr(rest, separator);
    int length;

    if (!at || at == rest || !at[strlen(separator)])
        return false;
    length =
        snprintf(spot->where, sizeof(spot->where), "%.*s:%s", (int)(at - rest), rest, at + strlen(separator));
    return length < (int)sizeof(spot->where);
}

static bool take(struct bcc_spot *spot, const struct convention *convention, const char *rest,
                 const char *separator)
{
    spot->kind = convention->kind;
    if (convention->rest == REST_TRACEPOINT)
        return split(spot, rest, separator);
    if (convention->rest == REST_MODULE && split(spot, rest, "__"))
        return true;
    if (convention->rest == REST_ANY && *rest)
        return false;
    if (convention->rest != REST_ANY && !*rest)
        return false;
    return snprintf(spot->where, sizeof(spot->where), "%s", rest) < (int)sizeof(spot->where);
}

static bool find(struct bcc_spot *spot, const char *text, const struct convention *conventions, size_t count,
                 const char *separator)
{
    for (size_t i = 0; i < count; i++) {
        const char *rest = behind(text, conventions[i].prefix);
        struct bcc_spot found = {0};

        if (!rest || !take(&found, &conventions[i], rest, separator))
            continue;
        *spot = found;
        return true;
    }
    return false;
}

bool bcc_spot_of_name(const char *function, struct bcc_spot *spot)
{
    return find(spot, function, names, ARRAY_SIZE(names), "__");
}

bool bcc_spot_of_section(const char *section, struct bcc_spot *spot)
{
    return find(spot, section, sections, ARRAY_SIZE(sections), "/");
}

void bcc_spot_name_syscall(struct bcc_spot *spot, const char *prefix)
{
    if (strcmp(spot->kind, "kprobe") != 0 && strcmp(spot->kind, "kretprobe") != 0)
        return;
    for (size_t i = 0; i < ARRAY_SIZE(syscall_prefixes); i++) {
        const char *call = behind(spot->where, syscall_prefixes[i]);
        char named[sizeof(spot->where)];

        if (!call)
            continue;
        if (snprintf(named, sizeof(named), "%s%s", prefix, call) < (int)sizeof(named))
            memcpy(spot->where, named, sizeof(named));
        return;
    }
}

/* --- SEC("...") in a program's text --- */

struct scan {
    char *at;
    const char *word; /* the last identifier, not 0-terminated */
    size_t word_length;
    bool pending; /* a section was taken, its function has not come yet */
    struct bcc_section section, *found;
    unsigned count;
};

/* Behind a comment, a string or a character constant; NULL where there is none. */
static char *skip_quiet(char *at)
{
    if (at[0] == '/' && at[1] == '/')
        return at + strcspn(at, "\n");
    if (at[0] == '/' && at[1] == '*') {
        char *end = strstr(at + 2, "*/");

        return end ? end + 2 : at + strlen(at);
    }
    if (*at != '"' && *at != '\'')
        return NULL;
    for (char *end = at + 1; *end && *end != '\n'; end++) {
        if (*end == *at)
            return end + 1;
        end += *end == '\\' && end[1];
    }
    return at + 1;
}

static size_t identifier_length(const char *at)
{
    size_t length = 0;

    if (isdigit((unsigned char)*at))
        return 0;
    while (isalnum((unsigned char)at[length]) || at[length] == '_')
        length++;
    return length;
}

/* `at` is behind SEC. Takes ("...") into the section; behind it, or NULL where it is something else. */
static char *take_section(struct scan *scan, char *at)
{
    size_t length;

    at += strspn(at, " \t");
    if (*at++ != '(')
        return NULL;
    at += strspn(at, " \t");
    if (*at++ != '"')
        return NULL;
    length = strcspn(at, "\"\n");
    if (at[length] != '"' || length >= sizeof(scan->section.section))
        return NULL;
    memcpy(scan->section.section, at, length);
    scan->section.section[length] = '\0';
    at += length + 1;
    at += strspn(at, " \t");
    return *at == ')' ? at + 1 : NULL;
}

static void scan_word(struct scan *scan)
{
    size_t length = identifier_length(scan->at);
    char *end = length == 3 && strncmp(scan->at, "SEC", 3) == 0 ? take_section(scan, scan->at + 3) : NULL;

    if (end) {
        memset(scan->at, ' ', (size_t)(end - scan->at));
        scan->pending = true;
        scan->at = end;
        return;
    }
    scan->word = scan->at;
    scan->word_length = length;
    scan->at += length;
}

/* The identifier before the first parenthesis is the function's name. */
static int scan_parenthesis(struct scan *scan)
{
    struct bcc_section *larger;

    if (!scan->word_length || scan->word_length >= sizeof(scan->section.function) ||
        strncmp(scan->word, "__attribute__", scan->word_length) == 0)
        return 0;
    larger = realloc(scan->found, (scan->count + 1) * sizeof(*larger));
    if (!larger)
        return -ENOMEM;
    scan->found = larger;
    memcpy(scan->section.function, scan->word, scan->word_length);
    scan->section.function[scan->word_length] = '\0';
    scan->found[scan->count++] = scan->section;
    scan->pending = false;
    return 0;
}

int bcc_sections_take(char *text, struct bcc_section **found)
{
    struct scan scan = {.at = text};
    int result = 0;

    while (result == 0 && *scan.at) {
        char *quiet = skip_quiet(scan.at);

        if (quiet) {
            scan.at = quiet;
            continue;
        }
        if (identifier_length(scan.at)) {
            scan_word(&scan);
            continue;
        }
        if (*scan.at == '(' && scan.pending)
            result = scan_parenthesis(&scan);
        if (*scan.at == ';' || *scan.at == '=') /* a variable: license, a map */
            scan.pending = false;
        scan.at++;
        scan.at += isdigit((unsigned char)scan.at[-1]) ? strspn(scan.at, "0123456789abcdefABCDEFxXuUlL") : 0;
    }
    if (result) {
        free(scan.found);
        return result;
    }
    *found = scan.found;
    return (int)scan.count;
}
