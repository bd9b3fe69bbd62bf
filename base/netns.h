/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

/* A new, unnamed network namespace with lo up: a descriptor that the caller owns, or a negative errno. */
int netns_create(void);

/* Sets lo up in the namespace of the calling thread; 0 or a negative errno. */
int netns_loopback_up(void);

/*
 * Runs fn(argument) in the namespace, by a thread that ends with it; fn's result or a negative errno.
 * netns_fd -1: here, in the calling thread. A child forked by fn stays in the namespace, and must not be tied
 * to its parent's death (PR_SET_PDEATHSIG is of the thread). /proc/sys/net opened by fn is that of the
 * namespace, and so is /proc/thread-self/net, not /proc/net.
 */
int netns_call(int netns_fd, int (*fn)(void *argument), void *argument);

/*
 * Opens `path` for reading inside the namespace: files below /proc/thread-self/net stay bound to the one they
 * were opened in. netns_fd -1: here. An owned descriptor or a negative errno.
 */
int netns_open_file(int netns_fd, const char *path);
