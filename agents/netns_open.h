/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

/* fn(argument) by a thread inside the namespace; -1: here. fn's result, or a negative errno. */
int netns_run(int netns_fd, int (*fn)(void *argument), void *argument);

/*
 * Opens `path` for reading by a thread inside the namespace: files below /proc/thread-self/net stay bound to
 * the namespace they were opened in. netns_fd -1: here. An owned descriptor or a negative errno.
 */
int netns_open_file(int netns_fd, const char *path);
