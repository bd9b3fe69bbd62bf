/* SPDX-License-Identifier: GPL-2.0 */
#include "bpf/probe_counts.h"
#include "bpf/ops.h"
#include "bpf/probe_skeleton.h"
#include "base/cleanup.h"

#include <bpf/bpf.h>
#include <string.h>

/* As bpftool names a program's variables: the first letters of the object, and the section. */
#define VARIABLES ".bss"

static void add_account(struct probe_counts *sum, int map_fd)
{
    int cpus = libbpf_num_possible_cpus();
    OWNED_PTR struct probe_account *account = calloc(cpus > 0 ? (size_t)cpus : 1, sizeof(*account));
    uint32_t key = 0;

    if (!account || bpf_map_lookup_elem(map_fd, &key, account) != 0)
        return;
    for (int cpu = 0; cpu < cpus; cpu++) {
        sum->runs += account[cpu].runs;
        sum->spun_ns += account[cpu].spun_ns;
    }
}

static void add_variables(struct probe_counts *sum, int map_fd)
{
    struct bpf_map_info info = {0};
    unsigned size = sizeof(info);
    struct probe_bpf__bss variables;
    uint32_t key = 0;

    if (bpf_obj_get_info_by_fd(map_fd, &info, &size) != 0 || info.value_size != sizeof(variables) ||
        bpf_map_lookup_elem(map_fd, &key, &variables) != 0)
        return;
    sum->failures += variables.failures;
    sum->lost += variables.lost_events;
}

static bool is_account(const char *name)
{
    return strcmp(name, "account") == 0;
}

bool probe_counts_in(const char *name)
{
    size_t length = strlen(name), end = strlen(VARIABLES);

    return is_account(name) || (length >= end && strcmp(name + length - end, VARIABLES) == 0);
}

void probe_counts_add(struct probe_counts *sum, const char *name, int map_fd)
{
    if (is_account(name))
        add_account(sum, map_fd);
    else if (probe_counts_in(name))
        add_variables(sum, map_fd);
}
