/* SPDX-License-Identifier: GPL-2.0 */
/*
 * fio, from its JSON: IOPS, bandwidth, completion latency. On a file in a private directory, on a file system
 * of its own on a loop device, or on a block device given by name.
 */
#include "workloads/exercises.h"
#include "workloads/disk.h"
#include "workloads/disk_loop.h"
#include "workloads/external.h"
#include "workloads/fio_filename.h"
#include "workloads/fio_output.h"
#include "workloads/options.h"
#include "workloads/workload_list.h"
#include "base/i18n.h"
#include "base/cleanup.h"
#include "base/program_path.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define LAYOUT_LIMIT_NS (120 * NS_PER_SECOND)
#define SIZE_MAX_BYTES  ((size_t)64 << 30)

struct state {
    char *path; /* of fio; owned */
    struct disk disk;
    char filename[2 * sizeof(((struct disk *)NULL)->path)]; /* its path as fio takes it */
    size_t block_bytes, size_bytes;
    long depth, jobs;
    int direct, cpu;
};

static const char *const directions[] = {"read", "write", "randread", "randwrite", "rw", "randrw", NULL};
static const char *const engines[] = {"psync", "libaio", NULL};
static const char *const places[] = {"file", "loop", "device", NULL};

static const struct param_spec params[] = {
    {"rw", "", "randread", "direction and order", directions},
    {"bs", "bytes", "4k", "of one read or write; sizes as fio reads them, k is 1024", NULL},
    {"engine", "", "psync", "psync: pread and pwrite; libaio: asynchronous", engines},
    {"iodepth", "", "1", "requests on the way at once (libaio)", NULL},
    {"jobs", "", "1", "threads", NULL},
    {"direct", "", "on", "past the page cache", option_on_off},
    {"size", "bytes", "64m", "of the file, or of the part of the device that is used", NULL},
    {"on", "", "file", "what it works on: a file, an ext4 of its own on a loop device, a block device",
     places},
    {"dir", "", "/var/tmp", "where the file or the loop device's image is made, and removed", NULL},
    {"device", "", NULL, "block device, not in use; it must be empty, or named again by --destroy", NULL},
    {"cpu", "CPU", NULL, "runs there (default: not pinned)", NULL},
    {0},
};

static const char *const exercises[] = {
    "{engine}",
    EXERCISES_CALLS,
    "tracepoint:block:block_rq_insert",
    "tracepoint:block:block_rq_issue",
    "tracepoint:block:block_rq_complete",
    "tracepoint:block:block_bio_queue",
    "tracepoint:block:block_io_start",
    "tracepoint:block:block_io_done",
    "tracepoint:irq:irq_handler_entry",
    "tracepoint:irq:irq_handler_exit",
    "tracepoint:irq:softirq_entry",
    "tracepoint:irq:softirq_exit",
    "tracepoint:sched:sched_switch",
    "tracepoint:sched:sched_waking",
    "tracepoint:sched:sched_wakeup",
    "function:vfs_read",
    "function:vfs_write",
    "function:submit_bio",
    "function:blk_mq_start_request",
    NULL,
};

/* The calls of the engine, for what the load does: "read", "randread" do not write. */
static const char *const *expand(const struct workload *workload, const char *key)
{
    static const char *const both[] = {"syscall:pread64", "syscall:pwrite64", NULL};
    static const char *const reads[] = {"syscall:pread64", NULL};
    static const char *const asynchronous[] = {"syscall:io_submit", NULL};
    const char *direction = params_text(&workload->params, "rw");

    if (strcmp(params_text(&workload->params, key), "libaio") == 0)
        return asynchronous;
    return strstr(direction, "read") ? reads : strstr(direction, "write") ? both + 1 : both;
}

/* As fio itself reads sizes: k, m and g are powers of 1024, with or without "b" or "ib" behind them. */
static int read_bytes(const struct workload *workload, const char *name, size_t low, size_t high,
                      size_t *bytes, struct error *error)
{
    static const char *const units[][4] = {
        {"", "b"}, {"k", "kb", "kib"}, {"m", "mb", "mib"}, {"g", "gb", "gib"}};
    const char *text = params_text(&workload->params, name);
    char *end;
    unsigned long long number = strtoull(text, &end, 10);

    for (unsigned power = 0; text[0] >= '0' && text[0] <= '9' && power < ARRAY_SIZE(units); power++)
        for (unsigned i = 0; i < 4 && units[power][i]; i++) {
            if (strcasecmp(end, units[power][i]) != 0 || number > high >> (10 * power))
                continue;
            *bytes = (size_t)number << (10 * power);
            if (*bytes >= low)
                return 0;
        }
    return error_set(error, EXIT_USAGE, -EINVAL,
                     "fio: %s=%s is not possible; write %zu to %zu bytes, as 4k or 64m", name, text, low,
                     high);
}

static int read_size(const struct workload *workload, struct state *state, struct error *error)
{
    int result = read_bytes(workload, "bs", 512, 16 << 20, &state->block_bytes, error);

    if (result == 0)
        result = read_bytes(workload, "size", 1 << 20, SIZE_MAX_BYTES, &state->size_bytes, error);
    if (result == 0 && state->block_bytes > state->size_bytes)
        return error_set(error, EXIT_USAGE, -EINVAL, "fio: bs=%s is larger than size=%s",
                         params_text(&workload->params, "bs"), params_text(&workload->params, "size"));
    return result;
}

static int check_path(const char *path, struct error *error)
{
    if (!strchr(path, '\\'))
        return 0;
    return error_set(error, EXIT_USAGE, -EINVAL,
                     "fio: %s has a backslash, which fio takes for a mark of its own; choose another path",
                     path);
}

static int read_options(const struct workload *workload, struct state *state, struct error *error)
{
    const struct params *given = &workload->params;
    bool device = strcmp(params_text(given, "on"), "device") == 0;
    int cpu[GENERATOR_ROLES] = {-1, -1}, result = read_size(workload, state, error);

    if (result == 0)
        result = params_integer(given, "iodepth", 1, 1024, &state->depth, error);
    if (result == 0)
        result = params_integer(given, "jobs", 1, 256, &state->jobs, error);
    if (result == 0)
        result = params_flag(given, "direct", &state->direct, error);
    if (result == 0 && params_text(given, "cpu"))
        result = option_cpus(workload, "cpu", cpu, error);
    state->cpu = cpu[GENERATOR_CLIENT];
    if (result)
        return result;
    if (device != (params_text(given, "device") != NULL))
        return error_set(error, EXIT_USAGE, -EINVAL,
                         "fio: on=device and device=/dev/NAME belong together; give both or neither");
    return check_path(params_text(given, device ? "device" : "dir"), error);
}

static int check(const struct workload *workload, struct error *error)
{
    struct state state = {0};

    return read_options(workload, &state, error);
}

static int use_disk(const struct workload *workload, struct state *state, struct error *error)
{
    const struct params *given = &workload->params;
    const char *on = params_text(given, "on"), *parent = params_text(given, "dir");

    if (strcmp(on, "device") == 0)
        return disk_use_device(&state->disk, params_text(given, "device"), workload->place.destroy, error);
    if (strcmp(on, "loop") == 0)
        return disk_use_loop(&state->disk, parent, state->size_bytes, error);
    return disk_use_file(&state->disk, parent, error);
}

struct arguments {
    char text[10][PATH_MAX + 64];
    const char *argv[24];
    unsigned texts, count;
};

static void add(struct arguments *arguments, const char *word)
{
    arguments->argv[arguments->count++] = word;
}

#define ADD(arguments, ...)                                                                                  \
    (snprintf((arguments)->text[(arguments)->texts], sizeof((arguments)->text[0]), __VA_ARGS__),             \
     add(arguments, (arguments)->text[(arguments)->texts++]))

static void describe_job(const struct workload *workload, const struct state *state,
                         struct arguments *arguments)
{
    *arguments = (struct arguments){0};
    add(arguments, "fio");
    add(arguments, "--name=tracetoll");
    add(arguments, "--thread");
    add(arguments, "--group_reporting");
    add(arguments, "--output-format=json+");
    add(arguments, "--filename");
    add(arguments, state->filename);
    ADD(arguments, "--size=%zu", state->size_bytes);
    ADD(arguments, "--rw=%s", params_text(&workload->params, "rw"));
    ADD(arguments, "--bs=%zu", state->block_bytes);
    ADD(arguments, "--ioengine=%s", params_text(&workload->params, "engine"));
    ADD(arguments, "--iodepth=%ld", state->depth);
    ADD(arguments, "--numjobs=%ld", state->jobs);
    ADD(arguments, "--direct=%d", state->direct);
}

/* The file, written before anything is measured. */
static int lay_out(const struct workload *workload, const struct state *state, struct error *error)
{
    CLEANUP(program_end) struct program program = PROGRAM_NONE;
    struct arguments arguments;
    struct program_plan plan = {state->path, arguments.argv, workload, GENERATOR_CLIENT, -1};
    int result;

    describe_job(workload, state, &arguments);
    add(&arguments, "--create_only=1");
    result = program_start(&program, &plan, error);
    if (result == 0)
        result = program_finish(&program, workload->place.interrupt, clock_now_ns() + LAYOUT_LIMIT_NS, error);
    if (result == -EPIPE && error)
        error->status = EXIT_ENVIRONMENT; /* it never worked: not a matter of trust */
    return result;
}

static void cleanup(struct workload *workload)
{
    struct state *state = workload->state;

    if (!state)
        return;
    disk_release(&state->disk);
    free(state->path);
    free(state);
    workload->state = NULL;
}

static int prepare(struct workload *workload, struct error *error)
{
    struct state *state = calloc(1, sizeof(*state));
    int result;

    if (!state)
        return error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");
    workload->state = state;
    state->disk = DISK_NONE;
    result = read_options(workload, state, error);
    if (result == 0)
        result = program_find("fio", &state->path, error);
    if (result == 0)
        result = use_disk(workload, state, error);
    fio_filename(state->disk.path, state->filename, sizeof(state->filename));
    if (result == 0)
        result = lay_out(workload, state, error);
    workload->cpu = state->cpu;
    if (result)
        cleanup(workload);
    return result;
}

static const char *second_program(const struct workload *workload)
{
    return strcmp(params_text(&workload->params, "on"), "loop") == 0 ? DISK_LOOP_MKFS : NULL;
}

static int measure(struct workload *workload, uint64_t window_ns, const struct window_edges *edges,
                   struct load_sample *sample, struct error *error)
{
    const struct state *state = workload->state;
    unsigned seconds = external_seconds(window_ns);
    OWNED_PTR struct fio_result *got = malloc(sizeof(*got));
    OWNED_PTR char *output = NULL;
    struct arguments arguments;
    struct program_plan plan = {state->path, arguments.argv, workload, GENERATOR_CLIENT, state->cpu};
    char why[256];
    int result;

    if (!got)
        return error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");
    describe_job(workload, state, &arguments);
    add(&arguments, "--time_based");
    add(&arguments, "--ramp_time=1s");
    ADD(&arguments, "--runtime=%us", seconds);
    result = external_run(&plan, seconds, edges, &output, error);
    if (result)
        return result;
    if (fio_parse(output, got, why, sizeof(why)))
        return external_bad_output("fio", why, error);
    result = external_fill(sample, got->operations, got->seconds * 1e9, 0, error);
    if (result)
        return result;
    values_set(&sample->values, "bytes", got->bytes);
    hist_merge(&sample->latency, &got->latency);
    return 0;
}

const struct workload_ops workload_fio = {
    .name = "fio",
    .summary = "whole runs of fio on a file, a loop device or a block device",
    .operation = N_("request"),
    .primary_metric = "latency.mean",
    .default_topology = "host",
    .params = params,
    .program = "fio",
    .second_program = second_program,
    .exercises = exercises,
    .expand = expand,
    .own_generator = false,
    .min_window_ns = EXTERNAL_WINDOW_NS,
    .window_overhead_ns = EXTERNAL_OVERHEAD_NS,
    .check = check,
    .prepare = prepare,
    .start = external_start,
    .measure = measure,
    .stop = external_stop,
    .cleanup = cleanup,
};
