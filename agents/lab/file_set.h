/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The files of a guest's initramfs, by their path there, each once, in one order whatever the order they were
 * added in: the kernel unpacks them, so they are an input of an exact boot.
 */
#pragma once

#include <stddef.h>
#include <sys/types.h>

struct guest_file {
    char *path;   /* absolute, in the guest */
    mode_t mode;  /* with its type: S_IFREG, S_IFDIR, S_IFLNK, S_IFCHR */
    char *source; /* S_IFREG: path on this machine; NULL: `data` */
    void *data;   /* S_IFREG: content; S_IFLNK: where it points */
    size_t size;  /* of data */
    unsigned major, minor;
};

struct file_set {
    void *tree; /* of struct guest_file, owned */
    size_t count;
};

void file_set_free(struct file_set *set);

/*
 * Each adds what is missing of its parents; a path that is there already stays as it is. Paths below /bin,
 * /sbin, /lib and /lib64 go below /usr, where Debian's links lead. 0 or -ENOMEM.
 */
int file_set_directory(struct file_set *set, const char *path);
int file_set_file(struct file_set *set, const char *path, const char *source, mode_t mode);
int file_set_data(struct file_set *set, const char *path, const void *data, size_t size, mode_t mode);
int file_set_link(struct file_set *set, const char *path, const char *target);
int file_set_device(struct file_set *set, const char *path, unsigned major, unsigned minor);

/* A file, link or directory of this machine as it is, at `path` in the guest. 0 or -errno. */
int file_set_copy(struct file_set *set, const char *path, const char *source);
/* A whole tree of this machine. 0 or -errno. */
int file_set_tree(struct file_set *set, const char *path, const char *source);

/* Is there something at this path? */
int file_set_has(const struct file_set *set, const char *path);

/* In ascending order of paths; stops at the first result other than 0 and returns it. */
int file_set_each(const struct file_set *set, int (*visit)(const struct guest_file *file, void *context),
                  void *context);
