/* SPDX-License-Identifier: GPL-2.0 */
/* libFuzzer: any text as a scenario. What is taken is checked, planned and printed; what is not, is told in
 * one sentence. */
#include "base/cleanup.h"
#include "orchestrator/gate/gate.h"

#include <stdlib.h>
#include <string.h>

#define FUZZ_MAX_LEN 2048 /* read by tests/fuzz/run */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void plan(const struct scenario_file *file)
{
    CLEANUP(gate_free) struct gate gate = {0};
    CLEANUP(words_free) struct words words = {0};
    OWNED_PTR char *text = NULL;
    struct error error = {0};
    size_t length;
    OWNED_FILE FILE *out = open_memstream(&text, &length);

    if (gate_make(&gate, file, 1, &error) != 0 || !out)
        return;
    gate_print_plan(&gate, out);
    gate_job_words(&gate, &gate.jobs[0], "d.json", 1, &words);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(scenario_free) struct scenario_file file = {0};
    struct error error = {0};

    if (scenario_parse(&file, "s.yaml", (const char *)data, size, &error) == 0 &&
        strlen(file.digest) != SCENARIO_DIGEST - 1)
        abort();
    if (!error.message[0] && scenario_check(&file, &error) == 0)
        plan(&file);
    else if (error.status != EXIT_USAGE || !error.message[0])
        abort();
    return 0;
}
