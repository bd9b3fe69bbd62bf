/* SPDX-License-Identifier: GPL-2.0 */
#include "workloads/workload_list.h"
#include "base/cleanup.h"
#include "base/names.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

const struct workload_ops *const workload_table[] = {
    &workload_udp_rr,
    &workload_tcp_rr,
    &workload_tcp_crr,
    &workload_tcp_stream,
    &workload_udp_flood,
    &workload_syscall,
    &workload_sched_pipe,
    &workload_fork_exec,
    &workload_files,
    &workload_page_fault,
    &workload_malloc,
    &workload_signal,
    &workload_iperf3,
    &workload_http,
    &workload_fio,
    &workload_stress_ng,
    &workload_command,
    &workload_observe,
    NULL,
};

static bool complete(const struct workload_ops *ops)
{
    return ops->name && ops->summary && ops->operation && ops->primary_metric && ops->default_topology &&
           ops->exercises && ops->prepare && ops->start && ops->measure && ops->stop && ops->cleanup;
}

static const struct workload_ops *find(const char *name)
{
    for (size_t i = 0; workload_table[i]; i++)
        if (strcmp(workload_table[i]->name, name) == 0)
            return workload_table[i];
    return NULL;
}

int workload_table_check(struct error *error)
{
    for (size_t i = 0; workload_table[i]; i++) {
        const struct workload_ops *ops = workload_table[i];

        if (!complete(ops))
            return error_set(error, EXIT_ENVIRONMENT, -EINVAL,
                             "workload %zu (%s) of the table lacks a hook or a text", i,
                             ops->name ? ops->name : "unnamed");
        if (find(ops->name) != ops)
            return error_set(error, EXIT_ENVIRONMENT, -EINVAL, "workload %s is in the table twice",
                             ops->name);
    }
    return 0;
}

static int unknown_name(const char *name, struct error *error)
{
    const char *names[ARRAY_SIZE(workload_table)];
    char suggestion[128];
    size_t count = 0;

    for (; workload_table[count]; count++)
        names[count] = workload_table[count]->name;
    return error_set(error, EXIT_USAGE, -EINVAL,
                     "there is no workload \"%s\"%s; 'tracetoll list workloads' prints them", name,
                     name_suggestion(suggestion, sizeof(suggestion), name, names, count));
}

static const struct workload_place nowhere = {
    .client_netns_fd = -1,
    .server_netns_fd = -1,
    .cgroup_procs_fd = -1,
};

int workload_parse(struct workload *workload, const char *text, struct error *error)
{
    const char *rest = NULL;
    char what[64];
    int result;

    *workload = (struct workload){.place = nowhere, .cpu = -1};
    result = params_split_name(text, &workload->params.name, &rest, error);
    if (result == 0) {
        workload->ops = find(workload->params.name);
        result = workload->ops ? 0 : unknown_name(workload->params.name, error);
    }
    if (result == 0) {
        /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): unknown_name() does not return 0 */
        snprintf(what, sizeof(what), "workload %s", workload->ops->name);
        result = params_parse(&workload->params, what, rest, workload->ops->params, error);
    }
    if (result == 0 && workload->ops->check)
        result = workload->ops->check(workload, error);
    if (result)
        workload_free(workload);
    return result;
}

void workload_free(struct workload *workload)
{
    params_free(&workload->params);
    *workload = (struct workload){.place = nowhere, .cpu = -1};
}

/* "prefix{key}suffix" with one value in the braces. */
static void each_filled(const char *entry, const char *value, void (*each)(const char *entry, void *context),
                        void *context)
{
    const char *open = strchr(entry, '{'), *close = strchr(entry, '}');
    char filled[160];

    snprintf(filled, sizeof(filled), "%.*s%s%s", (int)(open - entry), entry, value, close + 1);
    each(filled, context);
}

static void each_expanded(const struct workload *workload, const char *entry,
                          void (*each)(const char *entry, void *context), void *context)
{
    const char *open = strchr(entry, '{'), *close = open ? strchr(open, '}') : NULL;
    const char *const *values = NULL;
    const char *only[] = {NULL, NULL};
    char key[32];

    if (!close) {
        each(entry, context);
        return;
    }
    snprintf(key, sizeof(key), "%.*s", (int)(close - open - 1), open + 1);
    if (workload->ops->expand)
        values = workload->ops->expand(workload, key);
    if (!values) {
        only[0] = params_text(&workload->params, key);
        values = only;
    }
    for (; *values; values++)
        each_filled(entry, *values, each, context);
}

void workload_exercises(const struct workload *workload, void (*each)(const char *entry, void *context),
                        void *context)
{
    for (const char *const *entry = workload->ops->exercises; *entry; entry++)
        each_expanded(workload, *entry, each, context);
}
