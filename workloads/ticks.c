/* SPDX-License-Identifier: GPL-2.0 */
#include "workloads/ticks.h"
#include "base/cleanup.h"
#include "base/files.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define CPUS_MAX   64
#define TEXT_BYTES (256 * 1024)

/* Which column is the CPU's: the first line names those that are online, "CPU0 CPU2". -1: none. */
static int column_of(const char *text, int cpu)
{
    const char *end = text + strcspn(text, "\n"), *at = text;
    int column = 0;

    while ((at = strstr(at, "CPU")) && at < end) {
        char *rest;
        long number = strtol(at + 3, &rest, 10);

        if (number == cpu && rest > at + 3)
            return column;
        at = rest;
        column++;
    }
    return -1;
}

/* arch/x86/kernel/irq.c: arch_show_interrupts(). Others number their timer's row like that of a device. */
static const char *timer_row(const char *text)
{
    for (const char *line = text; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        line += strspn(line, " ");
        if (strncmp(line, "LOC:", 4) == 0)
            return line + 4;
    }
    return NULL;
}

double ticks_parse(const char *interrupts, int cpu)
{
    int column = column_of(interrupts, cpu);
    const char *at = timer_row(interrupts);

    if (column < 0 || !at)
        return NAN;
    for (;; column--) {
        char *rest;
        unsigned long long number;

        at += strspn(at, " ");
        if (*at < '0' || *at > '9')
            return NAN;
        number = strtoull(at, &rest, 10);
        if (column == 0)
            return (double)number;
        at = rest;
    }
}

double ticks_count(int cpu)
{
    OWNED_PTR char *text = NULL;

    if (sysconf(_SC_NPROCESSORS_CONF) > CPUS_MAX)
        return NAN;
    text = file_read("/proc/interrupts", TEXT_BYTES);
    return text ? ticks_parse(text, cpu) : NAN;
}

double ticks_period_ns(void)
{
    struct timespec period;

    if (clock_getres(CLOCK_MONOTONIC_COARSE, &period) != 0)
        return NAN;
    return (double)period.tv_sec * 1e9 + (double)period.tv_nsec;
}
