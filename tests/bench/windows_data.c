/* SPDX-License-Identifier: GPL-2.0 */
#include "tests/bench/windows.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define MILLIONTH   1e-6
#define WINDOWS_MAX 1000000

#define PROCESSES 5 /* that forget within 1, 2, 4, 8 and 16 windows */

void windows_free(struct windows *windows)
{
    free(windows->y);
    for (unsigned kind = 0; kind < ADJUST_KINDS_MAX; kind++)
        free(windows->r[kind]);
    *windows = (struct windows){0};
}

int windows_alloc(struct windows *windows, unsigned count, unsigned kinds, double window_s)
{
    bool failed;

    *windows = (struct windows){.count = count, .kinds = kinds, .window_s = window_s};
    windows->y = calloc(count, sizeof(double));
    failed = !windows->y;
    for (unsigned kind = 0; kind < kinds; kind++) {
        windows->r[kind] = calloc(count, sizeof(double));
        failed = failed || !windows->r[kind];
    }
    if (!failed)
        return 0;
    windows_free(windows);
    return -ENOMEM;
}

static bool parse_line(char *line, struct windows *windows, unsigned at)
{
    char *rest = line;

    for (unsigned column = 0; column <= windows->kinds; column++) {
        char *end;
        double value = strtod(rest, &end) * MILLIONTH;

        if (end == rest || !isfinite(value))
            return false;
        (column ? windows->r[column - 1] : windows->y)[at] = value;
        rest = end;
    }
    return rest[strspn(rest, " \n")] == '\0';
}

int windows_read(struct windows *windows, FILE *file)
{
    char line[256];
    unsigned kinds, count = 0;
    double window_s;
    int result;

    if (!fgets(line, sizeof(line), file) || sscanf(line, "# windows %u %lf", &kinds, &window_s) != 2 ||
        kinds > ADJUST_KINDS_MAX || !(window_s > 0))
        return -EINVAL;
    result = windows_alloc(windows, WINDOWS_MAX, kinds, window_s);
    if (result)
        return result;
    while (fgets(line, sizeof(line), file))
        if (count == WINDOWS_MAX || !parse_line(line, windows, count++)) {
            windows_free(windows);
            return -EINVAL;
        }
    windows->count = count;
    return 0;
}

int windows_write(const struct windows *windows, FILE *file)
{
    fprintf(file, "# windows %u %.3f\n", windows->kinds, windows->window_s);
    for (unsigned i = 0; i < windows->count; i++) {
        fprintf(file, "%.0f", windows->y[i] / MILLIONTH);
        for (unsigned kind = 0; kind < windows->kinds; kind++)
            fprintf(file, " %.0f", windows->r[kind][i] / MILLIONTH);
        fputc('\n', file);
    }
    return ferror(file) ? -EIO : 0;
}

int recording_summary_read(struct recording_summary *summary, FILE *file, const char *name)
{
    char line[256];
    bool found = false;
    double window, deviation, factor;
    unsigned quads;

    while (fgets(line, sizeof(line), file)) {
        if (strstr(line, ".jsonl:"))
            found = strncmp(line, name, strlen(name)) == 0 && line[strlen(name)] == ':';
        if (!found || sscanf(line, "| %lf s | %lf %% | %u | %*f %% | %*f %% | %lf |", &window, &deviation,
                             &quads, &factor) != 4)
            continue;
        if (fabs(window - 0.3) > 0.01)
            continue;
        *summary = (struct recording_summary){.deviation = deviation / 100, .factor = factor};
        return 0;
    }
    return -ENOENT;
}

/* Correlation of one process from window to window. */
static double kept_by(unsigned process)
{
    return exp(-ldexp(1, -(int)process));
}

/* Adds one sum of processes, times `scale`, to x and y (NULL: none). */
static void add_flicker(double *x, double *y, unsigned count, struct random *random, double scale)
{
    for (unsigned k = 0; k < PROCESSES; k++) {
        double kept = kept_by(k), fresh = sqrt(1 - kept * kept), state = random_normal(random);

        for (unsigned i = 0; i < count; i++) {
            x[i] += scale * state;
            if (y)
                y[i] += scale * state;
            state = kept * state + fresh * random_normal(random);
        }
    }
}

double flicker_unit(void)
{
    double sum = 0;

    /* Half the mean square of neighbours' difference: one less the correlation, for each process. */
    for (unsigned k = 0; k < PROCESSES; k++)
        sum += 1 - kept_by(k);
    return sqrt(sum);
}

void flicker_fill(struct windows *windows, struct random *random, const struct recording_summary *like,
                  double unit)
{
    double size = like->deviation / unit, own = 1 / like->factor;

    memset(windows->y, 0, windows->count * sizeof(double));
    memset(windows->r[0], 0, windows->count * sizeof(double));
    add_flicker(windows->y, NULL, windows->count, random, size * own);
    add_flicker(windows->y, windows->r[0], windows->count, random, size * sqrt(1 - own * own));
}
