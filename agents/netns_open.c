/* SPDX-License-Identifier: GPL-2.0 */
#include "agents/netns_open.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>

struct request {
    int netns_fd;
    const char *path;
    int result;
};

static void *open_inside(void *argument)
{
    struct request *request = argument;

    if (request->netns_fd >= 0 && setns(request->netns_fd, CLONE_NEWNET) != 0) {
        request->result = -errno;
        return NULL;
    }
    request->result = open(request->path, O_RDONLY | O_CLOEXEC);
    if (request->result < 0)
        request->result = -errno;
    return NULL;
}

/* A thread of its own, since a namespace belongs to a thread: there is no way back that could fail. */
int netns_open_file(int netns_fd, const char *path)
{
    struct request request = {netns_fd, path, -EIO};
    pthread_t thread;
    int result = pthread_create(&thread, NULL, open_inside, &request);

    if (result != 0)
        return -result;
    pthread_join(thread, NULL);
    return request.result;
}
