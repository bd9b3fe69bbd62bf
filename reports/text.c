/* SPDX-License-Identifier: GPL-2.0 */
#include "reports/text.h"
#include "base/cleanup.h"
#include "reports/phrases.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

unsigned text_decode(const char *text, uint32_t *code)
{
    const unsigned char *at = (const unsigned char *)text;
    static const uint32_t lowest[] = {0, 0, 0x80, 0x800, 0x10000};
    unsigned length = at[0] < 0x80             ? 1
                      : (at[0] & 0xe0) == 0xc0 ? 2
                      : (at[0] & 0xf0) == 0xe0 ? 3
                      : (at[0] & 0xf8) == 0xf0 ? 4
                                               : 0;
    uint32_t value = length == 1 ? at[0] : at[0] & (0x7fu >> length);

    *code = TEXT_INVALID;
    if (length == 0)
        return 1;
    for (unsigned i = 1; i < length; i++) {
        if ((at[i] & 0xc0) != 0x80)
            return 1;
        value = value << 6 | (at[i] & 0x3f);
    }
    if (value < lowest[length] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
        return 1;
    *code = value;
    return length;
}

struct range {
    uint32_t first, last;
};

static bool within(uint32_t code, const struct range *ranges, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (code >= ranges[i].first && code <= ranges[i].last)
            return true;
    return false;
}

unsigned text_code_width(uint32_t code)
{
    static const struct range none[] = {
        {0x300, 0x36f},   {0x483, 0x489},   {0x591, 0x5bd},   {0x200b, 0x200f}, {0x202a, 0x202e},
        {0x2060, 0x2064}, {0x20d0, 0x20f0}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}, {0xfeff, 0xfeff}};
    static const struct range wide[] = {{0x1100, 0x115f},   {0x2e80, 0x303e},  {0x3041, 0xa4cf},
                                        {0xac00, 0xd7a3},   {0xf900, 0xfaff},  {0xfe30, 0xfe6f},
                                        {0xff00, 0xff60},   {0xffe0, 0xffe6},  {0x1f300, 0x1f64f},
                                        {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd}};

    if (code == TEXT_INVALID)
        return 1;
    if (code < 0x20 || (code >= 0x7f && code < 0xa0) || within(code, none, ARRAY_SIZE(none)))
        return 0;
    return within(code, wide, ARRAY_SIZE(wide)) ? 2 : 1;
}

/* Length of a colour sequence (ESC [ ... m) at `text`, 0 if there is none. */
static size_t colour_length(const char *text)
{
    size_t length;

    if (text[0] != '\033' || text[1] != '[')
        return 0;
    length = 2 + strspn(text + 2, "0123456789;");
    return text[length] == 'm' ? length + 1 : 0;
}

unsigned text_width(const char *text)
{
    unsigned width = 0;

    while (*text) {
        size_t skip = colour_length(text);
        uint32_t code;

        if (skip) {
            text += skip;
            continue;
        }
        text += text_decode(text, &code);
        width += text_code_width(code);
    }
    return width;
}

static bool is_control(uint32_t code)
{
    return code == TEXT_INVALID || code < 0x20 || (code >= 0x7f && code < 0xa0) ||
           (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069) || code == 0x2028 ||
           code == 0x2029;
}

/* malloc'd, or NULL. */
static char *harmless_text(const char *text, size_t limit)
{
    char *copy = malloc(limit + 8);
    size_t used = 0;

    if (!copy)
        return NULL;
    while (*text && used < limit) {
        uint32_t code;
        unsigned length = text_decode(text, &code);

        if (is_control(code))
            copy[used++] = code == '\n' || code == '\t' ? ' ' : '?';
        else
            for (unsigned i = 0; i < length; i++)
                copy[used++] = text[i];
        text += length;
    }
    snprintf(copy + used, 4, "%s", *text ? "..." : "");
    return copy;
}

void text_print_harmless(FILE *out, const char *text)
{
    while (*text) {
        uint32_t code;
        unsigned length = text_decode(text, &code);

        if (is_control(code) && code != '\n' && code != '\t')
            fputc('?', out);
        else
            fwrite(text, 1, length, out);
        text += length;
    }
}

static json_t *harmless(const json_t *value, size_t limit);

static json_t *harmless_array(const json_t *array, size_t limit)
{
    json_t *copy = json_array();
    const json_t *item;
    size_t i;

    json_array_foreach(array, i, item)
    {
        if (json_array_append_new(copy, harmless(item, limit)) != 0) {
            json_decref(copy);
            return NULL;
        }
    }
    return copy;
}

static json_t *harmless_object(const json_t *object, size_t limit)
{
    json_t *copy = json_object(), *item;
    const char *key;

    json_object_foreach((json_t *)object, key, item)
    {
        OWNED_PTR char *clean = harmless_text(key, limit);

        if (!clean || json_object_set_new(copy, clean, harmless(item, limit)) != 0) {
            json_decref(copy);
            return NULL;
        }
    }
    return copy;
}

static json_t *harmless(const json_t *value, size_t limit)
{
    OWNED_PTR char *text = json_is_string(value) ? harmless_text(json_string_value(value), limit) : NULL;

    if (json_is_string(value))
        return text ? json_string(text) : NULL;
    if (json_is_array(value))
        return harmless_array(value, limit);
    if (json_is_object(value))
        return harmless_object(value, limit);
    return json_copy((json_t *)value);
}

json_t *text_translated(const json_t *document)
{
    json_t *shallow = json_copy((json_t *)document), *copy;

    json_object_del(shallow, "blocks"); /* tens of megabytes that no report prints */
    copy = json_deep_copy(shallow);
    json_decref(shallow);
    if (copy && phrases_apply(copy) != 0) {
        json_decref(copy);
        return NULL;
    }
    return copy;
}

json_t *text_harmless(const json_t *document, size_t limit)
{
    /* Sentences are known whole, and not where they were cut. */
    json_t *whole = text_translated(document), *copy = whole ? harmless(whole, limit) : NULL;

    json_decref(whole);
    return copy;
}

/* May no line begin with it? (Of what is in our catalogues.) */
static bool is_closing(uint32_t code)
{
    static const struct range closing[] = {{0x201d, 0x201d}, {0x3001, 0x3002}, {0x300b, 0x300b},
                                           {0xff01, 0xff01}, {0xff09, 0xff09}, {0xff0c, 0xff0c},
                                           {0xff1a, 0xff1b}, {0xff1f, 0xff1f}};

    return within(code, closing, ARRAY_SIZE(closing));
}

/* Or end with it? */
static bool is_opening(uint32_t code)
{
    return code == 0x201c || code == 0xff08 || code == 0x300a || code == '(' || code == '[';
}

/* May a line end between these two? Between words of other scripts a blank says so. */
static bool can_break(uint32_t before, uint32_t after)
{
    if (is_closing(after) || is_opening(before))
        return false;
    return text_code_width(before) == 2 || (text_code_width(after) == 2 && before != ' ');
}

/* Up to the next blank, or the next place between wide characters. */
static size_t piece_length(const char *text)
{
    uint32_t before, after;
    size_t length;

    if (!*text)
        return 0;
    for (length = text_decode(text, &before); text[length] && text[length] != ' '; before = after) {
        unsigned next = text_decode(text + length, &after);

        if (can_break(before, after))
            break;
        length += next;
    }
    return length;
}

/* "31.4 s" and "2 CPUs" stay on one line. */
static size_t word_length(const char *text)
{
    size_t length = piece_length(text), unit;

    while (length > 0 && text[length] == ' ' && isdigit((unsigned char)text[length - 1])) {
        unit = piece_length(text + length + 1);
        if (unit == 0 || unit > 7 || isdigit((unsigned char)text[length + 1]))
            break;
        length += 1 + unit;
    }
    return length;
}

void text_wrap(FILE *out, const char *text, unsigned used, unsigned indent, unsigned width)
{
    bool fresh = true;

    for (;;) {
        unsigned blank = *text == ' ' && !fresh;
        size_t length;
        OWNED_PTR char *word = NULL;
        unsigned columns;

        text += strspn(text, " ");
        if (!*text)
            break;
        length = word_length(text);
        word = strndup(text, length);
        columns = word ? text_width(word) : (unsigned)length;
        if (!fresh && used + blank + columns > width) {
            fprintf(out, "\n%*s", (int)indent, "");
            used = indent;
            blank = 0;
        }
        fprintf(out, "%*s%.*s", (int)blank, "", (int)length, text);
        used += columns + blank;
        fresh = false;
        text += length;
    }
    fputc('\n', out);
}
