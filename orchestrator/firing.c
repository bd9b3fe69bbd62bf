/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/firing.h"

#include <stdio.h>
#include <string.h>

/* Takes the literal off the front. */
static bool skip(const char **text, const char *literal)
{
    size_t length = strlen(literal);

    if (strncmp(*text, literal, length) != 0)
        return false;
    *text += length;
    return true;
}

/* "NAME" of "CATEGORY:NAME". */
static const char *event_name(const char *tracepoint)
{
    const char *colon = strchr(tracepoint, ':');

    return colon ? colon + 1 : tracepoint;
}

/* A raw tracepoint has no category: raw_tp:sched_switch, tp_btf:sched_switch. */
static bool is_tracepoint(const char *point, const char *declared)
{
    if (skip(&point, "tracepoint:"))
        return strcmp(point, declared) == 0 || strcmp(point, event_name(declared)) == 0;
    return (skip(&point, "raw_tp:") || skip(&point, "tp_btf:")) && strcmp(point, event_name(declared)) == 0;
}

/* Entry and exit of one call, or of all: those are what a tracer of system calls hooks. */
static bool is_syscall(const char *point, const char *name)
{
    if (skip(&point, "tracepoint:syscalls:sys_enter_") || skip(&point, "tracepoint:syscalls:sys_exit_"))
        return strcmp(point, name) == 0;
    if (skip(&point, "kprobe:__x64_sys_") || skip(&point, "kretprobe:__x64_sys_") ||
        skip(&point, "kprobe:__arm64_sys_") || skip(&point, "kretprobe:__arm64_sys_") ||
        skip(&point, "fentry:__x64_sys_") || skip(&point, "fexit:__x64_sys_"))
        return strcmp(point, name) == 0;
    return is_tracepoint(point, "raw_syscalls:sys_enter") || is_tracepoint(point, "raw_syscalls:sys_exit");
}

static bool is_function(const char *point, const char *name)
{
    static const char *const kinds[] = {"kprobe:", "kretprobe:", "fentry:", "fexit:", "fmod_ret:"};

    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (skip(&point, kinds[i]))
            return strcmp(point, name) == 0;
    return false;
}

/* "libc:malloc": a uprobe is known by file and offset, so that the file alone can be compared. */
static bool is_user(const char *point, const char *declared)
{
    char library[32];

    snprintf(library, sizeof(library), "%.*s", (int)strcspn(declared, ":"), declared);
    return (skip(&point, "uprobe:") || skip(&point, "uretprobe:")) && strstr(point, library);
}

static bool is_software(const char *point, const char *name)
{
    return skip(&point, "perf_event:") && strcmp(point, name) == 0;
}

bool firing_matches(const char *exercise, const char *point)
{
    static const struct {
        const char *kind;
        bool (*matches)(const char *point, const char *declared);
    } kinds[] = {
        {"tracepoint:", is_tracepoint}, {"syscall:", is_syscall},   {"function:", is_function},
        {"uprobe:", is_user},           {"software:", is_software},
    };

    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        const char *declared = exercise;

        if (skip(&declared, kinds[i].kind))
            return kinds[i].matches(point, declared);
    }
    return false;
}

struct search {
    const char *attach;
    bool found;
};

/* One entry against each of the points. */
static void compare(const char *entry, void *context)
{
    struct search *search = context;
    const char *at = search->attach;

    while (!search->found && *at) {
        size_t length = strcspn(at, ",");
        char point[160];

        snprintf(point, sizeof(point), "%.*s", (int)length, at);
        search->found = firing_matches(entry, point);
        at += length;
        at += strspn(at, ", ");
    }
}

static bool declared_by_topology(const struct topology *topology, const char *attach)
{
    struct search search = {.attach = attach};

    for (const char *const *entry = topology ? topology->ops->exercises : NULL; entry && *entry; entry++)
        compare(*entry, &search);
    return search.found;
}

static bool declared_by(const struct workload *workload, const char *attach)
{
    struct search search = {.attach = attach};

    workload_exercises(workload, compare, &search);
    return search.found;
}

/* Of the table, with its parameters' defaults: what can't be used without one has none to offer. */
static bool declares(const struct workload_ops *ops, const char *attach)
{
    struct workload workload;
    bool found = false;

    if (workload_parse(&workload, ops->name, NULL) == 0)
        found = declared_by(&workload, attach);
    workload_free(&workload);
    return found;
}

const char *firing_suggest(const char *attach)
{
    for (unsigned i = 0; workload_table[i]; i++)
        if (declares(workload_table[i], attach))
            return workload_table[i]->name;
    return NULL;
}

enum firing firing_expected(const struct workload *workload, const struct topology *topology,
                            const char *attach)
{
    if (declared_by(workload, attach) || declared_by_topology(topology, attach))
        return FIRING_DECLARED;
    return firing_suggest(attach) ? FIRING_MISSED : FIRING_UNKNOWN;
}
