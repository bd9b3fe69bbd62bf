/* SPDX-License-Identifier: GPL-2.0 */
#include "reports/phrases.h"
#include "base/cleanup.h"
#include "base/i18n.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#define STEPS_MAX 20000 /* of one match: a hostile text must not keep us busy */
#define TEXT_MAX  2000  /* bytes; no composer writes longer ones */
#define DEPTH_MAX 3     /* a sentence in a sentence in a sentence */

/* What the composers hand to printf, and the words of their tables; made by the Makefile from the sources. */
static const char *const formats[] = {
#include "reports/phrases.inc"
};

struct match {
    struct phrase_piece *pieces;
    unsigned count, steps;
    int literal;
};

/* Of a conversion at `format` (behind its '%'): its length, and whether it is a text's. */
static size_t conversion(const char *format, bool *text)
{
    size_t length = strspn(format, "0123456789$+-# .*lhzjt");

    *text = format[length] == 's';
    return format[length] ? length + 1 : length;
}

static size_t number_length(const char *text)
{
    size_t sign = strspn(text, "+-"), length;

    if (strncmp(text + sign, "nan", 3) == 0 || strncmp(text + sign, "inf", 3) == 0)
        return sign + 3;
    length = strspn(text + sign, "0123456789.");
    if (length == 0)
        return 0;
    if (text[sign + length] == 'e' && strspn(text + sign + length + 1, "+-0123456789") >= 2)
        length += 1 + strspn(text + sign + length + 1, "+-0123456789");
    /* The point behind a sentence is none of the number's. */
    return text[sign + length - 1] == '.' ? sign + length - 1 : sign + length;
}

static bool match_rest(struct match *match, const char *format, const char *text);

static bool match_piece(struct match *match, const char *format, const char *text, size_t length)
{
    if (match->count == PHRASE_ARGUMENTS_MAX)
        return false;
    match->pieces[match->count++] = (struct phrase_piece){text, length};
    if (match_rest(match, format, text + length))
        return true;
    match->count--;
    return false;
}

/* Shortest first: the rest of the format decides where a text ends. */
static bool match_text(struct match *match, const char *format, const char *text)
{
    if (!*format)
        return match_piece(match, format, text, strlen(text));
    for (size_t length = 0; match->steps < STEPS_MAX; length++) {
        bool possible = *format == '%' || text[length] == *format;

        if (possible && match_piece(match, format, text, length))
            return true;
        if (!text[length])
            break;
    }
    return false;
}

static bool match_rest(struct match *match, const char *format, const char *text)
{
    int literal = match->literal;

    if (match->steps++ >= STEPS_MAX)
        return false;
    for (; *format; format++, text++) {
        bool is_text;
        size_t length;

        if (format[0] == '%' && format[1] != '%') {
            format += 1 + conversion(format + 1, &is_text);
            length = is_text ? 0 : number_length(text);
            if (is_text ? match_text(match, format, text)
                        : length > 0 && match_piece(match, format, text, length))
                return true;
            match->literal = literal;
            return false;
        }
        format += format[0] == '%';
        if (*format != *text)
            break;
        match->literal++;
    }
    if (!*format && !*text)
        return true;
    match->literal = literal;
    return false;
}

int phrase_match(const char *format, const char *text, struct phrase_piece *pieces, unsigned *count)
{
    struct match match = {.pieces = pieces};

    if (!match_rest(&match, format, text))
        return -1;
    *count = match.count;
    return match.literal;
}

/* The format that says most of the text; NULL: none. */
static const char *find(const char *text, struct phrase_piece *pieces, unsigned *count)
{
    const char *best = NULL;
    int most = 0;

    for (size_t i = 0; i < ARRAY_SIZE(formats); i++) {
        struct phrase_piece found[PHRASE_ARGUMENTS_MAX];
        unsigned found_count = 0;
        int literal = strchr(formats[i], '%') ? phrase_match(formats[i], text, found, &found_count) : -1;

        if (literal <= most)
            continue;
        most = literal;
        best = formats[i];
        *count = found_count;
        memcpy(pieces, found, sizeof(found));
    }
    return best;
}

static char *translate(const char *english, unsigned depth);

/*
 * A sentence as an argument is translated, a name is not. A single word is a name ("-w files"), unless an
 * article stands before it ("makes a packet slower").
 */
static void put_piece(FILE *out, const struct phrase_piece *piece, bool noun, unsigned depth)
{
    OWNED_PTR char *text = strndup(piece->text, piece->length), *translated = NULL;

    if (text && (noun || strchr(text, ' ')))
        translated = translate(text, depth + 1);
    fputs(translated ? translated : text ? text : "", out);
}

static bool ends_in(const char *start, const char *end, const char *word)
{
    size_t length = strlen(word);

    return (size_t)(end - start) >= length && strncmp(end - length, word, length) == 0;
}

/* Is the argument `wanted` of the English format a noun of ours? */
static bool is_noun(const char *format, unsigned wanted)
{
    for (const char *at = format; *at; at++) {
        bool text;

        if (*at != '%')
            continue;
        if (at[1] == '%') {
            at++;
            continue;
        }
        if (wanted-- == 0)
            return ends_in(format, at, "a ") || ends_in(format, at, "an ") || ends_in(format, at, "the ") ||
                   ends_in(format, at, "per ");
        at += conversion(at + 1, &text);
    }
    return false;
}

/* `translation` with the pieces in it, in its own order where it numbers them. */
static char *fill(const char *english, const char *translation, const struct phrase_piece *pieces,
                  unsigned count, unsigned depth)
{
    char *result = NULL;
    size_t size;
    FILE *out = open_memstream(&result, &size);
    unsigned next = 0;

    for (const char *at = translation; out && *at; at++) {
        unsigned which;
        bool text;

        if (*at != '%') {
            fputc(*at, out);
            continue;
        }
        if (at[1] == '%') {
            fputc(*at++, out);
            continue;
        }
        which = sscanf(at, "%%%u$", &which) == 1 ? which - 1 : next++;
        if (which < count)
            put_piece(out, &pieces[which], is_noun(english, which), depth);
        at += conversion(at + 1, &text);
    }
    if (out && fclose(out) != 0) {
        free(result);
        return NULL;
    }
    return result;
}

/* NULL where it is not known as a whole. */
static char *translate_whole(const char *english, unsigned depth)
{
    struct phrase_piece pieces[PHRASE_ARGUMENTS_MAX];
    const char *known = i18n_word(english), *format;
    unsigned count = 0;

    if (known != english)
        return strdup(known);
    format = find(english, pieces, &count);
    if (!format || gettext(format) == format)
        return NULL;
    return fill(format, gettext(format), pieces, count, depth);
}

/* Clause by clause, where a sentence was made of several; NULL where none is known. */
static char *translate_clauses(const char *english, const char *semicolon, unsigned depth)
{
    OWNED_PTR char *head = strndup(english, (size_t)(semicolon - english)), *first = NULL, *second = NULL;
    char *joined = NULL;

    first = head ? translate_whole(head, depth) : NULL;
    second = translate(semicolon + 2, depth);
    if (!head || !second || (!first && strcmp(second, semicolon + 2) == 0))
        return NULL;
    return asprintf(&joined, _("%s; %s"), first ? first : head, second) < 0 ? NULL : joined;
}

/* A sentence whose full stop is not in its format. */
static char *translate_stopped(const char *english, unsigned depth)
{
    size_t length = strlen(english);
    OWNED_PTR char *head = NULL, *whole = NULL;
    char *joined = NULL;

    if (length == 0 || english[length - 1] != '.')
        return NULL;
    head = strndup(english, length - 1);
    whole = head ? translate_whole(head, depth) : NULL;
    return whole && asprintf(&joined, _("%s."), whole) >= 0 ? joined : NULL;
}

static char *translate(const char *english, unsigned depth)
{
    const char *semicolon = strstr(english, "; ");
    char *result = depth < DEPTH_MAX ? translate_whole(english, depth) : NULL;

    if (!result && depth < DEPTH_MAX)
        result = semicolon ? translate_clauses(english, semicolon, depth) : translate_stopped(english, depth);
    return result ? result : strdup(english);
}

char *phrase_translate(const char *english)
{
    return translate(english, 0);
}

static bool is_noun_key(const char *key)
{
    return strcmp(key, "operation") == 0 || strcmp(key, "per") == 0;
}

/* Members of documents that are written for people, wherever they stand. A text of a single word is a name
 * (of a load, a metric, a budget), but for nouns. */
static bool is_for_people(const char *key, const json_t *value)
{
    static const char *const keys[] = {"sentence",       "text",           "remedy",    "reason",  "note",
                                       "summary",        "evidence",       "why",       "dropped", "reasons",
                                       "latency_reason", "kernel_trouble", "operation", "path",    "per"};

    for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
        if (strcmp(keys[i], key) == 0)
            return !json_is_string(value) || strchr(json_string_value(value), ' ') || is_noun_key(key);
    return false;
}

static int apply(json_t *value, bool words)
{
    OWNED_PTR char *text = NULL;
    const char *key;
    json_t *item;
    size_t i;
    int result = 0;

    if (json_is_string(value) && words && json_string_length(value) <= TEXT_MAX) {
        text = phrase_translate(json_string_value(value));
        return text && json_string_set(value, text) == 0 ? 0 : -ENOMEM;
    }
    json_array_foreach(value, i, item)
    {
        result = result ? result : apply(item, words);
    }
    json_object_foreach(value, key, item)
    {
        result = result ? result : apply(item, is_for_people(key, item));
    }
    return result;
}

int phrases_apply(json_t *document)
{
    return i18n_active() ? apply(document, false) : 0;
}
