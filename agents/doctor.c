/* SPDX-License-Identifier: GPL-2.0 */
#include "agents/doctor.h"

#include <stdarg.h>
#include <string.h>

static const char *const status_names[] = {"ok", "degraded", "unsupported"};

void finding_ok(struct finding *finding, const char *format, ...)
{
    va_list arguments;

    *finding = (struct finding){.status = FINDING_OK};
    va_start(arguments, format);
    vsnprintf(finding->detail, sizeof(finding->detail), format, arguments);
    va_end(arguments);
}

void finding_set(struct finding *finding, enum finding_status status, const char *reason, const char *remedy,
                 const char *format, ...)
{
    va_list arguments;

    *finding = (struct finding){.status = status};
    snprintf(finding->reason, sizeof(finding->reason), "%s", reason);
    snprintf(finding->remedy, sizeof(finding->remedy), "%s", remedy);
    va_start(arguments, format);
    vsnprintf(finding->detail, sizeof(finding->detail), format, arguments);
    va_end(arguments);
}

const struct doctor_check *doctor_check_one(const char *name, struct finding *finding)
{
    for (const struct doctor_check *check = doctor_table; check->name; check++)
        if (strcmp(check->name, name) == 0) {
            check->run(check, finding);
            return check;
        }
    return NULL;
}

static json_t *text_or_null(const char *text)
{
    json_t *made = text[0] ? json_string(text) : NULL;

    return made ? made : json_null();
}

static json_t *describe(const struct doctor_check *check, const struct finding *finding)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:o, s:o, s:o}", "group", check->group, "name", check->name,
                     "summary", check->summary, "status", status_names[finding->status], "detail",
                     text_or_null(finding->detail), "reason", text_or_null(finding->reason), "remedy",
                     text_or_null(finding->remedy));
}

json_t *doctor_run(void)
{
    json_t *checks = json_array();

    for (const struct doctor_check *check = doctor_table; check->name; check++) {
        struct finding finding = {0};

        check->run(check, &finding);
        json_array_append_new(checks, describe(check, &finding));
    }
    return json_pack("{s:s, s:o}", "schema", "tracetoll.doctor/1", "checks", checks);
}
