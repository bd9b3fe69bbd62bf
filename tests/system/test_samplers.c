/* SPDX-License-Identifier: GPL-2.0 */
/* The samplers against known truths: a spinner's own CPU clock, packets that were sent, memory that was
 * taken. */
#include "agents/sampler.h"
#include "agents/proc_parse.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/cpus.h"
#include "base/files.h"
#include "tests/unit/unit.h"

#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct sampler_place nowhere = {.client_netns_fd = -1, .server_netns_fd = -1};

static void sleep_until(uint64_t at_ns)
{
    struct timespec at = clock_timespec(at_ns);

    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL) == EINTR)
        ;
}

/* --- CPU time against a spinner of known duty cycle -------------------------------------------------------
 */

/* A wake-up costs up to 40 us outside the spinner's loop (more of it idle or busy, nobody knows): few of
 * them. */
#define PERIOD_NS   (20 * NS_PER_MS)
#define WINDOW_NS   (400 * NS_PER_MS)
#define ATTEMPTS    15
#define USABLE      5
#define QUIET_SHARE 0.1   /* of a CPU that the rest may use before and after, */
#define SAME_SHARE  0.004 /* and by which it may differ */

struct spinner {
    pid_t pid;
    clockid_t clock;
    _Atomic uint64_t *spun_ns; /* wall time in its spin loop up to its last look at the clock, shared */
};

/* Spins for `duty` of each period on `cpu`, beginning with the period, until it is killed; dies with us. */
static struct spinner start_spinner(int cpu, double duty, uint64_t period_ns)
{
    struct spinner spinner = {.spun_ns = mmap(NULL, sizeof(*spinner.spun_ns), PROT_READ | PROT_WRITE,
                                              MAP_SHARED | MAP_ANONYMOUS, -1, 0)};

    assert_ptr_not_equal(spinner.spun_ns, MAP_FAILED);
    spinner.pid = fork();
    assert_int_not_equal(spinner.pid, -1);
    if (spinner.pid == 0) {
        uint64_t spun_ns = 0;

        prctl(PR_SET_PDEATHSIG, SIGKILL);
        prctl(PR_SET_TIMERSLACK, 1);
        if (cpu_pin(cpu) != 0)
            _exit(1);
        for (uint64_t at_ns = clock_now_ns();; at_ns += period_ns) {
            uint64_t start_ns, now_ns;

            sleep_until(at_ns);
            start_ns = now_ns = clock_now_ns();
            for (; now_ns < at_ns + (uint64_t)(duty * (double)period_ns); now_ns = clock_now_ns())
                *spinner.spun_ns = spun_ns + now_ns - start_ns;
            spun_ns += now_ns - start_ns;
            *spinner.spun_ns = spun_ns;
        }
    }
    assert_int_equal(clock_getcpuclockid(spinner.pid, &spinner.clock), 0);
    return spinner;
}

static void stop_spinner(struct spinner *spinner)
{
    kill(spinner->pid, SIGKILL);
    waitpid(spinner->pid, NULL, 0);
    munmap(spinner->spun_ns, sizeof(*spinner->spun_ns));
}

static double clock_ns(clockid_t clock)
{
    struct timespec now;

    assert_int_equal(clock_gettime(clock, &now), 0);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static double stolen_ns(int cpu)
{
    OWNED_PTR char *text = file_read("/proc/stat", 1 << 20);
    OWNED_PTR struct proc_stat *stat = malloc(sizeof(*stat));

    assert_non_null(text);
    assert_non_null(stat);
    assert_int_equal(parse_stat(text_of(text, strlen(text)), stat), 0);
    for (unsigned i = 0; i < stat->count; i++)
        if (stat->cpus[i].cpu == (unsigned)cpu)
            return (double)stat->cpus[i].steal * 1e9 / (double)sysconf(_SC_CLK_TCK);
    return 0;
}

/* What one window saw of a CPU, as shares of one CPU. */
struct seen {
    double busy; /* by the sampler, with steal: the spinner's loop does not notice that either */
    double spun; /* by the spinner itself */
    double used; /* by the spinner's CPU clock, which has no steal in it and lags by up to a tick */
};

static struct seen look(struct samplers *samplers, int cpu, const struct spinner *spinner)
{
    OWNED_VALUES struct values values = {0};
    struct seen seen = {0};
    double window_ns, steal_ns, used_ns = 0, spun_ns = 0;
    char name[32];

    snprintf(name, sizeof(name), "cpu.%d.busy_ns", cpu);
    steal_ns = stolen_ns(cpu);
    samplers_begin(samplers, &nowhere);
    if (spinner) {
        used_ns = clock_ns(spinner->clock);
        spun_ns = (double)*spinner->spun_ns;
    }
    sleep_until(clock_now_ns() + WINDOW_NS);
    if (spinner) {
        seen.used = clock_ns(spinner->clock) - used_ns;
        seen.spun = (double)*spinner->spun_ns - spun_ns;
    }
    assert_int_equal(samplers_end(samplers, &nowhere, &values), 0);
    steal_ns = stolen_ns(cpu) - steal_ns;
    window_ns = values_or_nan(&values, "sampler.window_ns");
    seen.busy = (values_or_nan(&values, name) + steal_ns) / window_ns;
    seen.used /= window_ns;
    seen.spun /= window_ns;
    assert_false(isnan(seen.busy));
    return seen;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

struct outcome {
    unsigned usable;
    double from_spun;          /* median of: busy - spun - rest */
    double from_spun_quiet[2]; /* its lower and upper quartile */
};

/*
 * Other processes run here too. An attempt counts only when the same CPU was equally quiet just before and
 * just after; the median of those that count is judged, so that a lucky one proves nothing.
 */
static struct outcome try_duty(double duty, uint64_t period_ns)
{
    struct outcome outcome = {0};
    struct samplers *samplers = NULL;
    double errors[ATTEMPTS], after;
    int cpus[2];
    int cpu = cpus_allowed(cpus, 2) == 2 ? cpus[1] : cpus[0];

    assert_int_equal(samplers_open(&samplers, &nowhere, NULL), 0);
    after = look(samplers, cpu, NULL).busy;
    for (unsigned i = 0; i < ATTEMPTS && outcome.usable < USABLE; i++) {
        double before = after; /* what comes after one attempt is before the next one */
        struct spinner spinner;
        struct seen seen;

        if (before > QUIET_SHARE) {
            after = look(samplers, cpu, NULL).busy;
            continue;
        }
        spinner = start_spinner(cpu, duty, period_ns);
        sleep_until(clock_now_ns() + 20 * NS_PER_MS);
        seen = look(samplers, cpu, &spinner);
        stop_spinner(&spinner);
        after = look(samplers, cpu, NULL).busy;
        print_message("# duty %.2f: busy %.4f, spun %.4f, used %.4f, rest before %.4f, after %.4f\n", duty,
                      seen.busy, seen.spun, seen.used, before, after);
        if (after <= QUIET_SHARE && fabs(before - after) <= SAME_SHARE)
            errors[outcome.usable++] = seen.busy - seen.spun - (before + after) / 2;
    }
    print_message("# idle source %s, %u attempts usable\n", samplers_idle_source(samplers), outcome.usable);
    samplers_close(samplers);
    qsort(errors, outcome.usable, sizeof(errors[0]), by_size);
    outcome.from_spun = outcome.usable ? errors[outcome.usable / 2] : NAN;
    outcome.from_spun_quiet[0] = outcome.usable ? errors[outcome.usable / 4] : NAN;
    outcome.from_spun_quiet[1] = outcome.usable ? errors[outcome.usable * 3 / 4] : NAN;
    print_message("# busy - spun: %+.4f to %+.4f of a CPU, median %+.4f\n", outcome.from_spun_quiet[0],
                  outcome.from_spun_quiet[1], outcome.from_spun);
    return outcome;
}

static void need_quiet_machine(const struct outcome *outcome)
{
    if (outcome->usable >= USABLE)
        return;
    print_message("# skip: too much else ran on this CPU to know the truth (%u of %u quiet looks)\n",
                  outcome->usable, USABLE);
    skip();
}

/*
 * Every wake-up costs tens of us that the loop does not see, on a virtual machine above all: long periods.
 * For minutes on end one may cost 250 us here, which makes 1.2 % of 50 of them a second: what is wrong by
 * itself is wrong in the quieter looks as well, so that these are judged.
 */
static void check_duty(double duty)
{
    struct outcome outcome = try_duty(duty, 20 * NS_PER_MS);

    need_quiet_machine(&outcome);
    assert_true(outcome.from_spun_quiet[0] <= 0.01 && outcome.from_spun_quiet[1] >= -0.01);
}

static void spinner_of_30_percent(void **state)
{
    (void)state;
    check_duty(0.3);
}

static void spinner_of_70_percent(void **state)
{
    (void)state;
    check_duty(0.7);
}

/* Periods below a tick, where idle never lasts long enough to stop it. At 500 wake-ups a second their cost
 * (up to 50 us each) can be anything up to 2.5 % of the CPU: a bound and not a truth. */
static void spinner_of_short_periods(void **state)
{
    struct outcome outcome = try_duty(0.5, 2 * NS_PER_MS);

    (void)state;
    need_quiet_machine(&outcome);
    assert_true(outcome.from_spun >= -0.01 && outcome.from_spun <= 0.035);
}

/* --- CPU time against what the scheduler charged
 * ------------------------------------------------------------ */

#define CHARGED_WINDOW_NS (600 * NS_PER_MS)
#define CHARGED_WINDOWS   7

/* CPU time of all tasks on one CPU, from the scheduler (cpuacct of cgroup v1, root); NaN where there is none.
 */
static double charged_ns(int cpu)
{
    OWNED_PTR char *text = file_read("/sys/fs/cgroup/cpuacct/cpuacct.usage_percpu", 1 << 16);
    struct text rest = text_of(text ? text : "", text ? strlen(text) : 0);
    uint64_t ns = 0;

    for (int i = 0; i <= cpu; i++)
        if (!text_u64(&rest, &ns))
            return NAN;
    return (double)ns;
}

/*
 * Holds on a busy machine, too: what is not idle is what tasks were charged for, plus interrupts and the way
 * out of idle. One running task may be charged a tick late at either edge, hence the median of several
 * windows.
 */
static void busy_is_what_the_scheduler_charged(void **state)
{
    struct samplers *samplers = NULL;
    double errors[CHARGED_WINDOWS], used_ns;

    (void)state;
    if (isnan(charged_ns(0))) {
        print_message("# skip: no cpuacct hierarchy (cgroup v1) is mounted\n");
        skip();
    }
    assert_int_equal(samplers_open(&samplers, &nowhere, NULL), 0);
    for (unsigned i = 0; i < CHARGED_WINDOWS; i++) {
        OWNED_VALUES struct values values = {0};

        samplers_begin(samplers, &nowhere);
        used_ns = -charged_ns(0);
        sleep_until(clock_now_ns() + CHARGED_WINDOW_NS);
        used_ns += charged_ns(0);
        assert_int_equal(samplers_end(samplers, &nowhere, &values), 0);
        errors[i] = (values_or_nan(&values, "cpu.0.busy_ns") - used_ns) / (double)CHARGED_WINDOW_NS;
        print_message("# busy %.4f, charged %.4f\n",
                      values_or_nan(&values, "cpu.0.busy_ns") / (double)CHARGED_WINDOW_NS,
                      used_ns / (double)CHARGED_WINDOW_NS);
    }
    samplers_close(samplers);
    qsort(errors, CHARGED_WINDOWS, sizeof(errors[0]), by_size);
    print_message("# median of busy - charged: %+.4f of a CPU\n", errors[CHARGED_WINDOWS / 2]);
    assert_true(fabs(errors[CHARGED_WINDOWS / 2]) <= 0.02);
}

/* --- peaks ------------------------------------------------------------------------------------------------
 */

/* A child that spins for the second of three slices: the peak sees it whole, the mean a third of it. */
static void peak_is_the_busiest_slice(void **state)
{
    OWNED_VALUES struct values values = {0};
    struct samplers *samplers = NULL;
    double peak, mean;
    int cpus[2];
    int cpu = cpus_allowed(cpus, 2) == 2 ? cpus[1] : cpus[0];

    (void)state;
    assert_int_equal(samplers_open(&samplers, &nowhere, NULL), 0);
    samplers_begin(samplers, &nowhere);
    for (unsigned slice = 0; slice < 3; slice++) {
        struct spinner spinner = {0};

        if (slice == 1)
            spinner = start_spinner(cpu, 1.0, NS_PER_SECOND);
        sleep_until(clock_now_ns() + 150 * NS_PER_MS);
        if (slice == 1)
            stop_spinner(&spinner);
        samplers_tick(samplers, &nowhere);
    }
    assert_int_equal(samplers_end(samplers, &nowhere, &values), 0);
    peak = values_or_nan(&values, "cpu.peak_cores");
    mean = values_or_nan(&values, "cpu.busy_ns") / values_or_nan(&values, "sampler.window_ns");
    print_message("# peak %.3f, mean %.3f CPUs\n", peak, mean);
    assert_true(peak > 0.8 && peak < cpus_online() + 0.1);
    assert_true(peak > mean - 0.02);
    if (mean < 0.6) /* little else ran */
        assert_true(peak > 1.5 * mean);
    samplers_close(samplers);
}

/* --- what sampling costs ----------------------------------------------------------------------------------
 */

/* No bound in ns, which a busy machine would break: the figures are printed, a run-away cost (5 %) fails. */
static void sampling_is_cheap(void **state)
{
    enum { WINDOWS = 8 };
    OWNED_VALUES struct values values = {0};
    struct samplers *samplers = NULL;
    double begin = 0, tick = 0, end = 0, window_ns = 250e6;

    (void)state;
    assert_int_equal(samplers_open(&samplers, &nowhere, NULL), 0);
    for (unsigned i = 0; i < WINDOWS; i++) {
        double at[4];

        at[0] = clock_ns(CLOCK_THREAD_CPUTIME_ID);
        samplers_begin(samplers, &nowhere);
        at[1] = clock_ns(CLOCK_THREAD_CPUTIME_ID);
        sleep_until(clock_now_ns() + 60 * NS_PER_MS);
        begin += at[1] - at[0];
        at[1] = clock_ns(CLOCK_THREAD_CPUTIME_ID);
        samplers_tick(samplers, &nowhere);
        at[2] = clock_ns(CLOCK_THREAD_CPUTIME_ID);
        assert_int_equal(samplers_end(samplers, &nowhere, &values), 0);
        at[3] = clock_ns(CLOCK_THREAD_CPUTIME_ID);
        tick += at[2] - at[1];
        end += at[3] - at[2];
    }
    samplers_close(samplers);
    print_message("# mean CPU time: begin %.0f us, tick %.0f us, end with gauges %.0f us; %zu values\n",
                  begin / WINDOWS / 1e3, tick / WINDOWS / 1e3, end / WINDOWS / 1e3, values.count);
    assert_true((begin + 2 * tick + end) / WINDOWS < 0.05 * window_ns);
}

static void *sleep_for_good(void *unused)
{
    (void)unused;
    for (;;)
        pause();
    return NULL;
}

/* A process with that many threads, all asleep; dies with us. */
static pid_t start_sleepers(unsigned threads)
{
    pthread_attr_t small;
    pthread_t thread;
    pid_t pid = fork();

    if (pid != 0)
        return pid;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, 65536);
    while (threads-- > 0)
        pthread_create(&thread, &small, sleep_for_good, NULL);
    sleep_for_good(NULL);
    return 0;
}

static double harness_share(struct samplers *samplers, const struct sampler_place *place)
{
    OWNED_VALUES struct values values = {0};

    samplers_begin(samplers, place);
    sleep_until(clock_now_ns() + 60 * NS_PER_MS);
    assert_int_equal(samplers_end(samplers, place, &values), 0);
    assert_false(place->target_cgroup && isnan(values_or_nan(&values, "target.wakeups")));
    return values_or_nan(&values, "harness.cpu_ns") / values_or_nan(&values, "sampler.window_ns");
}

/* To look at 400 threads takes some ms: they are not CPU time of the window, where they would be the
 * target's. */
static void looking_at_the_target_is_no_cost_of_it(void **state)
{
    char directory[] = "/tmp/tracetoll-test-samplers-XXXXXX", path[80];
    struct sampler_place place = nowhere;
    struct samplers *samplers = NULL;
    pid_t sleepers = start_sleepers(400);
    double off = INFINITY, on = INFINITY;
    FILE *file;

    (void)state;
    assert_true(sleepers > 0);
    assert_non_null(mkdtemp(directory));
    snprintf(path, sizeof(path), "%s/cgroup.procs", directory);
    file = fopen(path, "w");
    assert_non_null(file);
    fprintf(file, "%d\n", (int)sleepers);
    assert_int_equal(fclose(file), 0);
    sleep_until(clock_now_ns() + 200 * NS_PER_MS); /* until they all are there */
    assert_int_equal(samplers_open(&samplers, &nowhere, NULL), 0);
    for (unsigned i = 0; i < 5; i++) {
        place.target_cgroup = NULL;
        off = fmin(off, harness_share(samplers, &place));
        place.target_cgroup = directory;
        on = fmin(on, harness_share(samplers, &place));
    }
    samplers_close(samplers);
    kill(sleepers, SIGKILL);
    waitpid(sleepers, NULL, 0);
    unlink(path);
    rmdir(directory);
    print_message("# of a CPU: %.4f with the target off, %.4f with it on\n", off, on);
    assert_true(on - off < 0.01);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(looking_at_the_target_is_no_cost_of_it),
        cmocka_unit_test(spinner_of_30_percent),
        cmocka_unit_test(spinner_of_70_percent),
        cmocka_unit_test(spinner_of_short_periods),
        cmocka_unit_test(busy_is_what_the_scheduler_charged),
        cmocka_unit_test(peak_is_the_busiest_slice),
        cmocka_unit_test(sampling_is_cheap),
    };

    return cmocka_run_group_tests_name("samplers", tests, NULL, NULL);
}
