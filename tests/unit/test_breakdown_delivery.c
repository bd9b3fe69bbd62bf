/* SPDX-License-Identifier: GPL-2.0 */
/* Events that reach somebody, and what an operation waits for of that, of trials whose parts are known. */
#include "tests/unit/breakdowns.h"

#include <string.h>

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
#define SENDING(attach)                      SENDING_BY(attach, "bpf_ringbuf_output")
#define SENDING_BY(attach, call)             SENDING_WHILE(attach, call, "0.1")
#define SENDING_WHILE(attach, call, wakeups) SENDING_TIMES(attach, call, wakeups, "1")
#define SENDING_TIMES(attach, call, wakeups, fewest)                                                         \
    "{\"statistics\": {\"target_wakeups_per_op\": " wakeups                                                  \
    "}, \"programs\": [{\"name\": \"in\", \"type\": \"raw_tracepoint\", \"attach\": \"" attach "\","         \
    "  \"runs_per_op\": 2, \"own_runs_per_op\": 0.5, \"load_runs_per_op\": 1.5, \"ns_per_run\": 520,"        \
    "  \"code\": {\"instructions\": {\"fewest\": 1, \"most\": 1}, \"calls\": ["                              \
    "   {\"name\": \"" call "\", \"fewest\": " fewest ", \"most\": 1}]}}]}"

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

/* Behind a filter two runs may send two events or none. The target was woken 0.1 times, so that 0.1 is the
 * guess. */
static void a_perf_buffer_behind_a_filter_tells_what_is_sent(void **state)
{
    CLEANUP(jsonio_drop)
    json_t *maybe =
               broken_down(1500, SENDING_TIMES("raw_tp:sched_switch", "bpf_perf_event_output", "0.1", "0"),
                           SENDING_UNITS),
           *always =
               broken_down(1500, SENDING_BY("raw_tp:sched_switch", "bpf_perf_event_output"), SENDING_UNITS),
           *within = broken_down(1500, SENDING_TIMES("raw_tp:sys_enter", "bpf_perf_event_output", "0.1", "0"),
                                 SENDING_UNITS);

    (void)state;
    assert_close(number_at(maybe, "delivery.tellings_per_op"), 0.1, 1e-6);
    assert_close(number_at(maybe, "delivery.outside_programs.estimate"), 35, 1e-4);
    assert_close(number_at(maybe, "delivery.outside_programs.low"), 0, 1e-9);
    assert_close(number_at(maybe, "delivery.outside_programs.high"), 700, 1e-6);
    assert_close(number_at(always, "delivery.outside_programs.estimate"), 700, 1e-6);
    assert_close(number_at(always, "delivery.outside_programs.low"), 700, 1e-6);
    assert_close(number_at(within, "delivery.within_programs"), 35, 1e-4);
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

#define RESTED(gap, figure, wakeups, cycle, change)                                                          \
    ", {\"name\": \"ringbuf_output\", \"variant\": \"64 B, consumer asleep, an event each " gap              \
    "\", \"estimate\": " figure ", \"low\": " figure ", \"high\": " figure                                   \
    ", \"detail\": {\"wakeups_per_event\": " wakeups ", \"wakeup_cycle_ns\": " cycle                         \
    ", \"idle_change_per_wakeup_ns\": " change "}}"

/* Woken each 20 us it takes 300 ns to change to the consumer, each 30 us 200, each 60 us 100; times `scale`.
 */
static json_t *change_by_pace(double scale)
{
    char text[4000];
    const char *units = SENDING_UNITS;

    snprintf(text, sizeof(text),
             "%.*s" RESTED("1 us", "560", "0.5", "%g", "300") RESTED("5 us", "1060", "0.5", "%g", "200")
                 RESTED("50 us", "3060", "1", "%g", "100") "]}",
             (int)strlen(units) - 2, units, 20e3 * scale, 30e3 * scale, 60e3 * scale);
    return broken_down(1500, SENDING("raw_tp:sys_enter"), text);
}

static double change_at(double scale)
{
    CLEANUP(jsonio_drop) json_t *json = change_by_pace(scale);

    return number_at(json, "delivery.changes.estimate") / number_at(json, "delivery.wakeups_per_op.estimate");
}

/* With a CPU to spare an idle one changes to the consumer and back: CPU time, and nothing that the load waits
 * for. What it takes goes by how long the consumer slept. */
static void an_idle_cpu_changes_to_the_consumer(void **state)
{
    CLEANUP(jsonio_drop) json_t *json = change_by_pace(1);
    double cycle_ns = BASE_NS * 10; /* every tenth operation wakes */

    (void)state;
    assert_close(number_at(json, "delivery.changes.estimate"), 10, 1e-6); /* far beyond all of them */
    assert_close(number_at(json, "delivery.telling.estimate"), 3000, 1e-6);
    assert_close(number_at(json, "latency.parts.0.estimate"), 150, 1e-9);
    assert_close(change_at(1e6), 300, 1e-6);
    assert_close(change_at(cycle_ns / 30e3), 200, 5);
    assert_close(change_at(cycle_ns / 42e3), 150, 5);
    assert_close(change_at(cycle_ns / 24.5e3), 250, 5);
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

/* Where a run took less, less of it was telling: what the program's own operations need stays its own. */
static void what_is_taken_goes_with_the_run_time(void **state)
{
    CLEANUP(jsonio_drop)
    json_t *json = broken_down(1500,
                               SENDING_BY("raw_tp:sys_enter\", \"ns_per_run_interval\": {\"estimate\": 520, "
                                          "\"low\": 220, \"high\": 620}, \"mechanism\": \"link",
                                          "bpf_perf_event_output"),
                               SENDING_UNITS),
           *point = broken_down(1500, SENDING_BY("raw_tp:sys_enter", "bpf_perf_event_output"), SENDING_UNITS);

    (void)state;
    /* Twice 200 to 600 ns, of which 50 are needed, and 350 telling at most. */
    assert_close(number_at(json, "parts.1.estimate"), 1000 - 700, 1e-6);
    assert_close(number_at(json, "parts.1.low"), 400 - 300, 1e-6);
    assert_close(number_at(json, "parts.1.high"), 1200 - 700, 1e-6);
    assert_close(number_at(json, "delivery.within_programs"), 700, 1e-6);
    assert_close(number_at(point, "parts.2.low") - number_at(json, "parts.2.low"), 400, 1e-6);
    assert_close(number_at(point, "parts.2.high"), number_at(json, "parts.2.high"), 1e-6);
    assert_close(number_at(point, "parts.1.low"), 300, 1e-6);
    assert_close(number_at(json, "latency.parts.1.low"), 1.5 * 50, 1e-6);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wakeup_within_a_program_is_counted_once),
        cmocka_unit_test(tellings_are_those_of_the_windows),
        cmocka_unit_test(a_perf_buffer_tells_each_event),
        cmocka_unit_test(a_perf_buffer_behind_a_filter_tells_what_is_sent),
        cmocka_unit_test(a_wakeup_after_a_program_is_added),
        cmocka_unit_test(a_row_that_woke_nobody_is_no_price),
        cmocka_unit_test(a_wakeup_without_a_price_stays_where_it_is),
        cmocka_unit_test(latency_has_what_the_load_waits_for),
        cmocka_unit_test(latency_of_the_only_cpu_has_the_consumer),
        cmocka_unit_test(own_runs_that_leave_at_once_have_no_body),
        cmocka_unit_test(an_idle_cpu_changes_to_the_consumer),
        cmocka_unit_test(what_a_program_cannot_take_is_telling),
        cmocka_unit_test(what_is_taken_goes_with_the_run_time),
        cmocka_unit_test(the_only_cpu_changes_to_the_consumer),
        cmocka_unit_test(latency_of_two_cpus_is_a_range),
        cmocka_unit_test(latency_without_a_closed_loop_has_a_reason),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
