/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Parsers of the kernel's text files that samplers read. Pure: a buffer in, numbers out. Text that is short,
 * foreign or cut gives fewer numbers, never wrong ones: what was not there is not set.
 */
#pragma once

#include "agents/text.h"

#include <stdbool.h>
#include <stdint.h>

#define PROC_CPUS_MAX 1024 /* CPUs beyond are not looked at */

/* /proc/stat, per CPU, in ticks of 1/sysconf(_SC_CLK_TCK) s. */
struct stat_cpu {
    unsigned cpu;
    uint64_t idle, iowait, steal;
};

struct proc_stat {
    unsigned count;
    struct stat_cpu cpus[PROC_CPUS_MAX];
    bool has_context_switches, has_interrupts, has_softirqs, has_forks;
    uint64_t context_switches, interrupts, softirqs, forks;
};

/* 0, or -EINVAL when there is no line for any CPU. */
int parse_stat(struct text text, struct proc_stat *stat);

/*
 * /proc/timer_list, per CPU, from struct tick_sched (kernel/time/tick-sched.c). idle_ns and iowait_ns are
 * complete up to idle_entry_ns: the start of the idle period now going on, or, on a busy CPU, the end of the
 * last one (tick_nohz_stop_idle() sets it too). The file does not say which of the two it is.
 */
struct timer_list_cpu {
    unsigned cpu;
    bool tick_stopped;
    uint64_t idle_entry_ns, idle_ns, iowait_ns;
};

struct timer_list {
    uint64_t now_ns; /* CLOCK_MONOTONIC at the start of the read */
    unsigned count;
    struct timer_list_cpu cpus[PROC_CPUS_MAX];
};

/* 0, or -EINVAL when the time or any CPU's idle fields are missing (kernels without NO_HZ have none). */
int parse_timer_list(struct text text, struct timer_list *list);

/* One row of /proc/softirqs summed over CPUs; `name` as the file has it ("NET_RX"). Rows go to the callback.
 */
void parse_softirqs(struct text text, void (*row)(void *context, struct text name, uint64_t sum),
                    void *context);

struct interface_counters {
    uint64_t rx_bytes, rx_packets, rx_dropped, tx_bytes, tx_packets, tx_dropped;
};

/* /proc/net/dev: counters of one interface; 0 or -ENOENT. */
int parse_net_dev(struct text text, const char *ifname, struct interface_counters *counters);

/* Counters of UDP, IPv4's and IPv6's together (RFC 4113). */
struct udp_counters {
    uint64_t in_datagrams, in_errors; /* handed to a program; dropped at a socket, for want of room mostly */
};

/* /proc/net/snmp adds its "Udp:" lines, a line of names and one of numbers; 0 or -ENOENT. */
int parse_snmp_udp(struct text text, struct udp_counters *counters);
/* /proc/net/snmp6 adds "Udp6InDatagrams" and "Udp6InErrors"; 0 or -ENOENT. */
int parse_snmp6_udp(struct text text, struct udp_counters *counters);

/* minflt + majflt of /proc/PID/stat, whose second field may hold blanks and brackets; 0 or -EINVAL. */
int parse_page_faults(struct text text, uint64_t *faults);

/* Bytes of the mappings in /proc/PID/maps that have this name; lines that make no sense count for nothing. */
uint64_t parse_mapped_bytes(struct text text, const char *name);
