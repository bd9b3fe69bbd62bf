/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Does somebody take memory away that was not touched for a while (Documentation/admin-guide/mm/damon)? Pages
 * of a tool that is off are such memory: reading them again can take longer than all the rest of attaching,
 * and is disk traffic.
 */
#include "agents/doctor_checks.h"
#include "agents/machine.h"

#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#define DAMONS  "/sys/kernel/mm/damon/admin/kdamonds"
#define RECLAIM "/sys/module/damon_reclaim/parameters/enabled"

static bool has_line(const char *path, const char *wanted)
{
    char line[64];

    return machine_line(path, line, sizeof(line)) && strcmp(line, wanted) == 0;
}

static bool any_has_line(const char *directory, const char *pattern, const char *wanted)
{
    char path[PATH_MAX];
    glob_t found = {0};
    bool has = false;

    snprintf(path, sizeof(path), "%s/%s", directory, pattern);
    if (glob(path, 0, NULL, &found) == 0)
        for (size_t i = 0; i < found.gl_pathc && !has; i++)
            has = has_line(found.gl_pathv[i], wanted);
    globfree(&found);
    return has;
}

/* Is there one that is on and has a scheme that pages out? */
static bool any_pages_out(void)
{
    glob_t found = {0};
    bool does = false;

    if (glob(DAMONS "/*", GLOB_ONLYDIR, NULL, &found) == 0)
        for (size_t i = 0; i < found.gl_pathc && !does; i++)
            does = any_has_line(found.gl_pathv[i], "state", "on") &&
                   any_has_line(found.gl_pathv[i], "contexts/*/schemes/*/action", "pageout");
    globfree(&found);
    return does;
}

DOCTOR_CHECK(doctor_reclaim)
{
    (void)check;
    if (!any_pages_out() && !has_line(RECLAIM, "Y"))
        finding_ok(finding, "only where memory is short");
    else
        finding_set(
            finding, FINDING_DEGRADED,
            "DAMON takes what was not touched for a while: a tool that was off is read from disk again, and "
            "attaches late",
            "none needed, or a longer --attach-timeout; echo off into its state below " DAMONS " stops it",
            "idle pages go out");
}
