/* SPDX-License-Identifier: GPL-2.0 */
#include "agents/sampler.h"
#include "agents/sampler_cpu.h"
#include "base/cleanup.h"
#include "base/clock.h"

#include <errno.h>
#include <math.h>

#define SAMPLERS_MAX 16
#define SLICE_MIN_NS (50 * NS_PER_MS) /* shorter ones: a tick's worth of error would be a peak */

/* Counters of CPU time whose busiest slice is reported, in CPUs. */
static const struct {
    const char *counter, *peak;
} peaks[] = {
    {"cpu.busy_ns", "cpu.peak_cores"},
    {"target.cpu_ns", "target.cpu_peak_cores"},
};

struct samplers {
    void *states[SAMPLERS_MAX];
    struct values start, end, slice;
    uint64_t start_ns, slice_start_ns;
    double slice_start[ARRAY_SIZE(peaks)], peak_cores[ARRAY_SIZE(peaks)]; /* NaN: none */
};

int samplers_open(struct samplers **samplers, const struct sampler_place *place, struct error *error)
{
    struct samplers *made = calloc(1, sizeof(*made));

    if (!made)
        return error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "Not enough memory for the samplers.");
    for (unsigned i = 0; sampler_table[i]; i++) {
        int result = i < SAMPLERS_MAX ? sampler_table[i]->open(&made->states[i], place, error) : -E2BIG;

        if (result != 0) {
            samplers_close(made);
            return result;
        }
    }
    *samplers = made;
    return 0;
}

void samplers_close(struct samplers *samplers)
{
    if (!samplers)
        return;
    for (unsigned i = 0; i < SAMPLERS_MAX && sampler_table[i]; i++)
        if (samplers->states[i])
            sampler_table[i]->close(samplers->states[i]);
    values_free(&samplers->start);
    values_free(&samplers->end);
    values_free(&samplers->slice);
    free(samplers);
}

static void read_around(struct samplers *samplers, const struct sampler_place *place, struct values *values)
{
    for (unsigned i = 0; sampler_table[i]; i++)
        if (samplers->states[i] && sampler_table[i]->counters && sampler_table[i]->around)
            sampler_table[i]->counters(samplers->states[i], place, values);
}

/*
 * The time is that of the first of them, the CPUs', which are divided by it: the other reads take longer
 * where there is more to read (a target), and not as long at both edges.
 */
static uint64_t read_within(struct samplers *samplers, const struct sampler_place *place,
                            struct values *values)
{
    uint64_t read_ns = 0;

    for (unsigned i = 0; sampler_table[i]; i++) {
        if (samplers->states[i] && sampler_table[i]->counters && !sampler_table[i]->around)
            sampler_table[i]->counters(samplers->states[i], place, values);
        if (read_ns == 0)
            read_ns = clock_now_ns();
    }
    return read_ns;
}

static void start_slice(struct samplers *samplers, const struct values *values, uint64_t now_ns)
{
    samplers->slice_start_ns = now_ns;
    for (unsigned i = 0; i < ARRAY_SIZE(peaks); i++)
        samplers->slice_start[i] = values_or_nan(values, peaks[i].counter);
}

static void end_slice(struct samplers *samplers, const struct values *values, uint64_t now_ns)
{
    double slice_ns = (double)(now_ns - samplers->slice_start_ns);

    for (unsigned i = 0; i < ARRAY_SIZE(peaks); i++) {
        double used_ns = values_or_nan(values, peaks[i].counter) - samplers->slice_start[i];

        samplers->peak_cores[i] =
            fmax(samplers->peak_cores[i], used_ns / slice_ns); /* fmax passes over NaN */
    }
    start_slice(samplers, values, now_ns);
}

void samplers_begin(struct samplers *samplers, const struct sampler_place *place)
{
    samplers->start.count = 0; /* the set keeps its memory from window to window */
    read_around(samplers, place, &samplers->start);
    samplers->start_ns = read_within(samplers, place, &samplers->start);
    start_slice(samplers, &samplers->start, samplers->start_ns);
    for (unsigned i = 0; i < ARRAY_SIZE(peaks); i++)
        samplers->peak_cores[i] = NAN;
}

void samplers_tick(struct samplers *samplers, const struct sampler_place *place)
{
    uint64_t read_ns = 0; /* as at the edges */

    if (clock_now_ns() - samplers->slice_start_ns < SLICE_MIN_NS)
        return;
    samplers->slice.count = 0;
    for (unsigned i = 0; sampler_table[i]; i++) {
        if (samplers->states[i] && sampler_table[i]->tick)
            sampler_table[i]->tick(samplers->states[i], place, &samplers->slice);
        if (read_ns == 0)
            read_ns = clock_now_ns();
    }
    end_slice(samplers, &samplers->slice, read_ns);
}

static int set_peaks(const struct samplers *samplers, struct values *values)
{
    int result = 0;

    for (unsigned i = 0; i < ARRAY_SIZE(peaks) && result == 0; i++)
        if (!isnan(samplers->peak_cores[i]))
            result = values_set(values, peaks[i].peak, samplers->peak_cores[i]);
    return result;
}

int samplers_end(struct samplers *samplers, const struct sampler_place *place, struct values *values)
{
    uint64_t end_ns;
    int result;

    samplers->end.count = 0;
    end_ns = read_within(samplers, place, &samplers->end);
    read_around(samplers, place, &samplers->end);
    result = values_difference(values, &samplers->start, &samplers->end);
    if (end_ns - samplers->slice_start_ns >= SLICE_MIN_NS || samplers->slice_start_ns == samplers->start_ns)
        end_slice(samplers, &samplers->end, end_ns);
    for (unsigned i = 0; sampler_table[i] && result == 0; i++)
        if (samplers->states[i] && sampler_table[i]->gauges)
            sampler_table[i]->gauges(samplers->states[i], place, values);
    if (result == 0)
        result = values_set(values, "sampler.window_ns", (double)(end_ns - samplers->start_ns));
    return result ? result : set_peaks(samplers, values);
}

const char *samplers_idle_source(const struct samplers *samplers)
{
    for (unsigned i = 0; sampler_table[i]; i++)
        if (sampler_table[i] == &sampler_cpu)
            return sampler_cpu_idle_source(samplers->states[i]);
    return "none";
}
