/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A target is what is measured: switched on and off again and again. Adding a kind is a file with a
 * `const struct target_ops` and its row in agents/target_table.c.
 */
#pragma once

#include "agents/inventory.h"
#include "base/error.h"
#include "base/interrupt.h"
#include "bpf/probe_counts.h"

#include <net/if.h>
#include <stdint.h>
#include <sys/types.h>

/* Where the target runs and what it is told about the workload. All borrowed. */
struct target_place {
    const char
        *cgroup_path;      /* directory of the run's cgroup; the target makes and removes its own below it */
    int netns_fd;          /* -1: the host's */
    pid_t workload_pid;    /* for {pid}; 0: none */
    char ifname[IFNAMSIZ]; /* for {ifname}; "" none */
    int workload_cpu;      /* for {cpu}; -1: none */
    const char *output_directory; /* capped stdout and stderr go there */
    /* Commands of a shell that come, with $event at "on" or "off", before what a keeper switches the target
     * with because we died; NULL: none. Of targets that a command switches. */
    const char *switch_log;
    struct interrupt *interrupt; /* may be NULL */
};

struct target_limits {
    uint64_t attach_timeout_ns; /* default 30 s */
    uint64_t stable_ns;         /* set of BPF objects unchanged for, at the first attachment: 300 ms */
    uint64_t detach_timeout_ns; /* SIGINT, then SIGTERM, then cgroup.kill: the whole of it, 10 s */
    uint64_t output_bytes_max;  /* per stream and attachment, 1 MiB */
};
extern const struct target_limits target_default_limits;

/* Facts of one target, gathered over all its attachments. */
struct target {
    const struct target_ops *ops;
    char **argv;                 /* owned, NULL-terminated, with {pid} and the like still in it */
    const char *sham_executable; /* borrowed; program that has "internal-sham". NULL: ourselves */
    struct target_limits limits;
    struct target_place place; /* set before each switch_on */

    uint64_t attach_ns, detach_ns; /* last one: exec to ready, request to gone */
    uint64_t attached_at_ns;       /* CLOCK_MONOTONIC when ready */
    struct inventory inventory;    /* of the last attachment, at readiness */
    unsigned attachments;
    uint64_t lost_events, lost_lines; /* from "Lost N events" and the like, all attachments */
    uint64_t output_bytes;
    struct probe_counts counts; /* of a probe of our own, all attachments */
    int last_exit_status;       /* wait status of the last attachment's first process; -1 unknown */
    int stop_signal;            /* the signal that ended it last: SIGINT, SIGTERM, SIGKILL */
    void *state;
};

struct target_ops {
    const char *name;
    const char *summary;
    const char *given_as; /* how it is written on the command line */
    bool may_never_fire;  /* true for the sham alone */
    bool passes_over_own; /* its programs leave at once where they run in its own processes */
    bool may_have_none;   /* no BPF programs at all: then there is nothing that could fire */
    const char *helper;   /* executable beside ours that does it; NULL: none */
    bool compiles;        /* against the kernel's headers */
    /* Is what was given for it (argv) well formed? -EINVAL with a sentence; NULL: nothing to be said. Looks
     * at nothing but the words. */
    int (*parse)(char *const *argv, struct error *error);
    /* Can it run at all (program found, privileges)? Before anything is set up. */
    int (*check)(const struct target *target, struct error *error);
    /* Once, with its place set, before the system's programs are listed: makes it be off. NULL: it is. */
    int (*prepare)(struct target *target, struct error *error);
    /* Returns when it is attached and ready. Failures are EXIT_TARGET with its last lines of output in the
     * sentence. */
    int (*switch_on)(struct target *target, struct error *error);
    /* Still there? -ESRCH with a sentence once it has died. Cheap. */
    int (*alive)(struct target *target, struct error *error);
    /* Reads its BPF objects anew into target->inventory. */
    int (*inspect)(struct target *target, struct error *error);
    /* Returns when the programs seen while on no longer exist; -EBUSY with a sentence naming those left
     * behind. */
    int (*switch_off)(struct target *target, struct error *error);
    /* Once, when nothing is measured any more: makes it be as it is to be left, where that may fail. NULL: it
     * is. Without it, cleanup does so, and tells a failure on standard error alone. */
    int (*leave)(struct target *target, struct error *error);
    void (*cleanup)(struct target *target); /* kills whatever is left; allowed at any time */
    /* What is known of its runs and its lost events so far, added to *sum; only differences mean something.
     * Cheap. */
    void (*account)(struct target *target, struct probe_counts *sum);
    /* cgroup directory with its processes while on (for the samplers); NULL while off. */
    const char *(*cgroup_path)(const struct target *target);
    /* Last lines of its output, at most `size` bytes; returns `text`. */
    char *(*output_tail)(const struct target *target, char *text, size_t size);
};

extern const struct target_ops *const target_table[]; /* NULL-ended */
extern const struct target_ops target_exec, target_sham, target_probe, target_object, target_bcc,
    target_toggle;

/* Copies argv (NULL-terminated); -ENOMEM. For the sham argv is ignored. */
int target_init(struct target *target, const struct target_ops *ops, char *const *argv);
void target_free(struct target *target); /* cleanup and release */
