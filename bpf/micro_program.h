/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One operation in a loop, run in this thread by BPF_PROG_TEST_RUN: no hook, no other task that fires it, the
 * same on every kernel since 5.10. What a run costs beside its loop cancels in slopes
 * (orchestrator/micro/slope.h).
 */
#pragma once

#include "base/error.h"
#include "bpf/op_object.h"
#include "bpf/ops.h"

#include <stdbool.h>
#include <stdint.h>

enum micro_mode {
    MICRO_OPERATIONS, /* `rounds` times the operation */
    MICRO_BARE,       /* the loop around it alone */
    MICRO_SELF_TIMED, /* the operation between two readings of the clock, counted in buckets; SELF_TIMED_MAX
                         at most */
};

struct micro_config {
    struct op_config op;
    struct op_sizes sizes;
    unsigned key_mask;     /* operations go through keys 0 to key_mask */
    bool keys_per_cpu;     /* ... of their own on each CPU */
    unsigned wakeup_every; /* 0: an event wakes nobody */
    unsigned pages;        /* of the perf buffer, per CPU, and of the ring buffer; 0: 64 and 256 */
    bool consumed;         /* somebody else empties its buffers */
    bool shared;           /* others write into them, too */
    bool interpreted;      /* loaded with the JIT off */
    bool self_timing;      /* MICRO_SELF_TIMED will be run */
};

struct micro_program;

/*
 * Loads it. `shares`: another program of the same configuration whose maps it uses; NULL: its own.
 * -EOPNOTSUPP (EXIT_UNSUPPORTED) with the kernel's own reason where it refuses, other errors are the
 * environment's.
 */
int micro_program_open(struct micro_program **program, const struct micro_config *config,
                       const struct micro_program *shares, struct error *error);
void micro_program_close(struct micro_program **program);

/* Most rounds of one run that neither verifier nor buffer limits. */
unsigned micro_program_rounds_max(const struct micro_program *program);

/*
 * One run; *ns: what the system call took. Buffers are drained afterwards, outside of it. 0; -ENOBUFS when
 * events did not fit, -EBADMSG when operations failed; another -errno.
 */
int micro_program_run(struct micro_program *program, enum micro_mode mode, unsigned rounds, double *ns);

/* Goes once round its buffers, so that each run to come finds in the cache what runs before have left there.
 * 0 or as micro_program_run(). */
int micro_program_warm_up(struct micro_program *program);

/* One of its maps; descriptor -1 where it was not created. */
struct bpf_map *micro_program_map(const struct micro_program *program, const char *name);

/* What the last stack walk returned: frames for get_stack*; negative: it failed. */
long micro_program_frames(const struct micro_program *program);

/* Counts of the self-timed buckets, over all CPUs, since loading. 0 or -errno. */
int micro_program_self_timed(const struct micro_program *program, uint64_t counts[SELF_TIMED_BUCKETS]);

/* run_time_ns and run_cnt; 0 or -errno. Statistics must be on. */
int micro_program_statistics(const struct micro_program *program, uint64_t *run_time_ns, uint64_t *run_count);

/* The kernel's number of the loop program. 0 or -errno. */
int micro_program_id(const struct micro_program *program, uint32_t *id);

struct micro_code {
    unsigned instructions;         /* of BPF, as translated by the verifier */
    unsigned machine_bytes;        /* 0: interpreted, or hidden from us */
    unsigned machine_instructions; /* 0: not known for this processor */
};

/* Of the loop program. 0 or -errno. */
int micro_program_code(const struct micro_program *program, struct micro_code *code);
