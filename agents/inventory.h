/* SPDX-License-Identifier: GPL-2.0 */
/*
 * BPF objects: those a process tree holds (from /proc/PID/fdinfo and BPF_TASK_FD_QUERY), and those the whole
 * system has (by ID). Plain data, sorted by ID, so that two inventories can be compared.
 */
#pragma once

#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct inventory_program {
    uint32_t id;
    char name[16];
    char tag[17];
    char type[24];       /* "tracepoint", "raw_tracepoint", "kprobe", ... as bpftool names them */
    char attach[160];    /* "tracepoint:sched:sched_switch", "kprobe:vfs_read", several joined by ", "; ""
                            unknown */
    char mechanism[24];  /* "link", "perf_event"; "" unknown */
    char kprobe_by[8];   /* of a kprobe: "ftrace", "jump", "int3"; "" it is none, or not known */
    uint64_t points[16]; /* a bit for each attach point's hash: `attach` in whatever order, and uncut */
    uint32_t jited_bytes, xlated_bytes, verified_insns;
    /* filled by inventory_read_runs(), the first one by a scan as well */
    uint64_t run_count, run_time_ns, recursion_misses;
    bool runs_known, misses_known; /* it could be read; the kernel counts misses of its type */
};

struct inventory_map {
    uint32_t id;
    char name[16];
    char type[24];
    uint32_t key_bytes, value_bytes, max_entries;
    uint64_t
        bytes; /* memory charged: fdinfo's memlock where a descriptor is held, else computed; 0 unknown */
};

/* Owns both arrays; a zeroed struct is empty. */
struct inventory {
    struct inventory_program *programs;
    unsigned program_count;
    struct inventory_map *maps;
    unsigned map_count;
    unsigned link_count;
    unsigned perf_event_count; /* perf event descriptors with a program on them */
};

void inventory_free(struct inventory *inventory);

/* Objects held by these processes. Processes that end meanwhile are passed over. 0 or a negative errno. */
int inventory_of_processes(struct inventory *inventory, const pid_t *pids, unsigned pid_count);

/* IDs of all programs (and maps) of the system, with their names; no attach points. */
int inventory_of_system(struct inventory *inventory);

/* Is its type one whose attachment is always a link or a perf event, so that none of them means "not
 * attached"? */
bool inventory_attachment_shows(const struct inventory_program *program);

/* Same name, type and attach points, whatever the ID and the order in which it was attached. */
bool inventory_same_program(const struct inventory_program *a, const struct inventory_program *b);
/* Same programs, as above. */
bool inventory_same_set(const struct inventory *a, const struct inventory *b);
/* A hash of IDs and attach points, for "has it stopped changing?". 0 only for an empty inventory. */
uint64_t inventory_fingerprint(const struct inventory *inventory);

/* Programs of `inventory` that still exist by ID: their number; the first one's index in *first when not
 * NULL. */
unsigned inventory_still_present(const struct inventory *inventory, unsigned *first);

/* Reads run_count, run_time_ns and recursion_misses of each program (statistics must be on for the first
 * two), also behind one that can't be read, as it is gone: 0, or the first negative errno. */
int inventory_read_runs(struct inventory *inventory);

/* Reads the maps' bytes anew: those without preallocation grow. Maps that are gone keep the last figure. */
void inventory_read_map_bytes(struct inventory *inventory);

/* Turns on BPF run statistics for as long as the returned descriptor is open; or a negative errno. */
int bpf_statistics_enable(void);
/* Reads them anew; runs of all programs that the kernel counted since they were read last: none while nobody
 * on the machine has statistics on. */
uint64_t inventory_counted_runs(struct inventory *inventory);
