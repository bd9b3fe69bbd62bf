/* SPDX-License-Identifier: GPL-2.0 */
#include "agents/doctor_attach.h"
#include "agents/doctor_checks.h"
#include "agents/kernel_config.h"
#include "agents/machine.h"
#include "base/cleanup.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/perf_event.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>

struct outcome {
    const struct attach_probe *probe;
    const char *stage; /* "finding", "loading", "attaching"; NULL: it worked */
    int error;         /* negative errno of that stage */
};

/* r0 = return_value; exit */
static int load(const struct attach_probe *probe, int btf_id)
{
    const struct bpf_insn instructions[] = {
        {.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = probe->return_value},
        {.code = BPF_JMP | BPF_EXIT},
    };
    LIBBPF_OPTS(bpf_prog_load_opts, options, .expected_attach_type = probe->expected,
                .attach_btf_id = (unsigned)btf_id);
    int fd = bpf_prog_load(probe->type, MACHINE_PROBE_NAME, "GPL", instructions, ARRAY_SIZE(instructions),
                           &options);

    return fd < 0 ? -errno : fd;
}

int doctor_set_bpf(int event_fd, int program_fd)
{
    OWNED_FD int event = event_fd;

    if (event < 0)
        return event;
    if (ioctl(event, PERF_EVENT_IOC_SET_BPF, program_fd) != 0 || ioctl(event, PERF_EVENT_IOC_ENABLE, 0) != 0)
        return -errno;
    return take_fd(&event);
}

static void try_probe(struct outcome *outcome)
{
    const struct attach_probe *probe = outcome->probe;
    int btf_id = probe->btf_name ? libbpf_find_vmlinux_btf_id(probe->btf_name, probe->expected) : 0;
    OWNED_FD int program = -1, attached = -1;

    outcome->stage = "finding";
    outcome->error = btf_id;
    if (btf_id < 0)
        return;
    outcome->stage = "loading";
    outcome->error = program = load(probe, btf_id);
    if (program < 0)
        return;
    outcome->stage = "attaching";
    outcome->error = attached = probe->attach(probe, program);
    if (attached >= 0)
        outcome->stage = NULL;
}

/* A thread's namespace is its own and ends with it. */
static void *try_in_netns(void *argument)
{
    struct outcome *outcome = argument;

    if (unshare(CLONE_NEWNET) == 0) {
        try_probe(outcome);
    } else {
        outcome->stage = "making a network namespace for";
        outcome->error = -errno;
    }
    return NULL;
}

static int ignore_print(enum libbpf_print_level level, const char *format, va_list arguments)
{
    (void)level;
    (void)format;
    (void)arguments;
    return 0;
}

/* libbpf would explain each expected failure on stderr. */
static void try_quietly(struct outcome *outcome)
{
    libbpf_print_fn_t before = libbpf_set_print(ignore_print);
    pthread_t thread;

    if (!outcome->probe->in_netns)
        try_probe(outcome);
    else if (pthread_create(&thread, NULL, try_in_netns, outcome) == 0)
        pthread_join(thread, NULL);
    libbpf_set_print(before);
}

static const char no_root[] = "run it as root: sudo tracetoll doctor";
static const char other_kernel[] =
    "measure it in a guest whose kernel has it: tracetoll kernels --kernel debian:6.12 -- ...";

static void explain(const struct outcome *outcome, struct finding *finding)
{
    const struct attach_probe *probe = outcome->probe;
    CLEANUP(kernel_config_free) struct kernel_config config;
    bool refused = outcome->error == -EPERM || outcome->error == -EACCES;
    const char *remedy = other_kernel;
    char reason[160];

    kernel_config_read(&config);
    if (probe->option && kernel_config_has(&config, probe->option) == 0) {
        snprintf(reason, sizeof(reason), "this kernel is built without it (CONFIG_%s is not set)",
                 probe->option);
    } else if (refused && geteuid() != 0) {
        snprintf(reason, sizeof(reason), "%s it takes privileges", outcome->stage);
        remedy = no_root;
    } else {
        snprintf(reason, sizeof(reason), "%s the probe failed: %s%s", outcome->stage,
                 strerror(-outcome->error), refused ? ", even to root" : "");
    }
    finding_set(finding, FINDING_UNSUPPORTED, reason, remedy, "%s: not possible", probe->description);
}

void doctor_attach(const struct doctor_check *check, struct finding *finding)
{
    struct outcome outcome = {.probe = check->argument, .stage = "starting a thread for", .error = -EAGAIN};

    try_quietly(&outcome);
    if (outcome.stage)
        explain(&outcome, finding);
    else if (outcome.probe->is_idle && outcome.probe->is_idle())
        finding_set(finding, FINDING_UNSUPPORTED, outcome.probe->idle_reason, outcome.probe->idle_remedy,
                    "%s: never called", outcome.probe->description);
    else
        finding_ok(finding, "%s", outcome.probe->description);
}
