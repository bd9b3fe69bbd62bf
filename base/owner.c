/* SPDX-License-Identifier: GPL-2.0 */
#include "base/owner.h"
#include "base/process.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PREFIX "tracetoll-"

static int pid_namespace(unsigned long long *inode)
{
    struct stat status;

    if (stat("/proc/self/ns/pid", &status) != 0)
        return -errno;
    *inode = status.st_ino;
    return 0;
}

int owner_name(char name[OWNER_NAME_MAX])
{
    uint64_t ticks = 0;
    unsigned long long inode = 0;
    int result = process_started(getpid(), &ticks);

    if (result == 0)
        result = pid_namespace(&inode);
    snprintf(name, OWNER_NAME_MAX, PREFIX "%d-%" PRIu64 "-%llu", (int)getpid(), ticks, inode);
    return result;
}

/* Nothing, or "." and a number: which one of those that a process has in one place. */
static bool is_count(const char *text)
{
    if (text[0] == '\0')
        return true;
    return text[0] == '.' && text[1] != '\0' && text[1 + strspn(text + 1, "0123456789")] == '\0';
}

bool owner_is_gone(const char *name)
{
    unsigned long long made_ticks, made_in, inode = 0;
    uint64_t ticks = 0;
    int pid, end = 0, result;

    if (sscanf(name, PREFIX "%d-%llu-%llu%n", &pid, &made_ticks, &made_in, &end) != 3 ||
        !is_count(name + end))
        return false;
    if (pid_namespace(&inode) != 0 || inode != made_in)
        return false; /* its PIDs are not ours */
    result = process_started(pid, &ticks);
    /* Any other error says nothing of it; what belongs to the living must stay. */
    return result == 0 ? ticks != made_ticks : result == -ENOENT || result == -ESRCH;
}
