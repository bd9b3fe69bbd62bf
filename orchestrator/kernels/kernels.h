/* SPDX-License-Identifier: GPL-2.0 */
/*
 * tracetoll kernels: the same command on other kernels, each in guests of its own, and what came of it side
 * by side. What a guest runs is this very program, and its document is all that comes back.
 */
#pragma once

#include "agents/lab/guest.h"
#include "agents/lab/kernel.h"
#include "orchestrator/run_options.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#define KERNELS_MAX          8
#define KERNELS_SEEDS        16
#define KERNELS_SEEDS_OF_RUN 3 /* in exact mode, where none are given */
#define KERNELS_FILES        32
#define KERNELS_SCHEMA       "tracetoll.kernels/1"
#define UNRESOLVED_SHARE                                                                                     \
    0.0015 /* of the baseline: what any other input of a boot changes (docs/method.md)                       \
            */

enum kernels_mode { MODE_EXACT, MODE_TIMED };

struct kernels_options {
    struct lab_name kernels[KERNELS_MAX];
    unsigned kernel_count;
    enum kernels_mode mode;
    const char *lang; /* of what is printed; NULL: English */
    bool force, quiet;
    unsigned seeds;      /* 0: 3 for run, 1 for micro */
    unsigned memory_mib; /* 0: by the size of the initramfs */
    double boot_limit_ns, run_limit_ns;
    char *files[KERNELS_FILES + 1];
    unsigned file_count;
    const char *output;    /* comparison document; NULL: none */
    const char *documents; /* directory for each kernel's own document; NULL: none */
    const char *format;    /* "text", "markdown", "json" */
    char **command;        /* "run" or "micro" and its words; NULL-ended */
    int command_count;
    bool micro;
    struct run_options run; /* of `run` */
};

/* 1: help was printed. A negative errno with a sentence, also for a run that makes no plan (plan.h). */
int kernels_options_parse(struct kernels_options *options, int argc, char **argv, struct error *error);

/* One boot. */
struct kernels_boot {
    unsigned kernel;
    uint64_t seed;
    char label[160];
    struct lab_guest_plan plan;
    struct lab_guest guest;
    bool started, done;
    enum exit_status status;
    char message[1024]; /* why there is no document, or the command's complaint; "" */
    char console[1024]; /* last lines of it, where they explain; "" */
    char trouble[256];  /* what the kernel complained of; "" */
    json_t *document;   /* owned; NULL: none */
};

struct kernels_session {
    const struct kernels_options *options; /* borrowed, like the next */
    struct interrupt *interrupt;
    FILE *notes;                         /* NULL: quiet */
    struct private_directory *directory; /* for the guests' files */
    struct lab_kernel kernels[KERNELS_MAX];
    char initrd[KERNELS_MAX][PATH_MAX];
    uint64_t initrd_bytes[KERNELS_MAX];
    struct kernels_boot *boots; /* owned */
    unsigned boot_count;
    char qemu[32]; /* version; "" when no guest is needed */
    bool kvm;
    char kvm_reason[256]; /* why not */
};

/* How many guests run side by side at most, here and now; at least 1. */
unsigned kernels_at_once(enum kernels_mode mode);

/* Kernels, initramfs and boots, ready to start. 0 or an error with a sentence. */
int kernels_prepare(struct kernels_session *session, struct error *error);
/* Words that a guest's command has, NULL-ended, into `words` (borrowed from the options and static ones). */
void kernels_guest_words(const struct kernels_options *options, const char *program, const char *document,
                         char **words, unsigned size);
/* Does KVM boot this kernel? Fills kvm and kvm_reason. -EINTR, else 0. */
int kernels_probe_kvm(struct kernels_session *session, unsigned kernel, struct error *error);

/* Runs all boots; -EINTR when interrupted (everything is gone then). Their outcomes are in the boots, also of
 * those that an interrupt kept from ending. */
int kernels_run(struct kernels_session *session, struct error *error);
/* Were there boots of it, and has each left a document? */
bool kernels_is_measured(const struct kernels_session *session, unsigned kernel);
void kernels_session_free(struct kernels_session *session);

/* --- pure --- */

/*
 * What a boot sent back (NULL: nothing) becomes boot->document when it is one, of `run` or of `micro`. Else,
 * unless boot->message has told it already, message says why and status is EXIT_UNTRUSTWORTHY.
 */
void kernels_take_document(struct kernels_boot *boot, const char *text, bool micro);

/* One document from those of several seeds, in instructions, counted by this version of QEMU; a new
 * reference. NULL without memory. `inconclusive` as outcome_of_open() takes it. */
json_t *kernels_combine(json_t *const *documents, const uint64_t *seeds, unsigned count, const char *qemu,
                        const char *inconclusive);
/* The comparison document; a new reference. `argv`: the whole command line, NULL-ended, as the user typed it.
 * `started` in RFC 3339. */
json_t *kernels_compose(const struct kernels_session *session, char **argv, const char *started,
                        double seconds);
/* 0 or -ENOMEM. */
int kernels_print(const json_t *comparison, bool markdown, FILE *out);
