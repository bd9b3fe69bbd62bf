/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a long recording of a sham says about defaults: the Allan deviation of the workload's mean latency,
 * and the deviation that quads of neighbouring windows would have had, raw and adjusted by the noise
 * reference, for several lengths of a window. Reads trials (run --sham --quads 1 --window 0.1 --steady 1800
 * --trial FILE). build/bench/allan TRIAL.jsonl...
 */
#include "orchestrator/stats/allan.h"
#include "tests/bench/recording.h"

#define BATCH 32 /* quads whose coefficients are found together, as in a run */

/* Means of `width` windows from window `first` on, for one batch of quads. */
static void average(const double *from, unsigned first, unsigned width, unsigned blocks, double *to)
{
    for (unsigned i = 0; i < blocks; i++) {
        to[i] = 0;
        for (unsigned j = 0; j < width; j++)
            to[i] += from[first + i * width + j] / width;
    }
}

/* Standard deviations (about zero: the truth is no effect) of pseudo-quads with windows of `width` units. */
static unsigned deviations(const struct recording *recording, unsigned width, double *raw_sd,
                           double *adjusted_sd)
{
    double y[BATCH * 4], r[ADJUST_KINDS_MAX][BATCH * 4], raw[BATCH], adjusted[BATCH], raw_sum = 0,
                                                                                      adjusted_sum = 0;
    unsigned quads = 0;
    char arms[BATCH * 4];

    for (unsigned i = 0; i < BATCH * 4; i++)
        arms[i] = "ABBA"[i % 4];
    for (unsigned first = 0; first + BATCH * 4 * width <= recording->count; first += BATCH * 4 * width) {
        struct adjust_input input = {.quads = BATCH, .kinds = recording->kinds, .y = y, .arms = arms};
        struct adjust_output output = {.raw = raw, .adjusted = adjusted};

        average(recording->y, first, width, BATCH * 4, y);
        for (unsigned kind = 0; kind < recording->kinds; kind++) {
            average(recording->r[kind], first, width, BATCH * 4, r[kind]);
            input.r[kind] = r[kind];
        }
        if (adjust_contrasts(&input, &output))
            continue;
        for (unsigned quad = 0; quad < BATCH; quad++) {
            raw_sum += raw[quad] * raw[quad];
            adjusted_sum += adjusted[quad] * adjusted[quad];
            quads++;
        }
    }
    *raw_sd = sqrt(raw_sum / quads);
    *adjusted_sd = sqrt(adjusted_sum / quads);
    return quads;
}

static void print(const char *path, const struct recording *recording)
{
    static const unsigned factors[] = {1, 2, 3, 5, 10, 20, 40};
    const char *name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;

    printf("\n%s: %u windows of %.2f s\n\n", name, recording->count, recording->window_s);
    printf("| window | Allan deviation | quads | sd of a quad, raw | adjusted | factor "
           "|\n|---|---|---|---|---|---|\n");
    for (unsigned i = 0; i < ARRAY_SIZE(factors); i++) {
        double raw, adjusted, allan = allan_deviation(recording->y, recording->count, factors[i]);
        unsigned quads = deviations(recording, factors[i], &raw, &adjusted);

        printf("| %.1f s | %.2f %% | %u | ", factors[i] * recording->window_s, 100 * allan, quads);
        if (quads)
            printf("%.2f %% | %.2f %% | %.1f |\n", 100 * raw, 100 * adjusted, raw / adjusted);
        else
            printf("too short | | |\n");
    }
}

int main(int argc, char **argv)
{
    int result = 0;

    for (int i = 1; i < argc; i++) {
        CLEANUP(trial_free) struct trial trial = {0};
        CLEANUP(free_recording) struct recording recording = {0};
        OWNED_FILE FILE *file = fopen(argv[i], "re");
        struct error error = {0};

        if (!file || trial_read(&trial, file, NULL, &error) || load_recording(&recording, &trial)) {
            fprintf(stderr, "allan: %s: %s\n", argv[i], error.message[0] ? error.message : "cannot be used");
            result = 1;
            continue;
        }
        print(argv[i], &recording);
    }
    return result;
}
