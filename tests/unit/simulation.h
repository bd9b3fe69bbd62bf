/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Simulated runs for the tests of error rates: blocks share a noise with the references, as blocks on one
 * machine share its neighbours. The noise wanders from block to block (half of it is carried over to the
 * next).
 */
#pragma once

#include "base/random.h"
#include "orchestrator/stats/adjust.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SIMULATED_QUADS 32

enum noise { NOISE_NORMAL, NOISE_STUDENT_3, NOISE_SPIKES, NOISES };

struct simulated_run {
    double y[4 * SIMULATED_QUADS];
    double r[ADJUST_KINDS_MAX][4 * SIMULATED_QUADS];
    unsigned kinds; /* of references: two in a run that is made */
    char arms[4 * SIMULATED_QUADS + 1];
};

/* Student's t with 3 degrees of freedom, of standard deviation 1 (R. Bailey's polar method, Math. Comp. 62,
 * 1994). */
static inline double student_3_draw(struct random *random)
{
    double u, v, square;

    do {
        u = 2 * random_uniform(random) - 1;
        v = 2 * random_uniform(random) - 1;
        square = u * u + v * v;
    } while (square >= 1 || square == 0);
    return u * sqrt((1 / cbrt(square * square) - 1) / square);
}

/* Standard deviation about 1 each: normal; t; normal with spikes of both signs in 8 %. */
static inline double noise_draw(struct random *random, enum noise noise)
{
    if (noise == NOISE_STUDENT_3)
        return student_3_draw(random);
    if (noise == NOISE_NORMAL)
        return random_normal(random);
    return 0.7 * random_normal(random) +
           (random_uniform(random) < 0.08 ? (random_coin(random) ? 2.5 : -2.5) : 0);
}

/* The target costs `effect` and slows the references by `moved`, both on the log scale. */
static inline void simulate_run(struct random *random, enum noise noise, double effect, double moved,
                                struct simulated_run *run)
{
    double neighbours = 0;

    run->kinds = 2;
    for (unsigned q = 0; q < SIMULATED_QUADS; q++)
        memcpy(run->arms + 4 * q, random_coin(random) ? "ABBA" : "BAAB", 5);
    for (unsigned i = 0; i < 4 * SIMULATED_QUADS; i++) {
        double with_target = run->arms[i] == 'B';

        neighbours = 0.5 * neighbours + 0.04 * noise_draw(random, noise);
        run->y[i] = neighbours + 0.012 * noise_draw(random, noise) + effect * with_target;
        run->r[0][i] = neighbours + 0.012 * noise_draw(random, noise) + moved * with_target;
        run->r[1][i] = 0.5 * neighbours + 0.02 * noise_draw(random, noise) + moved * with_target;
    }
}

static inline struct adjust_input simulated_input(const struct simulated_run *run, unsigned quads)
{
    struct adjust_input input = {.quads = quads, .kinds = run->kinds, .y = run->y, .arms = run->arms};

    for (unsigned kind = 0; kind < run->kinds; kind++)
        input.r[kind] = run->r[kind];
    return input;
}
