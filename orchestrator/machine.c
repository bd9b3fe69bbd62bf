/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/machine.h"
#include "agents/cgroup.h"
#include "base/analyzer.h"
#include "base/cleanup.h"
#include "base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

/* A cgroup below the run's, and a descriptor by which processes join it. */
static int open_child(const struct machine *machine, const char *name, char **cgroup, int *procs_fd,
                      struct error *error)
{
    OWNED_PTR char *procs = NULL;
    int result = cgroup_create_child(machine->run_cgroup, name, cgroup, error);

    if (result)
        return result;
    if (asprintf(&procs, "%s/cgroup.procs", *cgroup) < 0) {
        procs = NULL;
        return error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");
    }
    *procs_fd = open(procs, O_WRONLY | O_CLOEXEC);
    if (*procs_fd < 0)
        return error_set(error, EXIT_ENVIRONMENT, -errno, "cannot use the cgroup %s: %s", *cgroup,
                         strerror(errno));
    return 0;
}

static int open_cgroups(struct machine *machine, struct error *error)
{
    int result;

    cgroup_remove_stale();
    result = cgroup_run_path(&machine->run_cgroup, error);
    /* Before it is there: our death, however it comes, takes all of it along. */
    if (result == 0)
        result = keeper_start(&machine->keeper, machine->run_cgroup, error);
    if (result == 0)
        result = cgroup_create(machine->run_cgroup, error);
    if (result == 0)
        result =
            open_child(machine, "workload", &machine->workload_cgroup, &machine->workload_procs_fd, error);
    /* Apart, so that the workload's CPU time stays its own. */
    if (result == 0 && machine->background_count)
        result = open_child(machine, "background", &machine->background_cgroup, &machine->background_procs_fd,
                            error);
    return result;
}

static struct workload_place workload_place(const struct machine *machine, int cgroup_procs_fd)
{
    const struct topology *topology = machine->topology;

    return (struct workload_place){
        .client_netns_fd = topology->client.netns_fd,
        .server_netns_fd = topology->server.netns_fd,
        .server_address = topology->server.address[0] ? topology->server.address : NULL,
        .client_addresses = machine->addresses,
        .client_address_count = topology->client_pool_count,
        .loss = topology->loss,
        .delay_ns = topology->delay_ns,
        .cgroup_procs_fd = cgroup_procs_fd,
        .destroy = machine->destroy,
        .interrupt = machine->interrupt,
    };
}

static void place_workloads(struct machine *machine)
{
    for (unsigned i = 0; i < machine->topology->client_pool_count; i++)
        machine->addresses[i] = machine->topology->client_pool[i];
    machine->workload->place = workload_place(machine, machine->workload_procs_fd);
    for (unsigned i = 0; i < machine->background_count; i++)
        machine->backgrounds[i].place = workload_place(machine, machine->background_procs_fd);
}

static int prepare_workloads(struct machine *machine, struct error *error)
{
    int result = machine->workload->ops->prepare(machine->workload, error);

    for (unsigned i = 0; result == 0 && i < machine->background_count; i++)
        result = machine->backgrounds[i].ops->prepare(&machine->backgrounds[i], error);
    return result;
}

static void clean_up_workload(struct workload *workload)
{
    if (!workload->ops)
        return;
    workload->ops->stop(workload);
    workload->ops->cleanup(workload);
}

static void place_samplers(struct machine *machine)
{
    const struct topology *topology = machine->topology;
    bool network = topology->ops->network;

    machine->place = (struct sampler_place){
        .workload_cgroup = machine->workload_cgroup,
        .client_netns_fd = network ? topology->client.netns_fd : -1,
        .server_netns_fd = network ? topology->server.netns_fd : -1,
        .client_ifname = network ? topology->client.ifname : NULL,
        .server_ifname = network ? topology->server.ifname : NULL,
    };
}

static void place_target(struct machine *machine, struct target *target);

/* What is somebody else's to start may have to be switched off first. */
static int prepare_targets(struct machine *machine, struct error *error)
{
    int result = 0;

    for (unsigned i = 0; result == 0 && i < TARGETS_MAX; i++) {
        struct target *target = machine->targets[i].target;

        if (!target || !target->ops->prepare)
            continue;
        place_target(machine, target);
        result = target->ops->prepare(target, error);
    }
    return result;
}

int machine_open(struct machine *machine, struct error *error)
{
    int result = open_cgroups(machine, error);

    if (result == 0)
        result = topology_up(machine->topology, error);
    if (result)
        return result;
    place_workloads(machine);
    place_samplers(machine);
    result = prepare_workloads(machine, error);
    if (result == 0)
        result = samplers_open(&machine->samplers, &machine->place, error);
    if (result == 0)
        result = prepare_targets(machine, error);
    if (result == 0 && inventory_of_system(&machine->before) != 0)
        result = error_set(error, EXIT_ENVIRONMENT, -EPERM,
                           "cannot list the BPF programs of this system; run as root");
    return result;
}

int machine_leave(struct machine *machine, int result, struct error *error)
{
    for (unsigned i = 0; i < TARGETS_MAX; i++) {
        struct target *target = machine->targets[i].target;
        struct error second = {0};
        int failed = target && target->ops->leave ? target->ops->leave(target, &second) : 0;

        result = error_join(error, result, &second, failed);
    }
    return result;
}

static void release_target(struct machine_target *target)
{
    if (target->target)
        target->target->ops->cleanup(target->target);
    free(target->attach_ns);
    free(target->detach_ns);
}

void machine_close(struct machine *machine)
{
    for (unsigned i = 0; i < TARGETS_MAX; i++)
        release_target(&machine->targets[i]);
    if (machine->workload)
        clean_up_workload(machine->workload);
    for (unsigned i = 0; i < machine->background_count; i++)
        clean_up_workload(&machine->backgrounds[i]);
    samplers_close(machine->samplers);
    if (machine->topology)
        topology_free(machine->topology);
    close_fd(&machine->workload_procs_fd);
    close_fd(&machine->background_procs_fd);
    if (machine->run_cgroup)
        cgroup_destroy(machine->run_cgroup);
    keeper_stop(machine->keeper);
    inventory_free(&machine->before);
    json_decref(machine->description);
    free(machine->run_cgroup);
    free(machine->workload_cgroup);
    free(machine->background_cgroup);
    *machine = (struct machine)MACHINE_INITIALIZER;
}

static uint64_t now_ns(void *context)
{
    (void)context;
    return clock_now_ns();
}

static int wait_ns(void *context, uint64_t ns)
{
    struct machine *machine = context;

    return interrupt_wait(machine->interrupt, clock_now_ns() + ns, -1);
}

/* The background first: the load that is measured finds it there. */
int machine_load_start(struct machine *machine, uint64_t warm_up_ns, struct error *error)
{
    const struct workload_ops *ops = machine->workload->ops;
    int result = 0;

    for (unsigned i = 0; result == 0 && i < machine->background_count; i++)
        result = machine->backgrounds[i].ops->background->start(&machine->backgrounds[i], error);
    if (result == 0)
        result = ops->start(machine->workload, error);
    return result ? result : wait_ns(machine, ops->warm_up_ns < warm_up_ns ? ops->warm_up_ns : warm_up_ns);
}

static int load_start(void *context, struct error *error)
{
    return machine_load_start(context, UINT64_MAX, error);
}

static void load_stop(void *context)
{
    struct machine *machine = context;

    machine->workload->ops->stop(machine->workload);
    for (unsigned i = 0; i < machine->background_count; i++)
        machine->backgrounds[i].ops->stop(&machine->backgrounds[i]);
}

static void place_target(struct machine *machine, struct target *target)
{
    const struct topology *topology = machine->topology;
    const struct topology_end *end = topology_end(topology, machine->target_netns);
    struct target_place *place = &target->place;

    *place = (struct target_place){
        .cgroup_path = machine->run_cgroup,
        .netns_fd = -1,
        .workload_pid = machine->workload->pid,
        .workload_cpu = machine->workload->cpu,
        .output_directory = machine->output_directory,
        .switch_log = machine->switch_log,
        .interrupt = machine->interrupt,
    };
    if (end)
        place->netns_fd = end->netns_fd;
    /* {ifname}: the client's, for a target on the host. */
    snprintf(place->ifname, sizeof(place->ifname), "%s", end ? end->ifname : topology->client.ifname);
}

static int remember_times(struct machine_target *target)
{
    size_t count = target->attach_count + 1;
    double *attach = reallocarray(target->attach_ns, count, sizeof(double));
    double *detach;

    if (!attach)
        return -ENOMEM;
    target->attach_ns = attach;
    detach = reallocarray(target->detach_ns, count, sizeof(double));
    LEAKS_UNSEEN /* target->attach_ns is of an element of machine->targets */
    if (!detach)
        return -ENOMEM;
    LEAKS_SEEN
    target->detach_ns = detach;
    attach[target->attach_count] = (double)target->target->attach_ns;
    detach[target->attach_count] = (double)target->target->detach_ns;
    target->attach_count++;
    return 0;
}

static int target_on(void *context, char arm, struct error *error)
{
    struct machine *machine = context;
    struct target *target;
    int result;

    machine->current = &machine->targets[arm - 'B'];
    target = machine->current->target;
    place_target(machine, target);
    result = target->ops->switch_on(target, error);
    if (result)
        return result;
    machine->place.target_cgroup = target->ops->cgroup_path(target);
    if (target->attachments == 1)
        machine_note_unfired(machine);
    return 0;
}

static int target_off(void *context, struct error *error)
{
    struct machine *machine = context;
    int result;

    machine->place.target_cgroup = NULL;
    result = machine->current->target->ops->switch_off(machine->current->target, error);
    if (result)
        return result;
    result = remember_times(machine->current);
    return result ? error_set(error, EXIT_ENVIRONMENT, result, "out of memory") : 0;
}

static int target_alive(void *context, struct error *error)
{
    struct machine *machine = context;

    return machine->current->target->ops->alive(machine->current->target, error);
}

/* Windows are planned for the slower one where there are two. */
static uint64_t slower_ns(const struct machine *machine, uint64_t (*time_of)(const struct target *))
{
    uint64_t first_ns = time_of(machine->targets[0].target),
             second_ns = machine->targets[1].target ? time_of(machine->targets[1].target) : 0;

    return first_ns > second_ns ? first_ns : second_ns;
}

static uint64_t time_to_attach_ns(const struct target *target)
{
    return target->attach_ns;
}

static uint64_t time_to_detach_ns(const struct target *target)
{
    return target->detach_ns;
}

static uint64_t attach_ns(void *context)
{
    return slower_ns(context, time_to_attach_ns);
}

static uint64_t detach_ns(void *context)
{
    return slower_ns(context, time_to_detach_ns);
}

static json_t *describe(void *context)
{
    return json_deep_copy(((struct machine *)context)->description);
}

static void show_progress(void *context, const struct progress *progress)
{
    progress_show(((struct machine *)context)->display, progress);
}

const struct machine_ops machine_operations = {
    .now_ns = now_ns,
    .wait = wait_ns,
    .load_start = load_start,
    .load_stop = load_stop,
    .target_on = target_on,
    .target_off = target_off,
    .target_alive = target_alive,
    .window = machine_window,
    .statistics = machine_statistics,
    .attach_ns = attach_ns,
    .detach_ns = detach_ns,
    .describe = describe,
    .progress = show_progress,
};
