/* SPDX-License-Identifier: GPL-2.0 */
/* libFuzzer: any text as a workload, "NAME,KEY=VALUE,...". What is taken can say what it exercises; what is
 * not, is told in one sentence. Nothing is started. */
#include "tests/fuzz/fuzz.h"
#include "workloads/workload.h"

#define FUZZ_MAX_LEN 256 /* read by tests/fuzz/run */

static void count(const char *entry, void *context)
{
    fuzz_assert(entry[0] != 0);
    ++*(unsigned *)context;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = fuzz_copy(data, size, true);
    struct workload workload = {0};
    struct error error = {0};
    unsigned entries = 0;

    if (workload_parse(&workload, text, &error) == 0)
        workload_exercises(&workload, count, &entries);
    else
        fuzz_assert(error.message[0]);
    workload_free(&workload);
    free(text);
    return 0;
}
