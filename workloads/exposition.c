/* SPDX-License-Identifier: GPL-2.0 */
#include "workloads/exposition.h"
#include "base/cleanup.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define NUMBER_BYTES 64

/* A part of the text; never behind its end. */
struct span {
    const char *at, *end;
};

/* A label as it stands in the text, its value still with backslashes. */
struct label {
    struct span name, value;
};

struct line {
    struct span name;
    struct label labels[EXPOSITION_LABELS_MAX];
    unsigned label_count;
    double number;
};

static void skip_space(struct span *rest)
{
    while (rest->at < rest->end && (*rest->at == ' ' || *rest->at == '\t'))
        rest->at++;
}

static bool take(struct span *rest, char wanted)
{
    if (rest->at == rest->end || *rest->at != wanted)
        return false;
    rest->at++;
    return true;
}

static struct span take_name(struct span *rest)
{
    struct span name = {rest->at, rest->at};

    while (rest->at < rest->end &&
           (isalpha((unsigned char)*rest->at) || *rest->at == '_' || *rest->at == ':' ||
            (rest->at > name.at && isdigit((unsigned char)*rest->at))))
        rest->at++;
    name.end = rest->at;
    return name;
}

/* Up to the quote that closes; a backslash takes the next character along. Single quotes are for selectors on
 * a command line, as in PromQL; no endpoint writes them. */
static bool take_quoted(struct span *rest, struct span *value)
{
    char quote = rest->at < rest->end && *rest->at == '\'' ? '\'' : '"';

    if (!take(rest, quote))
        return false;
    value->at = rest->at;
    while (rest->at < rest->end && *rest->at != quote)
        rest->at += *rest->at == '\\' && rest->end - rest->at > 1 ? 2 : 1;
    value->end = rest->at;
    return take(rest, quote);
}

/* Behind the brace that opens, including the one that closes. */
static bool take_labels(struct span *rest, struct label *labels, unsigned *count)
{
    for (*count = 0;; ++*count) {
        skip_space(rest);
        if (take(rest, '}'))
            return true;
        if (*count == EXPOSITION_LABELS_MAX)
            return false;
        labels[*count].name = take_name(rest);
        skip_space(rest);
        if (labels[*count].name.at == labels[*count].name.end || !take(rest, '='))
            return false;
        skip_space(rest);
        if (!take_quoted(rest, &labels[*count].value))
            return false;
        skip_space(rest);
        if (!take(rest, ',') && !(rest->at < rest->end && *rest->at == '}'))
            return false;
    }
}

static bool to_number(const char *at, const char *end, double *number)
{
    char text[NUMBER_BYTES], *stop;
    size_t length = (size_t)(end - at);

    if (length == 0 || length >= sizeof(text))
        return false;
    memcpy(text, at, length);
    text[length] = '\0';
    if (strspn(text, "0123456789+-.eEinfINFaA") != length)
        return false;
    *number = strtod(text, &stop);
    return *stop == '\0';
}

static bool take_number(struct span *rest, double *number)
{
    const char *at = rest->at;

    while (rest->at < rest->end && !isspace((unsigned char)*rest->at))
        rest->at++;
    return to_number(at, rest->at, number);
}

/* What follows the number, a timestamp or an exemplar, is of no interest. */
static bool parse_line(struct span rest, struct line *line)
{
    skip_space(&rest);
    line->name = take_name(&rest);
    line->label_count = 0;
    skip_space(&rest);
    if (take(&rest, '{') && !take_labels(&rest, line->labels, &line->label_count))
        return false;
    skip_space(&rest);
    return take_number(&rest, &line->number);
}

/* Of a text that is not at its end, with its backslash undone. */
static char next_character(struct span *text)
{
    char c = *text->at++;

    if (c != '\\' || text->at == text->end)
        return c;
    c = *text->at++;
    if (c == 'n')
        c = '\n';
    return c;
}

/* Is the text, with its backslashes undone, this one? */
static bool equals(struct span text, const char *wanted)
{
    while (text.at < text.end) {
        char c = next_character(&text);

        if (*wanted == '\0' || c != *wanted++)
            return false;
    }
    return *wanted == '\0';
}

static const struct label *find_label(const struct line *line, const char *name)
{
    for (unsigned i = 0; i < line->label_count; i++)
        if (equals(line->labels[i].name, name))
            return &line->labels[i];
    return NULL;
}

static bool selects(const struct exposition_selector *selector, const struct line *line)
{
    for (unsigned i = 0; i < selector->label_count; i++) {
        const struct label *label = find_label(line, selector->labels[i].name);

        if (!label || !equals(label->value, selector->labels[i].value))
            return false;
    }
    return true;
}

/* Its name with `suffix` behind it? */
static bool is_named(struct span line, const char *name, const char *suffix)
{
    struct span found;
    size_t length = strlen(name);

    skip_space(&line);
    found = take_name(&line);
    return (size_t)(found.end - found.at) == length + strlen(suffix) && memcmp(found.at, name, length) == 0 &&
           memcmp(found.at + length, suffix, strlen(suffix)) == 0;
}

/* Every line of that name: take() gets those whose labels fit. */
static int each_line(const char *text, size_t length, const struct exposition_selector *selector,
                     const char *suffix,
                     int (*take_line)(const struct line *line, struct exposition_reading *to),
                     struct exposition_reading *reading)
{
    const char *end = text + length;
    int result = 0;

    *reading = (struct exposition_reading){0};
    while (result == 0 && text < end) {
        const char *newline = memchr(text, '\n', (size_t)(end - text));
        struct span whole = {text, newline ? newline : end};
        struct line line;

        text = newline ? newline + 1 : end;
        if (!is_named(whole, selector->name, suffix))
            continue;
        if (!parse_line(whole, &line))
            return -EINVAL;
        if (selects(selector, &line))
            result = take_line(&line, reading);
    }
    return result;
}

static int add_value(const struct line *line, struct exposition_reading *to)
{
    to->value += line->number;
    to->series++;
    return 0;
}

int exposition_read(const char *text, size_t length, const struct exposition_selector *selector,
                    struct exposition_reading *reading)
{
    return each_line(text, length, selector, "", add_value, reading);
}

static int add_bucket(const struct line *line, struct exposition_reading *to)
{
    const struct label *label = find_label(line, "le");
    unsigned place = 0;
    double le;

    if (!label || !to_number(label->value.at, label->value.end, &le) || isnan(le) ||
        !(line->number >= 0 && isfinite(line->number)))
        return -EINVAL;
    to->series++;
    while (place < to->bucket_count && to->buckets[place].le < le)
        place++;
    if (place < to->bucket_count && to->buckets[place].le == le) {
        to->buckets[place].count += line->number;
        return 0;
    }
    if (to->bucket_count == EXPOSITION_BUCKETS_MAX)
        return -E2BIG;
    memmove(&to->buckets[place + 1], &to->buckets[place],
            (to->bucket_count - place) * sizeof(to->buckets[0]));
    to->buckets[place].le = le;
    to->buckets[place].count = line->number;
    to->bucket_count++;
    return 0;
}

int exposition_read_histogram(const char *text, size_t length, const struct exposition_selector *selector,
                              struct exposition_reading *reading)
{
    int result = each_line(text, length, selector, "_bucket", add_bucket, reading);

    if (result == 0 && reading->bucket_count &&
        reading->buckets[reading->bucket_count - 1].le != (double)INFINITY)
        return -EINVAL;
    return result;
}

static double grown(const struct exposition_reading *before, const struct exposition_reading *after,
                    unsigned i)
{
    return after->buckets[i].count - before->buckets[i].count;
}

double exposition_observations(const struct exposition_reading *before,
                               const struct exposition_reading *after)
{
    unsigned count = after->bucket_count;

    if (count == 0 || count != before->bucket_count)
        return NAN;
    for (unsigned i = 0; i < count; i++)
        if (before->buckets[i].le != after->buckets[i].le || grown(before, after, i) < 0 ||
            (i > 0 && grown(before, after, i) < grown(before, after, i - 1)))
            return NAN;
    return grown(before, after, count - 1);
}

double exposition_quantile(const struct exposition_reading *before, const struct exposition_reading *after,
                           double q, bool *above)
{
    double total = exposition_observations(before, after), rank = q * total, low, below;
    unsigned i = 0;

    if (above)
        *above = false;
    if (!(total > 0))
        return NAN;
    while (i + 1 < after->bucket_count && grown(before, after, i) < rank)
        i++;
    if (above)
        *above = i > 0 && isinf(after->buckets[i].le);
    if (isinf(after->buckets[i].le)) /* the last, or a bound of -Inf that nobody means */
        return i > 0 ? after->buckets[i - 1].le : NAN;
    below = i > 0 ? grown(before, after, i - 1) : 0;
    low = i > 0 ? after->buckets[i - 1].le : fmin(0, after->buckets[0].le);
    if (isinf(low) || grown(before, after, i) <= below)
        return after->buckets[i].le;
    return low + (after->buckets[i].le - low) * (rank - below) / (grown(before, after, i) - below);
}

void exposition_selector_free(struct exposition_selector *selector)
{
    free(selector->name);
    for (unsigned i = 0; i < selector->label_count; i++) {
        free(selector->labels[i].name);
        free(selector->labels[i].value);
    }
    *selector = (struct exposition_selector){0};
}

/* A copy without its backslashes. */
static char *copy(struct span text)
{
    char *made = calloc(1, (size_t)(text.end - text.at) + 1), *to = made;

    while (made && text.at < text.end)
        *to++ = next_character(&text);
    return made;
}

int exposition_selector_parse(const char *text, struct exposition_selector *selector)
{
    struct span rest = {text, text + strlen(text)};
    struct span name = take_name(&rest);
    struct label labels[EXPOSITION_LABELS_MAX];
    unsigned count = 0;
    bool whole = true;

    *selector = (struct exposition_selector){0};
    if (name.at == name.end || (take(&rest, '{') && !take_labels(&rest, labels, &count)) ||
        rest.at != rest.end)
        return -EINVAL;
    selector->name = copy(name);
    selector->label_count = count;
    for (unsigned i = 0; i < count; i++) {
        selector->labels[i].name = copy(labels[i].name);
        selector->labels[i].value = copy(labels[i].value);
        whole &= selector->labels[i].name && selector->labels[i].value;
    }
    if (whole && selector->name)
        return 0;
    exposition_selector_free(selector);
    return -ENOMEM;
}
