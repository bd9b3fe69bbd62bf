/* SPDX-License-Identifier: GPL-2.0 */
#include "agents/target.h"
#include "base/analyzer.h"
#include "base/clock.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

const struct target_limits target_default_limits = {
    .attach_timeout_ns = 30 * NS_PER_SECOND,
    .stable_ns = 300 * NS_PER_MS,
    .detach_timeout_ns = 10 * NS_PER_SECOND,
    .output_bytes_max = 1u << 20,
};

const struct target_ops *const target_table[] = {
    &target_exec, &target_sham, &target_probe, &target_object, &target_bcc, &target_toggle, NULL,
};

static void free_argv(char **argv)
{
    for (char **argument = argv; argument && *argument; argument++)
        free(*argument);
    free(argv);
}

static int copy_argv(char ***copy, char *const *argv)
{
    size_t count = 0;
    char **made;

    while (argv && argv[count])
        count++;
    made = calloc(count + 1, sizeof(*made));
    for (size_t i = 0; made && i < count; i++) {
        made[i] = strdup(argv[i]);
        LEAKS_UNSEEN /* an element of `made` */
        if (!made[i]) {
            free_argv(made);
            made = NULL;
        }
        LEAKS_SEEN
    }
    *copy = made;
    return made ? 0 : -ENOMEM;
}

int target_init(struct target *target, const struct target_ops *ops, char *const *argv)
{
    char **copy;

    if (copy_argv(&copy, argv) != 0)
        return -ENOMEM;
    *target = (struct target){
        .ops = ops,
        .argv = copy,
        .limits = target_default_limits,
        .place = {.netns_fd = -1, .workload_cpu = -1},
        .last_exit_status = -1,
    };
    return 0;
}

void target_free(struct target *target)
{
    if (target->ops)
        target->ops->cleanup(target);
    inventory_free(&target->inventory);
    free_argv(target->argv);
    *target = (struct target){.place = {.netns_fd = -1, .workload_cpu = -1}};
}
