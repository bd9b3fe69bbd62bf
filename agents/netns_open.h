/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

/*
 * Opens `path` for reading by a thread inside the namespace: files below /proc/thread-self/net stay bound to
 * the namespace they were opened in. netns_fd -1: here. An owned descriptor or a negative errno.
 */
int netns_open_file(int netns_fd, const char *path);
