/* SPDX-License-Identifier: GPL-2.0 */
/* What the kernel counts of a machine's own traffic, whoever causes it and in whichever namespace. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* Since the machine was started; NaN where it can't be read. */
struct observe_counters {
    double packets;  /* received, loopback and virtual interfaces included: /proc/net/softnet_stat */
    double ios;      /* reads and writes that disks have completed: /proc/diskstats */
    double switches; /* context switches: /proc/stat */
};

void observe_counters_read(struct observe_counters *counters);

/* The parsers; `text` ends with a 0 byte. NaN for what is not such a file. */
double observe_parse_softnet(const char *text);
/* `counts` says of a device's name whether it is counted: no partition, nothing stacked on another one. */
double observe_parse_diskstats(const char *text, bool (*counts)(const char *name));
double observe_parse_switches(const char *text);
