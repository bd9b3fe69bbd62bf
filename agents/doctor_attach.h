/* SPDX-License-Identifier: GPL-2.0 */
/* Attach types, probed by loading a program of two instructions and attaching it for a moment. */
#pragma once

#include <bpf/bpf.h>
#include <stdbool.h>

struct attach_probe {
    enum bpf_prog_type type;
    enum bpf_attach_type expected;
    const char *btf_name;    /* function, hook or tracepoint it is loaded for; NULL: none */
    int return_value;        /* of the program: what lets everything pass */
    const char *option;      /* kernel option without which there is none, "KPROBES" */
    const char *description; /* "a function's entry (vfs_read)" */
    /* Attaches; an owned descriptor or a negative errno. The program is detached when it is closed. */
    int (*attach)(const struct attach_probe *probe, int program_fd);
    bool (*is_idle)(void); /* attached, and never called on this kernel; NULL: it is */
    const char *idle_reason, *idle_remedy;
    bool in_netns; /* run in a network namespace of its own */
    int variant;   /* for `attach`: 1 for the return probe of a pair */
};

/* For doctor_attach_*.c: the event attached to the program; takes over the event. */
int doctor_set_bpf(int event_fd, int program_fd);

int doctor_attach_raw_tp(const struct attach_probe *probe, int program_fd);
int doctor_attach_tracepoint(const struct attach_probe *probe, int program_fd);
int doctor_attach_kprobe(const struct attach_probe *probe, int program_fd);
int doctor_attach_kprobe_multi(const struct attach_probe *probe, int program_fd);
int doctor_attach_tracing(const struct attach_probe *probe, int program_fd);
/* Are hooks of the security modules passed over, as "bpf" is not among those that are active? */
bool doctor_lsm_is_idle(void);
int doctor_attach_uprobe(const struct attach_probe *probe, int program_fd);
int doctor_attach_perf_event(const struct attach_probe *probe, int program_fd);

int doctor_attach_xdp(const struct attach_probe *probe, int program_fd);
int doctor_attach_tc(const struct attach_probe *probe, int program_fd);
int doctor_attach_cgroup(const struct attach_probe *probe, int program_fd);
int doctor_attach_socket(const struct attach_probe *probe, int program_fd);
