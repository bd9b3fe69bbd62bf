/* SPDX-License-Identifier: GPL-2.0 */
#include "agents/netns_open.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>

struct request {
    int netns_fd;
    int (*fn)(void *argument);
    void *argument;
    int result;
};

static void *run_inside(void *argument)
{
    struct request *request = argument;

    if (request->netns_fd >= 0 && setns(request->netns_fd, CLONE_NEWNET) != 0)
        request->result = -errno;
    else
        request->result = request->fn(request->argument);
    return NULL;
}

/* A thread of its own, since a namespace belongs to a thread: there is no way back that could fail. */
int netns_run(int netns_fd, int (*fn)(void *argument), void *argument)
{
    struct request request = {netns_fd, fn, argument, -EIO};
    pthread_t thread;
    int result = pthread_create(&thread, NULL, run_inside, &request);

    if (result != 0)
        return -result;
    pthread_join(thread, NULL);
    return request.result;
}

static int open_path(void *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    return fd < 0 ? -errno : fd;
}

int netns_open_file(int netns_fd, const char *path)
{
    return netns_run(netns_fd, open_path, (void *)path);
}
