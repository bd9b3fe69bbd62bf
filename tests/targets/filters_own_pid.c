/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Counts system calls of its own and of others by comparing bpf_get_current_pid_tgid() with getpid(), as
 * tools do to leave themselves out: right only in the host's PID namespace. Prints "own N" and "others N".
 */
#include "tests/targets/common.h"

enum { OWN, OTHERS, SLOTS };

static int load_filter(int map_fd)
{
    const struct bpf_insn program[] = {
        {.code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_get_current_pid_tgid},
        {.code = BPF_ALU64 | BPF_RSH | BPF_K, .dst_reg = BPF_REG_0, .imm = 32},
        {.code = BPF_ST | BPF_MEM | BPF_W, .dst_reg = BPF_REG_10, .off = -4, .imm = OWN},
        {.code = BPF_JMP | BPF_JEQ | BPF_K, .dst_reg = BPF_REG_0, .off = 1, .imm = getpid()},
        {.code = BPF_ST | BPF_MEM | BPF_W, .dst_reg = BPF_REG_10, .off = -4, .imm = OTHERS},
        {.code = BPF_LD | BPF_DW | BPF_IMM,
         .dst_reg = BPF_REG_1,
         .src_reg = BPF_PSEUDO_MAP_FD,
         .imm = map_fd},
        {0},
        {.code = BPF_ALU64 | BPF_MOV | BPF_X, .dst_reg = BPF_REG_2, .src_reg = BPF_REG_10},
        {.code = BPF_ALU64 | BPF_ADD | BPF_K, .dst_reg = BPF_REG_2, .imm = -4},
        {.code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_map_lookup_elem},
        {.code = BPF_JMP | BPF_JEQ | BPF_K, .dst_reg = BPF_REG_0, .off = 2, .imm = 0},
        {.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_1, .imm = 1},
        {.code = BPF_STX | BPF_ATOMIC | BPF_DW, .dst_reg = BPF_REG_0, .src_reg = BPF_REG_1, .imm = BPF_ADD},
        {.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = 0},
        {.code = BPF_JMP | BPF_EXIT},
    };
    int fd = bpf_prog_load(BPF_PROG_TYPE_RAW_TRACEPOINT, "own_pid", "GPL", program,
                           sizeof(program) / sizeof(program[0]), NULL);

    check("load the filter", fd);
    return fd;
}

static unsigned long long count_of(int map_fd, unsigned slot)
{
    unsigned long long count = 0;

    check("read the map", bpf_map_lookup_elem(map_fd, &slot, &count));
    return count;
}

int main(void)
{
    int map_fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, "counts", 4, 8, SLOTS, NULL);

    check("create a map", map_fd);
    check("attach the filter", bpf_raw_tracepoint_open(EVENT, load_filter(map_fd)));
    for (int i = 0; i < 1000; i++)
        getppid();
    sleep_ms(50);
    printf("own %llu\nothers %llu\n", count_of(map_fd, OWN), count_of(map_fd, OTHERS));
    fflush(stdout);
    wait_for_the_end();
}
