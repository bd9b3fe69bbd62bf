/* SPDX-License-Identifier: GPL-2.0 */
/* libFuzzer: any text as a number with a unit. What is taken is finite and prints; what is not, is told in
 * one sentence. */
#include "base/units.h"
#include "tests/fuzz/fuzz.h"

#include <stdio.h>

#define FUZZ_MAX_LEN 64 /* read by tests/fuzz/run */

static void print(double number)
{
    static const char *const units[] = {"ns", "bytes", "cores", "1/s", "%", ""};
    char text[32];

    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        fuzz_assert(quantity_format(text, sizeof(text), number, units[i]) == text);
        fuzz_assert(memchr(text, 0, sizeof(text)) != NULL);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = fuzz_copy(data, size, true);
    struct quantity quantity;
    struct error error = {0};
    double ns;

    if (quantity_parse(text, "number", &quantity, &error) == 0) {
        fuzz_assert(fuzz_is_amount(quantity.number));
        print(quantity.number);
    } else {
        fuzz_assert(error.message[0]);
    }
    error = (struct error){0};
    if (quantity_parse_time_ns(text, "time", &ns, &error) == 0)
        fuzz_assert(fuzz_is_amount(ns));
    else
        fuzz_assert(error.message[0]);
    free(text);
    return 0;
}
