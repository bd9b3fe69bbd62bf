/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The hooks of workloads that are one struct generator: their state is a struct whose first member it is, and
 * prepare is all they write themselves.
 */
#pragma once

#include "workloads/generator.h"

#include <stddef.h>

/* Allocates `size` zeroed bytes as workload->state and initialises the generator in front. NULL: no memory.
 */
void *generated_prepare(struct workload *workload, size_t size, struct error *error);

int generated_start(struct workload *workload, struct error *error);
int generated_measure(struct workload *workload, uint64_t window_ns, const struct window_edges *edges,
                      struct load_sample *sample, struct error *error);
/* Every own generator can run in the background of another load. */
extern const struct workload_background generated_background;
void generated_stop(struct workload *workload);
void generated_cleanup(struct workload *workload);

/* 0, or EXIT_USAGE where the place has no network. */
int generated_need_network(const struct workload *workload, struct error *error);

/* The rows of a descriptor that all of them share; prepare() and what is the load's own are beside it. */
#define GENERATED_HOOKS                                                                                      \
    .own_generator = true, .warm_up_ns = 250 * NS_PER_MS, .background = &generated_background,               \
    .start = generated_start, .measure = generated_measure, .stop = generated_stop,                          \
    .cleanup = generated_cleanup
