/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/micro/slope.h"
#include "orchestrator/micro/user_ops.h"
#include "base/cleanup.h"
#include "base/clock.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

struct user_run {
    const struct user_op *op;
    struct user_memory memory;
};

static int run(void *context, bool bare, unsigned rounds, double *ns)
{
    struct user_run *user = context;
    uint64_t start_ns = clock_now_ns();

    if (bare)
        for (unsigned round = 0; round < rounds; round++)
            __asm__ volatile("" : : : "memory");
    else
        user->op->run(&user->memory, rounds);
    *ns = (double)(clock_now_ns() - start_ns);
    return 0;
}

static void unmap(struct user_memory *memory)
{
    if (memory->from)
        munmap(memory->from, 2 * (size_t)USER_MEMORY_BYTES);
}

static int map(struct user_memory *memory, unsigned size)
{
    void *bytes =
        mmap(NULL, 2 * (size_t)USER_MEMORY_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (bytes == MAP_FAILED)
        return -errno;
    memory->from = bytes;
    memory->to = memory->from + USER_MEMORY_BYTES;
    memory->size = size;
    if (size) /* copies: every page there beforehand */
        memset(bytes, 1, 2 * (size_t)USER_MEMORY_BYTES);
    return 0;
}

int micro_measure_user(const struct micro_row *row, const struct micro_setting *setting,
                       struct micro_result *result, struct error *error)
{
    struct user_run user = {.op = row->user};
    CLEANUP(unmap) struct user_memory memory = {0};
    struct slope_source source = {.run = run,
                                  .context = &user,
                                  .rounds_max = row->user->rounds_max ? row->user->rounds_max : 1u << 16,
                                  .per_round = row->user->per_round};
    int code = map(&memory, row->size);

    if (code)
        return error_set(error, EXIT_ENVIRONMENT, code, "cannot get memory: %s", strerror(-code));
    user.memory = memory;
    return slope_measure(&source, setting, result);
}
