/* SPDX-License-Identifier: GPL-2.0 */
#include "workloads/generated.h"

#include <errno.h>
#include <stdlib.h>

void *generated_prepare(struct workload *workload, size_t size, struct error *error)
{
    workload->state = calloc(1, size);
    if (workload->state)
        generator_init(workload->state, workload);
    else
        error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");
    return workload->state;
}

int generated_start(struct workload *workload, struct error *error)
{
    struct generator *generator = workload->state;
    int result = generator_start(generator, error);

    /* A load whose client is a program of its own has a server here alone. */
    workload->pid =
        result
            ? 0
            : generator->process[generator->main[GENERATOR_CLIENT] ? GENERATOR_CLIENT : GENERATOR_SERVER].pid;
    return result;
}

int generated_measure(struct workload *workload, uint64_t window_ns, const struct window_edges *edges,
                      struct load_sample *sample, struct error *error)
{
    return generator_measure(workload->state, window_ns, edges, sample, error);
}

static bool generated_alive(struct workload *workload)
{
    return generator_pause(workload->state, 0, NULL) != -EPIPE;
}

const struct workload_background generated_background = {generated_start, generated_alive};

void generated_stop(struct workload *workload)
{
    if (workload->state)
        generator_stop(workload->state);
    workload->pid = 0;
}

void generated_cleanup(struct workload *workload)
{
    generated_stop(workload);
    free(workload->state);
    workload->state = NULL;
}

int generated_need_network(const struct workload *workload, struct error *error)
{
    const struct workload_place *place = &workload->place;

    if (place->server_address && place->server_address[0] && place->client_address_count > 0 &&
        place->client_netns_fd >= 0 && place->server_netns_fd >= 0)
        return 0;
    return error_set(error, EXIT_USAGE, -EINVAL,
                     "workload %s needs a network of its own, which this topology does not have; use "
                     "--topology %s",
                     workload->ops->name, workload->ops->default_topology);
}
