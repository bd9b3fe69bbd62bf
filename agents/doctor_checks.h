/* SPDX-License-Identifier: GPL-2.0 */
/* The functions behind the rows of doctor_table.c. */
#pragma once

#include "agents/doctor.h"

#define DOCTOR_CHECK(name) void name(const struct doctor_check *check, struct finding *finding)

DOCTOR_CHECK(doctor_attach);     /* argument: a struct attach_probe (agents/doctor_attach.h) */
DOCTOR_CHECK(doctor_filesystem); /* argument: the file system's type */

DOCTOR_CHECK(doctor_privilege);
DOCTOR_CHECK(doctor_jit);
DOCTOR_CHECK(doctor_jit_harden);
DOCTOR_CHECK(doctor_btf);
DOCTOR_CHECK(doctor_bpf_statistics);
DOCTOR_CHECK(doctor_memlock);
DOCTOR_CHECK(doctor_foreign_bpf);
DOCTOR_CHECK(doctor_cgroup);
DOCTOR_CHECK(doctor_cgroup_kill);

DOCTOR_CHECK(doctor_pmu);
DOCTOR_CHECK(doctor_idle_time);
DOCTOR_CHECK(doctor_clock_source);
DOCTOR_CHECK(doctor_steal);
DOCTOR_CHECK(doctor_cpufreq);
DOCTOR_CHECK(doctor_smt);
DOCTOR_CHECK(doctor_isolated_cpus);
DOCTOR_CHECK(doctor_load);
DOCTOR_CHECK(doctor_reclaim);

DOCTOR_CHECK(doctor_netns);
DOCTOR_CHECK(doctor_veth);
DOCTOR_CHECK(doctor_bridge);
DOCTOR_CHECK(doctor_vlan);
DOCTOR_CHECK(doctor_conntrack);
DOCTOR_CHECK(doctor_netem);

DOCTOR_CHECK(doctor_loop);
DOCTOR_CHECK(doctor_program); /* argument: its name */

DOCTOR_CHECK(doctor_qemu);
DOCTOR_CHECK(doctor_kvm);
DOCTOR_CHECK(doctor_lab);
DOCTOR_CHECK(doctor_bcc);
