/* SPDX-License-Identifier: GPL-2.0 */
/* A machine on a mock clock that does what experiment_run() asks of one, and goes wrong where a test says so.
 */
#pragma once

#include "tests/unit/unit.h"

#include "base/cleanup.h"
#include "base/clock.h"
#include "orchestrator/experiment.h"

#include <errno.h>
#include <string.h>

struct mock {
    uint64_t now_ns;
    char arm; /* of the target that is on; 0: none */
    bool loaded;
    unsigned attachments, statistics, load_starts, windows, calls, looks;
    uint64_t attach_ns, detach_ns;
    /* What goes wrong, and when: 0 never. */
    unsigned interrupt_at_call;
    char interrupt_in_arm; /* from the first call with this one on */
    unsigned die_in_window;
    int on_result, off_result;
    unsigned bad_window[8]; /* numbers of windows, from 1 (the rehearsal's), with `problem` */
    unsigned problem;
    unsigned problem_in_arm; /* every window of this arm has the problem */
    unsigned epipe_in_arm;
    unsigned epipe_from, epipe_to; /* between those windows; 0: always */
    unsigned stop_at_look;         /* the judge stops at this one */
    bool stop_failed, emergency;
};

static int step(struct mock *m, uint64_t ns)
{
    m->now_ns += ns;
    if (m->interrupt_in_arm && m->arm == m->interrupt_in_arm)
        return -EINTR;
    return m->interrupt_at_call && ++m->calls >= m->interrupt_at_call ? -EINTR : 0;
}

static uint64_t mock_now(void *context)
{
    return ((struct mock *)context)->now_ns;
}

static int mock_wait(void *context, uint64_t ns)
{
    return step(context, ns);
}

static int mock_load_start(void *context, struct error *error)
{
    struct mock *m = context;

    (void)error;
    assert_false(m->loaded);
    m->loaded = true;
    m->load_starts++;
    return step(m, 250 * NS_PER_MS);
}

static void mock_load_stop(void *context)
{
    ((struct mock *)context)->loaded = false;
}

static int mock_on(void *context, char arm, struct error *error)
{
    struct mock *m = context;

    assert_int_equal(m->arm, 0);
    m->arm = arm;
    m->attachments++;
    if (m->on_result)
        return error_set(error, EXIT_TARGET, m->on_result, "never attached");
    return step(m, m->attach_ns);
}

static int mock_off(void *context, struct error *error)
{
    struct mock *m = context;

    assert_int_not_equal(m->arm, 0);
    m->arm = 0;
    m->now_ns += m->detach_ns;
    return m->off_result ? error_set(error, EXIT_TARGET, m->off_result, "left programs behind") : 0;
}

static int mock_alive(void *context, struct error *error)
{
    struct mock *m = context;

    return m->die_in_window && m->windows >= m->die_in_window
               ? error_set(error, EXIT_TARGET, -ESRCH, "it died")
               : 0;
}

static bool is_bad(const struct mock *m, char arm)
{
    for (unsigned i = 0; i < ARRAY_SIZE(m->bad_window); i++)
        if (m->bad_window[i] && m->bad_window[i] == m->windows)
            return true;
    return m->problem_in_arm == (unsigned)arm && m->windows > 1;
}

static int mock_window(void *context, uint64_t window_ns, struct block *block, struct window_result *result,
                       struct error *error)
{
    struct mock *m = context;

    assert_true(m->loaded);
    assert_int_equal(m->arm ? m->arm : 'A', block->arm);
    m->windows++;
    if (m->epipe_in_arm == (unsigned)block->arm && m->windows > m->epipe_from &&
        (!m->epipe_to || m->windows <= m->epipe_to))
        return error_set(error, EXIT_UNTRUSTWORTHY, -EPIPE, "gone");
    if (is_bad(m, block->arm)) {
        result->problems = m->problem;
        strcpy(result->problem_text, "something");
    }
    block->window_ns = window_ns;
    values_set(&block->values, "ops", 1000);
    return step(m, window_ns);
}

static int mock_statistics(void *context, struct trial *trial, struct error *error)
{
    struct mock *m = context;

    (void)error;
    assert_true(m->arm && m->loaded);
    m->statistics++;
    return trial_add_fact(trial, "statistics", json_null()) ? -ENOMEM : step(m, 2 * NS_PER_SECOND);
}

static uint64_t mock_attach_ns(void *context)
{
    return ((struct mock *)context)->attach_ns;
}

static uint64_t mock_detach_ns(void *context)
{
    return ((struct mock *)context)->detach_ns;
}

static json_t *mock_describe(void *context)
{
    (void)context;
    return json_object();
}

static const struct machine_ops mock_ops = {
    .now_ns = mock_now,
    .wait = mock_wait,
    .load_start = mock_load_start,
    .load_stop = mock_load_stop,
    .target_on = mock_on,
    .target_off = mock_off,
    .target_alive = mock_alive,
    .window = mock_window,
    .statistics = mock_statistics,
    .attach_ns = mock_attach_ns,
    .detach_ns = mock_detach_ns,
    .describe = mock_describe,
};

static int mock_judge(void *context, const struct trial *trial, unsigned look, struct judgement *judgement)
{
    struct mock *m = context;

    (void)trial;
    assert_int_equal(look, m->looks);
    m->looks++;
    if (m->stop_at_look && m->looks == m->stop_at_look)
        *judgement = (struct judgement){true, m->stop_failed, "verdict"};
    return 0;
}

static bool mock_emergency(void *context, const struct trial *trial)
{
    (void)trial;
    return ((struct mock *)context)->emergency;
}

static inline struct experiment_plan plan_of(struct mock *m)
{
    return (struct experiment_plan){.seed = 7,
                                    .targets = 1,
                                    .steady_ns = 5 * NS_PER_SECOND,
                                    .warm_up_ns = 250 * NS_PER_MS,
                                    .emergency_stop = true,
                                    .statistics = true,
                                    .judge = mock_judge,
                                    .emergency = mock_emergency,
                                    .context = m};
}

static inline struct mock mock_new(void)
{
    return (struct mock){.now_ns = 1000, .attach_ns = 50 * NS_PER_MS, .detach_ns = 60 * NS_PER_MS};
}

static inline const json_t *from_end(const struct trial *trial, const char *key)
{
    return json_object_get(json_object_get(trial->facts, "end"), key);
}

static inline const char *end_reason(const struct trial *trial)
{
    return json_string_value(from_end(trial, "reason"));
}

static inline void assert_quiet(const struct mock *m)
{
    assert_int_equal(m->arm, 0);
    assert_false(m->loaded);
}
