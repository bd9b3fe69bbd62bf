/* SPDX-License-Identifier: GPL-2.0 */
/* What a guest sent, frame by frame. Its kernel and its programs are not trusted. */
#include "agents/lab/console.h"
#include "agents/lab/frame.h"
#include "agents/lab/guest.h"
#include "agents/lab/protocol.h"
#include "base/cleanup.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXIT_STATUS_MAX 255

static void take_status(struct lab_outcome *outcome, const char *text)
{
    int status;

    if (sscanf(text, "exit %d", &status) == 1 && status >= 0 && status <= EXIT_STATUS_MAX)
        outcome->exit_status = status;
}

/* Sent where the kernel is tainted, whatever words it has for that. */
static void take_kernel(struct lab_outcome *outcome, const char *log)
{
    if (console_trouble(log, outcome->kernel_trouble, sizeof(outcome->kernel_trouble)) == CONSOLE_QUIET)
        snprintf(outcome->kernel_trouble, sizeof(outcome->kernel_trouble),
                 "the kernel is tainted by a warning or an oops that its log does not show");
}

static void take_frame(struct lab_outcome *outcome, struct frame *frame)
{
    char **place = strcmp(frame->name, FRAME_OUTPUT) == 0     ? &outcome->output
                   : strcmp(frame->name, FRAME_ERRORS) == 0   ? &outcome->errors
                   : strcmp(frame->name, FRAME_DOCUMENT) == 0 ? &outcome->document
                                                              : NULL;

    if (strcmp(frame->name, FRAME_STATUS) == 0)
        take_status(outcome, frame->data);
    else if (strcmp(frame->name, FRAME_KERNEL) == 0)
        take_kernel(outcome, frame->data);
    if (place) {
        free(*place);
        *place = TAKE_PTR(frame->data);
    }
    free(frame->data);
}

int lab_outcome_take(struct lab_outcome *outcome, const char *received, size_t size)
{
    size_t offset = 0;

    for (;;) {
        struct frame frame;
        int result = frame_read(received, size, &offset, &frame);
        bool last = result == 0 && strcmp(frame.name, FRAME_END) == 0;

        if (result)
            return result;
        take_frame(outcome, &frame);
        if (last)
            return outcome->exit_status < 0 ? -EBADMSG : 0;
    }
}

void lab_outcome_free(struct lab_outcome *outcome)
{
    free(outcome->output);
    free(outcome->errors);
    free(outcome->document);
    *outcome = (struct lab_outcome){.exit_status = -1};
}
