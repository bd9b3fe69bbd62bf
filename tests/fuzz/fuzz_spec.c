/* SPDX-License-Identifier: GPL-2.0 */
/* libFuzzer: any text as a probe's SPEC. What is taken has to keep within its limits. */
#include "bpf/attach_kinds.h"
#include "bpf/op_table.h"
#include "bpf/spec.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define FUZZ_MAX_LEN 512 /* read by tests/fuzz/run */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = calloc(1, size + 1);
    struct error error = {0};
    struct probe_spec spec;

    if (!text)
        return 0;
    if (size > 0)
        memcpy(text, data, size);
    if (probe_spec_parse(text, &spec, &error) == 0) {
        if (!spec.attach || spec.op_count > PROBE_OPS_MAX || !memchr(spec.where, 0, sizeof(spec.where)))
            abort();
        for (unsigned i = 0; i < spec.op_count; i++)
            if (spec.ops[i].kind >= OP_COUNT || spec.ops[i].count < 1 ||
                spec.ops[i].count > PROBE_COUNT_MAX ||
                (op_table[spec.ops[i].kind].size_is &&
                 spec.ops[i].size > op_table[spec.ops[i].kind].size_max))
                abort();
    } else if (error.status != EXIT_USAGE || !error.message[0]) {
        abort();
    }
    free(text);
    return 0;
}
