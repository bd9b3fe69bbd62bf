/* SPDX-License-Identifier: GPL-2.0 */
/* A program in the dialect of BCC, compiled by libbcc. Everything it owns ends with this process, too. */
#pragma once

#include "agents/bcc_names.h"
#include "base/error.h"
#include "bpf/consumer.h"

struct bcc_program {
    void *module;                 /* libbcc's; it owns the maps */
    struct bcc_section *sections; /* [section_count], from the program's text */
    unsigned section_count;
    const char *ifname; /* borrowed: the interface of SEC("xdp"); NULL: none */
    int *fds;           /* [fd_count]: programs and what keeps them attached */
    unsigned fd_count;
};

/* Functions return 0, or -errno with one sentence. */

/* Reads and compiles; takes seconds, and a minute under emulation. */
int bcc_program_compile(struct bcc_program *program, const char *path, struct error *error);
/* Consumers for its perf and ring buffers: before it is attached, or its first events are lost. */
int bcc_program_consume(struct bcc_program *program, struct consumer *consumer, struct error *error);
/* Loads each function and attaches it where it says (agents/bcc/attach.c). */
int bcc_program_attach(struct bcc_program *program, struct error *error);
void bcc_program_close(struct bcc_program *program);

/* Takes over; fd may be a negative errno, which is returned. On -ENOMEM it is closed. */
int bcc_program_own(struct bcc_program *program, int fd);
