/* SPDX-License-Identifier: GPL-2.0 */
/* Numbers of BPF objects in /proc/PID/fdinfo/FD. Pure: text in, number out. */
#pragma once

#include <stdint.h>

/* Number behind `key` ("memlock") at the start of a line; 0: not there, or no number. `text` may be NULL. */
uint64_t fdinfo_number(const char *text, const char *key);
/* The same for an ID ("prog_id", "link_id", "map_id"); 0, too, for a number that no ID can have. */
uint32_t fdinfo_id(const char *text, const char *key);
