/* SPDX-License-Identifier: GPL-2.0 */
#include "agents/counters.h"
#include "agents/counter_scale.h"
#include "base/cleanup.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* One event on one CPU. */
struct counter {
    int cpu, fd; /* owned; negative while the CPU is offline */
    struct counter_total total;
};

/* One event on all CPUs. */
struct event {
    const struct counter_spec *spec;
    struct counter *counters; /* owned */
    unsigned count;
};

struct counters {
    unsigned count;
    struct event events[];
};

static void event_close(struct event *event)
{
    for (unsigned i = 0; i < event->count; i++)
        close_fd(&event->counters[i].fd);
    free(event->counters);
    *event = (struct event){0};
}

static int open_counter(const struct counter_spec *spec, int cpu)
{
    struct perf_event_attr attributes = {
        .size = sizeof(attributes),
        .type = spec->type,
        .config = spec->config,
        .read_format = PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING,
    };
    int fd = (int)syscall(SYS_perf_event_open, &attributes, -1, cpu, -1, PERF_FLAG_FD_CLOEXEC);

    return fd < 0 ? -errno : fd;
}

/* CPUs that are offline have none. On some CPUs alone it would be half a figure. */
static int event_open(struct event *event, const struct counter_spec *spec)
{
    int cpus = (int)sysconf(_SC_NPROCESSORS_CONF);

    *event = (struct event){.spec = spec, .counters = calloc((size_t)cpus + 1, sizeof(struct counter))};
    if (!event->counters)
        return -ENOMEM;
    for (int cpu = 0; cpu < cpus; cpu++) {
        int fd = open_counter(spec, cpu);

        if (fd == -ENODEV)
            continue;
        if (fd < 0) {
            event_close(event);
            return fd;
        }
        event->counters[event->count++] = (struct counter){.cpu = cpu, .fd = fd};
    }
    if (event->count > 0)
        return 0;
    event_close(event);
    return -ENODEV;
}

struct counters *counters_open(const struct counter_spec *specs, unsigned count, int *error_number)
{
    struct counters *made = calloc(1, sizeof(*made) + count * sizeof(made->events[0]));

    *error_number = made ? 0 : ENOMEM;
    for (unsigned i = 0; made && i < count; i++) {
        int result = event_open(&made->events[made->count], &specs[i]);

        if (result == 0)
            made->count++;
        else if (i == 0)
            *error_number = -result;
    }
    if (!made || made->count > 0)
        return made;
    counters_close(made);
    return NULL;
}

char *counters_names(const struct counters *counters, char *text, size_t size)
{
    size_t used = 0;

    text[0] = '\0';
    for (unsigned i = 0; i < counters->count && used < size; i++)
        used +=
            (size_t)snprintf(text + used, size - used, "%s%s", i ? ", " : "", counters->events[i].spec->name);
    return text;
}

/* In place of one whose CPU went offline. What it would have counted until now is not known, except that a
 * CPU which is still offline does nothing. */
static bool counter_reopen(struct counter *counter, const struct counter_spec *spec)
{
    close_fd(&counter->fd);
    counter->fd = open_counter(spec, counter->cpu);
    counter->total.last = (struct counter_reading){0};
    return counter->fd == -ENODEV;
}

static bool counter_read(struct counter *counter, const struct counter_spec *spec)
{
    struct counter_reading now;

    if (counter->fd < 0)
        return counter_reopen(counter, spec);
    if (read(counter->fd, &now, sizeof(now)) != (ssize_t)sizeof(now))
        return false;
    if (counter_stood(&counter->total, &now))
        return counter_reopen(counter, spec);
    return counter_advance(&counter->total, &now);
}

/* All CPUs are read in any case: the next difference starts here on each of them. */
static bool event_read(struct event *event, double *sum)
{
    bool known = true;

    *sum = 0;
    for (unsigned i = 0; i < event->count; i++) {
        known &= counter_read(&event->counters[i], event->spec);
        *sum += event->counters[i].total.sum;
    }
    return known;
}

void counters_read(struct counters *counters, struct values *values)
{
    double sum;

    for (unsigned i = 0; i < counters->count; i++)
        if (event_read(&counters->events[i], &sum))
            values_set(values, counters->events[i].spec->value, sum);
}

void counters_close(struct counters *counters)
{
    if (!counters)
        return;
    for (unsigned i = 0; i < counters->count; i++)
        event_close(&counters->events[i]);
    free(counters);
}
