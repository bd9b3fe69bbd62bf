/* SPDX-License-Identifier: GPL-2.0 */
/* The running kernel's build configuration, where it can be found. */
#pragma once

#include "agents/text.h"

struct kernel_config {
    char *text; /* owned; NULL: not to be had */
    size_t length;
    char source[128]; /* file it was read from */
};

/* From /proc/config.gz, else /boot/config-RELEASE or /lib/modules/RELEASE/config. Never fails: text is NULL
 * then. */
void kernel_config_read(struct kernel_config *config);
void kernel_config_free(struct kernel_config *config);

/*
 * Value of CONFIG_`name` (given without the prefix), quotes taken off: "y", "m", "250"; "n" when it is not
 * set; NULL when the configuration is unknown. Returns `value`.
 */
const char *kernel_config_value(const struct kernel_config *config, const char *name, char *value,
                                size_t size);
/* 1 for "y" or "m", 0 for "n", -1 unknown. */
int kernel_config_has(const struct kernel_config *config, const char *name);
