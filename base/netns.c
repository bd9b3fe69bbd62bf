/* SPDX-License-Identifier: GPL-2.0 */
#include "base/netns.h"
#include "base/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <pthread.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

struct request {
    int (*enter)(int netns_fd);
    int netns_fd;
    int (*fn)(void *argument);
    void *argument;
    int result;
};

static int enter_that(int netns_fd)
{
    return setns(netns_fd, CLONE_NEWNET) == 0 ? 0 : -errno;
}

static int enter_new(int netns_fd)
{
    (void)netns_fd;
    return unshare(CLONE_NEWNET) == 0 ? 0 : -errno;
}

static void *run_inside(void *argument)
{
    struct request *request = argument;

    request->result = request->enter(request->netns_fd);
    if (request->result == 0)
        request->result = request->fn(request->argument);
    return NULL;
}

/* In a thread of its own, since a namespace belongs to a thread: there is no way back, which could fail and
 * would leave us where our traffic must not go. */
static int run_in_thread(struct request *request)
{
    pthread_t thread;
    int result = pthread_create(&thread, NULL, run_inside, request);

    if (result != 0)
        return -result;
    pthread_join(thread, NULL);
    return request->result;
}

int netns_loopback_up(void)
{
    OWNED_FD int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_LOOPBACK | IFF_RUNNING};

    if (fd < 0)
        return -errno;
    return ioctl(fd, SIOCSIFFLAGS, &request) == 0 ? 0 : -errno;
}

static int open_path(void *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    return fd < 0 ? -errno : fd;
}

static int open_with_loopback(void *argument)
{
    int result = netns_loopback_up();

    (void)argument;
    return result ? result : open_path("/proc/thread-self/ns/net");
}

int netns_create(void)
{
    struct request request = {.enter = enter_new, .fn = open_with_loopback};

    return run_in_thread(&request);
}

int netns_call(int netns_fd, int (*fn)(void *argument), void *argument)
{
    struct request request = {enter_that, netns_fd, fn, argument, 0};

    return netns_fd < 0 ? fn(argument) : run_in_thread(&request);
}

int netns_open_file(int netns_fd, const char *path)
{
    return netns_call(netns_fd, open_path, (void *)path);
}
