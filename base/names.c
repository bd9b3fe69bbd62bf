/* SPDX-License-Identifier: GPL-2.0 */
#include "base/names.h"

#include <stdio.h>
#include <string.h>

#define LENGTH_MAX 64

static unsigned min3(unsigned a, unsigned b, unsigned c)
{
    unsigned least = a < b ? a : b;

    return least < c ? least : c;
}

/* Optimal string alignment distance; names longer than LENGTH_MAX are never near. */
static unsigned distance(const char *a, const char *b)
{
    size_t length_a = strlen(a), length_b = strlen(b);
    unsigned rows[3][LENGTH_MAX + 1];
    unsigned *before = rows[0], *previous = rows[1], *current = rows[2];

    if (length_a > LENGTH_MAX || length_b > LENGTH_MAX)
        return LENGTH_MAX;
    for (size_t j = 0; j <= length_b; j++)
        previous[j] = (unsigned)j;
    for (size_t i = 1; i <= length_a; i++) {
        unsigned *spare = before;

        current[0] = (unsigned)i;
        for (size_t j = 1; j <= length_b; j++) {
            unsigned cost = a[i - 1] != b[j - 1];

            current[j] = min3(previous[j] + 1, current[j - 1] + 1, previous[j - 1] + cost);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
                before[j - 2] + 1 < current[j])
                current[j] = before[j - 2] + 1;
        }
        before = previous;
        previous = current;
        current = spare;
    }
    return previous[length_b];
}

/* No less than this is the distance of names of these lengths, and it costs nothing. */
static size_t lengths_apart(size_t a, size_t b)
{
    return a > b ? a - b : b - a;
}

const char *name_nearest(const char *typed, const char *const *candidates, size_t count)
{
    size_t length = strlen(typed);
    unsigned best = (unsigned)length / 3 + 2;
    const char *nearest = NULL;

    for (size_t i = 0; i < count; i++) {
        unsigned d;

        if (lengths_apart(length, strlen(candidates[i])) >= best)
            continue;
        d = distance(typed, candidates[i]);
        if (d < best && d < LENGTH_MAX) {
            best = d;
            nearest = candidates[i];
        }
    }
    return nearest;
}

char *name_suggestion(char *text, size_t size, const char *typed, const char *const *candidates, size_t count)
{
    const char *nearest = name_nearest(typed, candidates, count);

    if (nearest)
        snprintf(text, size, " (did you mean \"%s\"?)", nearest);
    else
        text[0] = '\0';
    return text;
}
