/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/kernels/spread.h"
#include "reports/document.h"
#include "reports/jsonio.h"

#include <math.h>
#include <string.h>

static void add(struct spread *spread, double number)
{
    if (isnan(number))
        return;
    if (spread->count == 0 || number < spread->low)
        spread->low = number;
    if (spread->count == 0 || number > spread->high)
        spread->high = number;
    spread->mean = (spread->mean * spread->count + number) / (spread->count + 1);
    spread->count++;
}

struct spread spread_of(const json_t *const *parts, unsigned count, const char *path)
{
    struct spread spread = {0};

    for (unsigned i = 0; i < count; i++)
        add(&spread, document_number(parts[i], path));
    if (spread.count < count)
        spread = (struct spread){NAN, NAN, NAN, 0};
    return spread;
}

void spread_set(json_t *object, const struct spread *spread)
{
    json_object_set_new(object, "estimate", jsonio_number(spread->mean));
    json_object_set_new(object, "low", jsonio_number(spread->low));
    json_object_set_new(object, "high", jsonio_number(spread->high));
}

const char *spread_unit(const char *unit)
{
    return strcmp(unit, "ns") == 0 ? "insn" : strcmp(unit, "1/s") == 0 ? "1/Ginsn" : unit;
}
