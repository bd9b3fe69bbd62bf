/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The inventory's inside, shared by its own files and by the readiness loop. Reading is two steps, because
 * the loop reads every few milliseconds: scan (which programs, on what) and describe (the dear part: names
 * of functions from BTF, categories of tracepoints, memory of maps).
 */
#pragma once

#include "agents/inventory.h"

/* Links already met through another descriptor (a fork inherits them): they are not counted twice. */
struct inventory_links {
    uint32_t ids[1024];
    unsigned count;
};

/* Adds what one process holds; a process that is gone adds nothing. 0 or -ENOMEM. */
int inventory_scan_process(struct inventory *inventory, struct inventory_links *seen, pid_t pid);

/*
 * What these processes hold. Attach points may still be in short form ("tracepoint:NAME",
 * "fentry:btf/OBJECT/TYPE"), which is enough to compare two scans. 0 or -ENOMEM.
 */
int inventory_scan(struct inventory *inventory, const pid_t *pids, unsigned pid_count);

/*
 * Programs no process has a descriptor of (pinned; held by an interface, a cgroup or tc), in two steps:
 * find_new lists the IDs that came since `before`, and is called *before* the process tree is read, so that a
 * process which loads and forks meanwhile can't be taken for a stranger. add_unheld then adds to the tree's
 * inventory those of them that nobody holds and that are like one of `reference` (NULL or empty: whatever
 * they are like); those that others hold, and the device guards of containers, are added to `before`, so that
 * their holder is looked for once only. 0 or -ENOMEM.
 */
int inventory_find_new(struct inventory *fresh, const struct inventory *before);
int inventory_add_unheld(struct inventory *inventory, struct inventory *fresh, struct inventory *before,
                         const struct inventory *reference);

/* Turns short forms into names where the kernel tells and fills the maps in, but for those that are gone. 0
 * or -ENOMEM. */
int inventory_describe(struct inventory *inventory);

/* Is there a program on an attach point, or one of a kind whose attachment no descriptor shows? */
bool inventory_is_attached(const struct inventory *inventory);

/* Finds by ID or adds an entry that has nothing but its ID; NULL without memory. Not kept sorted. */
struct inventory_program *inventory_program(struct inventory *inventory, uint32_t id);
struct inventory_map *inventory_map(struct inventory *inventory, uint32_t id);
const struct inventory_program *inventory_find(const struct inventory *inventory, uint32_t id);
/* Adds the programs of `from` that are not in `to` yet; maps and counts stay. 0 or -ENOMEM. */
int inventory_merge(struct inventory *to, const struct inventory *from);
void inventory_sort(struct inventory *inventory);

/* Fills name, type, tag and sizes from the kernel; its maps are added when `inventory` is not NULL. 0 or a
 * negative errno (-ENOENT: it is gone). */
int inventory_read_program(struct inventory *inventory, struct inventory_program *program);

/* Adds an attach point once, to those that tell the program from others and to the text. */
void attach_add(struct inventory_program *program, const char *mechanism, const char *point);
/* To the text alone; what does not fit is cut with "..." at the end. */
void attach_show(struct inventory_program *program, const char *mechanism, const char *point);
/* Adds the attach point of a perf event descriptor of another process; true when a program is on it. */
bool attach_from_perf_event(struct inventory *inventory, pid_t pid, int fd);
/* Adds the attach point of a link. */
void attach_from_link(struct inventory *inventory, uint32_t link_id);
/* Program on a link; 0 unknown. */
uint32_t attach_link_program(uint32_t link_id);
/* Turns the short forms of one program into names. */
void attach_describe(struct inventory_program *program, int tracefs_fd);
/* Name of the PMU with this type, from sysfs. */
bool attach_pmu_name(unsigned type, char *name, size_t size);
/* An own, unmounted instance of tracefs (fsmount), whatever the host has mounted; -1 where there is none. */
int attach_open_tracefs(void);
