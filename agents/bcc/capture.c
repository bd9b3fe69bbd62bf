/* SPDX-License-Identifier: GPL-2.0 */
#include "agents/bcc/capture.h"
#include "base/cleanup.h"
#include "base/files.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>

#define CAPTURED_BYTES_MAX (1u << 20)

void capture_begin(struct capture *capture)
{
    *capture = (struct capture)CAPTURE_INITIALIZER;
    capture->memory_fd = memfd_create("bcc output", MFD_CLOEXEC);
    if (capture->memory_fd < 0)
        return;
    fflush(stdout);
    for (int i = 0; i < 2; i++) {
        capture->saved_fds[i] = fcntl(STDOUT_FILENO + i, F_DUPFD_CLOEXEC, 3);
        dup2(capture->memory_fd, STDOUT_FILENO + i);
    }
}

char *capture_end(struct capture *capture)
{
    char path[40], *text;

    if (capture->memory_fd < 0)
        return NULL;
    fflush(stdout); /* std::cout goes through it as well */
    for (int i = 0; i < 2; i++) {
        if (capture->saved_fds[i] >= 0)
            dup2(capture->saved_fds[i], STDOUT_FILENO + i);
        close_fd(&capture->saved_fds[i]);
    }
    snprintf(path, sizeof(path), "/proc/self/fd/%d", capture->memory_fd);
    text = file_read(path, CAPTURED_BYTES_MAX);
    close_fd(&capture->memory_fd);
    return text;
}
