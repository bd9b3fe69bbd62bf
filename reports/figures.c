/* SPDX-License-Identifier: GPL-2.0 */
#include "reports/figures.h"
#include "base/cleanup.h"
#include "base/i18n.h"
#include "base/units.h"
#include "reports/document.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

struct interval figure_interval(const json_t *object)
{
    return (struct interval){document_number(object, "estimate"), document_number(object, "low"),
                             document_number(object, "high")};
}

bool figure_is_relative(const json_t *node, const char *path)
{
    return strcmp(document_text(node, path), "relative") == 0;
}

char *figure_quantity(char *text, size_t size, double number, const char *unit)
{
    text[0] = '\0';
    if (isnan(number))
        return text;
    if (strcmp(unit, "share") == 0)
        return figure_percent(text, size, number);
    return quantity_format(text, size, number, unit);
}

/* Digits behind the point that show `significant` ones of the largest number. */
static int decimals(double largest, int significant, int most)
{
    int digits = significant - 1 - (largest > 0 ? (int)floor(log10(largest)) : 0);

    return digits < 0 ? 0 : digits > most ? most : digits;
}

static double largest_of(struct interval change)
{
    double largest = fabs(change.estimate);

    if (fabs(change.low) > largest)
        largest = fabs(change.low);
    if (fabs(change.high) > largest)
        largest = fabs(change.high);
    return largest;
}

/* What rounds to nothing gets no sign: "-0.00" says more than is known. */
static char *signed_number(char *text, size_t size, double number, int digits)
{
    if (isnan(number))
        snprintf(text, size, "?");
    else if (fabs(number) * pow(10, digits) < 0.5)
        snprintf(text, size, "%.*f", digits, 0.0);
    else
        snprintf(text, size, "%+.*f", digits, number);
    return text;
}

struct printed_unit {
    double factor;
    const char *name;
    int most_decimals;
};

static struct printed_unit printed_unit(double largest, bool relative, const char *unit)
{
    struct printed_unit printed = {.most_decimals = 6};

    if (relative)
        return (struct printed_unit){100, "%", 2};
    if (strcmp(unit, "share") == 0)
        return (struct printed_unit){100, _("points"), 2};
    printed.factor = 1 / quantity_scale(largest, unit, &printed.name);
    return printed;
}

/* An end that is not zero must not look like it: an interval that excludes zero says that something is there.
 */
static bool looks_zero(double number, int digits)
{
    return number != 0 && fabs(number) < 0.5 * pow(10, -digits);
}

char *figure_change(char *text, size_t size, struct interval change, bool relative, const char *unit)
{
    struct printed_unit printed = printed_unit(largest_of(change), relative, unit);
    int digits = decimals(largest_of(change) * printed.factor, 3, printed.most_decimals);
    double ends[] = {change.low * printed.factor, change.high * printed.factor};
    const char *space = printed.name[0] ? " " : "";
    char estimate[32], low[32], high[32];

    text[0] = '\0';
    if (isnan(change.estimate))
        return text;
    while (digits < printed.most_decimals && (looks_zero(ends[0], digits) || looks_zero(ends[1], digits)))
        digits++;
    signed_number(estimate, sizeof(estimate), change.estimate * printed.factor, digits);
    signed_number(low, sizeof(low), ends[0], digits);
    signed_number(high, sizeof(high), ends[1], digits);
    if (isnan(change.low) && isnan(change.high))
        snprintf(text, size, _("%s%s%s (no interval)"), estimate, space, printed.name);
    else
        snprintf(text, size, "%s%s%s [%s, %s]", estimate, space, printed.name, low, high);
    return text;
}

const char *figure_split(char *estimate, size_t size, const char *change)
{
    static const char *const brackets[] = {"[", "(", "（"};
    const char *rest = change + strlen(change);
    size_t length;

    for (size_t i = 0; i < ARRAY_SIZE(brackets); i++) {
        const char *found = strstr(change, brackets[i]);

        rest = found && found < rest ? found : rest;
    }
    length = (size_t)(rest - change);
    if (length > 0 && change[length - 1] == ' ')
        length--;
    snprintf(estimate, size, "%.*s", (int)length, change);
    return rest;
}

static char *plain_figure(char *text, size_t size, double number, int significant,
                          struct printed_unit printed)
{
    double shown = number * printed.factor;

    text[0] = '\0';
    if (!isnan(number))
        snprintf(text, size, "%.*f%s%s", decimals(fabs(shown), significant, printed.most_decimals), shown,
                 printed.name[0] ? " " : "", printed.name);
    return text;
}

char *figure_size(char *text, size_t size, double number, bool relative, const char *unit)
{
    return plain_figure(text, size, number, 2, printed_unit(fabs(number), relative, unit));
}

char *figure_seconds(char *text, size_t size, double seconds)
{
    text[0] = '\0';
    if (isnan(seconds))
        return text;
    if (seconds < 60)
        snprintf(text, size, "%.3g s", seconds);
    else if (seconds < 3600)
        snprintf(text, size, "%.0f min %.0f s", floor(seconds / 60), floor(fmod(seconds, 60)));
    else
        snprintf(text, size, "%.0f h %.0f min", floor(seconds / 3600), floor(fmod(seconds, 3600) / 60));
    return text;
}

char *figure_percent(char *text, size_t size, double share)
{
    return plain_figure(text, size, share, 3, printed_unit(fabs(share), true, ""));
}
