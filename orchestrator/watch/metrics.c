/* SPDX-License-Identifier: GPL-2.0 */
#include "base/cleanup.h"
#include "base/names.h"
#include "orchestrator/watch/watch.h"

#include <errno.h>
#include <fnmatch.h>
#include <string.h>

#define VALUE(field)                                                                                         \
    static double value_##field(const struct watch_figures *figures)                                         \
    {                                                                                                        \
        return (double)figures->field;                                                                       \
    }

VALUE(cpu_cores)
VALUE(programs_cpu_cores)
VALUE(rss_bytes)
VALUE(map_bytes)
VALUE(misses_per_s)
VALUE(lost_per_s)
VALUE(delivered_share)
VALUE(program_count)
VALUE(process_count)

const struct watch_metric watch_metrics[] = {
    {"cpu", "cpu_cores", "cores", "CPUs that the agent's processes keep busy, since the last look.",
     value_cpu_cores},
    {"programs.cpu", "programs_cpu_cores", "cores",
     "CPUs kept busy within the agent's BPF programs while statistics were on, with the kernel's own "
     "readings "
     "of the clock.",
     value_programs_cpu_cores},
    {"memory.rss", "resident_memory_bytes", "bytes", "Resident memory of the agent's processes.",
     value_rss_bytes},
    {"memory.maps", "map_memory_bytes", "bytes",
     "Memory of the maps that the agent's BPF programs use, as the kernel charges it.", value_map_bytes},
    {"misses", "misses_per_second", "1/s",
     "Runs of the agent's BPF programs that the kernel left out (recursion), since the last look.",
     value_misses_per_s},
    {"lost_events", "lost_events_per_second", "1/s", "Events that the agent lost, since the last look.",
     value_lost_per_s},
    {"delivered", "delivered_ratio", "share",
     "Share of the agent's events that were not lost, since the last look.", value_delivered_share},
    {"programs", "programs", "", "BPF programs of the agent.", value_program_count},
    {"processes", "processes", "", "Processes of the agent.", value_process_count},
};

const unsigned watch_metric_count = ARRAY_SIZE(watch_metrics);

const struct watch_metric *watch_metric_find(const char *name, struct error *error)
{
    const char *names[ARRAY_SIZE(watch_metrics)];
    char suggestion[128], valid[200] = "";

    for (unsigned i = 0; i < watch_metric_count; i++) {
        size_t used = strlen(valid);

        if (strcmp(watch_metrics[i].name, name) == 0)
            return &watch_metrics[i];
        names[i] = watch_metrics[i].name;
        snprintf(valid + used, sizeof(valid) - used, "%s%s", i ? ", " : "", names[i]);
    }
    error_set(error, EXIT_USAGE, -EINVAL, "no figure is called \"%.60s\"%s; valid are %s", name,
              name_suggestion(suggestion, sizeof(suggestion), name, names, watch_metric_count), valid);
    return NULL;
}

bool watch_wants(const struct watch_plan *plan, const char *program)
{
    for (unsigned i = 0; i < plan->program_count; i++)
        if (fnmatch(plan->programs[i], program, 0) == 0)
            return true;
    return plan->program_count == 0;
}
