/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/breakdown/sums.h"
#include "orchestrator/compose.h"
#include "reports/document.h"
#include "reports/jsonio.h"

#include <math.h>

struct interval sums_exact(double figure)
{
    return (struct interval){figure, figure, figure};
}

struct interval sums_of_row(const json_t *row)
{
    return (struct interval){document_number(row, "estimate"), document_number(row, "low"),
                             document_number(row, "high")};
}

struct interval sums_times(struct interval figure, double times)
{
    return (struct interval){times * figure.estimate, times * figure.low, times * figure.high};
}

struct interval sums_add(struct interval a, struct interval b)
{
    return (struct interval){a.estimate + b.estimate, a.low + b.low, a.high + b.high};
}

struct interval sums_between(struct interval a, struct interval b, double place)
{
    if (place == 0)
        return a;
    if (place == 1)
        return b;
    return (struct interval){a.estimate + place * (b.estimate - a.estimate), a.low + place * (b.low - a.low),
                             a.high + place * (b.high - a.high)};
}

struct interval sums_less(struct interval total, const struct interval *parts, unsigned count)
{
    struct interval rest = {.estimate = total.estimate};
    double below = pow(total.estimate - total.low, 2), above = pow(total.high - total.estimate, 2);

    for (unsigned i = 0; i < count; i++) {
        rest.estimate -= parts[i].estimate;
        below += pow(parts[i].high - parts[i].estimate, 2);
        above += pow(parts[i].estimate - parts[i].low, 2);
    }
    rest.low = rest.estimate - sqrt(below);
    rest.high = rest.estimate + sqrt(above);
    return rest;
}

json_t *sums_describe(struct interval figure)
{
    return compose_interval(figure.estimate, figure.low, figure.high);
}

json_t *sums_describe_known(struct interval figure)
{
    return isnan(figure.estimate) ? json_null() : sums_describe(figure);
}

json_t *sums_part(const char *name, const char *summary, struct interval figure)
{
    json_t *json = sums_describe(figure);

    json_object_set_new(json, "name", json_string(name));
    json_object_set_new(json, "summary", json_string(summary));
    return json;
}

json_t *sums_unexplained(const char *summary, struct interval total, const struct interval *parts,
                         unsigned count)
{
    struct interval rest = sums_less(total, parts, count);
    json_t *json = sums_part("unexplained", summary, rest);

    json_object_set_new(json, "share", jsonio_number(rest.estimate / total.estimate));
    return json;
}
