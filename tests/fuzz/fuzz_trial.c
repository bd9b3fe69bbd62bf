/* SPDX-License-Identifier: GPL-2.0 */
/* libFuzzer: any bytes as a trial file. What is read can be written, and is the same when it is read again.
 */
#include "reports/trial.h"
#include "tests/fuzz/fuzz.h"

#include <stdio.h>

#define FUZZ_MAX_LEN 8192 /* read by tests/fuzz/run */

static void check_block(const struct block *block)
{
    json_t *json = block_to_json(block);
    struct error error = {0};
    struct block again;

    fuzz_assert(block_check(block) == 0 && json != NULL);
    fuzz_assert(block_from_json(&again, json, &error) == 0);
    fuzz_assert(again.arm == block->arm && again.quad == block->quad && again.position == block->position &&
                again.window_ns == block->window_ns && !again.latency == !block->latency);
    fuzz_assert(!again.latency || memcmp(again.latency, block->latency, sizeof(*again.latency)) == 0);
    block_free(&again);
    json_decref(json);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = fuzz_copy(data, size, false);
    struct trial trial;
    struct error error = {0};
    FILE *file = size > 0 ? fmemopen(text, size, "r") : NULL;
    bool truncated;

    if (file) {
        if (trial_read(&trial, file, &truncated, &error) == 0) {
            fuzz_assert(trial.header != NULL);
            for (size_t i = 0; i < trial.count; i++)
                check_block(&trial.blocks[i]);
        } else {
            fuzz_assert(error.message[0] && trial.count == 0);
        }
        trial_free(&trial);
        fclose(file);
    }
    free(text);
    return 0;
}
