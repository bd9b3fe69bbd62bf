/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/breakdown/unit_costs.h"
#include "orchestrator/advice/events.h"
#include "orchestrator/advice/swaps.h"
#include "orchestrator/breakdown/prices.h"
#include "orchestrator/breakdown/way.h"
#include "orchestrator/micro/session.h"
#include "orchestrator/micro/suite_attach.h"
#include "base/cache_directory.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/cpus.h"
#include "base/files.h"
#include "base/version.h"
#include "bpf/op_table.h"
#include "agents/statistics_on.h"
#include "reports/document.h"
#include "reports/jsonio.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#define SCHEMA "tracetoll.units/1"

static const struct micro_row *find(const struct micro_rows *rows, const struct unit_row *wanted)
{
    for (unsigned i = 0; i < rows->count; i++)
        if (strcmp(rows->rows[i].name, wanted->name) == 0 &&
            strcmp(rows->rows[i].variant, wanted->variant) == 0)
            return &rows->rows[i];
    return NULL;
}

/* An operation; its variant is its size, as the suites write it. False for a row that is none. */
static bool make_op_row(const struct unit_row *wanted, struct micro_row *row)
{
    unsigned kind = op_find(wanted->name);

    if (kind == OP_COUNT || !op_table[kind].suite)
        return false;
    *row = micro_op_row(op_table[kind].suite, kind);
    if (op_table[kind].size_is)
        row->config.op.size = (unsigned)strtoul(wanted->variant, NULL, 10);
    snprintf(row->variant, sizeof(row->variant), "%s", wanted->variant);
    return true;
}

struct choice {
    const json_t *known;
    struct micro_rows suites; /* whose rows have names of their own */
    struct micro_rows missing;
};

static void choice_free(struct choice *choice)
{
    micro_rows_free(&choice->suites);
    micro_rows_free(&choice->missing);
}

/* Adds the row to those that have to be measured, unless it is known or on the list. */
static void want(struct choice *choice, const struct unit_row *wanted)
{
    const struct micro_row *listed;
    struct micro_row row;

    if (!wanted || !wanted->name || unit_row_find(choice->known, wanted) || find(&choice->missing, wanted))
        return;
    listed = find(&choice->suites, wanted);
    if (listed)
        micro_rows_add(&choice->missing, listed);
    else if (make_op_row(wanted, &row))
        micro_rows_add(&choice->missing, &row);
}

static void want_price(struct choice *choice, const struct price *price)
{
    if (!price)
        return;
    want(choice, &price->low);
    want(choice, &price->high);
}

/* What would take the place of what it does now: advice is a difference of rows. */
static void want_swaps(struct choice *choice, const json_t *target, const json_t *program, const json_t *call)
{
    for (unsigned i = 0; i < swap_count; i++) {
        if (!(call ? swap_concerns_call(&swaps[i], target, program, call)
                   : swap_concerns_program(&swaps[i], target, program)))
            continue;
        want(choice, &swaps[i].from);
        want(choice, &swaps[i].to);
    }
}

static void want_events(struct choice *choice, const json_t *call)
{
    struct unit_row rows[EVENTS_ROWS];
    unsigned count = events_rows(document_text(call, "name"), rows);

    for (unsigned i = 0; i < count; i++)
        want(choice, &rows[i]);
}

static void want_way(struct choice *choice, const struct unit_row *unit)
{
    want(choice, unit);
    if (!unit || !unit_row_may_step(unit))
        return;
    want(choice, &unit_row_emulated);
    want(choice, &unit_row_stepped);
}

static void choose(struct choice *choice, const json_t *target)
{
    const json_t *program, *call;
    size_t i, k;

    micro_attach_rows(&choice->suites, false);
    micro_event_rows(&choice->suites, false);
    want(choice, &unit_row_timer);
    if (way_shared(json_object_get(target, "programs")))
        want(choice, &way_row_eight);
    want_price(choice, &price_of_instruction);
    json_array_foreach(json_object_get(target, "programs"), i, program)
    {
        want_way(choice, unit_row_of(program));
        want_way(choice, unit_row_way(program));
        want_swaps(choice, target, program, NULL);
        json_array_foreach(document_at(program, "code.calls"), k, call)
        {
            want_price(choice, price_of(document_text(call, "name")));
            want_swaps(choice, target, program, call);
            want_events(choice, call);
        }
    }
}

/* With one CPU allowed, consumers and producers share it, and a wake-up is a change of thread: another price.
 * So is each run of a program while somebody has BPF statistics on. */
json_t *unit_costs_key(void)
{
    int allowed[CPU_SETSIZE];
    OWNED_PTR char *boot = file_read("/proc/sys/kernel/random/boot_id", 64);
    struct utsname kernel;

    uname(&kernel);
    if (boot)
        boot[strcspn(boot, "\n")] = '\0';
    return json_pack("{s:s, s:s, s:s, s:s, s:i, s:i, s:b}", "release", kernel.release, "version",
                     kernel.version, "boot", boot ? boot : "", "revision", tracetoll_revision, "allowed_cpus",
                     cpus_allowed(allowed, CPU_SETSIZE), "online_cpus", cpus_online(), "statistics",
                     bpf_statistics_are_on());
}

static bool cache_file(char path[PATH_MAX])
{
    struct error ignored;
    size_t length;

    if (cache_directory("", path, &ignored) != 0)
        return false;
    length = strlen(path);
    snprintf(path + length, PATH_MAX - length, "/unit-costs.json"); /* there is room: cache_directory() */
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

static json_t *good_rows(json_t *rows)
{
    json_t *good = json_array(), *row;
    size_t i;

    json_array_foreach(rows, i, row)
    {
        if (unit_row_lasts(row))
            json_array_append(good, row);
    }
    return good;
}

static void write_cache(json_t *key, json_t *rows)
{
    CLEANUP(jsonio_drop)
    json_t *document = json_pack("{s:s, s:O, s:o}", "schema", SCHEMA, "key", key, "rows", good_rows(rows));
    struct error ignored;
    char path[PATH_MAX];

    if (cache_file(path))
        document_write(path, document, &ignored);
}

int unit_costs_get(const json_t *target, bool exact, double run_s, struct interrupt *interrupt,
                   json_t **costs, struct error *error)
{
    const struct micro_plan once = {.repetitions = 1, .loads = 1, .quiet = true},
                            several = {.repetitions = MICRO_REPETITIONS,
                                       .loads = MICRO_LOADS,
                                       .quiet = true,
                                       .enough_s = UNIT_COSTS_SHARE * run_s};
    CLEANUP(choice_free) struct choice choice = {0};
    CLEANUP(jsonio_drop) json_t *key = unit_costs_key(), *clock = NULL, *rows = NULL;
    uint64_t start_ns = clock_now_ns();
    int result = 0;

    rows = exact ? json_array() : read_cache(key);
    choice.known = rows;
    choose(&choice, target);
    if (choice.missing.count > 0)
        result =
            micro_measure_rows(&choice.missing, exact ? &once : &several, interrupt, rows, &clock, error);
    if (result)
        return result;
    if (choice.missing.count > 0 && !exact)
        write_cache(key, rows);
    *costs = json_pack("{s:O, s:f}", "rows", rows, "seconds", (double)(clock_now_ns() - start_ns) / 1e9);
    return *costs ? 0 : error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");
}
