/* SPDX-License-Identifier: GPL-2.0 */
/* What the kernel counts of programs. */
#include "agents/inventory.h"
#include "base/cleanup.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

/* Linux 5.12 tells misses, first those of trampolines. Of kprobes, uprobes and tracepoints it counts them
 * since 6.7 (bpf_prog_inc_misses_counters() of trace_call_bpf(), kernel/trace/bpf_trace.c), and passed over
 * them silently before; so it does to this day where a perf event overflows (bpf_overflow_handler()). */
#define TOLD_FROM    offsetof(struct bpf_prog_info, recursion_misses)
#define COUNTS_MAJOR 6
#define COUNTS_MINOR 7

static bool trace_call_counts(void)
{
    struct utsname kernel;
    unsigned major, minor;

    return uname(&kernel) == 0 && sscanf(kernel.release, "%u.%u", &major, &minor) == 2 &&
           (major > COUNTS_MAJOR || (major == COUNTS_MAJOR && minor >= COUNTS_MINOR));
}

static bool counts_misses(const char *type)
{
    if (strcmp(type, "perf_event") == 0)
        return false;
    if (strcmp(type, "kprobe") == 0 || strcmp(type, "tracepoint") == 0)
        return trace_call_counts();
    return true;
}

static int read_runs(struct inventory_program *program)
{
    OWNED_FD int fd = bpf_prog_get_fd_by_id(program->id);
    struct bpf_prog_info info = {0};
    uint32_t size = sizeof(info);

    program->runs_known = program->misses_known = false;
    if (fd < 0 || bpf_obj_get_info_by_fd(fd, &info, &size) != 0)
        return -errno;
    program->run_count = info.run_cnt;
    program->run_time_ns = info.run_time_ns;
    program->recursion_misses = info.recursion_misses;
    program->runs_known = true;
    program->misses_known = size >= TOLD_FROM + sizeof(info.recursion_misses) && counts_misses(program->type);
    return 0;
}

int inventory_read_runs(struct inventory *inventory)
{
    int result = 0;

    for (unsigned i = 0; i < inventory->program_count; i++) {
        int one = read_runs(&inventory->programs[i]);

        result = result ? result : one;
    }
    return result;
}

uint64_t inventory_counted_runs(struct inventory *inventory)
{
    uint64_t counted = 0;

    for (unsigned i = 0; i < inventory->program_count; i++) {
        struct inventory_program *program = &inventory->programs[i];
        uint64_t before = program->run_count;

        if (read_runs(program) == 0 && program->run_count > before)
            counted += program->run_count - before;
    }
    return counted;
}

int bpf_statistics_enable(void)
{
    int fd = bpf_enable_stats(BPF_STATS_RUN_TIME);

    return fd < 0 ? -errno : fd;
}
