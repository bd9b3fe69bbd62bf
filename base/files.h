/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * Whole content of a file, at most `limit` bytes of it, with a 0 byte behind it; NULL with errno set.
 * The caller frees it. For /proc and /sys, where st_size says nothing.
 */
char *file_read(const char *path, size_t limit);
char *file_read_at(int directory_fd, const char *path, size_t limit);
/* The same of what may hold 0 bytes: *length is how much was read, whatever the file's size says. */
char *file_read_bytes(const char *path, size_t limit, size_t *length);

/* Reads an open file from its start into a buffer (0-terminated); length or a negative errno. */
ssize_t file_reread(int fd, char *buffer, size_t size);

/* Writes a string to an existing file (/proc, /sys, cgroup); 0 or a negative errno. */
int file_write(const char *path, const char *text);
int file_write_at(int directory_fd, const char *path, const char *text);

/* All of it to an open descriptor; 0 or a negative errno. */
int file_write_all(int fd, const void *data, size_t size);

/* mkdir -p of everything but the last component. A failure shows when that one is made. `path` is as before
 * afterwards. */
void file_make_parents(char *path);

/* First integer in a file; 0 or a negative errno. */
int file_read_u64(const char *path, uint64_t *number);

/*
 * Replaces `path` as a whole: temporary file beside it, write, fsync, rename, fsync of the directory. Its
 * mode is 0644 less the umask. 0 or a negative errno; on failure the old file is untouched and the temporary
 * one removed. What can't or may not be replaced is written to as it is, with the mode that it has: devices,
 * pipes, and links below /dev and /proc ("/dev/stdout"), where a file that they lead to is appended to. What
 * stdout and stderr lead to comes behind what has been printed. -ESTALE: it became another file meanwhile.
 */
int file_replace(const char *path, const void *data, size_t size);
/* The same; what is replaced has this mode, whatever the umask is, before it has its name. */
int file_replace_mode(const char *path, const void *data, size_t size, mode_t mode);

/* unlink(2) of what file_replace() made: never a device, nor a link. 0, -EINVAL for those, or a negative
 * errno. */
int file_remove_regular(const char *path);
