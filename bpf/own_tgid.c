/* SPDX-License-Identifier: GPL-2.0 */
#include "bpf/own_tgid.h"
#include "base/cleanup.h"

#include <bpf/bpf.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <unistd.h>

#define PROC_PID_INIT_INO 0xEFFFFFFCu /* of the initial PID namespace, include/linux/proc_ns.h */

/* Run in this very process (bpf_prog_test_run_raw_tp() of net/bpf/test_run.c), it says who that is. */
static int load_question(void)
{
    static const struct bpf_insn program[] = {
        {.code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_get_current_pid_tgid},
        {.code = BPF_ALU64 | BPF_RSH | BPF_K, .dst_reg = BPF_REG_0, .imm = 32},
        {.code = BPF_JMP | BPF_EXIT},
    };

    return bpf_prog_load(BPF_PROG_TYPE_RAW_TRACEPOINT, "own_tgid", "GPL", program, ARRAY_SIZE(program), NULL);
}

static bool is_initial_namespace(void)
{
    struct stat status;

    return stat("/proc/self/ns/pid", &status) == 0 && status.st_ino == PROC_PID_INIT_INO;
}

static uint32_t ask_kernel(void)
{
    OWNED_FD int fd = load_question();
    LIBBPF_OPTS(bpf_test_run_opts, options);

    return fd >= 0 && bpf_prog_test_run_opts(fd, &options) == 0 ? options.retval : 0;
}

uint32_t own_tgid(void)
{
    return is_initial_namespace() ? (uint32_t)getpid() : ask_kernel();
}
