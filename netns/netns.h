/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

/* A new, unnamed network namespace with lo up: a descriptor that the caller owns, or a negative errno. */
int netns_create(void);

/*
 * Runs fn(argument) in the namespace, in the calling thread, and comes back; fn's result or a negative errno.
 * netns_fd -1: here. A child forked by fn stays in the namespace. /proc/sys/net opened by fn is that of the
 * namespace.
 */
int netns_call(int netns_fd, int (*fn)(void *argument), void *argument);
