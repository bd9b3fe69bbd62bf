/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a program can be attached to: adding a kind is a row in bpf/attach_kinds.c, its function in one of the
 * files bpf/attach_*.c and its program in bpf/probe.bpf.c.
 */
#pragma once

#include "base/error.h"

#include <bpf/libbpf.h>
#include <stdbool.h>

/*
 * Owns what keeps a program attached; a zeroed one is empty. Everything in it ends with this process, too,
 * but for a classic tc filter: that one stays on its interface until it is taken off.
 */
struct attachment {
    struct bpf_link **links;
    unsigned link_count;
    int *fds; /* perf events, sockets, links that libbpf does not know */
    unsigned fd_count;
    struct tc_filter {
        int ifindex;   /* 0: there is none */
        unsigned hook; /* enum bpf_tc_attach_point */
        unsigned handle, priority;
        bool hook_is_ours; /* nobody had made the interface's hook before */
    } tc;
};

struct attach_kind {
    const char *name;
    const char *summary;
    const char *where; /* how WHERE is written */
    const char
        *fallback; /* WHERE when none is given; NULL: it has to be; "{ifname}": the workload's interface */
    const char *program; /* its name in bpf/probe.bpf.c */
    const char *doctor;  /* the doctor's row that probes for it */
    /* Is WHERE written as it should be? NULL: any text is. 0, or -EINVAL with a sentence (EXIT_USAGE). */
    int (*check)(const struct attach_kind *kind, const char *where, struct error *error);
    /* Before loading; NULL: nothing to do. 0, or -errno with a sentence. */
    int (*prepare)(struct bpf_program *program, const char *where, struct error *error);
    /* Attaches a loaded program, added to *attachment. 0, or -errno with a sentence (EXIT_TARGET). */
    int (*attach)(const struct attach_kind *kind, struct bpf_program *program, const char *where,
                  struct attachment *attachment, struct error *error);
    unsigned variant; /* for prepare and attach: which one of a family */
};

extern const struct attach_kind attach_kinds[]; /* ended by a NULL name */

/* NULL when there is none. */
const struct attach_kind *attach_kind_find(const char *name);
/* EXIT_USAGE with the nearest name; returns -EINVAL. */
int attach_kind_unknown(const char *name, struct error *error);
/* 0 for a `code` of 0; else a sentence (EXIT_TARGET) and `code`. */
int attach_result(int code, const struct attach_kind *kind, const char *where, struct error *error);

void attachment_close(struct attachment *attachment);
/* Take over; on -ENOMEM (or a NULL link: -errno of libbpf) it is released. */
int attachment_add_link(struct attachment *attachment, struct bpf_link *link);
int attachment_add_fd(struct attachment *attachment, int fd);

/* attach_check.c: how WHERE is written. Behind the last colon, FUNC or SYMBOL with an offset in bytes; two
 * names with a colon between them. */
int check_offset(const struct attach_kind *kind, const char *where, struct error *error);
int check_pair(const struct attach_kind *kind, const char *where, struct error *error);
/* Of a WHERE that passed check_offset(); 0: none. */
unsigned long attach_offset(const char *where);

/* attach_kernel.c: probes in the kernel; variant: 1 for the return of a pair */
int attach_raw_tp(const struct attach_kind *kind, struct bpf_program *program, const char *where,
                  struct attachment *attachment, struct error *error);
int attach_tp(const struct attach_kind *kind, struct bpf_program *program, const char *where,
              struct attachment *attachment, struct error *error);
int attach_kprobe(const struct attach_kind *kind, struct bpf_program *program, const char *where,
                  struct attachment *attachment, struct error *error);
int attach_kprobe_multi(const struct attach_kind *kind, struct bpf_program *program, const char *where,
                        struct attachment *attachment, struct error *error);
int prepare_by_btf(struct bpf_program *program, const char *where, struct error *error);
int attach_by_btf(const struct attach_kind *kind, struct bpf_program *program, const char *where,
                  struct attachment *attachment, struct error *error);
int check_event(const struct attach_kind *kind, const char *where, struct error *error);
int attach_perf_event(const struct attach_kind *kind, struct bpf_program *program, const char *where,
                      struct attachment *attachment, struct error *error);

/* attach_user.c: probes in programs */
int attach_uprobe(const struct attach_kind *kind, struct bpf_program *program, const char *where,
                  struct attachment *attachment, struct error *error);
int attach_usdt(const struct attach_kind *kind, struct bpf_program *program, const char *where,
                struct attachment *attachment, struct error *error);

/* attach_network.c: where packets pass; variant: 1 for egress */
int attach_xdp(const struct attach_kind *kind, struct bpf_program *program, const char *where,
               struct attachment *attachment, struct error *error);
int attach_tc(const struct attach_kind *kind, struct bpf_program *program, const char *where,
              struct attachment *attachment, struct error *error);
/* The classic filter, for kernels before 6.6: attach_tc() is a link, which goes with its descriptor,
 * elsewhere. */
int attach_tc_filter(const struct attach_kind *kind, struct bpf_program *program, const char *where,
                     struct attachment *attachment, struct error *error);
/* Takes the filter off, and the hook where attach_tc_filter() made it and nobody else has a filter on it. */
void detach_tc(struct attachment *attachment);
int attach_cgroup_skb(const struct attach_kind *kind, struct bpf_program *program, const char *where,
                      struct attachment *attachment, struct error *error);
int attach_socket_filter(const struct attach_kind *kind, struct bpf_program *program, const char *where,
                         struct attachment *attachment, struct error *error);
