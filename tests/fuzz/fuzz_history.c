/* SPDX-License-Identifier: GPL-2.0 */
/*
 * libFuzzer: any text as a document for the history, alone or inside a document of several (kernels, gate).
 * What is taken has columns that a table can hold, and comes out of its packed form as it was; packed bytes
 * that are damaged come out as nothing.
 */
#include "base/clock.h"
#include "orchestrator/history/entry.h"
#include "reports/history/internal.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/tree.h"

#define FUZZ_MAX_LEN 8192 /* read by tests/fuzz/run */

static void check_figure(const struct history_figure *figure)
{
    const double numbers[] = {figure->baseline, figure->with_target, figure->estimate, figure->low,
                              figure->high};

    fuzz_assert(figure->metric[0] && figure->unit);
    for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
        fuzz_assert(isnan(numbers[i]) || isinf(numbers[i]) || fabs(numbers[i]) <= DOCUMENT_NUMBER_MAX);
}

static void check_entry(const struct history_entry *entry)
{
    fuzz_assert(entry->target && entry->workload && entry->mode && entry->machine_text && entry->kernel &&
                entry->kernel_build && entry->status && entry->document);
    fuzz_assert(entry->series[0] && entry->machine[0]);
    fuzz_assert(entry->started_s >= 0 && (uint64_t)entry->started_s < UINT64_MAX / NS_PER_SECOND);
    for (unsigned i = 0; i < entry->figure_count; i++)
        check_figure(&entry->figures[i]);
}

/* As it is, with a byte changed, and cut. */
static void check_packed(const json_t *document, size_t seed)
{
    OWNED_PTR void *packed = NULL;
    CLEANUP(jsonio_drop) json_t *again = NULL, *damaged = NULL, *cut = NULL;
    char digest[DIGEST_TEXT];
    size_t packed_bytes, bytes;

    fuzz_assert(history_pack(document, &packed, &packed_bytes, &bytes, digest) == 0);
    fuzz_assert(history_unpack(packed, packed_bytes, bytes, digest, &again) == 0 &&
                json_equal(document, again));
    fuzz_assert(history_unpack(packed, packed_bytes / 2, bytes, digest, &cut) != 0);
    ((unsigned char *)packed)[seed % packed_bytes] ^= 1;
    fuzz_assert(history_unpack(packed, packed_bytes, bytes, digest, &damaged) != 0 ||
                json_equal(document, damaged));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    OWNED_BATCH struct history_batch batch = {0};
    struct error error = {0};
    CLEANUP(jsonio_drop) json_t *document = jsonio_parse_object((const char *)data, size, &error);

    if (!document || history_batch_read(document, &batch, &error) != 0) {
        fuzz_assert(error.status == EXIT_USAGE && error.message[0]);
        return 0;
    }
    fuzz_assert(batch.count > 0);
    for (unsigned i = 0; i < batch.count; i++) {
        check_entry(&batch.entries[i]);
        if (size % 4 == 0) /* it costs more than all the rest */
            check_packed(batch.entries[i].document, size);
    }
    return 0;
}
