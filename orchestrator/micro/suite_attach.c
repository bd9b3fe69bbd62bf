/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/micro/suite_attach.h"
#include "orchestrator/micro/micro.h"
#include "base/cleanup.h"

#include <stdio.h>

#define FUNCTION "find_task_by_vpid"
#define OFF      "off system calls"
#define OWN      "/proc/self/exe:tracetoll_trigger_"

static const struct attach_row table[] = {
    {NULL, NULL, &trigger_syscall, "getpgid", NULL},
    {"raw_tp", "sys_enter", &trigger_syscall, "", NULL},
    {"raw_tp", "sys_enter", &trigger_syscall, "accounting, spin:0ns", "+spin:0ns"},
    {"raw_tp", "sys_enter", &trigger_syscall, "accounting, spin:500ns", "+spin:500ns"},
    {"tp", "raw_syscalls:sys_enter", &trigger_syscall, "", NULL},
    {"tp", "syscalls:sys_enter_getpgid", &trigger_syscall, "of one system call", NULL},
    {NULL, NULL, &trigger_rename, "thread renamed", NULL},
    {"raw_tp", "task_rename", &trigger_rename, OFF, NULL},
    {"tp", "task:task_rename", &trigger_rename, OFF, NULL},
    {"kprobe", FUNCTION, &trigger_syscall, "", NULL},
    {"kretprobe", FUNCTION, &trigger_syscall, "", NULL},
    {"kprobe.multi", FUNCTION, &trigger_syscall, "", NULL},
    {"kretprobe.multi", FUNCTION, &trigger_syscall, "", NULL},
    {"fentry", FUNCTION, &trigger_syscall, "", NULL},
    {"fexit", FUNCTION, &trigger_syscall, "", NULL},
    {"lsm", "task_getpgid", &trigger_syscall, "", NULL},
    {NULL, NULL, &trigger_nop, "function call", NULL},
    {"uprobe", OWN "nop", &trigger_nop, "on nop", NULL},
    {"uprobe", OWN "push", &trigger_push, "on push", NULL},
    {"uprobe", OWN "ret", &trigger_ret, "on ret", NULL},
    {"uretprobe", OWN "nop", &trigger_nop, "on nop", NULL},
    {NULL, NULL, &trigger_malloc, "malloc and free", NULL},
    {"uprobe", "malloc", &trigger_malloc, "on malloc", NULL},
    {"uretprobe", "malloc", &trigger_malloc, "on malloc", NULL},
    {NULL, NULL, &trigger_usdt, "static tracepoint", NULL},
    {"usdt", "/proc/self/exe:tracetoll:trigger", &trigger_usdt, "", NULL},
    {NULL, NULL, &trigger_page_fault, "page fault", NULL},
    {"perf_event", "page-faults:1", &trigger_page_fault, "", NULL},
    {NULL, NULL, &trigger_datagram, "datagram over the loopback", NULL},
    {"xdp", "lo", &trigger_datagram, "", NULL},
    {"tc", "lo", &trigger_datagram, "", NULL},
    {"tc.egress", "lo", &trigger_datagram, "", NULL},
    {"cgroup_skb", "/", &trigger_datagram, "", NULL},
    {"cgroup_skb.egress", "/", &trigger_datagram, "", NULL},
    {"socket_filter", "lo", &trigger_datagram, "", NULL},
};

static void add(struct micro_rows *rows, const struct attach_row *attach, unsigned programs, bool statistics)
{
    struct micro_row row = {.suite = "attach",
                            .unit = "ns",
                            .per = attach->kind ? "hit" : "trigger",
                            .measure = micro_measure_attach,
                            .attach = attach,
                            .programs = programs,
                            .statistics = statistics,
                            .width_ns = 20,
                            .width_share = 0.5,
                            .by_clock = attach->ops != NULL}; /* spin */

    snprintf(row.name, sizeof(row.name), "%s", attach->kind ? attach->kind : "bare trigger");
    snprintf(row.variant, sizeof(row.variant), "%s", attach->variant);
    if (programs > 1)
        snprintf(row.variant, sizeof(row.variant), "%u programs on one hook", programs);
    if (statistics)
        snprintf(row.variant, sizeof(row.variant), "with BPF statistics on");
    micro_rows_add(rows, &row);
}

void micro_attach_rows(struct micro_rows *rows, bool full)
{
    static const unsigned programs[] = {2, 4, 8};

    for (size_t i = 0; i < ARRAY_SIZE(table); i++)
        add(rows, &table[i], 1, false);
    for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
        bool first = i == 1; /* raw_tp: the one that is everywhere */

        if (!table[i].kind || table[i].variant[0] || !(full || first))
            continue;
        for (size_t j = 0; j < ARRAY_SIZE(programs); j++)
            add(rows, &table[i], programs[j], false);
        add(rows, &table[i], 1, true);
    }
}
