/* SPDX-License-Identifier: GPL-2.0 */
/*
 * libFuzzer: any text as a document of micro, which every claim of the ledger is held against. A verdict has
 * an interval with two ends in order; where there is none, it is told why.
 */
#include "orchestrator/claims/evaluate.h"
#include "orchestrator/claims/ledger.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/tree.h"

#define FUZZ_MAX_LEN 4096 /* read by tests/fuzz/run */

static void check(const struct claim *claim, const json_t *rows)
{
    struct claim_outcome outcome = {0};

    claim_evaluate(claim, rows, &outcome);
    fuzz_assert(claim_verdict_text(claim, &outcome)[0] != 0);
    if (outcome.verdict == CLAIM_UNTESTED)
        return;
    fuzz_assert(isfinite(outcome.measured.estimate) && outcome.measured.low <= outcome.measured.high);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error error = {0};
    CLEANUP(jsonio_drop) json_t *document = jsonio_parse_object((const char *)data, size, &error);

    for (const struct claim *claim = claims; document && claim->id; claim++)
        if (claim->test.kind == CLAIM_MICRO || claim->test.kind == CLAIM_NOT_TESTED)
            check(claim, json_object_get(document, "rows"));
    return 0;
}
