/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

/*
 * The root of a kernel file system ("tracefs", "bpf", "debugfs") whether or not it is mounted: a mount
 * attached nowhere (fsopen(2), fsmount(2)), which is gone when the descriptor is closed. An owned descriptor
 * or a negative errno.
 */
int kernel_fs_open(const char *type);
