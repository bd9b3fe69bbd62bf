/* SPDX-License-Identifier: GPL-2.0 */
#include "workloads/stressors.h"

#include <string.h>

#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

#define SCHED                                                                                                \
    "tracepoint:sched:sched_switch", "tracepoint:sched:sched_waking", "tracepoint:sched:sched_wakeup",       \
        "software:context-switches"
#define CALLS "tracepoint:raw_syscalls:sys_enter", "tracepoint:raw_syscalls:sys_exit"

const struct stressor stressors[] = {
    {"cpu", NULL, "computes", NULL},
    {"matrix", NULL, "computes", NULL},
    {"vecmath", NULL, "computes", NULL},
    {"qsort", NULL, "sorts 256 KiB of its own", NULL},
    {"bsearch", NULL, "searches 256 KiB of its own", NULL},
    {"hash", NULL, "computes", NULL},
    {"memcpy", NULL, "copies 2 MiB of its own", NULL},
    {"cache", NULL, "reads and writes a buffer of the size of the last-level cache", NULL},
    {"stream", NULL, "reads and writes buffers of a few MiB", NULL},
    {"vm", WORDS("--vm-bytes", "64M"), "64 MiB a worker",
     WORDS("syscall:mmap", "syscall:munmap", "tracepoint:exceptions:page_fault_user", "software:page-faults",
           "tracepoint:kmem:mm_page_alloc", CALLS)},
    {"mmap", WORDS("--mmap-bytes", "16M"), "16 MiB a worker",
     WORDS("syscall:mmap", "syscall:munmap", "syscall:mprotect", "tracepoint:exceptions:page_fault_user",
           "software:page-faults", CALLS)},
    {"malloc", WORDS("--malloc-bytes", "16M"), "16 MiB a worker",
     WORDS("uprobe:libc:malloc", "uprobe:libc:free")},
    {"fault", NULL, "page faults on a file of one page",
     WORDS("tracepoint:exceptions:page_fault_user", "software:page-faults", "software:minor-faults")},
    {"switch", NULL, "two tasks and a pipe", WORDS("syscall:read", "syscall:write", SCHED, CALLS)},
    {"context", NULL, "swapcontext() in one process", NULL},
    {"pipe", NULL, "two tasks and a pipe", WORDS("syscall:read", "syscall:write", SCHED, CALLS)},
    {"futex", NULL, "two tasks and a futex", WORDS("syscall:futex", SCHED, CALLS)},
    {"sem", NULL, "POSIX semaphores of its own", WORDS("syscall:futex", SCHED, CALLS)},
    {"yield", NULL, "sched_yield()", WORDS("syscall:sched_yield", SCHED, CALLS)},
    {"nanosleep", NULL, "threads that sleep",
     WORDS("syscall:clock_nanosleep", "tracepoint:timer:hrtimer_start", SCHED, CALLS)},
    {"timer", WORDS("--timer-freq", "10000"), "10,000 timer signals per second a worker",
     WORDS("tracepoint:timer:hrtimer_start", "tracepoint:timer:hrtimer_expire_entry",
           "tracepoint:signal:signal_generate", "tracepoint:signal:signal_deliver", CALLS)},
    {"kill", NULL, "signals to itself",
     WORDS("syscall:kill", "tracepoint:signal:signal_generate", "tracepoint:signal:signal_deliver", CALLS)},
    {"fork", NULL, "one child at a time, which ends at once",
     WORDS("tracepoint:sched:sched_process_fork", "tracepoint:sched:sched_process_exit",
           "tracepoint:task:task_newtask", SCHED, CALLS)},
    {"get", NULL, "system calls that only read", WORDS("syscall:getpid", CALLS)},
    {"null", NULL, "writes to /dev/null", WORDS("syscall:write", "function:vfs_write", CALLS)},
    {"zero", NULL, "reads /dev/zero", WORDS("syscall:read", "function:vfs_read", CALLS)},
    {"io", NULL, "sync(): waits for what the host has to write anyway", WORDS("syscall:sync", CALLS)},
    {"hdd", WORDS("--hdd-bytes", "16M"), "a file of 16 MiB a worker in a private directory",
     WORDS("syscall:write", "syscall:read", "syscall:openat", "syscall:unlink", "function:vfs_write",
           "tracepoint:block:block_rq_issue", "tracepoint:block:block_rq_complete", CALLS)},
    {"epoll", NULL, "sockets of the local host, in a namespace of the run",
     WORDS("syscall:epoll_wait", "syscall:accept", "syscall:connect", "tracepoint:sock:inet_sock_set_state",
           SCHED, CALLS)},
    {NULL, NULL, NULL, NULL},
};

const struct refused_stressor refused_stressors[] = {
    {"bigheap", "takes memory until the host has none"},
    {"brk", "takes memory until the host has none"},
    {"stack", "takes memory until the host has none"},
    {"oom-pipe", "takes memory until the host has none"},
    {"clone", "fills the table of processes"},
    {"zombie", "fills the table of processes"},
    {"dev", "opens and reads devices of the host"},
    {"sysfs", "writes to the host's /sys"},
    {"procfs", "writes to the host's /proc"},
    {"cpu-online", "takes CPUs of the host offline"},
    {"clock", "may set the host's clock"},
    {"adjtimex", "may set the host's clock"},
    {"swap", "changes the host's swap"},
    {"binderfs", "mounts file systems"},
    {"loop", "takes loop devices of the host"},
    {"module", "loads kernel modules"},
    {"netdev", "looks through the host's interfaces"},
    {"rawdev", "reads block devices of the host"},
    {"watchdog", "may reboot the host"},
    {"klog", "reads and changes the host's kernel log"},
    {"bad-ioctl", "sends ioctls to devices of the host"},
    {"ramfs", "mounts file systems"},
    {NULL, NULL},
};

const struct stressor *stressor_find(const char *name)
{
    for (const struct stressor *stressor = stressors; stressor->name; stressor++)
        if (strcmp(stressor->name, name) == 0)
            return stressor;
    return NULL;
}

const char *stressor_refusal(const char *name)
{
    for (const struct refused_stressor *refused = refused_stressors; refused->name; refused++)
        if (strcmp(refused->name, name) == 0)
            return refused->why;
    return NULL;
}
