/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/watch/look.h"
#include "agents/cgroup.h"
#include "agents/inventory_scan.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/files.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>

/* --- CPU --- */

/* Of all its threads, to the ns; false when it is gone. */
static bool process_cpu_ns(pid_t pid, uint64_t *ns)
{
    struct timespec used;
    clockid_t clock;

    if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &used) != 0)
        return false;
    *ns = (uint64_t)used.tv_sec * NS_PER_SECOND + (uint64_t)used.tv_nsec;
    return true;
}

/* What a process used before we knew of it can't be told from what it used since the last look: it counts
 * from the first time that it is seen. NULL: it is that. */
static const struct watch_process *seen_before(const struct watch_state *state,
                                               const struct watch_process *now)
{
    for (unsigned i = 0; i < state->process_count; i++)
        if (state->processes[i].pid == now->pid && state->processes[i].started == now->started)
            return &state->processes[i];
    return NULL;
}

/* NaN where none of them was there before: an agent that went or was started anew has not been idle. */
static double processes_grown_ns(struct watch_state *state)
{
    OWNED_PTR struct watch_process *now = calloc(WATCH_PROCESSES_MAX, sizeof(*now));
    const struct watch_agent *agent = &state->agent;
    double grown = NAN;
    unsigned count = 0;

    /* Of too many to follow it is not known: of the first of them it would look like little. */
    if (!now || agent->pid_count > WATCH_PROCESSES_MAX)
        return NAN;
    for (unsigned i = 0; i < agent->pid_count; i++) {
        const struct watch_process *before;

        now[count] = (struct watch_process){.pid = agent->pids[i], .started = agent->started[i]};
        if (!process_cpu_ns(now[count].pid, &now[count].cpu_ns))
            continue;
        before = seen_before(state, &now[count]);
        if (before && now[count].cpu_ns >= before->cpu_ns)
            grown = (isnan(grown) ? 0 : grown) + (double)(now[count].cpu_ns - before->cpu_ns);
        count++;
    }
    memcpy(state->processes, now, count * sizeof(*now));
    state->process_count = count;
    return grown;
}

/* Its CPU time, and which directory it is: one of a name's are told apart by nothing else. The descriptor
 * keeps both of the same one. NaN when it is gone. */
static void read_cgroup(const char *path, struct watch_cgroup *cgroup)
{
    OWNED_FD int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    char by_fd[32];
    struct stat status;

    *cgroup = (struct watch_cgroup){.cpu_ns = NAN};
    if (fd < 0 || fstat(fd, &status) != 0)
        return;
    cgroup->device = status.st_dev;
    cgroup->inode = status.st_ino;
    snprintf(by_fd, sizeof(by_fd), "/proc/self/fd/%d", fd);
    cgroup_cpu_ns(by_fd, &cgroup->cpu_ns, NULL, NULL); /* else it stays NaN */
}

/* A cgroup knows of processes that came and went; but with a process's name as well, it has others, too. NaN
 * where it was made anew, as for an agent that was started again: its counter began at 0 some time ago. */
static double cgroup_grown_ns(struct watch_state *state)
{
    const struct watch_cgroup before = state->cgroup_seen;
    struct watch_cgroup *now = &state->cgroup_seen;

    read_cgroup(state->cgroup, now);
    return now->device == before.device && now->inode == before.inode && now->cpu_ns >= before.cpu_ns
               ? now->cpu_ns - before.cpu_ns
               : NAN;
}

/* Cores since the last call; NaN at the first. */
static double read_cpu(struct watch_state *state)
{
    uint64_t now_ns = clock_now_ns(), before_ns = state->cpu_at_ns;
    double grown = state->cgroup ? cgroup_grown_ns(state) : processes_grown_ns(state);

    state->cpu_at_ns = now_ns;
    return before_ns && now_ns > before_ns ? grown / (double)(now_ns - before_ns) : NAN;
}

/* --- memory --- */

/* NaN when it is gone; one that is not yet waited for has no page left. */
static double process_rss(pid_t pid)
{
    OWNED_PTR char *text = NULL;
    uint64_t pages;
    char path[64];

    snprintf(path, sizeof(path), "/proc/%d/statm", (int)pid);
    text = file_read(path, 256);
    return text && sscanf(text, "%*u %" SCNu64, &pages) == 1 && pages
               ? (double)pages * (double)sysconf(_SC_PAGESIZE)
               : NAN;
}

/* Of those that are there; NaN: none is. */
static double processes_rss(const struct watch_agent *agent)
{
    double sum = NAN;

    for (unsigned i = 0; i < agent->pid_count; i++) {
        double bytes = process_rss(agent->pids[i]);

        if (!isnan(bytes))
            sum = (isnan(sum) ? 0 : sum) + bytes;
    }
    return sum;
}

static void read_memory(struct watch_state *state, struct watch_figures *figures)
{
    struct inventory *programs = &state->agent.programs;

    figures->rss_bytes = processes_rss(&state->agent);
    figures->map_bytes = 0;
    inventory_read_map_bytes(programs);
    for (unsigned i = 0; i < programs->map_count; i++)
        figures->map_bytes += (double)programs->maps[i].bytes;
}

/* --- misses, which are counted with statistics off, too --- */

static void copy_programs(struct inventory *to, const struct inventory *from)
{
    inventory_free(to);
    if (inventory_merge(to, from) != 0)
        inventory_free(to);
}

/* Since the last look; NaN where the kernel does not count those of each program. */
static double misses_grown(const struct inventory *before, const struct inventory *now)
{
    double grown = 0;

    for (unsigned i = 0; i < now->program_count; i++) {
        const struct inventory_program *then = inventory_find(before, now->programs[i].id);

        if (now->programs[i].runs_known && !now->programs[i].misses_known)
            return NAN;
        if (then && then->misses_known && now->programs[i].misses_known &&
            now->programs[i].recursion_misses >= then->recursion_misses)
            grown += (double)(now->programs[i].recursion_misses - then->recursion_misses);
    }
    return grown;
}

static double read_misses(struct watch_state *state)
{
    const struct inventory *now = &state->agent.programs;
    uint64_t now_ns = clock_now_ns(), before_ns = state->missed_at_ns;
    double grown = misses_grown(&state->missed, now);

    copy_programs(&state->missed, now);
    state->missed_at_ns = now_ns;
    return before_ns && now_ns > before_ns ? grown * 1e9 / (double)(now_ns - before_ns) : NAN;
}

/* --- counters --- */

/* A counter that fell was started anew: nothing is known of the time between. */
static int read_counter(struct watch_counter_state *state, struct interrupt *interrupt)
{
    OWNED_PTR struct exposition_reading *now = calloc(1, sizeof(*now));
    double before = state->value;
    uint64_t before_ns = state->at_ns;
    int result;

    if (!state->source)
        return 0;
    state->value = state->grown = NAN;
    if (!now)
        return -ENOMEM;
    result = observe_source_read(state->source, interrupt, now, &state->at_ns, NULL);
    if (result)
        return result == -EINTR ? result : 0;
    state->value = now->value;
    state->grown = now->value >= before ? now->value - before : NAN;
    state->seconds = (double)(state->at_ns - before_ns) / 1e9;
    return 0;
}

static int read_counters(struct watch_state *state, struct interrupt *interrupt,
                         struct watch_figures *figures)
{
    const struct watch_counter_state *events = &state->events, *lost = &state->lost_events;
    int result = read_counter(&state->events, interrupt);

    if (result == 0)
        result = read_counter(&state->lost_events, interrupt);
    figures->lost_per_s = lost->grown / lost->seconds;
    /* `events` are those that arrived. */
    if (events->grown + lost->grown > 0)
        figures->delivered_share = events->grown / (events->grown + lost->grown);
    return result;
}

static int open_counter(struct watch_counter_state *state, const struct watch_counter *given,
                        struct error *error)
{
    struct observe_source_plan plan = {
        .url = given->url, .command = given->command, .metric = given->metric, .kind = OBSERVE_COUNTER};

    state->value = state->grown = state->seconds = NAN;
    return given->url || given->command ? observe_source_open(&state->source, &plan, error) : 0;
}

/* --- a look --- */

static int measure_programs(struct watch_state *state, const struct watch_plan *plan,
                            struct interrupt *interrupt, struct watch_figures *figures)
{
    CLEANUP(inventory_free) struct inventory before = {0};
    struct inventory *programs = &state->agent.programs;
    OWNED_FD int statistics = plan->statistics_ns && programs->program_count ? bpf_statistics_enable() : -1;
    uint64_t from_ns;
    int result;

    inventory_read_runs(programs);
    from_ns = clock_now_ns();
    if (statistics < 0) {
        watch_count_kinds(programs, programs, 0, figures);
        return 0;
    }
    result = inventory_merge(&before, programs);
    if (result == 0)
        result = interrupt_wait(interrupt, from_ns + plan->statistics_ns, -1);
    inventory_read_runs(programs);
    figures->statistics_seconds = (double)(clock_now_ns() - from_ns) / 1e9;
    watch_count_kinds(&before, programs, figures->statistics_seconds, figures);
    return result;
}

int watch_look(struct watch_state *state, const struct watch_plan *plan, struct interrupt *interrupt,
               struct watch_figures *figures)
{
    int result = watch_agent_find(&state->agent, plan);

    *figures = (struct watch_figures){.cpu_cores = NAN,
                                      .programs_cpu_cores = NAN,
                                      .misses_per_s = NAN,
                                      .lost_per_s = NAN,
                                      .delivered_share = NAN};
    if (result)
        return result;
    if (!state->cpu_at_ns) /* the first look is of its own time of statistics */
        read_cpu(state);
    result = measure_programs(state, plan, interrupt, figures);
    if (result == 0)
        result = read_counters(state, interrupt, figures);
    if (result)
        return result;
    figures->program_count = state->agent.programs.program_count;
    figures->process_count = state->agent.pid_count;
    figures->up = figures->program_count > 0;
    figures->cpu_cores = read_cpu(state);
    figures->misses_per_s = read_misses(state);
    if (!figures->up)
        figures->misses_per_s = NAN;
    read_memory(state, figures);
    figures->wall_ns = clock_wall_ns();
    return 0;
}

int watch_open(struct watch_state *state, const struct watch_plan *plan, struct error *error)
{
    int result = open_counter(&state->events, &plan->events, error);

    if (result == 0)
        result = open_counter(&state->lost_events, &plan->lost_events, error);
    if (result == 0 && plan->cgroup && !plan->process) {
        state->cgroup = watch_cgroup_path(plan->cgroup);
        if (!state->cgroup)
            result = error_set(error, EXIT_UNSUPPORTED, -ENOENT, "there is no cgroup v2 hierarchy here");
    }
    return result;
}

void watch_close(struct watch_state *state)
{
    watch_agent_free(&state->agent);
    inventory_free(&state->missed);
    observe_source_close(state->events.source);
    observe_source_close(state->lost_events.source);
    free(state->cgroup);
    *state = (struct watch_state){0};
}
