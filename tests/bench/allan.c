/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a long recording of a sham says about defaults: the Allan deviation of the workload's mean latency,
 * and the deviation that quads of neighbouring windows would have had, raw and adjusted by the noise
 * reference, for several lengths of a window. Reads trials (run --sham --quads 1 --window 0.1 --steady 1800
 * --trial FILE). build/bench/allan TRIAL.jsonl...
 */
#include "base/cleanup.h"
#include "orchestrator/series.h"
#include "orchestrator/stats/adjust.h"
#include "orchestrator/stats/allan.h"

#include <math.h>
#include <string.h>

#define BATCH 32 /* quads whose coefficients are found together, as in a run */

/* Logs of consecutive windows of the long attachment, all owned. */
struct recording {
    double *y;
    double *r[ADJUST_KINDS_MAX];
    char names[ADJUST_KINDS_MAX][REFERENCE_NAME_MAX];
    unsigned count, kinds;
    double window_s;
};

static void find_kinds(struct recording *recording, const struct block *block)
{
    for (size_t i = 0; i < block->values.count && recording->kinds < ADJUST_KINDS_MAX; i++) {
        const char *name = block->values.items[i].name, *dot = strrchr(name, '.');

        if (strncmp(name, "ref.", 4) == 0 && strcmp(dot, ".count") == 0)
            snprintf(recording->names[recording->kinds++], REFERENCE_NAME_MAX, "%.*s", (int)(dot - name - 4),
                     name + 4);
    }
}

static int load(struct recording *recording, const struct trial *trial)
{
    recording->y = calloc(trial->count + 1, sizeof(double));
    for (unsigned kind = 0; kind < ADJUST_KINDS_MAX; kind++)
        recording->r[kind] = calloc(trial->count + 1, sizeof(double));
    for (size_t i = 0; i < trial->count; i++) {
        const struct block *block = &trial->blocks[i];

        if (block->phase != PHASE_STEADY || block->arm != 'B' || !block->latency)
            continue;
        if (recording->count == 0)
            find_kinds(recording, block);
        recording->window_s = (double)block->window_ns / 1e9;
        recording->y[recording->count] = log(hist_mean_ns(block->latency));
        for (unsigned kind = 0; kind < recording->kinds; kind++)
            recording->r[kind][recording->count] = series_reference_log(block, recording->names[kind]);
        recording->count++;
    }
    return recording->count > 8 ? 0 : -1;
}

static void free_recording(struct recording *recording)
{
    free(recording->y);
    for (unsigned kind = 0; kind < ADJUST_KINDS_MAX; kind++)
        free(recording->r[kind]);
}

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

        if (!file || trial_read(&trial, file, NULL, &error) || load(&recording, &trial)) {
            fprintf(stderr, "allan: %s: %s\n", argv[i], error.message[0] ? error.message : "cannot be used");
            result = 1;
            continue;
        }
        print(argv[i], &recording);
    }
    return result;
}
