/* SPDX-License-Identifier: GPL-2.0 */
/* Watching without a machine: which programs, what they come to, the textfile, and the rules. */
#include "tests/unit/unit.h"

#include "agents/toggle_set.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/process.h"
#include "orchestrator/scenario/check_watch.h"
#include "orchestrator/watch/look.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define HEAD                                                                                                 \
    "name: agents\ntargets: [{sham: true, name: 'a \"b\" it''s'}]\nworkloads: [{load: "                      \
    "'syscall,call=getpid'}]\n"

/* --- which programs, and what they come to --- */

static void test_patterns(void **state)
{
    static const char *const patterns[] = {"tp_*", "exact"};
    struct watch_plan plan = {.programs = patterns, .program_count = 2};

    (void)state;
    assert_true(watch_wants(&plan, "tp_read"));
    assert_true(watch_wants(&plan, "exact"));
    assert_false(watch_wants(&plan, "exactly"));
    plan.program_count = 0;
    assert_true(watch_wants(&plan, "whatever"));
}

static struct inventory_program program(uint32_t id, const char *name, uint64_t runs, uint64_t time_ns)
{
    struct inventory_program made = {
        .id = id, .type = "kprobe", .run_count = runs, .run_time_ns = time_ns, .runs_known = true};

    snprintf(made.name, sizeof(made.name), "%s", name);
    return made;
}

/* Two of one name are one; one that was not there before, or that was reset, adds no runs. */
static void test_kinds(void **state)
{
    struct inventory_program before[] = {program(1, "a", 100, 1000), program(2, "a", 0, 0),
                                         program(3, "reset", 50, 500), program(5, "idle", 7, 7)};
    struct inventory_program after[] = {program(1, "a", 110, 3000), program(2, "a", 30, 2000),
                                        program(3, "reset", 1, 1), program(4, "new", 9, 900),
                                        program(5, "idle", 7, 7)};
    struct inventory then = {.programs = before, .program_count = ARRAY_SIZE(before)};
    struct inventory now = {.programs = after, .program_count = ARRAY_SIZE(after)};
    OWNED_PTR struct watch_figures *figures = calloc(1, sizeof(*figures));

    (void)state;
    watch_count_kinds(&then, &now, 2, figures);
    assert_int_equal(figures->kind_count, 4);
    assert_string_equal(figures->kinds[0].name, "a");
    assert_int_equal(figures->kinds[0].count, 2);
    assert_true(fabs(figures->kinds[0].runs_per_s - 20) < 1e-9);
    assert_true(fabs(figures->kinds[0].ns_per_run - 100) < 1e-9);
    assert_true(figures->kinds[1].runs_per_s == 0 && isnan(figures->kinds[1].ns_per_run));
    assert_true(figures->kinds[2].runs_per_s == 0 && isnan(figures->kinds[3].ns_per_run));
    assert_true(fabs(figures->programs_cpu_cores - 4000 / 2e9) < 1e-18);
}

/* What can't be read, as it is gone, is not taken for idle, and others keep their figures. */
static void test_one_is_gone(void **state)
{
    struct inventory_program before[] = {program(1, "gone", 100, 1000), program(2, "there", 0, 0)};
    struct inventory_program after[] = {program(1, "gone", 900, 9000), program(2, "there", 30, 3000)};
    struct inventory then = {.programs = before, .program_count = 2};
    struct inventory now = {.programs = after, .program_count = 2};
    OWNED_PTR struct watch_figures *figures = calloc(1, sizeof(*figures));

    (void)state;
    after[0].runs_known = false;
    watch_count_kinds(&then, &now, 1, figures);
    assert_true(figures->kinds[0].runs_per_s == 0);
    assert_true(figures->kinds[1].runs_per_s == 30);
    assert_true(fabs(figures->programs_cpu_cores - 3000 / 1e9) < 1e-18);
}

/* One name more than there is room for, and two: they are one kind, and their time is in the sum. */
static void test_too_many_kinds(void **state)
{
    enum { COUNT = WATCH_NAMES_MAX + 1 };
    struct inventory_program before[COUNT], after[COUNT];
    struct inventory then = {.programs = before, .program_count = COUNT},
                     now = {.programs = after, .program_count = COUNT};
    OWNED_PTR struct watch_figures *figures = calloc(1, sizeof(*figures));
    char name[16];

    (void)state;
    for (unsigned i = 0; i < COUNT; i++) {
        snprintf(name, sizeof(name), "p%u", i);
        before[i] = program(i + 1, name, 0, 0);
        after[i] = program(i + 1, name, 10, 1000);
    }
    watch_count_kinds(&then, &now, 1, figures);
    assert_int_equal(figures->kind_count, WATCH_NAMES_MAX);
    assert_string_equal(figures->kinds[WATCH_NAMES_MAX - 1].name, WATCH_OTHERS);
    assert_int_equal(figures->kinds[WATCH_NAMES_MAX - 1].count, 2);
    assert_true(fabs(figures->programs_cpu_cores - COUNT * 1000 / 1e9) < 1e-15);
}

static void test_without_statistics_nothing_is_known_of_runs(void **state)
{
    struct inventory_program programs[] = {program(1, "a", 100, 1000)};
    struct inventory now = {.programs = programs, .program_count = 1};
    OWNED_PTR struct watch_figures *figures = calloc(1, sizeof(*figures));

    (void)state;
    watch_count_kinds(&now, &now, 0, figures);
    assert_int_equal(figures->kinds[0].count, 1);
    assert_true(isnan(figures->kinds[0].runs_per_s) && isnan(figures->programs_cpu_cores));
}

/* --- which processes --- */

static pid_t start_named(const char *name)
{
    int ready[2];
    char byte;
    pid_t pid;

    assert_int_equal(pipe(ready), 0);
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        prctl(PR_SET_NAME, name);
        if (write(ready[1], "x", 1) != 1)
            _exit(1);
        for (;;)
            pause();
    }
    assert_int_equal(read(ready[0], &byte, 1), 1);
    close(ready[0]);
    close(ready[1]);
    return pid;
}

static void end(pid_t pid)
{
    assert_int_equal(kill(pid, SIGKILL), 0);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
}

/* As if `pid`, started at `started`, had been found `age_ns` ago to hold what is watched. */
static void remember(struct watch_agent *agent, pid_t pid, uint64_t started, uint64_t age_ns)
{
    unsigned programs;

    watch_agent_free(agent);
    agent->pids = malloc(sizeof(*agent->pids));
    agent->started = malloc(sizeof(*agent->started));
    assert_true(agent->pids && agent->started);
    agent->pids[0] = pid;
    agent->started[0] = started;
    agent->pid_count = 1;
    agent->fingerprint = toggle_fingerprint(&(struct inventory){0}, &programs);
    agent->looked_at_ns = clock_now_ns() - age_ns;
}

/* Programs that are pinned outlive their agent, and nothing about them changes. */
static void test_an_agent_named_by_programs_goes(void **state)
{
    static const char *const none[] = {"no such program"};
    const struct watch_plan plan = {.programs = none, .program_count = 1};
    CLEANUP(watch_agent_free) struct watch_agent agent = {0};
    pid_t pid = start_named("tt-unit-agent");
    uint64_t started = 0;

    (void)state;
    assert_int_equal(process_started(pid, &started), 0);
    remember(&agent, pid, started + 1, 0); /* another one with its number */
    assert_int_equal(watch_agent_find(&agent, &plan), 0);
    assert_int_equal(agent.pid_count, 0);
    remember(&agent, pid, started, 61 * NS_PER_SECOND); /* it closed them: nobody says so */
    assert_int_equal(watch_agent_find(&agent, &plan), 0);
    assert_int_equal(agent.pid_count, 0);
    remember(&agent, pid, started, 0);
    end(pid);
    assert_int_equal(watch_agent_find(&agent, &plan), 0);
    assert_int_equal(agent.pid_count, 0);
}

/* What is gone, or was started anew, has not been idle. */
static void test_figures_of_one_that_is_gone(void **state)
{
    struct watch_plan plan = {.process = "tt-unit-gone"};
    OWNED_PTR struct watch_state *watched = calloc(1, sizeof(*watched));
    OWNED_PTR struct watch_figures *figures = calloc(1, sizeof(*figures));
    pid_t pid = start_named(plan.process);

    (void)state;
    for (int look = 0; look < 2; look++)
        assert_int_equal(watch_look(watched, &plan, NULL, figures), 0);
    assert_int_equal(figures->process_count, 1);
    assert_true(figures->cpu_cores >= 0 && figures->rss_bytes > 0);
    end(pid);
    pid = start_named(plan.process);
    assert_int_equal(watch_look(watched, &plan, NULL, figures), 0);
    assert_int_equal(figures->process_count, 1);
    assert_true(isnan(figures->cpu_cores) && figures->rss_bytes > 0);
    assert_int_equal(watch_look(watched, &plan, NULL, figures), 0);
    assert_true(figures->cpu_cores >= 0);
    end(pid);
    assert_int_equal(watch_look(watched, &plan, NULL, figures), 0);
    assert_int_equal(figures->process_count, 0);
    assert_true(isnan(figures->cpu_cores) && isnan(figures->rss_bytes));
    watch_close(watched);
}

static void make_cgroup(const char *path, const char *usage_usec)
{
    char file[160];
    FILE *out;

    assert_int_equal(mkdir(path, 0700), 0);
    snprintf(file, sizeof(file), "%s/cpu.stat", path);
    out = fopen(file, "w");
    assert_non_null(out);
    fprintf(out, "usage_usec %s\nuser_usec 0\nsystem_usec 0\n", usage_usec);
    fclose(out);
}

static void remove_cgroup(const char *path)
{
    char file[160];

    snprintf(file, sizeof(file), "%s/cpu.stat", path);
    unlink(file);
    rmdir(path);
}

/* An agent's cgroup that was made anew between two looks, and has used more since than the one before it. */
static void test_cgroup_made_anew(void **state)
{
    struct watch_plan plan = {.process = "tt-unit-none"};
    OWNED_PTR struct watch_state *watched = calloc(1, sizeof(*watched));
    OWNED_PTR struct watch_figures *figures = calloc(1, sizeof(*figures));
    char place[] = "/tmp/tracetoll-test-XXXXXX", path[64], old[64];

    (void)state;
    assert_non_null(mkdtemp(place));
    snprintf(path, sizeof(path), "%s/agent", place);
    snprintf(old, sizeof(old), "%s/old", place);
    watched->cgroup = strdup(path);
    make_cgroup(path, "2000000");
    for (int look = 0; look < 2; look++)
        assert_int_equal(watch_look(watched, &plan, NULL, figures), 0);
    assert_true(figures->cpu_cores == 0);
    assert_int_equal(rename(path, old), 0); /* it keeps its inode, so that the new one has another */
    make_cgroup(path, "8000000");
    assert_int_equal(watch_look(watched, &plan, NULL, figures), 0);
    assert_true(isnan(figures->cpu_cores));
    assert_int_equal(watch_look(watched, &plan, NULL, figures), 0);
    assert_true(figures->cpu_cores == 0);
    remove_cgroup(path);
    assert_int_equal(watch_look(watched, &plan, NULL, figures), 0);
    assert_true(isnan(figures->cpu_cores));
    remove_cgroup(old);
    rmdir(place);
    watch_close(watched);
}

/* --- texts --- */

static char *textfile_of(const struct watch_plan *plan, const struct watch_figures *figures)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    assert_non_null(out);
    assert_int_equal(watch_textfile(plan, figures, out), 0);
    fclose(out);
    return text;
}

static void expect_in(const char *text, const char *wanted)
{
    if (!strstr(text, wanted))
        fail_msg("no %s\nin:\n%s", wanted, text);
}

static void test_textfile(void **state)
{
    struct watch_plan plan = {.target = "a \"b\\\n", .interval_ns = 60000000000};
    OWNED_PTR struct watch_figures *figures = calloc(1, sizeof(*figures));
    OWNED_PTR char *text = NULL;

    (void)state;
    *figures = (struct watch_figures){.up = true,
                                      .cpu_cores = 0.25,
                                      .programs_cpu_cores = NAN,
                                      .misses_per_s = NAN,
                                      .lost_per_s = NAN,
                                      .delivered_share = 0.5,
                                      .kind_count = 2,
                                      .kinds = {{"p", "kprobe", 1, 10, 250}, {"q", "xdp", 1, 0, NAN}}};
    text = textfile_of(&plan, figures);
    expect_in(
        text,
        "# TYPE tracetoll_watch_cpu_cores gauge\ntracetoll_watch_cpu_cores{target=\"a \\\"b\\\\?\"} 0.25\n");
    expect_in(text, "tracetoll_watch_delivered_ratio{target=\"a \\\"b\\\\?\"} 0.5\n");
    expect_in(text, ",program=\"p\",type=\"kprobe\"} 2.5e-07\n");
    /* What is not known has no sample, and no header either. */
    assert_null(strstr(text, "nan"));
    assert_null(strstr(text, "programs_cpu_cores"));
    assert_null(strstr(text, "run_seconds{target=\"a \\\"b\\\\?\",program=\"q\""));
}

/* Each family once, whatever it is of: a collector refuses a second header. */
static void test_families_are_apart(void **state)
{
    (void)state;
    for (unsigned i = 0; i < watch_metric_count; i++)
        for (unsigned other = i + 1; other < watch_metric_count; other++) {
            assert_string_not_equal(watch_metrics[i].family, watch_metrics[other].family);
            assert_string_not_equal(watch_metrics[i].name, watch_metrics[other].name);
        }
}

static void plan_of(struct scenario_file *file, struct watch_plan *plan, const char *text)
{
    struct error error = {0};

    if (scenario_parse(file, "s.yaml", text, strlen(text), &error) != 0 ||
        scenario_check(file, &error) != 0 || scenario_watch_plan(file, plan, &error) != 0)
        fail_msg("%s", error.message);
}

static void test_rules(void **state)
{
    CLEANUP(scenario_free) struct scenario_file file = {0};
    OWNED_PTR char *text = NULL;
    struct watch_plan plan;
    size_t size;
    FILE *out;

    (void)state;
    plan_of(&file, &plan,
            HEAD "watch: {process: x, alerts: [{alert: Cpu, metric: cpu, max: 5%, for: 2min}, {alert: Few, "
                 "metric: programs, min: 3}]}\n");
    assert_true(plan.interval_ns == 60000000000 && plan.statistics_ns == 1000000000);
    out = open_memstream(&text, &size);
    assert_int_equal(watch_rules(&plan, out), 0);
    fclose(out);
    expect_in(text, "- alert: Cpu\n        expr: 'tracetoll_watch_cpu_cores{target=\"a \\\"b\\\" it''s\"} > "
                    "0.05'\n        for: 120000ms\n");
    expect_in(text, "tracetoll_watch_programs{target=\"a \\\"b\\\" it''s\"} < 3'\n        for: 0ms\n");
    expect_in(text, "- alert: TracetollWatchDown\n");
    expect_in(text, "[1d]) > 180 or absent_over_time(");
}

/* --- mistakes --- */

static const char *const wrong[][2] = {
    {"watch: {textfile: x}\n", "s.yaml:4: watch: which agent?"},
    {"watch: {proces: x}\n", "s.yaml:4: unknown key \"proces\" (did you mean \"process\"?)"},
    {"watch: {process: a_name_of_16_byt}\n", "s.yaml:4: process: the kernel keeps 15"},
    {"watch: {cgroup: ../x}\n", "s.yaml:4: cgroup: "},
    {"watch: {process: x, interval: 3MiB}\n", "s.yaml:4: interval: "},
    {"watch: {process: x, interval: 100ms}\n", "s.yaml:4: interval: an interval has at least"},
    {"watch:\n  process: x\n  interval: 10s\n  statistics: 6s\n", "s.yaml:7: statistics: statistics slow"},
    {"watch: {process: x, events: {metric: a}}\n", "s.yaml:4: events: "},
    {"watch: {process: x, lost_events: {url: 'http://example.org/m', metric: a}}\n",
     "s.yaml:4: lost_events: "},
    {"watch: {process: x, alerts: [{alert: A, metric: cpus, max: 1}]}\n",
     "s.yaml:4: metric: no figure is called \"cpus\" (did you mean \"cpu\"?)"},
    {"watch: {process: x, alerts: [{alert: A-b, metric: cpu, max: 1}]}\n",
     "s.yaml:4: alert: \"A-b\" is no name"},
    {"watch: {process: x, alerts: [{alert: TracetollWatchX, metric: cpu, max: 1}]}\n",
     "s.yaml:4: alert: names that"},
    {"watch:\n  process: x\n  alerts:\n    - {alert: A, metric: cpu, max: 1}\n    - {alert: A, metric: cpu, "
     "max: 1}\n",
     "s.yaml:8: alert: alert A stands"},
    {"watch: {process: x, alerts: [{alert: A, metric: cpu}]}\n", "s.yaml:4: alerts: an alert has one limit"},
    {"watch: {process: x, alerts: [{alert: A, metric: cpu, max: 1, min: 1}]}\n",
     "s.yaml:4: alerts: an alert has one limit"},
    {"watch: {process: x, alerts: [{alert: A, metric: cpu, max: 1MiB}]}\n",
     "s.yaml:4: max: 1MiB is no limit for cpu"},
    {"watch: {process: x, alerts: [{alert: A, metric: lost_events, max: 1}]}\n",
     "s.yaml:4: metric: who counts"},
    {"watch: {process: x, lost_events: {command: a}, alerts: [{alert: A, metric: delivered, min: 9%}]}\n",
     "s.yaml:4: metric: a share needs"},
    {"watch: {process: x, statistics: 0, alerts: [{alert: A, metric: programs.cpu, max: 1}]}\n",
     "s.yaml:4: metric: programs.cpu is not"},
    {"watch: {process: x, alerts: [{alert: A, metric: cpu, max: 1, for: 5MiB}]}\n", "s.yaml:4: for: "},
};

static void test_refuses(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
        CLEANUP(scenario_free) struct scenario_file file = {0};
        OWNED_PTR char *text = NULL;
        struct error error = {0};

        assert_true(asprintf(&text, HEAD "%s", wrong[i][0]) > 0);
        if (scenario_parse(&file, "s.yaml", text, strlen(text), &error) == 0 &&
            scenario_check(&file, &error) == 0)
            fail_msg("taken: %s", wrong[i][0]);
        assert_int_equal(error.status, EXIT_USAGE);
        if (strncmp(error.message, wrong[i][1], strlen(wrong[i][1])) != 0)
            fail_msg("got    %s\nwanted %s", error.message, wrong[i][1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_patterns),
        cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_one_is_gone),
        cmocka_unit_test(test_too_many_kinds),
        cmocka_unit_test(test_without_statistics_nothing_is_known_of_runs),
        cmocka_unit_test(test_an_agent_named_by_programs_goes),
        cmocka_unit_test(test_figures_of_one_that_is_gone),
        cmocka_unit_test(test_cgroup_made_anew),
        cmocka_unit_test(test_textfile),
        cmocka_unit_test(test_families_are_apart),
        cmocka_unit_test(test_rules),
        cmocka_unit_test(test_refuses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
