/* SPDX-License-Identifier: GPL-2.0 */
/* What a guest sends: its kernel and its programs are not trusted. */
#include "agents/lab/frame.h"

#include <stdint.h>
#include <stdlib.h>

#define FUZZ_MAX_LEN 4096 /* read by tests/fuzz/run */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct frame frame;
    size_t offset = 0;

    while (frame_read((const char *)data, size, &offset, &frame) == 0)
        free(frame.data);
    return 0;
}
