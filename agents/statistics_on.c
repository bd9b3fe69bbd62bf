/* SPDX-License-Identifier: GPL-2.0 */
#include "agents/statistics_on.h"
#include "agents/machine.h"
#include "base/cleanup.h"

#include <bpf/bpf.h>
#include <unistd.h>

static int load_nothing(void)
{
    static const struct bpf_insn program[] = {
        {.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = 0},
        {.code = BPF_JMP | BPF_EXIT},
    };

    return bpf_prog_load(BPF_PROG_TYPE_SOCKET_FILTER, MACHINE_PROBE_NAME, "GPL", program, ARRAY_SIZE(program),
                         NULL);
}

/* Who holds them on is told nowhere; what they do is: a run of a program of ours is counted or is not
 * (__bpf_prog_run() of include/linux/filter.h). */
bool bpf_statistics_are_on(void)
{
    char frame[64] = {0}; /* an Ethernet header at least, and since 6.16 a byte behind it */
    LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = frame, .data_size_in = sizeof(frame), .repeat = 1);
    OWNED_FD int fd = load_nothing();
    struct bpf_prog_info info = {0};
    uint32_t size = sizeof(info);

    return fd >= 0 && bpf_prog_test_run_opts(fd, &options) == 0 &&
           bpf_obj_get_info_by_fd(fd, &info, &size) == 0 && info.run_cnt > 0;
}
