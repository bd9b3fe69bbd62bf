/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Traffic that changes by itself, in a network namespace of its own: datagrams over loopback whose rate goes
 * up and down between RATE and twice that, from the one to the other in SECONDS. Ends after LIFE seconds, or
 * with whoever started it. No target: what `observe` looks at.
 */
#include "base/clock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <math.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define TICK_NS (5 * NS_PER_MS)

static int raise_loopback(void)
{
    struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING};
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    int result = fd < 0 ? -1 : ioctl(fd, SIOCSIFFLAGS, &request);

    close(fd);
    return result;
}

/* Sends to itself. */
static int open_socket(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof(address);
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    if (fd < 0 || bind(fd, (struct sockaddr *)&address, size) != 0 ||
        getsockname(fd, (struct sockaddr *)&address, &size) != 0 ||
        connect(fd, (struct sockaddr *)&address, size) != 0)
        return -1;
    return fd;
}

/* Datagrams a second: the rate, twice that after `half`, and back again. */
static double rate_at(double rate, double half, double t)
{
    return rate * pow(2, (1 - cos(M_PI * t / half)) / 2);
}

int main(int argc, char **argv)
{
    double rate = argc == 4 ? atof(argv[1]) : 0, half = argc == 4 ? atof(argv[2]) : 0;
    double life = argc == 4 ? atof(argv[3]) : 0, owed = 0, t = 0;
    uint64_t start_ns, last_ns;
    char data[64] = "";
    int fd;

    if (!(rate > 0 && half > 0 && life > 0)) {
        fprintf(stderr, "usage: day_curve RATE SECONDS LIFE\n");
        return 2;
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (unshare(CLONE_NEWNET) != 0 || raise_loopback() != 0 || (fd = open_socket()) < 0) {
        fprintf(stderr, "day_curve: %s\n", strerror(errno));
        return 1;
    }
    for (start_ns = last_ns = clock_now_ns(); t < life; t = (double)(last_ns - start_ns) / 1e9) {
        struct timespec pause = clock_timespec(TICK_NS);
        uint64_t now_ns;

        nanosleep(&pause, NULL);
        now_ns = clock_now_ns();
        owed += rate_at(rate, half, t) * (double)(now_ns - last_ns) / 1e9;
        last_ns = now_ns;
        for (; owed >= 1; owed--) {
            if (send(fd, data, sizeof(data), 0) < 0)
                break;
            while (recv(fd, data, sizeof(data), 0) > 0)
                ;
        }
        if (owed > rate) /* a busy machine: what is a second late is given up */
            owed = 0;
    }
    return 0;
}
