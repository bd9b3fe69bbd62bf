/* SPDX-License-Identifier: GPL-2.0 */
/* libFuzzer: any text as what funclatency prints. What is taken has to add up, and its median to lie in it.
 */
#include "agents/funclatency_output.h"

#include <stdlib.h>
#include <string.h>

#define FUZZ_MAX_LEN 4096 /* read by tests/fuzz/run */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct latency_histogram *histogram)
{
    struct latency_median median = latency_median(histogram);
    uint64_t calls = 0;

    for (unsigned i = 0; i < histogram->bucket_count; i++)
        calls += histogram->buckets[i].count;
    if (histogram->bucket_count > LATENCY_BUCKETS_MAX || calls != histogram->calls || calls == 0 ||
        !(median.low <= median.ns && median.ns <= median.high))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    /* A buffer of exactly its size, so that reading behind the end is found. */
    char *text = malloc(size + !size);
    struct latency_histogram histogram;

    if (!text)
        return 0;
    if (size > 0)
        memcpy(text, data, size);
    if (funclatency_parse(text_of(text, size), &histogram) == 0)
        check(&histogram);
    free(text);
    return 0;
}
