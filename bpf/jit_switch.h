/* SPDX-License-Identifier: GPL-2.0 */
/*
 * net.core.bpf_jit_enable off for as long as one program is loaded: the kernel interprets that one, and goes
 * on compiling others a moment later. Programs that somebody else loads within these milliseconds are
 * interpreted, too, and a SIGKILL within them leaves it off.
 */
#pragma once

#include "base/error.h"

struct jit_switch {
    int fd; /* of the sysctl; -1: not switched */
    char before[8];
};
#define JIT_SWITCH_INITIALIZER ((struct jit_switch){.fd = -1})

/* 0; -EOPNOTSUPP (EXIT_UNSUPPORTED) with the reason where the kernel compiles every program, or has no
 * compiler for this processor to switch off. */
int jit_switch_off(struct jit_switch *jit, struct error *error);
/* As it was; nothing when it was not switched. */
void jit_switch_back(struct jit_switch *jit);
