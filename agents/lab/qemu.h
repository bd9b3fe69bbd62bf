/* SPDX-License-Identifier: GPL-2.0 */
/* The machine that a guest runs on, as a command line of QEMU. */
#pragma once

#include "base/error.h"
#include "base/interrupt.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define QEMU_PROGRAM   "qemu-system-x86_64"
#define QEMU_PACKAGE   "qemu-system-x86"
#define QEMU_WORDS_MAX 64

/* All paths are borrowed. */
struct qemu_machine {
    const char *image, *initrd;
    const char *console, *channel; /* files for the two serial ports */
    const char *virtiofs;          /* socket of virtiofsd; NULL: no host root */
    unsigned memory_mib;
    bool exact;    /* the clock counts instructions */
    bool kvm;      /* else TCG; not with exact */
    uint64_t seed; /* of exact */
    unsigned cpus; /* exact: 1 */
};

/* Owns its words; ended by NULL. */
struct qemu_words {
    char *items[QEMU_WORDS_MAX + 1];
    unsigned count;
};

/* 0 or -ENOMEM. */
int qemu_command(const struct qemu_machine *machine, struct qemu_words *words);
void qemu_words_free(struct qemu_words *words);

/* CPU model of guests, as QEMU is told. */
extern const char *const qemu_exact_cpu;

/* "7.2.22" of the program that is installed. EXIT_ENVIRONMENT naming the package when it is missing. */
int qemu_version(char *text, size_t size, struct interrupt *interrupt, struct error *error);
