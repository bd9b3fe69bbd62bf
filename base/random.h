/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Random numbers that are the same on every machine for the same seed: the order of blocks is drawn from a
 * logged seed, and simulations must repeat. xoshiro256**, seeded through splitmix64 (D. Blackman, S. Vigna,
 * "Scrambled linear pseudorandom number generators", ACM TOMS 47(4), 2021). Not for secrets.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct random {
    uint64_t state[4];
};

/* Any seed is good, 0 too. */
void random_seed(struct random *random, uint64_t seed);

uint64_t random_u64(struct random *random);

/* Uniform in [0, 1), multiples of 2^-53. */
double random_uniform(struct random *random);

/* A fair coin: the top bit. */
bool random_coin(struct random *random);

/* Mean 0, standard deviation 1 (G. Marsaglia's polar method, SIAM Review 6(3), 1964). */
double random_normal(struct random *random);
