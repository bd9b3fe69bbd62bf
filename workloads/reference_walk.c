/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Page walks: one load from each of 4096 pages, more than a second-level TLB holds, in an order no prefetcher
 * follows. All of them are the kernel's one zero page, so that the page tables are what is walked through and
 * the data stays in the first-level cache. A virtual machine walks two sets of tables, and a kernel that
 * changes page tables at each entry (PTI without PCID) makes every system call walk them anew.
 */
#include "workloads/reference_kinds.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

#define PAGE_BYTES 4096
#define PAGES      4096

struct walk {
    const char *pages;
    unsigned position;
};

/* Full period modulo a power of two: Hull and Dobell, 1962: the factor is 1 modulo 4, the rest is odd. */
static unsigned follow(unsigned position)
{
    return (position * 1664525u + 1013904223u) % PAGES;
}

static void run(void *state, unsigned units)
{
    struct walk *walk = state;
    unsigned position = walk->position;

    for (unsigned i = 0; i < units; i++) /* each address needs what was loaded before, which is always zero */
        position =
            follow(position) + *(const volatile unsigned char *)&walk->pages[(size_t)position * PAGE_BYTES];
    walk->position = position;
}

static void *prepare(void)
{
    struct walk *walk = calloc(1, sizeof(*walk));
    void *pages = mmap(NULL, (size_t)PAGES * PAGE_BYTES, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (!walk || pages == MAP_FAILED) {
        free(walk);
        return NULL;
    }
    madvise(pages, (size_t)PAGES * PAGE_BYTES,
            MADV_NOHUGEPAGE); /* old kernels: refused, and no huge zero page */
    walk->pages = pages;
    run(walk, PAGES);
    return walk;
}

const struct reference_kind reference_walk = {
    .name = "walk",
    .discarded = 40,
    .units = 160,
    .prepare = prepare,
    .run = run,
};
