/* SPDX-License-Identifier: GPL-2.0 */
#include "netns/netns.h"
#include "base/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

/* Of the calling thread: the process may have others, in other namespaces. */
static int current_netns(void)
{
    int fd = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);

    return fd < 0 ? -errno : fd;
}

/* Going on in the wrong network would send traffic where none may go; there is no state worth saving here. */
static void return_to(int netns_fd)
{
    if (setns(netns_fd, CLONE_NEWNET) != 0)
        abort();
}

static int loopback_up(void)
{
    OWNED_FD int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_LOOPBACK | IFF_RUNNING};

    if (fd < 0)
        return -errno;
    return ioctl(fd, SIOCSIFFLAGS, &request) == 0 ? 0 : -errno;
}

int netns_create(void)
{
    OWNED_FD int here = current_netns();
    int created, result;

    if (here < 0)
        return here;
    if (unshare(CLONE_NEWNET) != 0)
        return -errno;
    created = current_netns();
    result = created < 0 ? created : loopback_up();
    return_to(here);
    if (result < 0) {
        close_fd(&created);
        return result;
    }
    return created;
}

int netns_call(int netns_fd, int (*fn)(void *argument), void *argument)
{
    OWNED_FD int here = -1;
    int result;

    if (netns_fd < 0)
        return fn(argument);
    here = current_netns();
    if (here < 0)
        return here;
    if (setns(netns_fd, CLONE_NEWNET) != 0)
        return -errno;
    result = fn(argument);
    return_to(here);
    return result;
}
