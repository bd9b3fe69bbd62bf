/* SPDX-License-Identifier: GPL-2.0 */
/*
 * libFuzzer: any text as what iperf3, fio, stress-ng and wrk print; its first byte says which. What is taken
 * are amounts that can be divided by, what is not is told.
 */
#include "tests/fuzz/fuzz.h"
#include "workloads/fio_output.h"
#include "workloads/iperf3_output.h"
#include "workloads/stress_ng_output.h"
#include "workloads/wrk_output.h"

#define FUZZ_MAX_LEN 4096 /* read by tests/fuzz/run */

struct outcome {
    int result;
    char why[160];
};

static void iperf3(const char *text, bool udp, struct outcome *outcome)
{
    struct iperf3_result read;

    outcome->result = iperf3_parse(text, 1, udp, &read, outcome->why, sizeof(outcome->why));
    if (outcome->result)
        return;
    fuzz_assert(fuzz_is_amount(read.seconds) && read.seconds > 0 && fuzz_is_amount(read.bytes));
    fuzz_assert(udp ? fuzz_is_amount(read.packets)
                    : isnan(read.retransmits) || fuzz_is_amount(read.retransmits));
    if (udp)
        fuzz_assert(fuzz_is_amount(read.all_packets) && fuzz_is_amount(read.lost_packets));
}

static void fio(const char *text, struct outcome *outcome)
{
    struct fio_result *read = malloc(sizeof(*read));

    fuzz_assert(read != NULL);
    outcome->result = fio_parse(text, read, outcome->why, sizeof(outcome->why));
    if (outcome->result == 0)
        fuzz_assert(fuzz_is_amount(read->operations) && fuzz_is_amount(read->bytes) &&
                    fuzz_is_amount(read->seconds));
    free(read);
}

static void stress_ng(const char *text, size_t size, struct outcome *outcome)
{
    struct stress_ng_result read;

    outcome->result = stress_ng_parse(text, size, &read, outcome->why, sizeof(outcome->why));
    if (outcome->result)
        return;
    fuzz_assert(read.count > 0 && read.count <= STRESS_NG_STRESSORS_MAX);
    for (unsigned i = 0; i < read.count; i++) {
        const struct stress_ng_metric *metric = &read.metrics[i];

        fuzz_assert(memchr(metric->stressor, 0, sizeof(metric->stressor)) != NULL);
        fuzz_assert(fuzz_is_amount(metric->bogo_operations) && fuzz_is_amount(metric->wall_s) &&
                    fuzz_is_amount(metric->user_s) && fuzz_is_amount(metric->system_s));
    }
}

static void wrk(const char *text, struct outcome *outcome)
{
    struct wrk_result *read = malloc(sizeof(*read));

    fuzz_assert(read != NULL);
    outcome->result = wrk_parse(text, 4, read, outcome->why, sizeof(outcome->why));
    if (outcome->result == 0)
        fuzz_assert(fuzz_is_amount(read->requests) && fuzz_is_amount(read->bytes) &&
                    fuzz_is_amount(read->failed) && fuzz_is_amount(read->seconds));
    free(read);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct outcome outcome = {0};
    char *text;

    if (size == 0)
        return 0;
    text = fuzz_copy(data + 1, size - 1, true);
    if (data[0] == 'f')
        fio(text, &outcome);
    else if (data[0] == 's')
        stress_ng(text, size - 1, &outcome);
    else if (data[0] == 'w')
        wrk(text, &outcome);
    else
        iperf3(text, data[0] == 'u', &outcome);
    fuzz_assert(outcome.result == 0 || outcome.why[0]);
    free(text);
    return 0;
}
