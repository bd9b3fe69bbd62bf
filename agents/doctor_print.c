/* SPDX-License-Identifier: GPL-2.0 */
#include "agents/doctor.h"

#include <string.h>

#define NAME_WIDTH   15
#define STATUS_WIDTH 12
#define INDENT       (2 + NAME_WIDTH + STATUS_WIDTH)
#define LINE_WIDTH   110

static const char *text_of(const json_t *check, const char *key)
{
    const char *text = json_string_value(json_object_get(check, key));

    return text ? text : "";
}

/* From column `at` on, broken between words so that no line is longer than it need be. */
static void print_wrapped(FILE *file, const char *lead, const char *text)
{
    int column = INDENT + (int)strlen(lead);
    int indent = column;

    fprintf(file, "%*s%s", INDENT, "", lead);
    while (*text) {
        int length = (int)strcspn(text, " ");

        if (column + length > LINE_WIDTH && column > indent) {
            fprintf(file, "\n%*s", indent, "");
            column = indent;
        }
        fprintf(file, "%.*s", length, text);
        text += length;
        column += length;
        if (*text == ' ') {
            text++;
            if (column + 1 + (int)strcspn(text, " ") <= LINE_WIDTH) {
                fputc(' ', file);
                column++;
            } else {
                column = LINE_WIDTH + 1;
            }
        }
    }
    fputc('\n', file);
}

static void print_check(FILE *file, const json_t *check)
{
    const char *reason = text_of(check, "reason"), *remedy = text_of(check, "remedy");

    fprintf(file, "  %-*s%-*s%s\n", NAME_WIDTH, text_of(check, "name"), STATUS_WIDTH,
            text_of(check, "status"), text_of(check, "detail"));
    if (reason[0])
        print_wrapped(file, "", reason);
    if (remedy[0])
        print_wrapped(file, "-> ", remedy);
}

/* A reason and a remedy that the check before has just given are not said again. */
static int same_advice(const json_t *a, const json_t *b)
{
    return a && text_of(a, "reason")[0] && strcmp(text_of(a, "reason"), text_of(b, "reason")) == 0 &&
           strcmp(text_of(a, "remedy"), text_of(b, "remedy")) == 0;
}

void doctor_print(FILE *file, const json_t *report)
{
    const json_t *checks = json_object_get(report, "checks"), *check, *before = NULL;
    unsigned counts[3] = {0};
    const char *group = "";
    size_t i;

    json_array_foreach(checks, i, check)
    {
        const char *status = text_of(check, "status");

        if (strcmp(group, text_of(check, "group")) != 0) {
            group = text_of(check, "group");
            fprintf(file, "%s%s\n", i ? "\n" : "", group);
        }
        if (same_advice(before, check))
            fprintf(file, "  %-*s%-*s%s (likewise)\n", NAME_WIDTH, text_of(check, "name"), STATUS_WIDTH,
                    status, text_of(check, "detail"));
        else
            print_check(file, check);
        counts[status[0] == 'o' ? 0 : status[0] == 'd' ? 1 : 2]++;
        before = check;
    }
    fprintf(file, "\n%u ok, %u degraded, %u unsupported\n", counts[0], counts[1], counts[2]);
}
