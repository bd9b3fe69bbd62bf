/* SPDX-License-Identifier: GPL-2.0 */
/* Softirqs by kind, all CPUs together. */
#include "agents/proc_parse.h"
#include "agents/sampler.h"
#include "base/cleanup.h"
#include "base/files.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

struct softirq_state {
    int fd;
    char buffer[256 * 1024]; /* ten rows of one column per possible CPU */
};

static int softirq_open(void **state, const struct sampler_place *place, struct error *error)
{
    OWNED_FD int fd = open("/proc/softirqs", O_RDONLY | O_CLOEXEC);
    struct softirq_state *softirq;

    (void)place;
    if (fd < 0)
        return 0;
    softirq = malloc(sizeof(*softirq));
    if (!softirq)
        return error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "Not enough memory for the softirq sampler.");
    softirq->fd = take_fd(&fd);
    *state = softirq;
    return 0;
}

static void softirq_close(void *state)
{
    struct softirq_state *softirq = state;

    close_fd(&softirq->fd);
    free(softirq);
}

static void set_row(void *context, struct text name, uint64_t sum)
{
    char value[VALUE_NAME_MAX] = "softirq.";
    size_t length = 8;

    while (name.at < name.end && length + 1 < sizeof(value))
        value[length++] = (char)tolower((unsigned char)*name.at++);
    value[length] = '\0';
    values_set(context, value, (double)sum);
}

static void softirq_counters(void *state, const struct sampler_place *place, struct values *values)
{
    struct softirq_state *softirq = state;
    ssize_t length = file_reread(softirq->fd, softirq->buffer, sizeof(softirq->buffer));

    (void)place;
    if (length >= 0)
        parse_softirqs(text_of(softirq->buffer, (size_t)length), set_row, values);
}

const struct sampler_ops sampler_softirq = {
    .name = "softirq",
    .summary = "softirqs run, by kind",
    .open = softirq_open,
    .counters = softirq_counters,
    .close = softirq_close,
};
