/* SPDX-License-Identifier: GPL-2.0 */
#include "base/owner.h"
#include "base/cleanup.h"
#include "base/files.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define PREFIX "tracetoll-"

/* In clock ticks since boot: field 22 of /proc/PID/stat, behind a name that may hold blanks. */
static int start_time(int pid, unsigned long long *ticks)
{
    OWNED_PTR char *text = NULL;
    char path[32], *field;

    snprintf(path, sizeof(path), "/proc/%d/stat", pid);
    text = file_read(path, 4096);
    if (!text)
        return -errno;
    field = strrchr(text, ')');
    if (!field ||
        sscanf(field + 1, " %*c %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %llu",
               ticks) != 1)
        return -EINVAL;
    return 0;
}

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
    unsigned long long ticks = 0, inode = 0;
    int result = start_time(getpid(), &ticks);

    if (result == 0)
        result = pid_namespace(&inode);
    snprintf(name, OWNER_NAME_MAX, PREFIX "%d-%llu-%llu", (int)getpid(), ticks, inode);
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
    unsigned long long made_ticks, made_in, ticks = 0, inode = 0;
    int pid, end = 0, result;

    if (sscanf(name, PREFIX "%d-%llu-%llu%n", &pid, &made_ticks, &made_in, &end) != 3 ||
        !is_count(name + end))
        return false;
    if (pid_namespace(&inode) != 0 || inode != made_in)
        return false; /* its PIDs are not ours */
    result = start_time(pid, &ticks);
    /* Any other error says nothing of it; what belongs to the living must stay. */
    return result == 0 ? ticks != made_ticks : result == -ENOENT || result == -ESRCH;
}
