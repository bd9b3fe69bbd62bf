/* SPDX-License-Identifier: GPL-2.0 */
/* Parsers of /proc text on recorded files, cut short at every byte, and on text nobody would expect. */
#include "agents/cgroup_stat.h"
#include "agents/idle.h"
#include "agents/proc_parse.h"
#include "base/cleanup.h"
#include "tests/unit/unit.h"

#include <errno.h>
#include <string.h>

static const char stat_text[] = "cpu  1931 0 1426 167280 337 0 63 12 0 0\n"
                                "cpu0 624 0 540 84321 7 0 19 5 0 0\n"
                                "cpu1 1306 0 886 82959 329 0 43 6 0 0\n"
                                "intr 129720 0 0 1 7\n"
                                "ctxt 250594\n"
                                "btime 1795569650\n"
                                "processes 4886\n"
                                "procs_running 1\n"
                                "procs_blocked 0\n"
                                "softirq 90733 0 11907 3 1307 34190 0 2 28478 0 14846\n";

static const char timer_text[] = "Timer List Version: v0.10\n"
                                 "HRTIMER_MAX_CLOCK_BASES: 8\n"
                                 "now at 890488620000 nsecs\n"
                                 "\n"
                                 "cpu: 0\n"
                                 " clock 0:\n"
                                 "  .base:       000000007502cc94\n"
                                 "  .offset:     0 nsecs\n"
                                 "active timers:\n"
                                 " #0: <000000002acba1ac>, tick_nohz_handler, S:01\n"
                                 "  .nohz           : 1\n"
                                 "  .tick_stopped   : 0\n"
                                 "  .idle_jiffies   : 4295114650\n"
                                 "  .idle_entrytime : 890488598186 nsecs\n"
                                 "  .idle_exittime  : 890371614210 nsecs\n"
                                 "  .idle_sleeptime : 876489824976 nsecs\n"
                                 "  .iowait_sleeptime: 79101629 nsecs\n"
                                 "jiffies: 4295114883\n"
                                 "\n"
                                 "cpu: 1\n"
                                 "  .tick_stopped   : 1\n"
                                 "  .idle_entrytime : 890488118186 nsecs\n"
                                 "  .idle_sleeptime : 862815291000 nsecs\n"
                                 "  .iowait_sleeptime: 3308429404 nsecs\n"
                                 "\n"
                                 "Tick Device: mode:     1\n"
                                 "Broadcast device\n"
                                 "  .tick_stopped   : 7\n";

static const char softirqs_text[] = "                    CPU0       CPU1       \n"
                                    "          HI:          0          0\n"
                                    "      NET_RX:        596        711\n"
                                    "     HRTIMER:          0          0\n"
                                    "         RCU:       6784       8581\n";

static const char net_dev_text[] =
    "Inter-|   Receive                                                |  Transmit\n"
    " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls "
    "carrier "
    "compressed\n"
    "    lo:       0       0    0    0    0     0          0         0        0       0    0    0    0     0 "
    "      0  "
    "        0\n"
    "  veth1:  4210      42    1    2    3     4          5         6     1300      13    7    8    0     0  "
    "     0   "
    "       0\n";

static const char rollup_text[] = "55d0c0a5e000-7ffd6a5f9000 ---p 00000000 00:00 0                 [rollup]\n"
                                  "Rss:                1640 kB\n"
                                  "Pss:                 240 kB\n"
                                  "Pss_Dirty:           124 kB\n";

/*
 * Each parser is given the text cut after every byte, copied to the end of an allocation of just that size,
 * so that a read behind the end is seen by the address sanitizer (make sanitize).
 */
static void for_each_cut(const char *text, void (*parse)(struct text cut))
{
    for (size_t length = 0; length <= strlen(text); length++) {
        char *copy = malloc(length ? length : 1);

        assert_non_null(copy);
        memcpy(copy, text, length);
        parse(text_of(copy, length));
        free(copy);
    }
}

static struct text whole(const char *text)
{
    return text_of(text, strlen(text));
}

static void stat_is_read(void **state)
{
    OWNED_PTR struct proc_stat *stat = malloc(sizeof(*stat));

    (void)state;
    assert_int_equal(parse_stat(whole(stat_text), stat), 0);
    assert_int_equal(stat->count, 2);
    assert_int_equal(stat->cpus[1].cpu, 1);
    assert_int_equal(stat->cpus[1].idle, 82959);
    assert_int_equal(stat->cpus[1].iowait, 329);
    assert_int_equal(stat->cpus[1].steal, 6);
    assert_true(stat->has_interrupts && stat->has_context_switches && stat->has_softirqs && stat->has_forks);
    assert_int_equal(stat->interrupts, 129720);
    assert_int_equal(stat->context_switches, 250594);
    assert_int_equal(stat->softirqs, 90733);
    assert_int_equal(stat->forks, 4886);
}

static void cut_stat(struct text cut)
{
    OWNED_PTR struct proc_stat *stat = malloc(sizeof(*stat));

    if (parse_stat(cut, stat) == 0)
        assert_true(stat->count == 1 || stat->count == 2);
}

static void timer_list_is_read(void **state)
{
    OWNED_PTR struct timer_list *list = malloc(sizeof(*list));

    (void)state;
    assert_int_equal(parse_timer_list(whole(timer_text), list), 0);
    assert_int_equal(list->now_ns, 890488620000);
    assert_int_equal(list->count, 2);
    assert_false(list->cpus[0].tick_stopped);
    assert_int_equal(list->cpus[0].idle_entry_ns, 890488598186);
    assert_int_equal(list->cpus[0].idle_ns, 876489824976);
    assert_int_equal(list->cpus[0].iowait_ns, 79101629);
    assert_true(list->cpus[1].tick_stopped);
    assert_int_equal(list->cpus[1].iowait_ns, 3308429404);
}

static void cut_timer_list(struct text cut)
{
    OWNED_PTR struct timer_list *list = malloc(sizeof(*list));

    parse_timer_list(cut, list);
}

static void timer_list_without_idle_fields(void **state)
{
    OWNED_PTR struct timer_list *list = malloc(sizeof(*list));

    (void)state;
    assert_int_equal(parse_timer_list(whole("now at 12 nsecs\ncpu: 0\n clock 0:\ncpu: 1\n"), list), -EINVAL);
    assert_int_equal(parse_timer_list(whole("now at 12 nsecs\n"), list), -EINVAL);
    assert_int_equal(parse_timer_list(whole("cpu: 99999999999999999999999\n"), list), -EINVAL);
    assert_int_equal(parse_timer_list(whole(""), list), -EINVAL);
}

static unsigned rows;

static void note_row(void *context, struct text name, uint64_t sum)
{
    rows++;
    if (text_is(name, "NET_RX"))
        *(uint64_t *)context = sum;
}

static void softirqs_are_summed(void **state)
{
    uint64_t net_rx = 0;

    (void)state;
    rows = 0;
    parse_softirqs(whole(softirqs_text), note_row, &net_rx);
    assert_int_equal(rows, 4);
    assert_int_equal(net_rx, 596 + 711);
}

static void cut_softirqs(struct text cut)
{
    uint64_t net_rx = 0;

    parse_softirqs(cut, note_row, &net_rx);
}

static void net_dev_is_read(void **state)
{
    struct interface_counters counters;

    (void)state;
    assert_int_equal(parse_net_dev(whole(net_dev_text), "veth1", &counters), 0);
    assert_int_equal(counters.rx_bytes, 4210);
    assert_int_equal(counters.rx_packets, 42);
    assert_int_equal(counters.rx_dropped, 2);
    assert_int_equal(counters.tx_bytes, 1300);
    assert_int_equal(counters.tx_packets, 13);
    assert_int_equal(counters.tx_dropped, 8);
    assert_int_equal(parse_net_dev(whole(net_dev_text), "veth", &counters), -ENOENT);
    assert_int_equal(parse_net_dev(whole(net_dev_text), "eth1", &counters), -ENOENT);
    assert_int_equal(parse_net_dev(whole("veth1: 1 2 3\n"), "veth1", &counters), -ENOENT);
    assert_int_equal(
        parse_net_dev(whole("veth1: -1 99999999999999999999 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n"), "veth1",
                      &counters),
        -ENOENT);
}

static const char snmp_text[] = "Ip: Forwarding DefaultTTL\n"
                                "Ip: 1 64\n"
                                "Udp: InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors\n"
                                "Udp: 12 7 3 14 3\n"
                                "UdpLite: InDatagrams NoPorts InErrors\n"
                                "UdpLite: 1 1 1\n";

static const char snmp6_text[] = "Ip6InReceives                   \t5\n"
                                 "Udp6InDatagrams                 \t100\n"
                                 "Udp6NoPorts                     \t2\n"
                                 "Udp6InErrors                    \t4\n";

static void udp_counters_of_both_versions_are_added(void **state)
{
    struct udp_counters counters = {0};

    (void)state;
    assert_int_equal(parse_snmp_udp(whole(snmp_text), &counters), 0);
    assert_int_equal(counters.in_datagrams, 12);
    assert_int_equal(counters.in_errors, 3);
    assert_int_equal(parse_snmp6_udp(whole(snmp6_text), &counters), 0);
    assert_int_equal(counters.in_datagrams, 112);
    assert_int_equal(counters.in_errors, 7);
    assert_int_equal(parse_snmp_udp(whole("Udp: InDatagrams InErrors\n"), &counters), -ENOENT);
    assert_int_equal(parse_snmp_udp(whole("Udp: InDatagrams NoPorts\nUdp: 1 2\n"), &counters), -ENOENT);
    assert_int_equal(parse_snmp_udp(whole("UdpLite: InDatagrams InErrors\nUdpLite: 1 2\n"), &counters),
                     -ENOENT);
    assert_int_equal(parse_snmp6_udp(whole("Udp6InDatagrams 1\n"), &counters), -ENOENT);
    assert_int_equal(counters.in_datagrams, 112); /* a failure adds nothing */
}

static void cut_snmp(struct text cut)
{
    struct udp_counters counters = {0};

    parse_snmp_udp(cut, &counters);
    parse_snmp6_udp(cut, &counters);
}

static void cut_net_dev(struct text cut)
{
    struct interface_counters counters;

    parse_net_dev(cut, "veth1", &counters);
}

static void mappings_of_one_name(void **state)
{
    static const char maps[] = "55d0c0000000-55d0c0002000 r-xp 00000000 08:01 1234  /usr/sbin/tool\n"
                               "7f0000000000-7f0000041000 rw-s 00000000 00:0e 1038  anon_inode:[perf_event]\n"
                               "7f0000100000-7f0000141000 rw-s 00000000 00:0e 1038  anon_inode:[perf_event]\n"
                               "nonsense-7f0000141000 rw-s 00000000 00:0e 1038  anon_inode:[perf_event]\n"
                               "7f0000141000-7f0000100000 rw-s 00000000 00:0e 1038  anon_inode:[perf_event]\n"
                               "7f0000200000-7f0000241000 rw-s 00000000 00:0e 1038  anon_inode:bpf-map\n";

    (void)state;
    assert_int_equal(parse_mapped_bytes(whole(maps), "anon_inode:[perf_event]"), 2 * 0x41000);
    assert_int_equal(parse_mapped_bytes(whole(""), "anon_inode:[perf_event]"), 0);
    assert_int_equal(parse_mapped_bytes(whole("anon_inode:[perf_event]"), "anon_inode:[perf_event]"), 0);
}

static void page_faults_behind_any_name(void **state)
{
    uint64_t faults = 0;

    (void)state;
    assert_int_equal(parse_page_faults(whole("7 (a b) (c)) S 1 7 7 0 -1 4194304 109 0 3 0 1 2\n"), &faults),
                     0);
    assert_int_equal(faults, 112);
    assert_int_equal(parse_page_faults(whole("7 (a b S 1 7 7 0 -1 4194304 109 0 3 0 1 2\n"), &faults),
                     -EINVAL);
    assert_int_equal(parse_page_faults(whole("7 (a) S 1 7"), &faults), -EINVAL);
}

static void keys_are_found_whole(void **state)
{
    uint64_t number = 0;
    double total, user, system;

    (void)state;
    assert_true(text_find_u64(whole(rollup_text), "Pss:", &number));
    assert_int_equal(number, 240);
    assert_false(text_find_u64(whole(rollup_text), "Ps:", &number));
    assert_false(text_find_u64(whole("Pss: many kB\n"), "Pss:", &number));
    assert_int_equal(
        cgroup_parse_cpu(whole("usage_usec 34849872\nuser_usec 19496765\nsystem_usec 15353107\n"), &total,
                         &user, &system),
        0);
    assert_true(total == 34849872e3 && user == 19496765e3 && system == 15353107e3);
    assert_int_equal(cgroup_parse_cpu(whole("usage_usec 34849872\n"), &total, NULL, NULL), -EINVAL);
    assert_int_equal(cgroup_parse_waited(whole("some avg10=0.16 avg60=5.04 avg300=6.54 total=1298\n"
                                               "full avg10=0.00 avg60=0.00 avg300=0.00 total=7\n"),
                                         &total),
                     0);
    assert_true(total == 1298e3);
    assert_int_equal(cgroup_parse_waited(whole("full avg10=0.00 avg60=0.00 avg300=0.00 total=7\n"), &total),
                     -EINVAL);
    assert_int_equal(cgroup_parse_waited(whole("some avg10=0.16 total=\n"), &total), -EINVAL);
}

static void cut_rollup(struct text cut)
{
    uint64_t number;
    double waited_ns;

    text_find_u64(cut, "Pss:", &number);
    parse_page_faults(cut, &number);
    cgroup_parse_cpu(cut, NULL, NULL, NULL);
    cgroup_parse_waited(cut, &waited_ns);
}

static void cut_anywhere_is_survived(void **state)
{
    (void)state;
    for_each_cut(stat_text, cut_stat);
    for_each_cut(timer_text, cut_timer_list);
    for_each_cut(softirqs_text, cut_softirqs);
    for_each_cut(net_dev_text, cut_net_dev);
    for_each_cut(snmp_text, cut_snmp);
    for_each_cut(snmp6_text, cut_snmp);
    for_each_cut(rollup_text, cut_rollup);
}

static void foreign_bytes_are_survived(void **state)
{
    char noise[4096];
    uint32_t seed = 1;

    (void)state;
    for (unsigned round = 0; round < 200; round++) {
        for (unsigned i = 0; i < sizeof(noise); i++) {
            seed = seed * 1664525 + 1013904223;
            noise[i] = "cpu: 019.\n\t\0-~"[(seed >> 24) % 14];
        }
        cut_stat(text_of(noise, sizeof(noise)));
        cut_timer_list(text_of(noise, sizeof(noise)));
        cut_softirqs(text_of(noise, sizeof(noise)));
        cut_net_dev(text_of(noise, sizeof(noise)));
        cut_snmp(text_of(noise, sizeof(noise)));
        cut_rollup(text_of(noise, sizeof(noise)));
    }
}

/* --- what the idle figures mean ---------------------------------------------------------------------------
 */

#define TICK_NS 4000000

static void ongoing_idle_after_a_flush(void **state)
{
    struct timer_list_cpu cpu = {.idle_entry_ns = 1000500};

    (void)state;
    assert_int_equal(idle_ongoing_ns(&cpu, 1000900, 1000000, TICK_NS), 400); /* began anew: idle */
    cpu.idle_entry_ns = 400000;
    assert_int_equal(idle_ongoing_ns(&cpu, 1000900, 1000000, TICK_NS), 0); /* nothing began: busy since */
    cpu.idle_entry_ns = 1001000;
    assert_int_equal(idle_ongoing_ns(&cpu, 1000900, 1000000, TICK_NS), 0); /* after the read's time */
}

static void ongoing_idle_without_a_flush(void **state)
{
    struct timer_list_cpu cpu = {.idle_entry_ns = 1000000, .tick_stopped = true};

    (void)state;
    assert_int_equal(idle_ongoing_ns(&cpu, 90000000, 0, TICK_NS), 89000000);
    cpu.tick_stopped = false;
    assert_int_equal(idle_ongoing_ns(&cpu, 90000000, 0, TICK_NS), 0);
    assert_int_equal(idle_ongoing_ns(&cpu, 3000000, 0, TICK_NS), 1000000); /* either: the middle */
}

static void plausible_only_when_both_files_agree(void **state)
{
    OWNED_PTR struct timer_list *list = calloc(1, sizeof(*list));
    OWNED_PTR struct proc_stat *stat = calloc(1, sizeof(*stat));
    const uint64_t tick_ns = 10000000;

    (void)state;
    assert_int_equal(parse_timer_list(whole(timer_text), list), 0);
    stat->count = 2;
    stat->cpus[0] = (struct stat_cpu){.cpu = 0, .idle = 87648, .iowait = 7};
    stat->cpus[1] = (struct stat_cpu){.cpu = 1, .idle = 86281, .iowait = 330};
    assert_true(idle_plausible(list, stat, tick_ns));
    stat->cpus[1].idle += 100; /* a second that timer_list does not know of */
    assert_false(idle_plausible(list, stat, tick_ns));
    stat->cpus[1].idle -= 200;
    assert_false(idle_plausible(list, stat, tick_ns));
    stat->cpus[1].idle += 100;
    stat->cpus[1].cpu = 2;
    assert_false(idle_plausible(list, stat, tick_ns));
    stat->count = 1;
    assert_false(idle_plausible(list, stat, tick_ns));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stat_is_read),
        cmocka_unit_test(timer_list_is_read),
        cmocka_unit_test(timer_list_without_idle_fields),
        cmocka_unit_test(softirqs_are_summed),
        cmocka_unit_test(net_dev_is_read),
        cmocka_unit_test(udp_counters_of_both_versions_are_added),
        cmocka_unit_test(page_faults_behind_any_name),
        cmocka_unit_test(mappings_of_one_name),
        cmocka_unit_test(keys_are_found_whole),
        cmocka_unit_test(cut_anywhere_is_survived),
        cmocka_unit_test(foreign_bytes_are_survived),
        cmocka_unit_test(ongoing_idle_after_a_flush),
        cmocka_unit_test(ongoing_idle_without_a_flush),
        cmocka_unit_test(plausible_only_when_both_files_agree),
    };

    return cmocka_run_group_tests_name("parse_proc", tests, NULL, NULL);
}
