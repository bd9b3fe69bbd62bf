/* SPDX-License-Identifier: GPL-2.0 */
/* Our side of the keeper; its own is agents/keeper_main.c. */
#include "agents/keeper.h"
#include "agents/keeper_shared.h"
#include "base/cleanup.h"
#include "base/clock.h"

#include <ctype.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/wait.h>

struct keeper {
    struct keeper_shared *shared; /* mapped by both */
    pid_t pid;
    int socket_fd;
    uint32_t attachment;
};

static struct keeper_shared *map_shared(void)
{
    void *memory =
        mmap(NULL, sizeof(struct keeper_shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    return memory == MAP_FAILED ? NULL : memory;
}

/* Signals are blocked across the fork, so that none reaches the child before it has its own mask. */
static int fork_keeper(struct keeper *keeper, const char *run_cgroup)
{
    OWNED_FD int parent_pidfd = pidfd_open(getpid(), 0);
    int sockets[2] = {-1, -1};
    sigset_t all, before;

    if (parent_pidfd < 0 || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) != 0)
        return -errno;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &before);
    keeper->pid = fork();
    if (keeper->pid == 0)
        keeper_main(keeper->shared, sockets[1], parent_pidfd, run_cgroup);
    sigprocmask(SIG_SETMASK, &before, NULL);
    close(sockets[1]);
    if (keeper->pid < 0) {
        close(sockets[0]);
        return -errno;
    }
    keeper->socket_fd = sockets[0];
    return 0;
}

int keeper_start(struct keeper **keeper, const char *run_cgroup, struct error *error)
{
    struct keeper *made = calloc(1, sizeof(*made));
    int result = made ? 0 : -ENOMEM;

    if (made) {
        made->socket_fd = -1;
        made->shared = map_shared();
        result = made->shared ? fork_keeper(made, run_cgroup) : -ENOMEM;
    }
    if (result != 0) {
        if (made && made->shared)
            munmap(made->shared, sizeof(*made->shared));
        free(made);
        return error_set(error, EXIT_ENVIRONMENT, result,
                         "cannot start the keeper process: %s; free memory or raise the limit of processes",
                         strerror(-result));
    }
    *keeper = made;
    return 0;
}

void keeper_stop(struct keeper *keeper)
{
    if (!keeper)
        return;
    kill(keeper->pid, SIGKILL);
    while (waitpid(keeper->pid, NULL, 0) < 0 && errno == EINTR)
        ;
    close_fd(&keeper->socket_fd);
    munmap(keeper->shared, sizeof(*keeper->shared));
    free(keeper);
}

int keeper_set_last_command(struct keeper *keeper, const char *command)
{
    struct keeper_shared *shared = keeper->shared;
    uint32_t place = atomic_load(&shared->last_command) == 1 ? 2 : 1;

    if (!command) {
        atomic_store(&shared->last_command, 0);
        return 0;
    }
    if (strlen(command) >= KEEPER_COMMAND_MAX)
        return -ENAMETOOLONG;
    snprintf(shared->commands[place - 1], KEEPER_COMMAND_MAX, "%s", command);
    atomic_store(&shared->last_command, place);
    return 0;
}

void keeper_set_switching(struct keeper *keeper, pid_t group)
{
    atomic_store(&keeper->shared->switching, group);
}

int keeper_drain(struct keeper *keeper, const int pipes[KEEPER_STREAMS], const int files[KEEPER_STREAMS],
                 uint64_t bytes_max)
{
    struct keeper_message message = {.attachment = ++keeper->attachment, .bytes_max = bytes_max};
    union {
        char bytes[CMSG_SPACE(2 * KEEPER_STREAMS * sizeof(int))];
        struct cmsghdr align;
    } control = {0};
    struct iovec part = {.iov_base = &message, .iov_len = sizeof(message)};
    struct msghdr header = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control.bytes};
    struct cmsghdr *rights = &control.align;
    int fds[2 * KEEPER_STREAMS];
    unsigned count = KEEPER_STREAMS;

    memcpy(fds, pipes, KEEPER_STREAMS * sizeof(int));
    for (unsigned i = 0; i < KEEPER_STREAMS; i++) {
        message.has_file[i] = files[i] >= 0;
        if (files[i] >= 0)
            fds[count++] = files[i];
    }
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(count * sizeof(int));
    header.msg_controllen = CMSG_SPACE(count * sizeof(int));
    memcpy(CMSG_DATA(rights), fds, count * sizeof(int));
    return sendmsg(keeper->socket_fd, &header, MSG_NOSIGNAL) < 0 ? -errno : 0;
}

int keeper_wait_drained(struct keeper *keeper, uint64_t deadline_ns)
{
    struct timespec pause = clock_timespec(NS_PER_MS / 2);

    for (;;) {
        if (atomic_load(&keeper->shared->attachment) == keeper->attachment &&
            atomic_load(&keeper->shared->open_streams) == 0)
            return 0;
        if (clock_now_ns() >= deadline_ns)
            return -ETIMEDOUT;
        nanosleep(&pause, NULL);
    }
}

void keeper_counts(const struct keeper *keeper, struct keeper_counts *counts)
{
    counts->lost_events = atomic_load(&keeper->shared->lost_events);
    counts->lost_lines = atomic_load(&keeper->shared->lost_lines);
    counts->output_bytes = atomic_load(&keeper->shared->output_bytes);
}

/* The keeper may be writing: what it has overwritten meanwhile is read again, a few times at most. */
static size_t read_ring(const struct keeper_tail_ring *ring, char *bytes, size_t size)
{
    uint64_t end, start, wanted = size < TAIL_BYTES / 2 ? size : TAIL_BYTES / 2;

    for (int attempt = 0; attempt < 4; attempt++) {
        end = atomic_load(&ring->written);
        start = end > wanted ? end - wanted : 0;
        for (uint64_t i = start; i < end; i++)
            bytes[i - start] = ring->bytes[i % TAIL_BYTES];
        if (atomic_load(&ring->written) - start <= TAIL_BYTES)
            break;
    }
    return (size_t)(end - start);
}

static size_t clean(char *text, size_t length)
{
    while (length > 0 && isspace((unsigned char)text[length - 1]))
        length--;
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)text[i] < ' ' && text[i] != '\n' && text[i] != '\t')
            text[i] = '?';
    text[length] = '\0';
    return length;
}

char *keeper_tail(const struct keeper *keeper, char *text, size_t size)
{
    static const int order[] = {KEEPER_STDERR, KEEPER_STDOUT};
    size_t length = 0;

    text[0] = '\0';
    for (size_t i = 0; length == 0 && i < ARRAY_SIZE(order); i++) {
        const struct keeper_tail_ring *ring = &keeper->shared->tails[order[i]];
        size_t got = read_ring(ring, text, size - 1);
        bool cut = got < atomic_load(&ring->written);
        char *newline = cut ? memchr(text, '\n', got) : NULL;

        if (newline && newline + 1 < text + got) { /* begin with a whole line */
            got -= (size_t)(newline + 1 - text);
            memmove(text, newline + 1, got);
        }
        length = clean(text, got);
    }
    return text;
}

char *keeper_compiler_error(const struct keeper *keeper, char *text, size_t size)
{
    bool has = atomic_load(&keeper->shared->has_compiler_error);
    int length = snprintf(text, size, "%s", has ? keeper->shared->compiler_error : "");

    clean(text, (size_t)length < size ? (size_t)length : size - 1);
    return text;
}
