/* SPDX-License-Identifier: GPL-2.0 */
/* Where the cost comes from, of trials whose parts are known. */
#include "tests/unit/trials.h"
#include "base/cleanup.h"
#include "orchestrator/breakdown/breakdown.h"
#include "orchestrator/breakdown/unit_rows.h"
#include "reports/document.h"
#include "reports/jsonio.h"

#include <math.h>

/* An empty raw_tp costs 100 ns, a kprobe 300 ns; reading the clock takes the kernel's statistics 20 ns. */
#define UNITS                                                                                                \
    "{\"seconds\": 1.5, \"rows\": ["                                                                         \
    " {\"name\": \"raw_tp\", \"variant\": \"\", \"estimate\": 100, \"low\": 90, \"high\": 110,"              \
    "  \"detail\": {\"run_time_ns\": 20}},"                                                                  \
    " {\"name\": \"kprobe\", \"variant\": \"\", \"estimate\": 300, \"low\": 300, \"high\": 300, "            \
    "\"detail\": {}}]}"

#define TARGET                                                                                               \
    "{\"programs\": ["                                                                                       \
    " {\"name\": \"in\", \"attach\": \"raw_tp:sys_enter\", \"runs_per_op\": 2, \"ns_per_run\": 70},"         \
    " {\"name\": \"vfs\", \"attach\": \"kprobe:vfs_read\", \"runs_per_op\": 0.5, \"ns_per_run\": 60},"       \
    " {\"name\": \"idle\", \"attach\": \"kprobe:vfs_write\", \"runs_per_op\": -0.001, \"ns_per_run\": "      \
    "null}]}"

#define CLOSED "{\"name\": \"syscall\", \"parameters\": {\"mode\": \"closed\"}}"

/* A block whose CPU time grows by `added_ns` an operation; 30 ns of that in the target's user space, 10 in
 * the kernel, where it wakes in every tenth operation. */
static struct block added_block(char arm, double added_ns)
{
    struct block block = costing(arm, BASE_NS + (arm == 'B' ? 1000 : 0));
    double ops = values_or_nan(&block.values, "ops");

    set(&block, "cpu.busy_ns", ops * (5e5 + (arm == 'B' ? added_ns : 0)));
    if (arm == 'A')
        return block;
    set(&block, "target.cpu_ns", ops * 40);
    set(&block, "target.user_ns", ops * 30);
    set(&block, "target.system_ns", ops * 10);
    set(&block, "target.wakeups", ops * 0.1);
    return block;
}

static json_t *broken_down_for(double added_ns, const char *target_text, const char *unit_text,
                               const char *workload_text, int cpus)
{
    CLEANUP(trial_free) struct trial trial = {0};
    CLEANUP(analysis_free) struct analysis analysis = {0};
    CLEANUP(jsonio_drop) json_t *units = json_loads(unit_text, 0, NULL);
    CLEANUP(jsonio_drop) json_t *document = json_pack("{s:{s:{s:i}}}", "environment", "cpu", "online", cpus);
    json_t *target = json_loads(target_text, 0, NULL), *workload = json_loads(workload_text, 0, NULL);
    struct error error;

    begin_trial(&trial, 10, "latency.mean", NULL);
    for (unsigned quad = 0; quad < 10; quad++) {
        for (unsigned position = 0; position < 4; position++) {
            struct block block = added_block("ABBA"[position], added_ns);

            block.quad = quad;
            block.position = position;
            assert_int_equal(trial_add_block(&trial, &block), 0);
        }
    }
    assert_non_null(target);
    assert_non_null(units);
    assert_int_equal(analysis_make(&analysis, &trial, &error), 0);
    json_object_set_new(document, "target", target);
    json_object_set_new(document, "workload", workload);
    return breakdown_compose(&analysis, units, document);
}

static json_t *broken_down(double added_ns, const char *target_text, const char *unit_text)
{
    return broken_down_for(added_ns, target_text, unit_text, CLOSED, 2);
}

static double number_at(const json_t *json, const char *path)
{
    return document_number(json, path);
}

static void parts_add_up(void **state)
{
    /* 2 x 100 + 0.5 x 300, and 2 x (70 - 20) + 0.5 x (60 - 20), and 10 + 30 */
    CLEANUP(jsonio_drop) json_t *json = broken_down(510, TARGET, UNITS);

    (void)state;
    assert_true(fabs(number_at(json, "measured.estimate") - 510) < 1e-6);
    assert_string_equal(document_text(json, "parts.0.name"), "dispatch");
    assert_true(fabs(number_at(json, "parts.0.estimate") - 350) < 1e-9);
    assert_true(fabs(number_at(json, "parts.0.low") - 330) < 1e-9);
    assert_true(fabs(number_at(json, "parts.1.estimate") - 120) < 1e-9);
    assert_string_equal(document_text(json, "parts.2.name"), "delivery");
    assert_close(number_at(json, "parts.2.estimate"), 10, 1e-6);
    assert_string_equal(document_text(json, "parts.3.name"), "user");
    assert_close(number_at(json, "parts.3.estimate"), 30, 1e-6);
    assert_true(fabs(number_at(json, "unexplained.estimate")) < 1e-6);
    /* Ten equal quads have no width of their own: that of the dispatch is left. */
    assert_true(fabs(number_at(json, "unexplained.high") - 20) < 1e-6);
    assert_true(fabs(number_at(json, "unexplained.share")) < 1e-6);
    assert_true(fabs(number_at(json, "seconds") - 1.5) < 1e-12);
    assert_int_equal(document_count(json, "programs"), 3);
    assert_true(number_at(json, "programs.2.runs_per_op") == 0);
    assert_true(number_at(json, "programs.2.dispatch.estimate") == 0);
}

static void what_is_left_over_is_said(void **state)
{
    CLEANUP(jsonio_drop) json_t *json = broken_down(1020, TARGET, UNITS);

    (void)state;
    assert_true(fabs(number_at(json, "unexplained.estimate") - 510) < 1e-6);
    assert_true(fabs(number_at(json, "unexplained.share") - 0.5) < 1e-6);
    assert_true(number_at(json, "unexplained.low") > 0);
}

/* A part that is not known is no zero: there is no breakdown then. */
static void without_a_part_there_is_none(void **state)
{
    CLEANUP(jsonio_drop)
    json_t *no_row = broken_down(510,
                                 "{\"programs\": [{\"name\": \"x\", \"attach\": \"nowhere:eth0\", "
                                 "\"runs_per_op\": 1, \"ns_per_run\": 30}]}",
                                 UNITS);
    CLEANUP(jsonio_drop)
    json_t *no_time = broken_down(510,
                                  "{\"programs\": [{\"name\": \"x\", \"attach\": \"raw_tp:a\", "
                                  "\"runs_per_op\": 1, \"ns_per_run\": null}]}",
                                  UNITS);
    CLEANUP(jsonio_drop) json_t *no_units = broken_down(510, TARGET, "{}");

    (void)state;
    assert_true(json_is_null(no_row));
    assert_true(json_is_null(no_time));
    assert_true(json_is_null(no_units));
}

#define PRICED                                                                                               \
    "{\"seconds\": 1, \"rows\": ["                                                                           \
    " {\"name\": \"raw_tp\", \"variant\": \"\", \"estimate\": 100, \"low\": 90, \"high\": 110,"              \
    "  \"detail\": {\"run_time_ns\": 20}},"                                                                  \
    " {\"name\": \"insn_load_independent\", \"variant\": \"\", \"estimate\": 0.1, \"low\": 0.1, \"high\": "  \
    "0.1},"                                                                                                  \
    " {\"name\": \"insn_add_dependent\", \"variant\": \"\", \"estimate\": 0.5, \"low\": 0.5, \"high\": "     \
    "0.5},"                                                                                                  \
    " {\"name\": \"hash_update\", \"variant\": \"\", \"estimate\": 50, \"low\": 49, \"high\": 51},"          \
    " {\"name\": \"hash_insert_delete\", \"variant\": \"\", \"estimate\": 80, \"low\": 79, \"high\": 81}]}"

#define CALLING(calls)                                                                                       \
    "{\"programs\": [{\"name\": \"in\", \"type\": \"raw_tracepoint\", \"attach\": \"raw_tp:sys_enter\","     \
    "  \"runs_per_op\": 2, \"ns_per_run\": 70, \"code\": {\"instructions\": {\"fewest\": 10, \"most\": 40}," \
    "  \"calls\": [" calls "]}}]}"

/* Twice: getting there 90 to 110, 10 x 0.1 to 40 x 0.5, one update of an old key to two of new ones. */
static void operations_are_priced(void **state)
{
    CLEANUP(jsonio_drop)
    json_t *json =
        broken_down(510, CALLING("{\"name\": \"htab_map_update_elem\", \"fewest\": 1, \"most\": 2}"), PRICED);

    (void)state;
    assert_close(number_at(json, "predicted.low"), 2 * (90 + 1 + 49), 1e-9);
    assert_close(number_at(json, "predicted.high"), 2 * (110 + 20 + 162), 1e-9);
    assert_close(number_at(json, "programs.0.predicted.low"), 280, 1e-9);
    assert_int_equal(document_count(json, "unpriced"), 0);
}

/* What has no price is named, and leaves the range open above. */
static void what_has_no_price_is_named(void **state)
{
    CLEANUP(jsonio_drop)
    json_t *json = broken_down(510,
                               CALLING("{\"name\": \"bpf_new_helper\", \"fewest\": 1, \"most\": 1},"
                                       "{\"name\": \"bpf_new_helper\", \"fewest\": 0, \"most\": 1},"
                                       "{\"name\": \"bpf_snprintf\", \"fewest\": 0, \"most\": null}"),
                               PRICED);

    (void)state;
    assert_close(number_at(json, "predicted.low"), 182, 1e-9);
    assert_true(isnan(number_at(json, "predicted.high")));
    assert_int_equal(document_count(json, "unpriced"), 2);
    assert_string_equal(document_text(json, "unpriced.0"), "bpf_new_helper");
}

#define SENDING_UNITS SENDING_UNITS_WOKEN("0.5")
#define SENDING_UNITS_WOKEN(share)                                                                           \
    "{\"seconds\": 1, \"rows\": ["                                                                           \
    " {\"name\": \"raw_tp\", \"variant\": \"\", \"estimate\": 100, \"low\": 90, \"high\": 110,"              \
    "  \"detail\": {\"run_time_ns\": 20}},"                                                                  \
    " {\"name\": \"ringbuf_output\", \"variant\": \"8 bytes\", \"estimate\": 60, \"low\": 60, \"high\": "    \
    "60},"                                                                                                   \
    " {\"name\": \"ringbuf_output\", \"variant\": \"64 B, consumer woken for every event\","                 \
    "  \"estimate\": 560, \"low\": 510, \"high\": 610, \"detail\": {\"wakeups_per_event\": " share "}},"     \
    " {\"name\": \"perf_event_output\", \"variant\": \"8 bytes\", \"estimate\": 50, \"low\": 50, \"high\": " \
    "50},"                                                                                                   \
    " {\"name\": \"perf_event_output\", \"variant\": \"64 B, consumer woken for every event\","              \
    "  \"estimate\": 400, \"low\": 400, \"high\": 400, \"detail\": {\"wakeups_per_event\": 0.1}}]}"

/* Two runs of 520 ns an operation, a quarter of them in the target's own processes. */
#define SENDING(attach)          SENDING_BY(attach, "bpf_ringbuf_output")
#define SENDING_BY(attach, call) SENDING_WHILE(attach, call, "0.1")
#define SENDING_WHILE(attach, call, wakeups)                                                                 \
    "{\"statistics\": {\"target_wakeups_per_op\": " wakeups                                                  \
    "}, \"programs\": [{\"name\": \"in\", \"type\": \"raw_tracepoint\", \"attach\": \"" attach "\","         \
    "  \"runs_per_op\": 2, \"own_runs_per_op\": 0.5, \"load_runs_per_op\": 1.5, \"ns_per_run\": 520,"        \
    "  \"code\": {\"instructions\": {\"fewest\": 1, \"most\": 1}, \"calls\": ["                              \
    "   {\"name\": \"" call "\", \"fewest\": 1, \"most\": 1}]}}]}"

/* 0.1 wake-ups of 1000 ns are in the run time of the programs, and move; so that the sum stays what it was.
 */
static void a_wakeup_within_a_program_is_counted_once(void **state)
{
    CLEANUP(jsonio_drop) json_t *json = broken_down(1500, SENDING("raw_tp:sys_enter"), SENDING_UNITS);
    double own = 0.5 * 100 + 0.5 * 500 / 2;

    (void)state;
    assert_close(number_at(json, "delivery.wakeups_per_op.estimate"), 0.1, 1e-6);
    assert_close(number_at(json, "delivery.telling.estimate"), 1000, 1e-9);
    assert_close(number_at(json, "delivery.telling.low"), 900, 1e-9);
    assert_close(number_at(json, "delivery.within_programs"), 100, 1e-6);
    assert_close(number_at(json, "delivery.own_programs.estimate"), own, 1e-9);
    assert_close(number_at(json, "parts.1.estimate"), 2 * 500 - 100, 1e-6);
    assert_close(number_at(json, "parts.2.estimate"), 10 - own + 100, 1e-6);
    assert_close(number_at(json, "unexplained.estimate"), 1500 - 200 - 1000 - (10 - own) - 30, 1e-6);
    assert_close(number_at(json, "programs.0.body"), 1000, 1e-9);
}

/* While the runs were counted the consumer was woken half as often: half of it is in their run time. */
static void tellings_are_those_of_the_windows(void **state)
{
    CLEANUP(jsonio_drop)
    json_t *json =
        broken_down(1500, SENDING_WHILE("raw_tp:sys_enter", "bpf_ringbuf_output", "0.05"), SENDING_UNITS);

    (void)state;
    assert_close(number_at(json, "delivery.within_programs"), 100, 1e-6);
    assert_close(number_at(json, "parts.1.estimate"), 1000 - 50, 1e-6);
    assert_close(number_at(json, "latency.parts.1.estimate"), 1.5 * (500 - 25), 1e-6);
    assert_close(number_at(json, "latency.parts.2.estimate"), 1.5 * 50, 1e-6);
}

/* A perf buffer's interrupt comes with each of the two events, whether its consumer sleeps or not; no more
 * than the program's 2 x 500 ns less what its operations need. */
static void a_perf_buffer_tells_each_event(void **state)
{
    CLEANUP(jsonio_drop)
    json_t *json = broken_down(1500, SENDING_BY("raw_tp:sys_enter", "bpf_perf_event_output"), SENDING_UNITS);

    (void)state;
    assert_close(number_at(json, "delivery.tellings_per_op"), 2, 1e-9);
    assert_close(number_at(json, "delivery.telling.estimate"), 350, 1e-9);
    assert_close(number_at(json, "delivery.within_programs"), 700, 1e-6);
    assert_close(number_at(json, "parts.1.estimate"), 300, 1e-6);
}

/* All runs while the load runs are in the cost, whoever causes them; a load that nobody counted for waits for
 * some of those that it causes. */
static void all_runs_are_counted(void **state)
{
    CLEANUP(jsonio_drop)
    json_t *json = broken_down(1500,
                               "{\"programs\": [{\"name\": \"in\", \"attach\": \"raw_tp:x\", "
                               "\"all_runs_per_op\": 3, \"runs_per_op\": 2, \"ns_per_run\": 70}]}",
                               UNITS);

    (void)state;
    assert_close(number_at(json, "parts.0.estimate"), 300, 1e-9);
    assert_close(number_at(json, "parts.1.estimate"), 150, 1e-9);
    assert_close(number_at(json, "programs.0.runs_per_op"), 3, 1e-9);
    assert_close(number_at(json, "latency.parts.0.estimate"), 100, 1e-9);
    assert_close(number_at(json, "latency.parts.0.high"), 220, 1e-9);
}

/* With interrupts off the wake-up comes after the program: it is in no run time, and added. */
static void a_wakeup_after_a_program_is_added(void **state)
{
    CLEANUP(jsonio_drop) json_t *json = broken_down(1500, SENDING("raw_tp:sched_switch"), SENDING_UNITS);

    (void)state;
    assert_close(number_at(json, "delivery.within_programs"), 0, 1e-9);
    assert_close(number_at(json, "delivery.outside_programs.estimate"), 100, 1e-6);
    assert_close(number_at(json, "delivery.outside_programs.high"), 110, 1e-6);
    assert_close(number_at(json, "parts.1.estimate"), 1000, 1e-9);
}

/* A row whose consumer hardly slept (a guest of one CPU) has no price of waking it. */
static void a_row_that_woke_nobody_is_no_price(void **state)
{
    CLEANUP(jsonio_drop)
    json_t *json = broken_down(1500, SENDING("raw_tp:sys_enter"), SENDING_UNITS_WOKEN("0.001"));

    (void)state;
    assert_null(document_at(json, "delivery.telling"));
    assert_close(number_at(json, "parts.1.estimate"), 1000, 1e-9);
}

static void a_wakeup_without_a_price_stays_where_it_is(void **state)
{
    CLEANUP(jsonio_drop) json_t *json = broken_down(1500, SENDING("raw_tp:sys_enter"), UNITS);

    (void)state;
    assert_true(isnan(number_at(json, "delivery.within_programs")));
    assert_null(document_at(json, "delivery.telling"));
    assert_close(number_at(json, "parts.1.estimate"), 1000, 1e-9);
    assert_non_null(strstr(document_text(json, "parts.1.summary"), "and waking consumers"));
}

/* An operation takes 1000 ns longer, and waits for 1.5 of the two runs. */
static void latency_has_what_the_load_waits_for(void **state)
{
    CLEANUP(jsonio_drop) json_t *json = broken_down(1500, SENDING("raw_tp:sys_enter"), SENDING_UNITS);

    (void)state;
    assert_close(number_at(json, "latency.measured.estimate"), 1000, 30);
    assert_close(number_at(json, "latency.parts.0.estimate"), 150, 1e-9);
    assert_close(number_at(json, "latency.parts.1.estimate"), 1.5 * (500 - 50), 1e-6);
    assert_close(number_at(json, "latency.parts.2.estimate"), 1.5 * 50, 1e-6);
    assert_close(number_at(json, "latency.unexplained.estimate"),
                 number_at(json, "latency.measured.estimate") - 150 - 750, 1e-6);
    assert_null(document_at(json, "latency_reason"));
}

/* There is one CPU: the load waits for the consumer's 30 ns in user space and 10 in the kernel as well, with
 * the programs that run in these, since only its own runs are counted otherwise. */
static void latency_of_the_only_cpu_has_the_consumer(void **state)
{
    CLEANUP(jsonio_drop)
    json_t *json = broken_down_for(1500, SENDING("raw_tp:sys_enter"), SENDING_UNITS, CLOSED, 1),
           *several = broken_down(1500, SENDING("raw_tp:sys_enter"), SENDING_UNITS);

    (void)state;
    assert_close(number_at(json, "latency.parts.3.estimate"), 30, 1e-6);
    assert_int_equal(document_count(several, "latency.parts"), 3);
    assert_close(number_at(json, "latency.parts.2.estimate") - number_at(several, "latency.parts.2.estimate"),
                 10, 1e-6);
}

/* Our own probes leave at once in their consumer's name: 1.5 runs have the 1000 ns, and the consumer's time
 * is its own but for the way to the programs. */
static void own_runs_that_leave_at_once_have_no_body(void **state)
{
    CLEANUP(jsonio_drop)
    json_t *json = broken_down(
        1500,
        SENDING_WHILE("raw_tp:sys_enter\", \"own_runs_pass\": true, \"x\": \"", "bpf_ringbuf_output", "0.1"),
        SENDING_UNITS);

    (void)state;
    assert_close(number_at(json, "programs.0.body"), 1000, 1e-9);
    assert_close(number_at(json, "delivery.own_programs.estimate"), 0.5 * 100, 1e-9);
    assert_close(number_at(json, "latency.parts.1.estimate"), 1000 - 100,
                 1e-6); /* all of it in the load's name */
}

/* With a CPU to spare an idle one changes to the consumer and back: CPU time, and nothing that the load waits
 * for. */
static void an_idle_cpu_changes_to_the_consumer(void **state)
{
    CLEANUP(jsonio_drop)
    json_t *json = broken_down(1500, SENDING("raw_tp:sys_enter"),
                               SENDING_UNITS_WOKEN("0.5, \"idle_change_per_wakeup_ns\": 300"));
    CLEANUP(jsonio_drop) json_t *without = broken_down(1500, SENDING("raw_tp:sys_enter"), SENDING_UNITS);

    (void)state;
    assert_close(number_at(json, "delivery.changes.estimate"), 30, 1e-6);
    assert_close(number_at(without, "unexplained.estimate") - number_at(json, "unexplained.estimate"), 30,
                 1e-6);
    assert_close(number_at(json, "latency.parts.2.estimate"), number_at(without, "latency.parts.2.estimate"),
                 1e-6);
}

#define ROW_OF(name, variant, figure)                                                                        \
    "{\"name\": \"" name "\", \"variant\": \"" variant "\", \"estimate\": " figure ", \"low\": " figure      \
    ", \"high\": " figure "},"

/* A run of 500 ns can't be an instruction and an event of 80 ns: what is beyond belongs to the interrupt that
 * came while it ran, though `micro` has it at a fraction; half as often in the windows, it is half as much.
 */
static void what_a_program_cannot_take_is_telling(void **state)
{
    const char *units = "{\"seconds\": 1, \"rows\": [" ROW_OF("insn_load_independent", "", "1")
        ROW_OF("insn_add_dependent", "", "1") ROW_OF("ringbuf_output", "1024 bytes", "80") ROW_OF(
            "ringbuf_output", "8 bytes",
            "60") "{\"name\": \"ringbuf_output\", \"variant\": \"64 B, consumer woken for every event\", "
                  "\"estimate\": 560,"
                  " \"low\": 560, \"high\": 560, \"detail\": {\"wakeups_per_event\": 0.5}},"
                  "{\"name\": \"raw_tp\", \"variant\": \"\", \"estimate\": 100, \"low\": 90, \"high\": 110,"
                  " \"detail\": {\"run_time_ns\": 20}}]}";
    CLEANUP(jsonio_drop)
    json_t *json = broken_down(1500, SENDING_WHILE("raw_tp:sys_enter", "bpf_ringbuf_output", "0.2"), units);

    (void)state;
    assert_close(number_at(json, "parts.1.estimate"), 2 * 81, 1e-6);
    assert_close(number_at(json, "delivery.within_programs"), 2 * (500 - 81) / 2.0, 1e-6);
}

/* On the only CPU, which has to change to the consumer and back, 300 ns each time it is woken. */
static void the_only_cpu_changes_to_the_consumer(void **state)
{
    CLEANUP(jsonio_drop)
    json_t *json = broken_down_for(1500, SENDING("raw_tp:sys_enter"),
                                   SENDING_UNITS_WOKEN("0.5, \"change_per_wakeup_ns\": 300"), CLOSED, 1),
           *without = broken_down_for(1500, SENDING("raw_tp:sys_enter"), SENDING_UNITS, CLOSED, 1);

    (void)state;
    assert_close(number_at(json, "delivery.changes.estimate"), 30, 1e-6);
    assert_close(number_at(without, "delivery.changes.estimate"), 0, 0);
    assert_close(number_at(without, "unexplained.estimate") - number_at(json, "unexplained.estimate"), 30,
                 1e-6);
    assert_close(number_at(json, "latency.parts.2.estimate") - number_at(without, "latency.parts.2.estimate"),
                 30, 1e-6);
}

/* Two ends on two CPUs: one works while the other waits, so that it may be any of the runs. */
static void latency_of_two_cpus_is_a_range(void **state)
{
    CLEANUP(jsonio_drop)
    json_t *json = broken_down_for(
        1500, SENDING("raw_tp:sys_enter"), SENDING_UNITS,
        "{\"name\": \"udp_rr\", \"parameters\": {\"mode\": \"closed\", \"cpus\": \"0:1\"}}", 2);

    (void)state;
    assert_close(number_at(json, "latency.parts.0.low"), 0, 1e-9);
    assert_close(number_at(json, "latency.parts.0.high"), 1.5 * 110, 1e-9);
}

static void latency_without_a_closed_loop_has_a_reason(void **state)
{
    CLEANUP(jsonio_drop)
    json_t *open = broken_down_for(1500, TARGET, UNITS, "{\"parameters\": {\"mode\": \"open\"}}", 2),
           *foreign = broken_down_for(1500, TARGET, UNITS, "{\"name\": \"http\", \"parameters\": {}}", 2);

    (void)state;
    assert_null(document_at(open, "latency"));
    assert_non_null(strstr(document_text(open, "latency_reason"), "at a given rate"));
    assert_non_null(strstr(document_text(foreign, "latency_reason"), "http has under way"));
}

static void assert_why(const char *target_text, const char *unit_text, const char *expected)
{
    CLEANUP(jsonio_drop) json_t *target = json_loads(target_text, 0, NULL);
    CLEANUP(jsonio_drop) json_t *units = json_loads(unit_text, 0, NULL);
    char why[300] = "";

    assert_true(breakdown_why_not(units, target, why, sizeof(why)) == (expected[0] != '\0'));
    assert_non_null(strstr(why, expected));
}

static void what_is_missing_is_said(void **state)
{
    (void)state;
    assert_why(TARGET, UNITS, "");
    assert_why(TARGET, "{\"rows\": [], \"failed\": \"no memory\"}", "could not be measured: no memory");
    assert_why("{\"programs\": [{\"name\": \"x\", \"type\": \"sk_lookup\", \"attach\": \"nowhere\", "
               "\"runs_per_op\": 1, \"ns_per_run\": 30}]}",
               UNITS, "has no row for nowhere (sk_lookup)");
    assert_why("{\"programs\": [{\"name\": \"x\", \"attach\": \"raw_tp:a\", \"runs_per_op\": 1, "
               "\"ns_per_run\": null}]}",
               UNITS, "did not count the runs of x");
    assert_why(TARGET,
               "{\"rows\": [{\"name\": \"raw_tp\", \"variant\": \"\", \"estimate\": null, \"status\": "
               "\"untrustworthy\", \"reason\": \"too wide\"}]}",
               "raw_tp:sys_enter costs is untrustworthy here: too wide");
}

static const struct unit_row *row_of(const char *type, const char *attach)
{
    CLEANUP(jsonio_drop) json_t *program = json_pack("{s:s, s:s}", "type", type, "attach", attach);

    return unit_row_of(program);
}

static void attach_points_have_rows(void **state)
{
    (void)state;
    assert_string_equal(row_of("kprobe", "tracepoint:syscalls:sys_enter_openat")->variant,
                        "of one system call");
    assert_string_equal(row_of("kprobe", "tracepoint:sched:sched_switch")->variant, "");
    assert_string_equal(row_of("kprobe", "kretprobe:vfs_read, kretprobe:vfs_write")->name, "kretprobe");
    assert_string_equal(row_of("xdp", "xdp:ifindex/3")->name, "xdp");
    assert_string_equal(row_of("socket_filter", "")->name, "socket_filter");
    assert_string_equal(row_of("perf_event", "perf_event:cpu-clock")->name, "perf_event");
    assert_null(row_of("kprobe", "unknown:x"));
    assert_null(row_of("kprobe", ""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_add_up),
        cmocka_unit_test(what_is_left_over_is_said),
        cmocka_unit_test(without_a_part_there_is_none),
        cmocka_unit_test(attach_points_have_rows),
        cmocka_unit_test(operations_are_priced),
        cmocka_unit_test(what_has_no_price_is_named),
        cmocka_unit_test(what_is_missing_is_said),
        cmocka_unit_test(a_wakeup_within_a_program_is_counted_once),
        cmocka_unit_test(tellings_are_those_of_the_windows),
        cmocka_unit_test(all_runs_are_counted),
        cmocka_unit_test(a_perf_buffer_tells_each_event),
        cmocka_unit_test(a_wakeup_after_a_program_is_added),
        cmocka_unit_test(a_row_that_woke_nobody_is_no_price),
        cmocka_unit_test(a_wakeup_without_a_price_stays_where_it_is),
        cmocka_unit_test(latency_has_what_the_load_waits_for),
        cmocka_unit_test(latency_of_the_only_cpu_has_the_consumer),
        cmocka_unit_test(the_only_cpu_changes_to_the_consumer),
        cmocka_unit_test(an_idle_cpu_changes_to_the_consumer),
        cmocka_unit_test(own_runs_that_leave_at_once_have_no_body),
        cmocka_unit_test(what_a_program_cannot_take_is_telling),
        cmocka_unit_test(latency_of_two_cpus_is_a_range),
        cmocka_unit_test(latency_without_a_closed_loop_has_a_reason),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
