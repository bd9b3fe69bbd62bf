/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What people do to compare before and after, and tracetoll's quads, on the same noise: stretches of a line
 * of windows in which nothing happens, with an effect put into the windows that each method has the tool on
 * in. Each method gets as many windows as tracetoll took for its answer, and answers one question: does the
 * tool cost anything? Tables in Markdown: false alarms (an answer of either sign where there is nothing),
 * misses (no answer "slower" where there is a cost), and the time taken.
 *
 *   build/bench/side_by_side [TRIALS] SUMMARY NAME       noise with the Allan deviation that SUMMARY has of
 * NAME build/bench/side_by_side [TRIALS] RECORDING.windows  stretches of a recording build/bench/side_by_side
 * --stretch ...               one stretch, for the picture
 */
#include "base/cleanup.h"
#include "orchestrator/stats/verdict.h"
#include "tests/bench/customary.h"
#include "tests/bench/windows.h"
#include "tests/bench/workers.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define TRIALS_USUAL    10000
#define CHUNK           100
#define QUADS_MAX       32
#define WINDOWS         (4 * QUADS_MAX)
#define PRECISION       0.01 /* tracetoll's own default without a budget */
#define RUNS            10   /* before, and after */
#define ALPHA           0.05
#define EFFECTS         5
#define WINDOW_S        0.3 /* what recording_summary_read() reads */
#define WHITE_DEVIATION 0.03
#define STRETCHES       101
#define STRETCH_SEED    1

static const double effects[EFFECTS] = {0, 0.01, 0.02, 0.05, 0.10};

/* --- the methods: +1 slower, -1 faster, 0 neither --- */

/* Figures of a method's two sides. */
struct sides {
    double before[WINDOWS], after[WINDOWS];
    unsigned count; /* of each */
};

static int sign_of_means(const struct sides *sides)
{
    double a = sample_mean(sides->before, sides->count), b = sample_mean(sides->after, sides->count);

    return (b > a) - (b < a);
}

/* Two means; a difference of 1 % or more is believed. */
static int answer_means(const struct sides *sides)
{
    double ratio = sample_mean(sides->after, sides->count) / sample_mean(sides->before, sides->count);

    return (ratio >= 1.01) - (ratio <= 1 / 1.01);
}

static int answer_welch(const struct sides *sides)
{
    return welch_p(sides->before, sides->count, sides->after, sides->count) < ALPHA ? sign_of_means(sides)
                                                                                    : 0;
}

static int answer_u_test(const struct sides *sides)
{
    return mann_whitney_p(sides->before, sides->count, sides->after, sides->count) < ALPHA
               ? sign_of_means(sides)
               : 0;
}

static int answer_kayenta(const struct sides *sides)
{
    return kayenta_class(sides->before, sides->count, sides->after, sides->count);
}

/* "1.04 +- 0.03 times slower" is read as slower. */
static int answer_hyperfine(const struct sides *sides)
{
    struct ratio_sd ratio = hyperfine_ratio(sides->before, sides->count, sides->after, sides->count);

    return (ratio.ratio - ratio.sd > 1) - (ratio.ratio + ratio.sd < 1);
}

struct method {
    const char *name;
    int (*answer)(const struct sides *sides);
    unsigned pieces;  /* figures of each side; 0: every window is one */
    bool alternating; /* before, after, before, after; else all before first */
};

static const struct method methods[] = {
    {"before, then after: two means, 1 % believed", answer_means, 0, false},
    {"ten before, ten after: hyperfine's mean ± sd", answer_hyperfine, RUNS, false},
    {"ten before, ten after: Welch's t, 5 %", answer_welch, RUNS, false},
    {"ten before, ten after: U test, 5 % (benchstat)", answer_u_test, RUNS, false},
    {"before, then after: Kayenta, 98 %, tolerance 25 %", answer_kayenta, 0, false},
    {"ten and ten, taking turns: Welch's t, 5 %", answer_welch, RUNS, true},
    {"ten and ten, taking turns: U test, 5 %", answer_u_test, RUNS, true},
};
#define METHODS ARRAY_SIZE(methods)

/* Plain figures of `total` windows from y (logs) on, the effect put in where the tool is on. */
static void lay_out(const struct method *method, const double *y, unsigned total, double effect,
                    struct sides *sides)
{
    unsigned pieces = method->pieces ? 2 * method->pieces : total;

    sides->count = pieces / 2;
    for (unsigned piece = 0; piece < pieces; piece++) {
        unsigned first = piece * total / pieces, next = (piece + 1) * total / pieces;
        bool on = method->alternating ? piece % 2 : piece >= pieces / 2;
        unsigned index = method->alternating ? piece / 2 : piece % (pieces / 2);
        double sum = 0;

        for (unsigned i = first; i < next; i++)
            sum += exp(y[i]) * (on ? 1 + effect : 1);
        (on ? sides->after : sides->before)[index] = sum / (next - first);
    }
}

/* --- tracetoll --- */

/* As a run without a budget: look by look until the interval is narrow enough; *quads: how many that took. */
static int answer_quads(const struct windows *line, struct random *random, double effect, unsigned *quads)
{
    double y[WINDOWS], raw[QUADS_MAX], adjusted[QUADS_MAX];
    char arms[WINDOWS + 1];
    struct adjust_input input = {.kinds = line->kinds, .y = y, .arms = arms};
    struct look_plan plan;
    struct interval shown = interval_unknown();

    for (unsigned q = 0; q < QUADS_MAX; q++)
        memcpy(arms + 4 * q, random_coin(random) ? "ABBA" : "BAAB", 5);
    for (unsigned i = 0; i < WINDOWS; i++)
        y[i] = line->y[i] + (arms[i] == 'B' ? log1p(effect) : 0);
    for (unsigned kind = 0; kind < line->kinds; kind++)
        input.r[kind] = line->r[kind];
    if (look_plan_make(&plan, LOOKS_DEFAULT, 0))
        abort();
    for (unsigned look = 0; look < plan.count; look++) {
        struct adjust_output output = {.raw = raw, .adjusted = adjusted};

        *quads = input.quads = plan.quads[look];
        if (adjust_contrasts(&input, &output))
            abort();
        if (output.doubtful)
            verdict_of_both(raw, adjusted, *quads, &plan, look, 1, NAN, &shown);
        else
            verdict_at_look(adjusted, *quads, &plan, look, 1, NAN, &shown);
        if ((shown.high - shown.low) / 2 < PRECISION)
            break;
    }
    return (shown.low > 0) - (shown.high < 0);
}

/* --- stretches of noise --- */

enum kind { WHITE, MADE, RECORDED };

struct source {
    enum kind kind;
    const char *name;
    struct recording_summary like;
    double unit;
    const struct windows *recorded;
    double window_s;
};

/* Room in `line`; from a recording it starts anywhere. */
static void draw_line(const struct source *source, struct random *random, struct windows *line)
{
    unsigned first;

    if (source->kind == WHITE) {
        for (unsigned i = 0; i < WINDOWS; i++) {
            line->y[i] = WHITE_DEVIATION * random_normal(random);
            line->r[0][i] = WHITE_DEVIATION * random_normal(random);
        }
        return;
    }
    if (source->kind == MADE) {
        flicker_fill(line, random, &source->like, source->unit);
        return;
    }
    first = (unsigned)(random_uniform(random) * (source->recorded->count - WINDOWS));
    memcpy(line->y, source->recorded->y + first, WINDOWS * sizeof(double));
    for (unsigned kind = 0; kind < line->kinds; kind++)
        memcpy(line->r[kind], source->recorded->r[kind] + first, WINDOWS * sizeof(double));
}

static unsigned kinds_of(const struct source *source)
{
    return source->kind == RECORDED ? source->recorded->kinds : 1;
}

/* --- counting --- */

enum counter { SLOWER, FASTER, QUADS, COUNTERS };

struct contest {
    struct source source;
    unsigned chunks; /* of each effect */
};

static uint64_t *counter_row(uint64_t *counts, unsigned effect, size_t method)
{
    return counts + (effect * (METHODS + 1) + method) * COUNTERS;
}

static void count_answer(uint64_t *row, int answer, unsigned quads)
{
    row[SLOWER] += answer > 0;
    row[FASTER] += answer < 0;
    row[QUADS] += quads;
}

static void do_chunk(unsigned number, uint64_t *counts, const void *context)
{
    const struct contest *contest = context;
    unsigned effect = number / contest->chunks, quads = 0;
    CLEANUP(windows_free) struct windows line = {0};
    struct random random;

    /* The same stretches and orders for every effect. */
    random_seed(&random, UINT64_C(19460911) * (number % contest->chunks + 1));
    if (windows_alloc(&line, WINDOWS, kinds_of(&contest->source), contest->source.window_s))
        abort();
    for (unsigned trial = 0; trial < CHUNK; trial++) {
        draw_line(&contest->source, &random, &line);
        count_answer(counter_row(counts, effect, METHODS),
                     answer_quads(&line, &random, effects[effect], &quads), quads);
        for (size_t i = 0; i < METHODS; i++) {
            struct sides sides;

            lay_out(&methods[i], line.y, 4 * quads, effects[effect], &sides);
            count_answer(counter_row(counts, effect, i), methods[i].answer(&sides), quads);
        }
    }
}

/* --- output --- */

static void print_row(const struct contest *contest, const char *name, uint64_t *counts, size_t method)
{
    double trials = (double)contest->chunks * CHUNK;

    printf("| %s |", name);
    for (unsigned effect = 0; effect < EFFECTS; effect++) {
        const uint64_t *row = counter_row(counts, effect, method);
        double slower = (double)row[SLOWER] / trials, faster = (double)row[FASTER] / trials;

        printf(" %.1f %% |", 100 * (effects[effect] > 0 ? 1 - slower : slower + faster));
    }
    putchar('\n');
}

static void print_time(const struct contest *contest, uint64_t *counts)
{
    double trials = (double)contest->chunks * CHUNK;

    printf("| *time measured, each* |");
    for (unsigned effect = 0; effect < EFFECTS; effect++)
        printf(" *%.0f s* |",
               (double)counter_row(counts, effect, METHODS)[QUADS] / trials * 4 * contest->source.window_s);
    putchar('\n');
}

static void print_table(const struct contest *contest, uint64_t *counts)
{
    static const char *const kinds[] = {
        [WHITE] = "", [MADE] = "Noise made like ", [RECORDED] = "Stretches of "};

    printf("\n%s%s, %u times:\n\n| how | false alarms |", kinds[contest->source.kind], contest->source.name,
           contest->chunks * CHUNK);
    for (unsigned effect = 1; effect < EFFECTS; effect++)
        printf(" misses %.0f %% |", 100 * effects[effect]);
    printf("\n|---|---|---|---|---|---|\n");
    for (size_t i = 0; i < METHODS; i++)
        print_row(contest, methods[i].name, counts, i);
    print_row(contest, "**tracetoll**: quads, planned looks, noise reference", counts, METHODS);
    print_time(contest, counts);
}

static double difference_of_halves(const struct windows *line)
{
    return sample_mean(line->y + WINDOWS / 2, WINDOWS / 2) - sample_mean(line->y, WINDOWS / 2);
}

static int by_size(const void *a, const void *b)
{
    double one = fabs(*(const double *)a), other = fabs(*(const double *)b);

    return (one > other) - (one < other);
}

/* The n-th stretch of the same seed as before. */
static void draw_nth(const struct source *source, struct windows *line, unsigned n)
{
    struct random random;

    random_seed(&random, STRETCH_SEED);
    for (unsigned i = 0; i <= n; i++)
        draw_line(source, &random, line);
}

static void print_line(const struct windows *line)
{
    double before = sample_mean(line->y, WINDOWS / 2), difference = difference_of_halves(line);

    for (unsigned i = 0; i < WINDOWS; i++)
        printf("%.2f %.4f %.4f\n", i * line->window_s, 100 * expm1(line->y[i] - before),
               100 * (i < WINDOWS / 2 ? 0 : expm1(difference)));
}

/*
 * "SECONDS PER_CENT MEAN_OF_ITS_HALF" against the first half, of the stretch that stands in the middle of
 * STRETCHES by how much its halves differ: neither a good one nor a bad one.
 */
static int print_stretch(const struct source *source)
{
    CLEANUP(windows_free) struct windows line = {0};
    double differences[STRETCHES], sorted[STRETCHES];

    if (windows_alloc(&line, WINDOWS, kinds_of(source), source->window_s))
        return 2;
    for (unsigned i = 0; i < STRETCHES; i++) {
        draw_nth(source, &line, i);
        differences[i] = sorted[i] = difference_of_halves(&line);
    }
    qsort(sorted, STRETCHES, sizeof(sorted[0]), by_size);
    for (unsigned i = 0; i < STRETCHES; i++)
        if (differences[i] == sorted[STRETCHES / 2]) {
            draw_nth(source, &line, i);
            print_line(&line);
            return 0;
        }
    return 2;
}

static int compare(struct contest *contest, unsigned trials)
{
    size_t counters = EFFECTS * (METHODS + 1) * COUNTERS;
    OWNED_PTR uint64_t *counts = calloc(counters, sizeof(*counts));

    contest->chunks = trials / CHUNK;
    if (!counts || workers_count(EFFECTS * contest->chunks, do_chunk, contest, counts, counters)) {
        fprintf(stderr, "side_by_side: a process failed\n");
        return 2;
    }
    print_table(contest, counts);
    return 0;
}

/* --- arguments --- */

static int find_summary(struct source *source, char *words, char *name)
{
    OWNED_FILE FILE *file = NULL;

    *name++ = '\0';
    file = fopen(words, "re");
    *source = (struct source){.kind = MADE, .name = name, .unit = flicker_unit(), .window_s = WINDOW_S};
    return file && recording_summary_read(&source->like, file, name) == 0 ? 0 : -1;
}

static int find_recording(struct source *source, struct windows *recorded, const char *path)
{
    OWNED_FILE FILE *file = fopen(path, "re");

    if (!file || windows_read(recorded, file) || recorded->count <= WINDOWS)
        return -1;
    *source = (struct source){.kind = RECORDED,
                              .name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path,
                              .recorded = recorded,
                              .window_s = recorded->window_s};
    return 0;
}

static int find_noise(struct source *source, struct windows *recorded, char *noise)
{
    char *colon = strchr(noise, ':');

    if (colon)
        return find_summary(source, noise, colon);
    if (strcmp(noise, "white") != 0)
        return find_recording(source, recorded, noise);
    *source = (struct source){.kind = WHITE, .name = "Noise without memory", .window_s = WINDOW_S};
    return 0;
}

int main(int argc, char **argv)
{
    bool stretch = argc == 3 && strcmp(argv[1], "--stretch") == 0;
    int trials = argc == 3 && !stretch ? atoi(argv[1]) : TRIALS_USUAL, found = -1;
    CLEANUP(windows_free) struct windows recorded = {0};
    struct contest contest = {0};

    if ((argc == 2 || argc == 3) && trials >= CHUNK && trials % CHUNK == 0) {
        found = find_noise(&contest.source, &recorded, argv[argc - 1]);
    }
    if (found) {
        fprintf(stderr,
                "side_by_side [TRIALS | --stretch] (white | SUMMARY:NAME | RECORDING.windows): TRIALS a "
                "multiple of %d\n",
                CHUNK);
        return 2;
    }
    return stretch ? print_stretch(&contest.source) : compare(&contest, (unsigned)trials);
}
