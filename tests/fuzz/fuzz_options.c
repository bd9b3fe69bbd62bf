/* SPDX-License-Identifier: GPL-2.0 */
/*
 * libFuzzer: any text as the value of an option: a kernel's name, a budget, a limit of diff. What is taken is
 * within its bounds, what is not is told in one sentence.
 */
#include "agents/lab/kernel_name.h"
#include "orchestrator/budget.h"
#include "orchestrator/diff/budgets.h"
#include "tests/fuzz/fuzz.h"

#define FUZZ_MAX_LEN 256 /* read by tests/fuzz/run */

static void told(int result, const struct error *error)
{
    fuzz_assert(result == 0 || (error->status == EXIT_USAGE && error->message[0]));
}

static void kernel(const char *text)
{
    struct error error = {0};
    struct lab_name name;
    int result = lab_name_parse(text, &name, &error);

    told(result, &error);
    if (result)
        return;
    fuzz_assert(name.text == text);
    fuzz_assert(name.origin != LAB_DEBIAN || (name.version[0] && !strchr(name.version, '/')));
    fuzz_assert(name.origin != LAB_FILES || (name.image[0] && name.modules[0]));
}

static void budgets(const char *text)
{
    struct error error = {0};
    struct diff_budgets limits = {0};
    struct budget budget;
    int result = budget_parse(&budget, text, &error);

    told(result, &error);
    fuzz_assert(result || (budget.metric && fuzz_is_amount(budget.limit) && budget.limit > 0));
    error = (struct error){0};
    result = diff_budgets_add(&limits, text, &error);
    told(result, &error);
    fuzz_assert(result || (limits.count == 1 && fuzz_is_amount(limits.items[0].share)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = fuzz_copy(data, size, true);

    kernel(text);
    budgets(text);
    free(text);
    return 0;
}
