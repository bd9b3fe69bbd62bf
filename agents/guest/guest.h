/* SPDX-License-Identifier: GPL-2.0 */
/* The guest's init: linked statically, the first program of a guest, and never run on this machine. */
#pragma once

#include <stddef.h>

/* The configuration as it was read; values point into `text`. */
struct guest_config {
    char *text; /* owned */
    size_t size;
};

/* 0 or -errno. */
int guest_config_read(struct guest_config *config, const char *path);
/* Value of the record at or behind *position with this key; NULL: no more. Moves *position behind it. */
const char *guest_config_next(const struct guest_config *config, const char *key, size_t *position);
/* The only record of its kind; NULL: there is none. */
const char *guest_config_one(const struct guest_config *config, const char *key);

/* /dev, /proc and /sys of the initramfs: what loading modules needs. */
int guest_mount_first(void);
/* finit_module() for each; what fails is said on the console and goes on: the command will miss it. */
void guest_load_modules(const struct guest_config *config);
/* The command's root, complete: changes into it. 0 or -errno. */
int guest_enter_root(const struct guest_config *config);
/* The loopback interface; 0 or -errno. */
int guest_raise_loopback(void);

/* Runs the command to its end: its status, 128 + n for a signal; 127 when it can't be run. */
int guest_run(const struct guest_config *config);

/* Everything that goes back to the host. 0 or -errno. */
int guest_send(int exit_status);

/* To the console; a guest that can't even do that has nobody to tell. */
void guest_say(const char *format, ...) __attribute__((format(printf, 1, 2)));
