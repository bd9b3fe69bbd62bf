/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

#include <stdbool.h>

/* Does the kernel count and time the runs of all programs at present, by whoever wants it (the sysctl, or a
 * descriptor that somebody holds)? Each run is two readings of the clock dearer then. False where no program
 * can be loaded to see. */
bool bpf_statistics_are_on(void);
