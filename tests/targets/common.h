/* SPDX-License-Identifier: GPL-2.0 */
/* What the small targets share: a program that does nothing, on an event that fires all the time. */
#pragma once

#include <bpf/bpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define EVENT "sys_enter"

static inline void check(const char *what, int result)
{
    if (result >= 0)
        return;
    fprintf(stderr, "cannot %s: %s\n", what, strerror(errno));
    exit(1);
}

/* return 0 */
static inline int load_program(const char *name)
{
    const struct bpf_insn program[] = {
        {.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = 0},
        {.code = BPF_JMP | BPF_EXIT},
    };
    int fd = bpf_prog_load(BPF_PROG_TYPE_RAW_TRACEPOINT, name, "GPL", program,
                           sizeof(program) / sizeof(program[0]), NULL);

    check("load a program", fd);
    return fd;
}

/* The descriptor of the link; the program's is closed, as many tools do. */
static inline int attach_program_to(const char *name, const char *event)
{
    int program_fd = load_program(name);
    int link_fd = bpf_raw_tracepoint_open(event, program_fd);

    check("attach a program", link_fd);
    close(program_fd);
    return link_fd;
}

static inline int attach_program(const char *name)
{
    return attach_program_to(name, EVENT);
}

static inline void sleep_ms(unsigned ms)
{
    struct timespec rest = {.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000};

    while (nanosleep(&rest, &rest) != 0)
        ;
}

/* Never for ever: a test that loses track of us must not leave us behind. */
static inline void wait_for_the_end(void)
{
    alarm(120);
    for (;;)
        pause();
}
