/* SPDX-License-Identifier: GPL-2.0 */
#include "agents/function_tracepoints.h"
#include "base/cleanup.h"

#include <ctype.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/*
 * Of kernels 5.10 to 6.18: a call of the function passes the tracepoint once, and nothing else does (net/,
 * kernel/, block/). A function that often leaves before its tracepoint, or shares it, is not here:
 * tcp_retransmit_skb's is in __tcp_retransmit_skb, which the tail loss probe calls as well.
 */
static const struct {
    const char *function, *tracepoint;
} known[] = {
    {"__dev_queue_xmit", "net:net_dev_queue"},
    {"netif_receive_skb", "net:netif_receive_skb_entry"},
    {"netif_rx", "net:netif_rx_entry"},
    {"napi_gro_receive", "net:napi_gro_receive_entry"},
    {"__netif_receive_skb_core", "net:netif_receive_skb"},
    {"tcp_rcv_space_adjust", "tcp:tcp_rcv_space_adjust"},
    {"tcp_v4_destroy_sock", "tcp:tcp_destroy_sock"},
    {"do_exit", "sched:sched_process_exit"},
    {"wake_up_new_task", "sched:sched_wakeup_new"},
    {"blk_account_io_start", "block:block_io_start"},
    {"blk_account_io_done", "block:block_io_done"},
};

/* What the entry of a system call is called, by architecture and version. */
static const char *const syscall_prefixes[] = {"__x64_sys_", "__arm64_sys_", "__do_sys_", "__se_sys_"};

static bool of_function(const char *function, char *tracepoint, size_t size)
{
    for (size_t i = 0; i < ARRAY_SIZE(known); i++)
        if (strcmp(known[i].function, function) == 0)
            return (size_t)snprintf(tracepoint, size, "%s", known[i].tracepoint) < size;
    return false;
}

static bool of_syscall(const char *function, bool returns, char *tracepoint, size_t size)
{
    for (size_t i = 0; i < ARRAY_SIZE(syscall_prefixes); i++) {
        size_t length = strlen(syscall_prefixes[i]);

        if (strncmp(function, syscall_prefixes[i], length) == 0)
            return (size_t)snprintf(tracepoint, size, "syscalls:sys_%s_%s", returns ? "exit" : "enter",
                                    function + length) < size;
    }
    return false;
}

static bool exists(const char *tracepoint, int tracefs_fd)
{
    const char *colon = strchr(tracepoint, ':');
    char path[PATH_MAX];

    snprintf(path, sizeof(path), "events/%.*s/%s/id", (int)(colon - tracepoint), tracepoint, colon + 1);
    return tracefs_fd >= 0 && faccessat(tracefs_fd, path, F_OK, 0) == 0;
}

bool function_tracepoint(const char *attach, int tracefs_fd, char *tracepoint, size_t size)
{
    bool returns = strncmp(attach, "kretprobe:", 10) == 0;
    const char *colon = strchr(attach, ':');
    char function[128];
    int length = 0;

    if (!colon || (!returns && strncmp(attach, "kprobe:", 7) != 0))
        return false;
    while (isalnum((unsigned char)colon[1 + length]) || colon[1 + length] == '_')
        length++;
    /* An address inside of the function, or a part that the compiler has made of it, is something else. */
    if (colon[1 + length] != '\0' && colon[1 + length] != ',')
        return false;
    snprintf(function, sizeof(function), "%.*s", length, colon + 1);
    /* A tracepoint has no return value but in a system call's exit. */
    return ((!returns && of_function(function, tracepoint, size)) ||
            of_syscall(function, returns, tracepoint, size)) &&
           exists(tracepoint, tracefs_fd);
}
