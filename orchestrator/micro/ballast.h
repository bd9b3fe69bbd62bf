/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Programs that nobody runs, of random number and length, loaded while a pass lasts. The kernel packs small
 * programs together and gives the next one the first hole that fits (kernel/bpf/core.c, bpf_prog_pack_alloc):
 * without them each pass would find the place that the one before has left.
 */
#pragma once

#define BALLAST_MAX 24

struct random;
struct ballast {
    int fds[BALLAST_MAX]; /* owned */
    unsigned count;
};

/* What does not load is left out. */
void ballast_load(struct ballast *ballast, struct random *random);
void ballast_close(struct ballast *ballast);
