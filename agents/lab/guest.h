/* SPDX-License-Identifier: GPL-2.0 */
/* One guest, from its boot to the documents it sends back. It never outlives us. */
#pragma once

#include "agents/lab/qemu.h"
#include "base/error.h"
#include "base/process.h"

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

struct lab_guest_plan {
    const char *label;           /* for sentences: "debian:6.1, seed 2" */
    const char *directory;       /* private, for its files; borrowed like all here */
    unsigned id;                 /* distinct within the directory */
    struct qemu_machine machine; /* but console, channel and virtiofs */
    bool host_root;
    uint64_t boot_limit_ns, run_limit_ns; /* until the command starts; from then on */
};

enum lab_phase { LAB_BOOTING, LAB_RUNNING, LAB_ENDED };

struct lab_guest {
    const struct lab_guest_plan *plan;
    struct process qemu, virtiofsd;
    char console[PATH_MAX], channel[PATH_MAX], socket[PATH_MAX];
    enum lab_phase phase;
    bool timed_out;
    uint64_t started_ns, ready_ns, ended_ns; /* CLOCK_MONOTONIC */
};

#define LAB_GUEST_NONE ((struct lab_guest){.qemu = PROCESS_NONE, .virtiofsd = PROCESS_NONE})

/* What came back. */
struct lab_outcome {
    int exit_status;                  /* of the command; -1: none came */
    char *output, *errors, *document; /* owned; NULL: nothing */
    char kernel_trouble[256];         /* a warning, oops or lockdep splat; "": none */
};

/* `plan` must stay. EXIT_ENVIRONMENT. */
int lab_guest_start(struct lab_guest *guest, const struct lab_guest_plan *plan, struct interrupt *interrupt,
                    struct error *error);

/* Looks whether it has gone on, and ends it at its deadlines. Never blocks. */
enum lab_phase lab_guest_look(struct lab_guest *guest);

/*
 * What an ended guest left. Failures: no boot or no memory (EXIT_ENVIRONMENT, with the console's last lines),
 * a panic, a truncated or damaged result, or no end in time (EXIT_UNTRUSTWORTHY).
 */
int lab_guest_collect(struct lab_guest *guest, struct lab_outcome *outcome, struct error *error);
void lab_outcome_free(struct lab_outcome *outcome);

/* Pure: what was received, into an outcome whose exit_status is -1. 0 when all frames up to the last one are
 * there and whole and one has the exit status; -ENODATA, -EBADMSG, -ENOMEM. */
int lab_outcome_take(struct lab_outcome *outcome, const char *received, size_t size);

/* Ends it, if it runs, and removes its files. Allowed at any time. */
void lab_guest_close(struct lab_guest *guest);
