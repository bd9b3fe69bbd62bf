/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/breakdown/unit_costs.h"
#include "orchestrator/breakdown/unit_rows.h"
#include "orchestrator/micro/session.h"
#include "orchestrator/micro/suite_attach.h"
#include "base/cache_directory.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/files.h"
#include "base/version.h"
#include "reports/document.h"
#include "reports/jsonio.h"

#include <errno.h>
#include <string.h>
#include <sys/utsname.h>

#define SCHEMA "tracetoll.units/1"

/* Adds the row to those that have to be measured, unless it is known or on the list. */
static void want(struct micro_rows *missing, const struct micro_rows *all, const json_t *known,
                 const struct unit_row *wanted)
{
    if (unit_row_find(known, wanted))
        return;
    for (unsigned i = 0; i < missing->count; i++)
        if (strcmp(missing->rows[i].name, wanted->name) == 0 &&
            strcmp(missing->rows[i].variant, wanted->variant) == 0)
            return;
    for (unsigned i = 0; i < all->count; i++)
        if (strcmp(all->rows[i].name, wanted->name) == 0 &&
            strcmp(all->rows[i].variant, wanted->variant) == 0) {
            micro_rows_add(missing, &all->rows[i]);
            return;
        }
}

static void choose(const json_t *programs, const json_t *known, struct micro_rows *missing)
{
    CLEANUP(micro_rows_free) struct micro_rows all = {0};
    const json_t *program;
    size_t i;

    micro_attach_rows(&all, false);
    want(missing, &all, known, &unit_row_timer);
    json_array_foreach(programs, i, program)
    {
        const struct unit_row *row = unit_row_of(document_text(program, "attach"));

        if (row)
            want(missing, &all, known, row);
    }
}

/* What the costs belong to: another kernel, boot, CPU or build of ours has others. */
static json_t *describe_key(void)
{
    OWNED_PTR char *boot = file_read("/proc/sys/kernel/random/boot_id", 64);
    struct utsname kernel;

    uname(&kernel);
    if (boot)
        boot[strcspn(boot, "\n")] = '\0';
    return json_pack("{s:s, s:s, s:s, s:s}", "release", kernel.release, "version", kernel.version, "boot",
                     boot ? boot : "", "revision", tracetoll_revision);
}

static bool cache_file(char path[PATH_MAX])
{
    struct error ignored;

    if (cache_directory("", path, &ignored) != 0)
        return false;
    strcat(path, "/unit-costs.json"); /* there is room: cache_directory() */
    return true;
}

/* A new array: the rows kept by an earlier run, if they are of this machine as it is. */
static json_t *read_cache(const json_t *key)
{
    CLEANUP(jsonio_drop) json_t *document = NULL;
    char path[PATH_MAX];

    if (cache_file(path))
        document = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
    if (strcmp(document_text(document, "schema"), SCHEMA) == 0 &&
        json_equal(json_object_get(document, "key"), key) && json_is_array(json_object_get(document, "rows")))
        return json_incref(json_object_get(document, "rows"));
    return json_array();
}

static void write_cache(json_t *key, json_t *rows)
{
    CLEANUP(jsonio_drop)
    json_t *document = json_pack("{s:s, s:O, s:O}", "schema", SCHEMA, "key", key, "rows", rows);
    struct error ignored;
    char path[PATH_MAX];

    if (cache_file(path))
        document_write(path, document, &ignored);
}

int unit_costs_get(const json_t *programs, bool exact, struct interrupt *interrupt, json_t **costs,
                   struct error *error)
{
    const struct micro_plan once = {.repetitions = 1, .loads = 1, .quiet = true},
                            several = {MICRO_REPETITIONS, MICRO_LOADS, true};
    CLEANUP(micro_rows_free) struct micro_rows missing = {0};
    CLEANUP(jsonio_drop) json_t *key = describe_key(), *clock = NULL, *rows = NULL;
    uint64_t start_ns = clock_now_ns();
    int result = 0;

    rows = exact ? json_array() : read_cache(key);
    choose(programs, rows, &missing);
    if (missing.count > 0)
        result = micro_measure_rows(&missing, exact ? &once : &several, interrupt, rows, &clock, error);
    if (result)
        return result;
    if (missing.count > 0 && !exact)
        write_cache(key, rows);
    *costs = json_pack("{s:O, s:f}", "rows", rows, "seconds", (double)(clock_now_ns() - start_ns) / 1e9);
    return *costs ? 0 : error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");
}
