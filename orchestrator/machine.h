/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The real machine behind the experiment loop: one workload on one topology, one target, the samplers. The
 * loop sees it through machine_operations() alone.
 */
#pragma once

#include "agents/inventory.h"
#include "agents/keeper.h"
#include "agents/sampler.h"
#include "agents/target.h"
#include "base/interrupt.h"
#include "netns/topology.h"
#include "orchestrator/experiment.h"
#include "orchestrator/progress.h"
#include "workloads/workload.h"

#define TARGETS_MAX 2

/* A target with what each attachment of it took. */
struct machine_target {
    struct target *target;         /* borrowed */
    double *attach_ns, *detach_ns; /* one per attachment; owned */
    unsigned attach_count;
};

/* Of the statistics phase: several short ones and not a long one (machine_statistics.c). */
struct statistics_turns {
    unsigned count;      /* at most STATISTICS_TURNS_MAX */
    uint64_t ns;         /* of each, with the load on */
    uint64_t warm_up_ns; /* at most, of a load that was paused for the turn before */
};

#define STATISTICS_TURNS_MAX 5

struct machine {
    struct workload *workload;
    struct workload *backgrounds; /* run beside it, in both arms */
    unsigned background_count;
    const char *destroy; /* block device that may be overwritten; NULL: none */
    struct topology *topology;
    struct machine_target
        targets[TARGETS_MAX];       /* arms B and C; the second has no target where one is measured */
    struct machine_target *current; /* the one that is on, or was last */
    struct interrupt *interrupt;
    struct progress_display *display;
    FILE *notes;         /* borrowed; what is said before it is measured; NULL: nothing */
    json_t *description; /* header without the design; owned */
    struct statistics_turns statistics_turns;

    char *run_cgroup, *workload_cgroup, *background_cgroup; /* owned */
    struct keeper *keeper;                                  /* owned; ends the run's cgroup when we die */
    int workload_procs_fd, background_procs_fd;             /* owned */
    struct samplers *samplers;                              /* owned */
    struct sampler_place place;
    int cpus;            /* online at the end of the last window; 0 before the first */
    double day_ahead_ns; /* the time of day, of CLOCK_MONOTONIC: the same until somebody sets it; likewise */
    struct inventory before; /* programs of the system before the run; owned */
    const char *addresses[TOPOLOGY_CLIENTS_MAX];
    const char *target_netns;     /* "host", "client", "server", "router" */
    const char *output_directory; /* of the target's captured output; owned */
    const char *switch_log;       /* for the target (agents/target.h); borrowed, NULL: none */
};

#define MACHINE_INITIALIZER                                                                                  \
    {                                                                                                        \
        .workload_procs_fd = -1, .background_procs_fd = -1                                                   \
    }

/* Sets up cgroups, topology, workload and samplers; what was set up before a failure is released by
 * machine_close(). */
int machine_open(struct machine *machine, struct error *error);
/*
 * Before that, after what ended with `result`: each target as it is to be left, which is to be told where it
 * fails. Returns as error_join() does.
 */
int machine_leave(struct machine *machine, int result, struct error *error);
/* Releases everything, in the reverse order; allowed after a failed or missing machine_open(). */
void machine_close(struct machine *machine);

extern const struct machine_ops machine_operations; /* context: struct machine */

/* Parts in files of their own. */
void machine_note_unfired(struct machine *machine);
/* Reads the BPF objects of the target that is on anew: 0 or a negative errno. An agent that runs elsewhere
 * may have other processes by now: whatever comes of it, the path of its cgroup is another string, and is
 * asked for again. */
int machine_inspect(struct machine *machine);
/* Waits for the load's warm-up, for `warm_up_ns` at most; machine_operations.load_start() waits for all of
 * it.
 */
int machine_load_start(struct machine *machine, uint64_t warm_up_ns, struct error *error);
/* The turns of a run with windows of `window_ns`; 0: as long as the design makes them. */
struct statistics_turns statistics_turns(bool exact, uint64_t window_ns);
int machine_statistics(void *machine, struct trial *trial, struct error *error);
int machine_window(void *machine, uint64_t window_ns, struct block *block, struct window_result *result,
                   struct error *error);
/* The target with all that was seen of it, as the fact "target". */
json_t *machine_describe_target(const struct machine_target *target);
