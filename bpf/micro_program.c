/* SPDX-License-Identifier: GPL-2.0 */
#include "bpf/micro_program.h"
#include "bpf/deep_stack.h"
#include "bpf/event_buffers.h"
#include "bpf/jit_switch.h"
#include "bpf/machine_code.h"
#include "bpf/op_table.h"
#include "base/cleanup.h"
#include "base/clock.h"

#include "bpf/micro.skel.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define LOG_BYTES  (1u << 20)
#define PAGE_BYTES ((size_t)sysconf(_SC_PAGESIZE))
#define USER_PAGES 4
/* Of events in one run: each lands where the whole buffer was written since, and what a run writes stays
 * well within the cache that its lines come to, or long runs pay for more write-backs than short ones. */
#define EVENT_RUN_BYTES (16u << 10)

struct micro_program {
    const struct op_info *info;
    struct micro_config config;
    struct micro_bpf *skeleton;
    struct bpf_program *entry;
    struct event_buffers buffers;
    char *user_memory; /* USER_PAGES to read from, one that can't be read behind them */
};

static bool is(const struct micro_program *program, enum op_kind kind)
{
    return program->config.op.kind == kind;
}

static bool walks_user_stack(const struct micro_program *program)
{
    return is(program, OP_GET_STACK_USER) || is(program, OP_GET_STACKID_USER);
}

static int map_user_memory(struct micro_program *program)
{
    size_t bytes = USER_PAGES * PAGE_BYTES;
    char *memory = mmap(NULL, bytes + PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (memory == MAP_FAILED)
        return -errno;
    program->user_memory = memory;
    memset(memory, 'x', bytes);
    program->skeleton->bss->user_address = (uintptr_t)memory;
    program->skeleton->bss->unmapped_address = (uintptr_t)(memory + bytes);
    return mprotect(memory + bytes, PAGE_BYTES, PROT_NONE) == 0 ? 0 : -errno;
}

static void choose_entry(struct micro_program *program)
{
    struct micro_bpf *skeleton = program->skeleton;
    struct bpf_program *each;

    program->entry = skeleton->progs.loop_raw_tp;
    if (program->info->tc)
        program->entry = skeleton->progs.loop_tc;
    if (is(program, OP_TAIL_CALL))
        program->entry = skeleton->progs.tail;
    bpf_object__for_each_program(each, skeleton->obj) bpf_program__set_autoload(each, each == program->entry);
}

static int share_map(struct micro_program *program, const struct micro_program *shares)
{
    struct bpf_map *map =
        program->info->map ? bpf_object__find_map_by_name(program->skeleton->obj, program->info->map) : NULL;

    if (!map || !shares)
        return 0;
    return bpf_map__reuse_fd(
        map, bpf_map__fd(bpf_object__find_map_by_name(shares->skeleton->obj, program->info->map)));
}

static int configure(struct micro_program *program, const struct micro_program *shares)
{
    const struct micro_config *config = &program->config;
    struct micro_bpf *skeleton = program->skeleton;
    struct bpf_map *keyed;
    int result;

    choose_entry(program);
    result = op_object_size(skeleton->obj, &config->op, 1, &config->sizes);
    keyed = program->info->keyed ? bpf_object__find_map_by_name(skeleton->obj, program->info->map) : NULL;
    memcpy((void *)&skeleton->rodata->op, &config->op, sizeof(config->op));
    if (program->info->rounds_max)
        skeleton->rodata->rounds_max = program->info->rounds_max;
    skeleton->rodata->self_timing = config->self_timing;
    skeleton->rodata->key_mask = config->key_mask;
    skeleton->rodata->key_per_cpu = config->keys_per_cpu;
    skeleton->rodata->key_bytes = keyed ? bpf_map__key_size(keyed) : 4;
    skeleton->rodata->wakeup_every = config->wakeup_every;
    if (result == 0 && config->pages)
        result = bpf_map__set_max_entries(skeleton->maps.ring_buffer, (__u32)(config->pages * PAGE_BYTES));
    return result ? result : share_map(program, shares);
}

/* The verifier's last words before its statistics; "" when it said nothing. */
static void last_words(char *log, char *reason, size_t size)
{
    char *end = strstr(log, "\nprocessed "), *start;

    reason[0] = '\0';
    if (end)
        *end = '\0';
    start = strrchr(log, '\n');
    snprintf(reason, size, "%s", start ? start + 1 : log);
}

static int load(struct micro_program *program, const struct micro_program *shares, struct error *error)
{
    OWNED_PTR char *log = calloc(1, LOG_BYTES);
    LIBBPF_OPTS(bpf_object_open_opts, options, .kernel_log_buf = log, .kernel_log_size = LOG_BYTES);
    struct jit_switch jit = JIT_SWITCH_INITIALIZER;
    char reason[200];
    int result;

    program->skeleton = log ? micro_bpf__open_opts(&options) : NULL;
    if (!program->skeleton)
        return error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "cannot open the micro programs: %s",
                         strerror(errno));
    result = configure(program, shares);
    if (result == 0 && program->config.interpreted && jit_switch_off(&jit, error) != 0)
        return -EOPNOTSUPP;
    if (result == 0)
        result = micro_bpf__load(program->skeleton); /* maps its variables, too */
    jit_switch_back(&jit);
    if (result == 0)
        return 0;
    last_words(log, reason, sizeof(reason));
    return error_set(error, EXIT_UNSUPPORTED, -EOPNOTSUPP, "the kernel refuses it: %s",
                     reason[0] ? reason : strerror(-result));
}

static int arm_tail_calls(struct micro_program *program)
{
    int fd = bpf_program__fd(program->entry);
    uint32_t slot = 0;

    if (!is(program, OP_TAIL_CALL))
        return 0;
    return bpf_map_update_elem(bpf_map__fd(program->skeleton->maps.tail_programs), &slot, &fd, BPF_ANY) == 0
               ? 0
               : -errno;
}

static int prepare(struct micro_program *program, const struct micro_program *shares)
{
    const struct micro_config *config = &program->config;
    int result = map_user_memory(program);

    if (result == 0 && !shares)
        result = op_object_fill(program->skeleton->obj, &config->op, 1, &config->sizes);
    if (result == 0)
        result = arm_tail_calls(program);
    if (result == 0 && !config->consumed)
        result = event_buffers_open(&program->buffers, bpf_map__fd(program->skeleton->maps.perf_buffer),
                                    bpf_map__fd(program->skeleton->maps.ring_buffer), config->pages,
                                    config->wakeup_every);
    return result;
}

int micro_program_open(struct micro_program **made, const struct micro_config *config,
                       const struct micro_program *shares, struct error *error)
{
    CLEANUP(micro_program_close) struct micro_program *program = calloc(1, sizeof(*program));
    int result;

    *made = NULL;
    if (!program)
        return error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");
    program->config = *config;
    program->info = &op_table[config->op.kind];
    program->buffers = (struct event_buffers)EVENT_BUFFERS_INITIALIZER;
    result = load(program, shares, error);
    if (result)
        return result;
    result = prepare(program, shares);
    if (result)
        return error_set(error, EXIT_ENVIRONMENT, result, "cannot prepare %s: %s", program->info->name,
                         strerror(-result));
    *made = TAKE_PTR(program);
    return 0;
}

void micro_program_close(struct micro_program **program)
{
    if (!*program)
        return;
    event_buffers_close(&(*program)->buffers);
    if ((*program)->user_memory)
        munmap((*program)->user_memory, (USER_PAGES + 1) * PAGE_BYTES);
    micro_bpf__destroy((*program)->skeleton);
    free(*program);
    *program = NULL;
}

unsigned micro_program_rounds_max(const struct micro_program *program)
{
    unsigned bytes = program->config.op.size, most = event_buffers_room(&program->buffers, bytes);

    if (is(program, OP_TAIL_CALL))
        return TAIL_CALLS_MAX;
    if (most != UINT_MAX && most > EVENT_RUN_BYTES / bytes)
        most = EVENT_RUN_BYTES / bytes;
    return most < program->skeleton->rodata->rounds_max ? most : program->skeleton->rodata->rounds_max;
}

static int test_run(void *context)
{
    struct micro_program *program = context;
    char packet[64] = {0};
    LIBBPF_OPTS(bpf_test_run_opts, options);

    if (program->info->tc) {
        options.data_in = packet;
        options.data_size_in = sizeof(packet);
        options.repeat = 1;
    }
    return bpf_prog_test_run_opts(bpf_program__fd(program->entry), &options) == 0 ? 0 : -errno;
}

int micro_program_run(struct micro_program *program, enum micro_mode mode, unsigned rounds, double *ns)
{
    struct micro_bpf *skeleton = program->skeleton;
    uint64_t start_ns;
    int result;

    skeleton->bss->failures = skeleton->bss->lost_events = 0;
    skeleton->bss->rounds = rounds;
    skeleton->bss->mode = mode;
    skeleton->bss->tail_calls_left = mode == MICRO_OPERATIONS ? rounds : 0;
    start_ns = clock_now_ns();
    result =
        walks_user_stack(program) ? deep_stack_call(STACK_DEPTH_MAX, test_run, program) : test_run(program);
    *ns = (double)(clock_now_ns() - start_ns);
    event_buffers_drain(&program->buffers);
    if (result)
        return result;
    if (skeleton->bss->lost_events && !program->config.consumed) /* a cheap event is none */
        return -ENOBUFS;
    return skeleton->bss->failures ? -EBADMSG : 0;
}

int micro_program_warm_up(struct micro_program *program)
{
    unsigned rounds = micro_program_rounds_max(program), events;
    int result = 0;
    double ns;

    events = event_buffers_room(&program->buffers, program->config.op.size);
    if (events == UINT_MAX)
        return 0;
    for (unsigned done = 0; result == 0 && done < events; done += rounds)
        result = micro_program_run(program, MICRO_OPERATIONS, rounds, &ns);
    return result;
}

struct bpf_map *micro_program_map(const struct micro_program *program, const char *name)
{
    return bpf_object__find_map_by_name(program->skeleton->obj, name);
}

long micro_program_frames(const struct micro_program *program)
{
    return (long)program->skeleton->bss->last_result / 8;
}

int micro_program_self_timed(const struct micro_program *program, uint64_t counts[SELF_TIMED_BUCKETS])
{
    int fd = bpf_map__fd(program->skeleton->maps.self_timed), cpus = libbpf_num_possible_cpus();
    OWNED_PTR uint64_t *values = calloc(cpus > 0 ? (size_t)cpus : 1, sizeof(*values));

    if (!values)
        return -ENOMEM;
    for (uint32_t bucket = 0; bucket < SELF_TIMED_BUCKETS; bucket++) {
        if (bpf_map_lookup_elem(fd, &bucket, values) != 0)
            return -errno;
        counts[bucket] = 0;
        for (int cpu = 0; cpu < cpus; cpu++)
            counts[bucket] += values[cpu];
    }
    return 0;
}

static int read_info(const struct micro_program *program, struct bpf_prog_info *info)
{
    unsigned size = sizeof(*info);

    memset(info, 0, sizeof(*info));
    return bpf_obj_get_info_by_fd(bpf_program__fd(program->entry), info, &size) == 0 ? 0 : -errno;
}

int micro_program_statistics(const struct micro_program *program, uint64_t *run_time_ns, uint64_t *run_count)
{
    struct bpf_prog_info info;
    int result = read_info(program, &info);

    *run_time_ns = info.run_time_ns;
    *run_count = info.run_cnt;
    return result;
}

int micro_program_id(const struct micro_program *program, uint32_t *id)
{
    struct bpf_prog_info info;
    int result = read_info(program, &info);

    *id = info.id;
    return result;
}

int micro_program_code(const struct micro_program *program, struct micro_code *code)
{
    struct bpf_prog_info info;
    int result = read_info(program, &info);

    *code =
        (struct micro_code){.instructions = info.xlated_prog_len / 8, .machine_bytes = info.jited_prog_len};
    if (result == 0 && machine_code_count(bpf_program__fd(program->entry), &code->machine_instructions) != 0)
        code->machine_instructions = 0;
    return result;
}
