/* SPDX-License-Identifier: GPL-2.0 */
/* A canary's machine on a mock clock, which looks at its rails as the real one does, and what its log says.
 */
#pragma once

#include "tests/unit/mock_machine.h"

#include "base/files.h"
#include "orchestrator/canary/canary.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <unistd.h>

static const struct rail rails[] = {{"cpu.system", "cores", 1.5}, {"lost_events", "1/s", 0}};

/* At the smallest share of run(), with windows of half a second. */
#define QUAD_NS (40 * NS_PER_SECOND)

struct scene {
    struct mock mock; /* first: the mock's own functions take it */
    void (*look)(void *canary);
    void *canary;
    struct interrupt interrupt;
    char path[64];
    struct audit audit;
    enum verdict verdicts[RAMP_STEPS_MAX];
    unsigned judged;
    char crossed_in;             /* arm in which the CPU goes up; 0: none */
    unsigned after_windows;      /* from this window on */
    uint64_t crossed_ns, off_ns; /* when it went up, when off was asked for */
    uint64_t reading_ns;         /* the time before now that the first rail's reading tells of */
    int off_result;              /* of the off that comes after it */
    uint64_t limit_ns;           /* of a step, with a statistics phase; 0: none of both */
    bool blind;                  /* the second rail can't be read */
    unsigned blind_from;         /* from this window on, once the target is on, and for good; 0: never */
};

static unsigned lines(const struct scene *scene, const char *wanted)
{
    char *text = file_read(scene->path, 1 << 20), *at = text;
    unsigned count = 0;

    assert_non_null(text);
    while ((at = strstr(at, wanted)) != NULL) {
        count++;
        at++;
    }
    free(text);
    return count;
}

/* Before each switch, the log has its line. */
static int scene_on(void *context, char arm, struct error *error)
{
    struct scene *scene = context;

    assert_int_equal(lines(scene, "\"event\":\"on\""), scene->mock.attachments + 1);
    return mock_on(context, arm, error);
}

static int scene_off(void *context, struct error *error)
{
    struct scene *scene = context;

    assert_int_equal(lines(scene, "\"event\":\"off\""), scene->mock.attachments);
    scene->off_ns = scene->mock.now_ns;
    if (scene->crossed_ns && scene->off_result)
        scene->mock.off_result = scene->off_result;
    return mock_off(context, error);
}

static void scene_read_rails(void *context, struct rail_reading *readings)
{
    struct scene *scene = context;
    bool up = scene->crossed_in && scene->mock.windows >= scene->after_windows &&
              (scene->mock.arm ? scene->mock.arm : 'A') == scene->crossed_in;

    if (scene->blind_from && scene->mock.windows >= scene->blind_from && scene->mock.arm == 'B')
        scene->blind = true;
    readings[0] =
        (struct rail_reading){.value = up ? 1.9 : 1.0, .since_ns = scene->mock.now_ns - scene->reading_ns};
    readings[1] = (struct rail_reading){.value = scene->blind ? NAN : 0, .since_ns = scene->mock.now_ns};
}

static void scene_watch(void *context, void (*look)(void *canary), void *canary)
{
    struct scene *scene = context;

    scene->look = look;
    scene->canary = canary;
}

/* Rides through its window as a load of ours does, looking up eight times a second. */
static int scene_window(void *context, uint64_t window_ns, struct block *block, struct window_result *result,
                        struct error *error)
{
    struct scene *scene = context;

    scene->mock.windows++;
    for (uint64_t ns = 0; ns < window_ns; ns += 125 * NS_PER_MS) {
        if (block->arm == scene->crossed_in && scene->mock.windows >= scene->after_windows &&
            !scene->crossed_ns)
            scene->crossed_ns = scene->mock.now_ns;
        scene->mock.now_ns += 125 * NS_PER_MS;
        scene->look(scene->canary);
        if (scene->interrupt.signal)
            return -EINTR;
    }
    (void)result;
    (void)error;
    block->window_ns = window_ns;
    return values_set(&block->values, "ops", 1000);
}

static int scene_judge(void *context, const struct canary_step *step, enum verdict *verdict,
                       struct error *error)
{
    struct scene *scene = context;

    (void)error;
    assert_true(step->trial->count > 0);
    assert_true(step->on_ns > 0 && step->on_ns < step->elapsed_ns);
    assert_int_equal(step->index, scene->judged);
    if (scene->limit_ns)
        assert_true(step->elapsed_ns <= scene->limit_ns + QUAD_NS);
    scene->judged++;
    *verdict = scene->verdicts[step->index];
    return 0;
}

/* As long as it is estimated. */
static int scene_statistics(void *context, struct trial *trial, struct error *error)
{
    struct scene *scene = context;

    scene->mock.now_ns += 3 * NS_PER_SECOND;
    return mock_statistics(context, trial, error);
}

/* Of the experiment's own looks: a ramp has many, and none of them is to stop here. */
static int go_on(void *context, const struct trial *trial, unsigned look, struct judgement *judgement)
{
    (void)context;
    (void)trial;
    (void)look;
    (void)judgement;
    return 0;
}

static void set_up(struct scene *scene)
{
    int fd;

    *scene = (struct scene){.mock = mock_new(), .path = "/tmp/canary-XXXXXX", .audit = AUDIT_NONE};
    scene->interrupt.signal_fd = -1;
    fd = mkstemp(scene->path);
    assert_true(fd >= 0);
    close(fd);
    assert_int_equal(audit_open(&scene->audit, scene->path, "agent", NULL), 0);
    for (unsigned i = 0; i < RAMP_STEPS_MAX; i++)
        scene->verdicts[i] = VERDICT_PASS;
}

static void tear_down(struct scene *scene)
{
    assert_quiet(&scene->mock);
    assert_null(scene->look);
    audit_close(&scene->audit);
    unlink(scene->path);
}

static int run(struct scene *scene, struct canary_result *result, struct error *error)
{
    struct canary_plan plan = {
        .ramp = {{0.05, 0.25, 0.5}, 3}, .rails = rails, .rail_count = 2, .experiment = plan_of(&scene->mock)};
    struct canary_ops ops = {
        .machine = mock_ops, .read_rails = scene_read_rails, .watch = scene_watch, .judge = scene_judge};

    ops.machine.target_on = scene_on;
    ops.machine.target_off = scene_off;
    ops.machine.window = scene_window;
    plan.experiment.window_ns = 2 * NS_PER_SECOND;
    plan.experiment.max_quads = 10;
    plan.experiment.steady_ns = 0;
    plan.experiment.statistics = plan.experiment.emergency_stop = false;
    plan.experiment.judge = go_on;
    if (scene->limit_ns) {
        plan.experiment.max_time_ns = scene->limit_ns;
        plan.experiment.window_ns = 500 * NS_PER_MS;
        plan.experiment.max_quads = 1000;
        plan.experiment.statistics = true;
        ops.machine.statistics = scene_statistics;
    }
    return canary_run(&plan, &ops, scene, &scene->audit, &scene->interrupt, result, error);
}
