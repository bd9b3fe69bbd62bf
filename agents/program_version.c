/* SPDX-License-Identifier: GPL-2.0 */
#include "agents/program_version.h"
#include "base/capture.h"
#include "base/cleanup.h"
#include "base/clock.h"

#include <stdio.h>
#include <string.h>

#define LIMIT_NS (10 * NS_PER_SECOND)

/* dpkg's own tool is asked: its database is its own affair. In its own language, since its output is parsed.
 */
static bool ask(const char *action, const char *option, const char *argument, struct interrupt *interrupt,
                struct capture *answer)
{
    const char *const words[] = {"env", "LC_ALL=C", "dpkg-query", action, option, argument, NULL};
    struct capture_plan plan = CAPTURE_PLAN(words);

    plan.limit_ns = LIMIT_NS;
    return capture_run(&plan, interrupt, answer, NULL) == 0 && answer->exit_status == 0;
}

/* "PACKAGE: PATH", "PACKAGE:ARCHITECTURE, PACKAGE: PATH"; in front of it "diversion by PACKAGE from: PATH".
 * The name ends with a 0 then. NULL: there is no such line. */
static char *first_package(char *answer)
{
    static const char diversion[] = "diversion ";

    for (char *line; (line = strsep(&answer, "\n"));) {
        if (strncmp(line, diversion, strlen(diversion)) == 0)
            continue;
        line[strcspn(line, ":,")] = '\0';
        return line[0] ? line : NULL;
    }
    return NULL;
}

bool program_version(const char *path, struct interrupt *interrupt, char *text, size_t size)
{
    OWNED_CAPTURE struct capture owners = {0}, versions = {0};
    const char *package = ask("-S", "--", path, interrupt, &owners) ? first_package(owners.output) : NULL;

    if (!package || !ask("-W", "-f=${Package} ${Version}\\n", package, interrupt, &versions))
        return false;
    versions.output[strcspn(versions.output, "\n")] = '\0'; /* one line for each architecture */
    snprintf(text, size, "%s", versions.output);
    return text[0] != '\0';
}
