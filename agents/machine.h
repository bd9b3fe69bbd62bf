/* SPDX-License-Identifier: GPL-2.0 */
/* Single facts about the machine, for the environment of a document and for the doctor. Each copes with any
 * of its sources missing. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* First line of a file, blanks at its end taken off; NULL where there is none. Returns `line`. */
const char *machine_line(const char *path, char *line, size_t size);
/* "kvm", "xen", "microsoft", "vmware", "qemu", ...: "none" on bare metal, NULL unknown. Returns `name`. */
const char *machine_hypervisor(char *name, size_t size);
/* Model name of the first CPU; NULL unknown. Returns `model`. */
const char *machine_cpu_model(char *model, size_t size);
/* The same by the text of /proc/cpuinfo. */
const char *machine_parse_cpu_model(const char *cpuinfo, char *model, size_t size);
/* Hardware cycles can be counted: 1, 0; -1 not permitted to ask. */
int machine_has_pmu(void);
/* Time stolen by the hypervisor since boot, all CPUs, in 10 ms steps; 0 or a negative errno. */
int machine_steal_ns(uint64_t *ns);
/* "v2", "hybrid" (v2 beside v1), "v1"; NULL: none mounted. */
const char *machine_cgroup_version(void);
/* Version of libbcc, "present" where the file does not say it; NULL: not installed. Returns `version`. */
const char *machine_bcc_version(char *version, size_t size);
/* Name of the doctor's own programs, which the kernel may free a moment after they are closed. */
#define MACHINE_PROBE_NAME "tracetoll_probe"
/* Name of the BPF program with the next higher ID, the doctor's own passed over; false at the end. *id starts
 * at 0. */
bool machine_next_program(uint32_t *id, char name[16]);
