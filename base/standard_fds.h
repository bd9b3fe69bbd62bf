/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

/*
 * Opens /dev/null in place of each standard descriptor (0 to 2) that is closed, so that nothing which is
 * opened later takes its number and gets what is printed, or is taken for input. Reading from such a one and
 * writing to it still fails. To be called first in main(). 0 or a negative errno.
 */
int standard_fds_fill(void);
