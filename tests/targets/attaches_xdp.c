/* SPDX-License-Identifier: GPL-2.0 */
/* A packet program on lo of a network namespace of its own, held by the interface and by no descriptor. */
#include "tests/targets/common.h"

#include <bpf/libbpf.h>
#include <linux/if_link.h>
#include <net/if.h>
#include <sched.h>

int main(void)
{
    const struct bpf_insn program[] = {
        {.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = XDP_PASS},
        {.code = BPF_JMP | BPF_EXIT},
    };
    int fd;

    check("make a network namespace", unshare(CLONE_NEWNET));
    fd =
        bpf_prog_load(BPF_PROG_TYPE_XDP, "on_lo", "GPL", program, sizeof(program) / sizeof(program[0]), NULL);
    check("load a program", fd);
    check("attach it to lo", bpf_xdp_attach((int)if_nametoindex("lo"), fd, XDP_FLAGS_SKB_MODE, NULL));
    close(fd);
    wait_for_the_end();
}
