/* SPDX-License-Identifier: GPL-2.0 */
/* Which tracepoint stands in a function, against a directory that looks like tracefs. */
#include "tests/unit/unit.h"
#include "agents/function_tracepoints.h"
#include "base/cleanup.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Removes the directory and what was put into it. */
static void remove_tree(char *directory)
{
    static const char *const paths[] = {"events/net/net_dev_queue/id",
                                        "events/net/net_dev_queue",
                                        "events/net",
                                        "events/tcp/tcp_retransmit_skb/id",
                                        "events/tcp/tcp_retransmit_skb",
                                        "events/tcp",
                                        "events/syscalls/sys_exit_openat/id",
                                        "events/syscalls/sys_exit_openat",
                                        "events/syscalls",
                                        "events",
                                        ""};
    char path[200];

    for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
        snprintf(path, sizeof(path), "%s/%s", directory, paths[i]);
        remove(path);
    }
}

static void put(int root_fd, const char *category, const char *name)
{
    char path[200];
    OWNED_FD int file_fd = -1;

    mkdirat(root_fd, "events", 0700);
    snprintf(path, sizeof(path), "events/%s", category);
    mkdirat(root_fd, path, 0700);
    snprintf(path, sizeof(path), "events/%s/%s", category, name);
    mkdirat(root_fd, path, 0700);
    snprintf(path, sizeof(path), "events/%s/%s/id", category, name);
    file_fd = openat(root_fd, path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    assert_true(file_fd >= 0);
}

static void test_names(void **state)
{
    char directory[] = "/tmp/tracepoints.XXXXXX", name[64];
    OWNED_FD int root_fd = -1;

    (void)state;
    assert_non_null(mkdtemp(directory));
    root_fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    put(root_fd, "net", "net_dev_queue");
    put(root_fd, "syscalls", "sys_exit_openat");
    put(root_fd, "tcp", "tcp_retransmit_skb");
    assert_true(function_tracepoint("kprobe:__dev_queue_xmit", root_fd, name, sizeof(name)));
    assert_string_equal(name, "net:net_dev_queue");
    assert_true(function_tracepoint("kprobe:__dev_queue_xmit, kprobe:f", root_fd, name, sizeof(name)));
    assert_true(function_tracepoint("kretprobe:__x64_sys_openat", root_fd, name, sizeof(name)));
    assert_string_equal(name, "syscalls:sys_exit_openat");
    /* Others pass it, too. */
    assert_false(function_tracepoint("kprobe:tcp_retransmit_skb", root_fd, name, sizeof(name)));
    /* Not in this kernel; has a return value; inside of the function; part of it; not on a function; unknown.
     */
    assert_false(function_tracepoint("kprobe:__x64_sys_openat", root_fd, name, sizeof(name)));
    assert_false(function_tracepoint("kretprobe:__dev_queue_xmit", root_fd, name, sizeof(name)));
    assert_false(function_tracepoint("kprobe:__dev_queue_xmit+0x10", root_fd, name, sizeof(name)));
    assert_false(function_tracepoint("kprobe:__dev_queue_xmit.part.0", root_fd, name, sizeof(name)));
    assert_false(function_tracepoint("fentry:__dev_queue_xmit", root_fd, name, sizeof(name)));
    assert_false(function_tracepoint("", root_fd, name, sizeof(name)));
    assert_false(function_tracepoint("kprobe:__dev_queue_xmit", -1, name, sizeof(name)));
    remove_tree(directory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
