/* SPDX-License-Identifier: GPL-2.0 */
#include "agents/sham_tool.h"
#include "base/cleanup.h"

#include "bpf/sham.skel.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

/* Events of broken hardware, of an exhausted machine or of rejected packets: first what is rarest. */
static const char *const quiet_events[] = {"mce_record", "mark_victim", "xdp_exception", "module_free",
                                           "mem_disconnect"};

static int silent(enum libbpf_print_level level, const char *format, va_list arguments)
{
    return level == LIBBPF_WARN ? vfprintf(stderr, format, arguments) : 0;
}

/* Which events a kernel has depends on its configuration: a missing one is not a message. */
static struct bpf_link *attach(struct bpf_program *program)
{
    struct bpf_link *link = NULL;

    libbpf_set_print(NULL);
    for (size_t i = 0; !link && i < ARRAY_SIZE(quiet_events); i++)
        link = bpf_program__attach_raw_tracepoint(program, quiet_events[i]);
    libbpf_set_print(silent);
    return link;
}

static int run(struct sham_bpf *skeleton, const sigset_t *signals)
{
    struct bpf_link *link = attach(skeleton->progs.sham);
    int number;

    if (!link) {
        fprintf(stderr, "sham: cannot attach to any event that is known to be quiet: %s\n", strerror(errno));
        return 1;
    }
    sigwait(signals, &number);
    bpf_link__destroy(link);
    return 0;
}

int sham_tool_main(void)
{
    struct sham_bpf *skeleton;
    sigset_t signals;
    int result;

    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    sigprocmask(SIG_BLOCK, &signals, NULL);
    libbpf_set_print(silent);
    skeleton = sham_bpf__open_and_load();
    if (!skeleton) {
        fprintf(stderr, "sham: cannot load its BPF program: %s\n", strerror(errno));
        return 1;
    }
    result = run(skeleton, &signals);
    sham_bpf__destroy(skeleton);
    return result;
}
