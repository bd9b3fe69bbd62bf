/* SPDX-License-Identifier: GPL-2.0 */
/* libFuzzer: any bytes as translated instructions; the first byte says how many subprograms, the next where.
 */
#include "agents/xlated.h"

#include <stdlib.h>
#include <string.h>

#define FUZZ_MAX_LEN 2048 /* read by tests/fuzz/run */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct flow_range *range)
{
    if (range->fewest != FLOW_UNBOUNDED && range->fewest > range->most)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint32_t starts[8] = {0};
    unsigned start_count = size > 0 ? 1 + data[0] % 8 : 1, count;
    struct bpf_insn *instructions;
    struct xlated *xlated = malloc(sizeof(*xlated));

    if (size < 8) {
        free(xlated);
        return 0;
    }
    for (unsigned i = 1; i < start_count; i++)
        starts[i] = starts[i - 1] + data[i];
    count = (unsigned)((size - 8) / sizeof(*instructions));
    instructions = malloc(count * sizeof(*instructions) + 1);
    memcpy(instructions, data + 8, count * sizeof(*instructions));
    if (xlated && xlated_read(instructions, count, starts, start_count, xlated) == 0) {
        check(&xlated->instructions);
        for (unsigned i = 0; i < xlated->call_count; i++)
            check(&xlated->calls[i].times);
        for (unsigned i = 0; i < xlated->map_count; i++)
            check(&xlated->maps[i].times);
    }
    free(instructions);
    free(xlated);
    return 0;
}
