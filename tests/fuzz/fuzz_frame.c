/* SPDX-License-Identifier: GPL-2.0 */
/* libFuzzer: any bytes as what a guest sends: its kernel and its programs are not trusted. */
#include "agents/lab/frame.h"
#include "agents/lab/guest.h"
#include "tests/fuzz/fuzz.h"

#define FUZZ_MAX_LEN 4096 /* read by tests/fuzz/run */

static void each(const char *received, size_t size)
{
    struct frame frame;
    size_t offset = 0, before = 0;

    while (frame_read(received, size, &offset, &frame) == 0) {
        fuzz_assert(offset > before && offset <= size && frame.data[frame.size] == 0);
        before = offset;
        free(frame.data);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct lab_outcome outcome = {.exit_status = -1};
    char *received = fuzz_copy(data, size, false);

    each(received, size);
    if (lab_outcome_take(&outcome, received, size) == 0)
        fuzz_assert(outcome.exit_status >= 0 && outcome.exit_status <= 255);
    lab_outcome_free(&outcome);
    free(received);
    return 0;
}
