/* SPDX-License-Identifier: GPL-2.0 */
#include "base/cpus.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

int cpus_allowed(int *cpus, int size)
{
    cpu_set_t set;
    int count = 0;

    if (sched_getaffinity(0, sizeof(set), &set) != 0)
        return -errno;
    for (int cpu = 0; cpu < CPU_SETSIZE && count < size; cpu++)
        if (CPU_ISSET(cpu, &set))
            cpus[count++] = cpu;
    return count;
}

int cpu_pin(int cpu)
{
    cpu_set_t set;

    CPU_ZERO(&set);
    CPU_SET(cpu, &set);
    return sched_setaffinity(0, sizeof(set), &set) == 0 ? 0 : -errno;
}

int cpu_unpin(pid_t tid)
{
    cpu_set_t all;

    memset(&all, 0xff, sizeof(all));
    return sched_setaffinity(tid, sizeof(all), &all) == 0 ? 0 : -errno;
}

int cpus_online(void)
{
    return (int)sysconf(_SC_NPROCESSORS_ONLN);
}
