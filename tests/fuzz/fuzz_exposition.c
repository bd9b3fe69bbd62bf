/* SPDX-License-Identifier: GPL-2.0 */
/* libFuzzer: any text as what an endpoint serves; its first line is the selector. A quantile has to lie
 * within the bounds of the buckets. */
#include "workloads/exposition.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define FUZZ_MAX_LEN 8192 /* read by tests/fuzz/run */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct exposition_reading *reading)
{
    struct exposition_reading *nothing = calloc(1, sizeof(*nothing));
    double quantile;

    if (!nothing || reading->bucket_count == 0) {
        free(nothing);
        return;
    }
    *nothing = *reading;
    for (unsigned i = 0; i < reading->bucket_count; i++) {
        if (i > 0 && !(reading->buckets[i - 1].le < reading->buckets[i].le))
            abort();
        nothing->buckets[i].count = 0;
    }
    quantile = exposition_quantile(nothing, reading, 0.9, NULL);
    if (!isnan(quantile) && !(quantile >= fmin(0, reading->buckets[0].le) && quantile < (double)INFINITY))
        abort();
    free(nothing);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *newline = size ? memchr(data, '\n', size) : NULL;
    size_t length = newline ? (size_t)(newline - data) : 0, rest = size - length;
    char *text = malloc(rest + !rest),
         *metric = strndup((const char *)data, length); /* of exactly its size */
    struct exposition_reading *reading = malloc(sizeof(*reading));
    struct exposition_selector selector = {0};

    if (text && metric && reading && exposition_selector_parse(newline ? metric : "m", &selector) == 0) {
        if (rest)
            memcpy(text, data + length, rest);
        exposition_read(text, rest, &selector, reading);
        if (exposition_read_histogram(text, rest, &selector, reading) == 0)
            check(reading);
    }
    exposition_selector_free(&selector);
    free(reading);
    free(metric);
    free(text);
    return 0;
}
