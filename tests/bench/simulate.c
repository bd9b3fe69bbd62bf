/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The error rates of whole runs, look by look, by the code that gives the verdicts: for each noise and effect
 * as many simulated runs as asked for, raw and adjusted, with one budget and with four. A Markdown table;
 * exit status 1 when a rate is above its limit. The same table on any number of CPUs.
 *
 *   [SUMS=FILE] build/bench/simulate [TRIALS] [NOISE [NOISE]]
 *
 * SUMS: where counts are kept; what is there, from the same revision and noises, is not simulated again.
 * NOISE: RECORDING.windows, of which a block bootstrap takes stretches; or SUMMARY:NAME, noise with the Allan
 * deviation that SUMMARY (tests/data/recordings.md) has of the recording NAME.
 *
 * Four budgets are four metrics with independent noise and the same effect, which is the worst case for a
 * FAIL: any one of them is enough. A PASS needs all, and is most often wrong when the other three are sure to
 * hold: the one metric's PASS is counted.
 */
#include "base/cleanup.h"
#include "base/version.h"
#include "tests/bench/windows.h"
#include "tests/bench/workers.h"
#include "tests/unit/judge.h"
#include "tests/unit/simulation.h"

#include <errno.h>
#include <inttypes.h>

#define TRIALS_USUAL  100000
#define CHUNK         500
#define ROUND         5 /* chunks of each noise and effect between two savings */
#define BUDGET        0.05
#define LEVEL         0.025
#define LEVEL_GROWING 0.034 /* where the noise grows during the run: docs/method.md, section 2 */
#define METRICS       4
#define STRETCH       32 /* windows that the bootstrap leaves together: eight quads */
#define EFFECTS       4

enum counter { PASS, FAIL, COVERED, STOPPED, COUNTERS = STOPPED + LOOKS_MAX };
enum { ONE_BUDGET, FOUR_BUDGETS, FAMILIES };

static const double effects[EFFECTS] = {0, BUDGET / 2, BUDGET, 2 * BUDGET};
static const char *const effect_names[EFFECTS] = {"0", "half the budget", "the budget", "twice the budget"};
static const unsigned budgets[FAMILIES] = {1, METRICS};

/* --- noise --- */

struct model {
    const char *prefix, *name; /* prefix may be NULL */
    void (*draw)(const struct model *model, struct random *random, double effect, struct simulated_run *run);
    enum noise noise;
    double level;
    struct windows *windows;       /* for bootstrap */
    struct recording_summary like; /* for noise like a recording's */
};

static void draw_still(const struct model *model, struct random *random, double effect,
                       struct simulated_run *run)
{
    simulate_run(random, model->noise, effect, 0, run);
}

/* A steady drift of 20 % in the run, and a noise that doubles every eight quads: sixteen times in all. */
static void draw_growing(const struct model *model, struct random *random, double effect,
                         struct simulated_run *run)
{
    simulate_run(random, model->noise, 0, 0, run);
    for (unsigned i = 0; i < 4 * SIMULATED_QUADS; i++) {
        double scale = 0.25 * exp2(i / 32.0), drift = 0.2 * i / (4.0 * SIMULATED_QUADS);

        run->y[i] = scale * run->y[i] + drift + effect * (run->arms[i] == 'B');
        for (unsigned kind = 0; kind < run->kinds; kind++)
            run->r[kind][i] = scale * run->r[kind][i] + drift;
    }
}

/* Stretches of a recording, from anywhere in it, one behind another, with all its references. */
static void draw_bootstrap(const struct model *model, struct random *random, double effect,
                           struct simulated_run *run)
{
    const struct windows *windows = model->windows;

    simulate_run(random, NOISE_NORMAL, 0, 0, run); /* the orders */
    run->kinds = windows->kinds;
    for (unsigned i = 0; i < 4 * SIMULATED_QUADS; i += STRETCH) {
        unsigned first = (unsigned)(random_uniform(random) * (windows->count - STRETCH));

        for (unsigned j = 0; j < STRETCH; j++) {
            run->y[i + j] = windows->y[first + j] + effect * (run->arms[i + j] == 'B');
            for (unsigned kind = 0; kind < run->kinds; kind++)
                run->r[kind][i + j] = windows->r[kind][first + j];
        }
    }
}

static void draw_like_recording(const struct model *model, struct random *random, double effect,
                                struct simulated_run *run)
{
    double reference[4 * SIMULATED_QUADS];
    struct windows windows = {.y = run->y, .r = {reference}, .count = 4 * SIMULATED_QUADS, .kinds = 1};

    simulate_run(random, NOISE_NORMAL, 0, 0, run); /* the orders */
    flicker_fill(&windows, random, &model->like, flicker_unit());
    for (unsigned i = 0; i < 4 * SIMULATED_QUADS; i++) {
        run->y[i] += effect * (run->arms[i] == 'B');
        /* The second reference says less. */
        run->r[1][i] = reference[i] + model->like.deviation * random_normal(random);
        run->r[0][i] = reference[i];
    }
}

#define MODELS_FIXED 4
#define MODELS_MAX   (MODELS_FIXED + 2)

struct campaign {
    struct model models[MODELS_MAX];
    unsigned count, bootstraps;
    unsigned chunks; /* of each model and effect, so far */
    unsigned round;  /* chunks of each in a round */
    struct look_plan plan;
};

/* --- one run --- */

typedef struct tally tallies_t[METHODS][FAMILIES];

static bool all_decided(tallies_t tallies)
{
    for (unsigned method = 0; method < METHODS; method++)
        for (unsigned family = 0; family < FAMILIES; family++)
            if (tallies[method][family].state.verdict == VERDICT_OPEN)
                return false;
    return true;
}

static void judge_metric(const struct simulated_run *run, const struct look_plan *plan, tallies_t tallies)
{
    for (unsigned i = 0; i < METHODS * FAMILIES; i++)
        tallies[i / FAMILIES][i % FAMILIES] = (struct tally){.state = VERDICT_START};
    for (unsigned look = 0; look < plan->count && !all_decided(tallies); look++) {
        double raw[SIMULATED_QUADS], adjusted[SIMULATED_QUADS];
        struct adjust_output output = {.raw = raw, .adjusted = adjusted};
        struct adjust_input input = simulated_input(run, plan->quads[look]);

        if (adjust_contrasts(&input, &output))
            abort();
        for (unsigned method = 0; method < METHODS; method++)
            for (unsigned family = 0; family < FAMILIES; family++)
                judge_by(&tallies[method][family], &output, method, plan, look, budgets[family], BUDGET);
    }
}

/* The look that a run with all these metrics ends at: its first FAIL, or the last of the others. */
static unsigned run_ends(tallies_t metrics[METRICS], enum method method, unsigned family, bool *failed)
{
    unsigned last = 0, first_fail = LOOKS_MAX;

    for (unsigned i = 0; i < budgets[family]; i++) {
        const struct verdict_state *state = &metrics[i][method][family].state;

        if (state->verdict == VERDICT_FAIL && state->look < first_fail)
            first_fail = state->look;
        if (state->look > last)
            last = state->look;
    }
    *failed = first_fail < LOOKS_MAX;
    return *failed ? first_fail : last;
}

static uint64_t *counter_row(uint64_t *counts, unsigned cell, unsigned method, unsigned family)
{
    return counts + (((size_t)cell * METHODS + method) * FAMILIES + family) * COUNTERS;
}

static void count_run(tallies_t metrics[METRICS], double effect, unsigned cell, uint64_t *counts)
{
    for (unsigned method = 0; method < METHODS; method++)
        for (unsigned family = 0; family < FAMILIES; family++) {
            const struct tally *first = &metrics[0][method][family];
            uint64_t *row = counter_row(counts, cell, method, family);
            bool failed;

            row[STOPPED + run_ends(metrics, method, family, &failed)]++;
            row[FAIL] += failed;
            row[PASS] += first->state.verdict == VERDICT_PASS;
            row[COVERED] += first->shown.low <= effect && effect <= first->shown.high;
        }
}

static void do_chunk(unsigned number, uint64_t *counts, const void *context)
{
    const struct campaign *campaign = context;
    unsigned cell = number / campaign->round, chunk = campaign->chunks + number % campaign->round;
    const struct model *model = &campaign->models[cell / EFFECTS];
    double effect = effects[cell % EFFECTS];
    struct random random;

    random_seed(&random, UINT64_C(20261127) * (cell + 1) + chunk * UINT64_C(0x100000000));
    for (unsigned trial = 0; trial < CHUNK; trial++) {
        tallies_t metrics[METRICS];

        for (unsigned i = 0; i < METRICS; i++) {
            struct simulated_run run;

            model->draw(model, &random, effect, &run);
            judge_metric(&run, &campaign->plan, metrics[i]);
        }
        count_run(metrics, effect, cell, counts);
    }
}

/* --- the table --- */

static double three_errors(double rate, double trials)
{
    return 3 * sqrt(rate * (1 - rate) / trials);
}

/* "2.43 %", in bold where it breaks its limit. */
static void print_rate(double rate, bool broken, unsigned *broken_rates)
{
    *broken_rates += broken;
    printf(broken ? " **%.2f %%** |" : " %.2f %% |", 100 * rate);
}

static unsigned median_quads(const uint64_t *row, const struct look_plan *plan, double trials)
{
    double sum = 0;

    for (unsigned look = 0; look < plan->count; look++) {
        sum += (double)row[STOPPED + look];
        if (sum >= trials / 2)
            return plan->quads[look];
    }
    return 0;
}

static void print_row(const struct campaign *campaign, unsigned cell, unsigned family, uint64_t *counts,
                      unsigned *broken)
{
    const struct model *model = &campaign->models[cell / EFFECTS];
    double effect = effects[cell % EFFECTS], trials = (double)campaign->chunks * CHUNK;
    double most = model->level + three_errors(model->level, trials);
    double least = 1 - 2 * model->level - three_errors(2 * model->level, trials);

    printf("| %s%s | %s | %u |", model->prefix ? model->prefix : "", model->name,
           effect_names[cell % EFFECTS], budgets[family]);
    for (unsigned method = 0; method < METHODS; method++) {
        const uint64_t *row = counter_row(counts, cell, method, family);
        double fail = (double)row[FAIL] / trials, pass = (double)row[PASS] / trials;
        double covered = (double)row[COVERED] / trials;

        print_rate(fail, effect <= BUDGET && fail > most, broken);
        print_rate(pass, effect >= BUDGET && pass > most, broken);
        print_rate(covered, covered < least, broken);
        printf(" %u |", median_quads(row, &campaign->plan, trials));
    }
    putchar('\n');
}

static unsigned print_table(const struct campaign *campaign, uint64_t *counts)
{
    unsigned broken = 0;

    printf(
        "| noise | effect | budgets | FAIL, raw | PASS | covered | quads | FAIL, adjusted | PASS | covered | "
        "quads |\n|---|---|---|---|---|---|---|---|---|---|---|\n");
    for (unsigned family = 0; family < FAMILIES; family++)
        for (unsigned cell = 0; cell < campaign->count * EFFECTS; cell++)
            print_row(campaign, cell, family, counts, &broken);
    return broken;
}

static void print_legend(const struct campaign *campaign, unsigned broken)
{
    double trials = (double)campaign->chunks * CHUNK;

    printf("\n%.0f runs a row; budget %g on the log scale; `quads`: median until the run's verdict. Limits, "
           "with three standard "
           "errors: a wrong verdict %.2f %% (%.2f %% where noise grows), covered %.2f %% (%.2f %%). ",
           trials, BUDGET, 100 * (LEVEL + three_errors(LEVEL, trials)),
           100 * (LEVEL_GROWING + three_errors(LEVEL_GROWING, trials)),
           100 * (1 - 2 * LEVEL - three_errors(2 * LEVEL, trials)),
           100 * (1 - 2 * LEVEL_GROWING - three_errors(2 * LEVEL_GROWING, trials)));
    printf(broken ? "**Broken: %u.**" : "Broken: %u.", broken);
    printf(" Recordings under block bootstrap: %u of 2. Revision %s.\n", campaign->bootstraps,
           tracetoll_revision);
}

/* SUMMARY:NAME. 0 or -1. */
static int add_summary(struct campaign *campaign, char *words, char *name)
{
    struct model *model = &campaign->models[campaign->count];
    OWNED_FILE FILE *file = NULL;

    *name++ = '\0';
    file = fopen(words, "re");
    *model =
        (struct model){.prefix = "made like ", .name = name, .draw = draw_like_recording, .level = LEVEL};
    if (!file || recording_summary_read(&model->like, file, name))
        return -1;
    campaign->count++;
    return 0;
}

static int add_recording(struct campaign *campaign, struct windows *windows, const char *path)
{
    OWNED_FILE FILE *file = fopen(path, "re");
    const char *name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;

    if (!file || windows_read(windows, file) || windows->count <= STRETCH || windows->kinds == 0)
        return -1;
    campaign->models[campaign->count++] = (struct model){
        .prefix = "stretches of ", .name = name, .draw = draw_bootstrap, .level = LEVEL, .windows = windows};
    campaign->bootstraps++;
    return 0;
}

static int add_noise(struct campaign *campaign, struct windows *windows, char *words)
{
    char *colon = strchr(words, ':');

    if ((colon ? add_summary(campaign, words, colon) : add_recording(campaign, windows, words)) == 0)
        return 0;
    fprintf(stderr,
            "simulate: %s: no recording (build/bench/windows makes them), and no summary with that name\n",
            words);
    return -1;
}

/* --- what has been simulated is kept --- */

/* What the sums are of: they are of no use to another revision or other noises. */
static void print_key(const struct campaign *campaign, FILE *file)
{
    fprintf(file, "%s", tracetoll_revision);
    for (unsigned i = 0; i < campaign->count; i++)
        fprintf(file, " %s", campaign->models[i].name);
    fputc('\n', file);
}

static bool has_key(const struct campaign *campaign, FILE *file)
{
    char key[512] = "", line[512];
    OWNED_FILE FILE *memory = fmemopen(key, sizeof(key), "w");

    if (!memory)
        return false;
    print_key(campaign, memory);
    fflush(memory);
    return fgets(line, sizeof(line), file) && strcmp(line, key) == 0;
}

/* Leaves sums at zero where there are none of this revision and these noises. */
static void load_sums(struct campaign *campaign, const char *path, uint64_t *sums, size_t counters)
{
    OWNED_FILE FILE *file = path ? fopen(path, "re") : NULL;
    bool whole = file && has_key(campaign, file) && fscanf(file, "%u", &campaign->chunks) == 1;

    for (size_t i = 0; whole && i < counters; i++)
        whole = fscanf(file, "%" SCNu64, &sums[i]) == 1;
    if (whole)
        return;
    campaign->chunks = 0;
    memset(sums, 0, counters * sizeof(*sums));
}

static int save_sums(const struct campaign *campaign, const char *path, const uint64_t *sums, size_t counters)
{
    char part[4096];
    FILE *file;
    int failed;

    if (!path)
        return 0;
    snprintf(part, sizeof(part), "%s.part", path);
    file = fopen(part, "we");
    if (!file)
        return -errno;
    print_key(campaign, file);
    fprintf(file, "%u\n", campaign->chunks);
    for (size_t i = 0; i < counters; i++)
        fprintf(file, "%" PRIu64 "\n", sums[i]);
    failed = ferror(file);
    return fclose(file) || failed || rename(part, path) ? -EIO : 0;
}

/* 0 or -errno; in rounds, so that little is lost when it is ended. */
static int simulate(struct campaign *campaign, unsigned chunks, const char *path, uint64_t *sums,
                    size_t counters)
{
    load_sums(campaign, path, sums, counters);
    while (campaign->chunks < chunks) {
        int result;

        campaign->round = chunks - campaign->chunks < ROUND ? chunks - campaign->chunks : ROUND;
        result =
            workers_count(campaign->count * EFFECTS * campaign->round, do_chunk, campaign, sums, counters);
        if (result)
            return result;
        campaign->chunks += campaign->round;
        result = save_sums(campaign, path, sums, counters);
        if (result)
            return result;
    }
    return 0;
}

static int run(struct campaign *campaign, unsigned chunks, const char *path)
{
    size_t counters = (size_t)campaign->count * EFFECTS * METHODS * FAMILIES * COUNTERS;
    OWNED_PTR uint64_t *sums = calloc(counters, sizeof(*sums));
    unsigned broken;
    int result = sums ? look_plan_make(&campaign->plan, LOOKS_DEFAULT, 0) : -ENOMEM;

    if (result == 0)
        result = simulate(campaign, chunks, path, sums, counters);
    if (result) {
        fprintf(stderr, "simulate: %s\n", strerror(-result));
        return 2;
    }
    broken = print_table(campaign, sums);
    print_legend(campaign, broken);
    return broken ? 1 : 0;
}

int main(int argc, char **argv)
{
    int trials = argc > 1 ? atoi(argv[1]) : TRIALS_USUAL, result = 0;
    CLEANUP(windows_free) struct windows first = {0};
    CLEANUP(windows_free) struct windows second = {0};
    struct campaign campaign = {
        .models =
            {{.name = "normal", .draw = draw_still, .noise = NOISE_NORMAL, .level = LEVEL},
             {.name = "Student t3", .draw = draw_still, .noise = NOISE_STUDENT_3, .level = LEVEL},
             {.name = "spikes", .draw = draw_still, .noise = NOISE_SPIKES, .level = LEVEL},
             {.name = "drift, growing", .draw = draw_growing, .noise = NOISE_NORMAL, .level = LEVEL_GROWING}},
        .count = MODELS_FIXED};

    if (trials < CHUNK || trials % CHUNK || argc > 4) {
        fprintf(stderr, "simulate [TRIALS] [NOISE [NOISE]]: TRIALS a multiple of %d\n", CHUNK);
        return 2;
    }
    if (argc > 2)
        result = add_noise(&campaign, &first, argv[2]);
    if (result == 0 && argc > 3)
        result = add_noise(&campaign, &second, argv[3]);
    return result ? 2 : run(&campaign, (unsigned)trials / CHUNK, getenv("SUMS"));
}
