/* SPDX-License-Identifier: GPL-2.0 */
#include "agents/proc_parse.h"

#include <errno.h>

/* user nice system idle iowait irq softirq steal ... (Documentation/filesystems/proc.rst) */
static void parse_stat_cpu(struct text line, struct proc_stat *stat)
{
    uint64_t cpu, fields[8];

    if (stat->count == PROC_CPUS_MAX || !text_u64(&line, &cpu) || cpu > INT32_MAX)
        return;
    for (unsigned i = 0; i < 8; i++)
        if (!text_u64(&line, &fields[i]))
            return;
    stat->cpus[stat->count++] = (struct stat_cpu){(unsigned)cpu, fields[3], fields[4], fields[7]};
}

int parse_stat(struct text text, struct proc_stat *stat)
{
    struct text line;

    stat->count = 0;
    stat->has_context_switches = stat->has_interrupts = stat->has_softirqs = stat->has_forks = false;
    while (text_line(&text, &line)) {
        if (text_skip(&line, "cpu ")) /* the sum of the lines that follow */
            continue;
        if (text_skip(&line, "cpu"))
            parse_stat_cpu(line, stat);
        else if (text_skip(&line, "intr "))
            stat->has_interrupts = text_u64(&line, &stat->interrupts);
        else if (text_skip(&line, "ctxt "))
            stat->has_context_switches = text_u64(&line, &stat->context_switches);
        else if (text_skip(&line, "processes "))
            stat->has_forks = text_u64(&line, &stat->forks);
        else if (text_skip(&line, "softirq "))
            stat->has_softirqs = text_u64(&line, &stat->softirqs);
    }
    return stat->count ? 0 : -EINVAL;
}

enum { SEEN_STOPPED = 1, SEEN_ENTRY = 2, SEEN_IDLE = 4, SEEN_IOWAIT = 8, SEEN_ALL = 15 };

/* "  .idle_entrytime : 890488598186 nsecs", "  .iowait_sleeptime: 79101629 nsecs" */
static bool take_field(struct text line, const char *name, uint64_t *number)
{
    struct text blanks;

    if (!text_skip(&line, name))
        return false;
    for (blanks = line; blanks.at < blanks.end && *blanks.at == ' ';)
        blanks.at++;
    return text_skip(&blanks, ":") && text_u64(&blanks, number);
}

/* The field's bit; 0 for one that is of no use here. */
static unsigned parse_tick_field(struct text line, struct timer_list_cpu *cpu)
{
    uint64_t stopped;

    if (!text_skip(&line, "  ."))
        return 0;
    if (take_field(line, "tick_stopped", &stopped)) {
        cpu->tick_stopped = stopped != 0;
        return SEEN_STOPPED;
    }
    if (take_field(line, "idle_entrytime", &cpu->idle_entry_ns))
        return SEEN_ENTRY;
    if (take_field(line, "idle_sleeptime", &cpu->idle_ns))
        return SEEN_IDLE;
    return take_field(line, "iowait_sleeptime", &cpu->iowait_ns) ? SEEN_IOWAIT : 0;
}

int parse_timer_list(struct text text, struct timer_list *list)
{
    unsigned seen = SEEN_ALL;
    bool now_seen = false;
    struct text line;
    uint64_t cpu;

    list->count = 0;
    while (text_line(&text, &line)) {
        if (text_skip(&line, "now at "))
            now_seen = text_u64(&line, &list->now_ns);
        else if (text_skip(&line, "Tick Device:"))
            break;
        else if (text_skip(&line, "cpu: ")) {
            if (seen != SEEN_ALL || !text_u64(&line, &cpu) || cpu > INT32_MAX)
                return -EINVAL;
            if (list->count == PROC_CPUS_MAX)
                break;
            list->cpus[list->count++] = (struct timer_list_cpu){.cpu = (unsigned)cpu};
            seen = 0;
        } else if (list->count)
            seen |= parse_tick_field(line, &list->cpus[list->count - 1]);
    }
    return now_seen && list->count && seen == SEEN_ALL ? 0 : -EINVAL;
}
