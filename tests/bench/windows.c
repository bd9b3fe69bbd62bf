/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Takes the long attachment of a recorded sham (tests/bench/record.sh) down to what simulations want of it:
 * logs of the mean latency and of the noise references, `FACTOR` windows averaged to one, small enough to
 * keep. build/bench/windows TRIAL.jsonl [FACTOR] >tests/data/sham-NAME.windows
 */
#include "tests/bench/recording.h"
#include "tests/bench/windows.h"

#define FACTOR_USUAL 3 /* windows of 0.1 s to ones of 0.3 s, about as long as a run's */

static double average(const double *from, unsigned factor)
{
    double sum = 0;

    for (unsigned i = 0; i < factor; i++)
        sum += from[i];
    return sum / factor;
}

static int reduce(const struct recording *recording, unsigned factor, struct windows *windows)
{
    int result =
        windows_alloc(windows, recording->count / factor, recording->kinds, factor * recording->window_s);

    for (unsigned i = 0; result == 0 && i < windows->count; i++) {
        windows->y[i] = average(recording->y + i * factor, factor);
        for (unsigned kind = 0; kind < recording->kinds; kind++)
            windows->r[kind][i] = average(recording->r[kind] + i * factor, factor);
    }
    return result;
}

int main(int argc, char **argv)
{
    CLEANUP(trial_free) struct trial trial = {0};
    CLEANUP(free_recording) struct recording recording = {0};
    CLEANUP(windows_free) struct windows windows = {0};
    OWNED_FILE FILE *file = argc > 1 ? fopen(argv[1], "re") : NULL;
    int factor = argc > 2 ? atoi(argv[2]) : FACTOR_USUAL;
    struct error error = {0};

    if (!file || factor < 1 || trial_read(&trial, file, NULL, &error) || load_recording(&recording, &trial) ||
        reduce(&recording, (unsigned)factor, &windows) || windows_write(&windows, stdout)) {
        fprintf(stderr, "windows: %s\n", error.message[0] ? error.message : "want a recorded sham [FACTOR]");
        return 1;
    }
    return 0;
}
