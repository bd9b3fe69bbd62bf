/* SPDX-License-Identifier: GPL-2.0 */
/* What a library prints to both standard streams, kept: libbcc explains itself nowhere else. */
#pragma once

struct capture {
    int memory_fd, saved_fds[2];
};
#define CAPTURE_INITIALIZER                                                                                  \
    {                                                                                                        \
        -1,                                                                                                  \
        {                                                                                                    \
            -1, -1                                                                                           \
        }                                                                                                    \
    }

/* From here on the streams go into memory; without room for that they stay what they are. */
void capture_begin(struct capture *capture);
/* Puts the streams back; what was printed, malloc'd, or NULL. */
char *capture_end(struct capture *capture);
