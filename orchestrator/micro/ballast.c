/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/micro/ballast.h"
#include "base/cleanup.h"
#include "base/random.h"

#include <bpf/bpf.h>
#include <linux/bpf.h>

#define INSTRUCTIONS_MAX 120

static const struct bpf_insn move = {.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0};
static const struct bpf_insn leave = {.code = BPF_JMP | BPF_EXIT};

static unsigned up_to(struct random *random, unsigned most)
{
    return 1 + (unsigned)(random_uniform(random) * most);
}

static int load(unsigned instructions)
{
    struct bpf_insn text[INSTRUCTIONS_MAX + 1];

    for (unsigned i = 0; i < instructions; i++) {
        text[i] = move;
        text[i].imm = (int)i;
    }
    text[instructions] = leave;
    return bpf_prog_load(BPF_PROG_TYPE_SOCKET_FILTER, "tt_ballast", "GPL", text, instructions + 1, NULL);
}

void ballast_load(struct ballast *ballast, struct random *random)
{
    unsigned wanted = up_to(random, BALLAST_MAX);

    for (unsigned i = 0; i < wanted; i++) {
        int fd = load(up_to(random, INSTRUCTIONS_MAX));

        if (fd >= 0)
            ballast->fds[ballast->count++] = fd;
    }
}

void ballast_close(struct ballast *ballast)
{
    while (ballast->count > 0)
        close_fd(&ballast->fds[--ballast->count]);
}
