/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/micro/contenders.h"
#include "base/cpus.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define ROUNDS 512

static void *contend(void *argument)
{
    struct contender *contender = argument;
    unsigned most = micro_program_rounds_max(contender->program), rounds = most < ROUNDS ? most : ROUNDS;
    int code = cpu_pin(contender->cpu);
    double ns;

    while (code == 0 && !__atomic_load_n(&contender->all->stop, __ATOMIC_RELAXED))
        code = micro_program_run(contender->program, MICRO_OPERATIONS, rounds, &ns);
    __atomic_store_n(&contender->failed, code, __ATOMIC_RELAXED);
    return NULL;
}

static int start_one(struct contenders *contenders, const struct micro_row *row,
                     const struct micro_program *program, int cpu, struct error *error)
{
    struct contender *contender = &contenders->each[contenders->count];
    int code = micro_program_open(&contender->program, &row->config, program, error);

    contender->cpu = cpu;
    contender->all = contenders;
    if (code == 0) {
        code = -pthread_create(&contender->thread, NULL, contend, contender);
        if (code)
            error_set(error, EXIT_ENVIRONMENT, code, "cannot start a thread: %s", strerror(-code));
    }
    if (code)
        micro_program_close(&contender->program);
    else
        contenders->count++;
    return code;
}

int contenders_start(struct contenders *contenders, const struct micro_row *row,
                     const struct micro_program *program, int cpu, struct error *error)
{
    int code = 0, online = cpus_online();

    for (int other = 0; code == 0 && other < online && contenders->count < CONTENDERS_MAX; other++)
        if (other != cpu)
            code = start_one(contenders, row, program, other, error);
    if (code == 0 && contenders->count == 0)
        return error_set(error, EXIT_UNSUPPORTED, -EOPNOTSUPP, "there is only one CPU");
    return code;
}

void contenders_judge(const struct contenders *contenders, struct micro_result *result)
{
    for (unsigned i = 0; i < contenders->count; i++) {
        int code = __atomic_load_n(&contenders->each[i].failed, __ATOMIC_RELAXED);
        struct error why = {0};

        if (code == 0)
            continue;
        micro_explain_run(code, &why);
        result->status = ROW_UNTRUSTWORTHY;
        snprintf(result->reason, sizeof(result->reason), "CPU %d has left off: %.250s",
                 contenders->each[i].cpu, why.message);
        return;
    }
}

void contenders_stop(struct contenders *contenders)
{
    __atomic_store_n(&contenders->stop, true, __ATOMIC_RELAXED);
    for (unsigned i = 0; i < contenders->count; i++) {
        pthread_join(contenders->each[i].thread, NULL);
        micro_program_close(&contenders->each[i].program);
    }
    contenders->count = 0;
}
