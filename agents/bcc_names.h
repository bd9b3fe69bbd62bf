/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where a function of a program in the dialect of BCC belongs: its name says it (kprobe__vfs_read), or what
 * people write in front of it (SEC("kprobe/vfs_read")). Pure: text in, text out.
 */
#pragma once

#include <stdbool.h>

struct bcc_spot {
    const char *kind; /* static: "kprobe", "kretprobe", "tracepoint", "raw_tracepoint", "kfunc", "kretfunc",
                         "lsm", "uprobe", "uretprobe", "xdp", "perf_event" */
    char where[256];  /* function; CATEGORY:NAME of a tracepoint; PATH:FUNCTION of a uprobe; hertz; "" */
};

/* What the name says; false where it says nothing. TRACEPOINT_PROBE and its like make such names. */
bool bcc_spot_of_name(const char *function, struct bcc_spot *spot);
/* What a section's name says; false for one that is no place ("license"). */
bool bcc_spot_of_section(const char *section, struct bcc_spot *spot);

/*
 * kprobe__sys_clone means the system call, whatever this kernel calls its function: the prefix "sys_", or
 * that of any other machine, becomes `prefix` ("__x64_sys_"), for the kinds kprobe and kretprobe.
 */
void bcc_spot_name_syscall(struct bcc_spot *spot, const char *prefix);

/* One SEC("...") and the function behind it. */
struct bcc_section {
    char function[128], section[256];
};

/*
 * Takes each SEC("...") in front of a function out of a program's text: BCC has sections of its own. Blanks
 * stand in its place, so that lines and columns stay true. *sections is malloc'd. Their number, or -ENOMEM.
 */
int bcc_sections_take(char *text, struct bcc_section **sections);
