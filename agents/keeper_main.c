/* SPDX-License-Identifier: GPL-2.0 */
/* The keeper's own process. */
#include "agents/cgroup.h"
#include "agents/keeper_shared.h"
#include "agents/loss_lines.h"
#include "agents/toggle_command.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/cpus.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#define LAST_COMMAND_ATTEMPTS 3
#define LAST_COMMAND_PAUSE_NS (200 * NS_PER_MS)
#define SWITCHING_PAUSES      10
#define SWITCHING_PAUSE_NS    (10 * NS_PER_MS)

struct stream {
    int pipe_fd, file_fd; /* -1: closed */
    uint64_t room_bytes;  /* left in the file */
    struct loss_lines losses;
    struct compiler_error error;
};

struct state {
    struct keeper_shared *shared;
    struct stream streams[KEEPER_STREAMS];
    int socket_fd, parent_pidfd;
};

/* Moves a descriptor to `number`, closing what is there. */
static int move_fd(int fd, int number)
{
    if (fd == number)
        return fd;
    dup3(fd, number, O_CLOEXEC);
    return number;
}

/* Keeps the two descriptors and drops the rest: namespaces, links and pipes must not live on in here. */
static void drop_inherited(struct state *state)
{
    int socket_fd = fcntl(state->socket_fd, F_DUPFD_CLOEXEC, 10);
    int parent_pidfd = fcntl(state->parent_pidfd, F_DUPFD_CLOEXEC, 10);
    int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);

    for (int fd = 0; fd < 3 && null_fd >= 0; fd++)
        dup2(null_fd, fd);
    state->socket_fd = move_fd(socket_fd, 3);
    state->parent_pidfd = move_fd(parent_pidfd, 4);
    if (syscall(SYS_close_range, 5, ~0u, 0) != 0)
        for (int fd = 5; fd < (int)sysconf(_SC_OPEN_MAX); fd++)
            close(fd);
}

static void set_up(struct state *state)
{
    drop_inherited(state);
    setsid();
    prctl(PR_SET_NAME, "tracetoll-keep");
    prctl(PR_SET_PDEATHSIG, 0);
    cpu_unpin(0); /* we may be pinned to the workload's CPU */
    signal(SIGPIPE, SIG_IGN);
}

static void end_stream(struct state *state, struct stream *stream)
{
    uint64_t lines = stream->losses.lines, events = stream->losses.events;

    if (stream->pipe_fd < 0)
        return;
    loss_lines_end(&stream->losses);
    atomic_fetch_add(&state->shared->lost_lines, stream->losses.lines - lines);
    atomic_fetch_add(&state->shared->lost_events, stream->losses.events - events);
    close_fd(&stream->pipe_fd);
    close_fd(&stream->file_fd);
    atomic_fetch_sub(&state->shared->open_streams, 1);
}

/* A full disk ends the copy, not the draining. */
static void copy_to_file(struct stream *stream, const char *data, size_t size)
{
    size_t wanted = size < stream->room_bytes ? size : (size_t)stream->room_bytes;

    while (wanted > 0 && stream->file_fd >= 0) {
        ssize_t put = write(stream->file_fd, data, wanted);

        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0) {
            close_fd(&stream->file_fd);
            return;
        }
        data += put;
        wanted -= (size_t)put;
        stream->room_bytes -= (uint64_t)put;
    }
}

static void add_to_tail(struct keeper_tail_ring *ring, const char *data, size_t size)
{
    uint64_t written = atomic_load(&ring->written);
    size_t skipped = size > TAIL_BYTES ? size - TAIL_BYTES : 0;

    for (size_t i = skipped; i < size; i++)
        ring->bytes[(written + i) % TAIL_BYTES] = data[i];
    atomic_store(&ring->written, written + size);
}

/* The first one of either stream. */
static void look_for_error(struct keeper_shared *shared, struct stream *stream, const char *data, size_t size)
{
    if (atomic_load(&shared->has_compiler_error))
        return;
    compiler_error_feed(&stream->error, data, size);
    if (!stream->error.found)
        return;
    memcpy(shared->compiler_error, stream->error.line, sizeof(shared->compiler_error));
    atomic_store(&shared->has_compiler_error, true);
}

static void read_stream(struct state *state, unsigned number)
{
    struct stream *stream = &state->streams[number];
    uint64_t lines = stream->losses.lines, events = stream->losses.events;
    char data[16384];
    ssize_t got = read(stream->pipe_fd, data, sizeof(data));

    if (got < 0 && (errno == EINTR || errno == EAGAIN))
        return;
    if (got <= 0) {
        end_stream(state, stream);
        return;
    }
    copy_to_file(stream, data, (size_t)got);
    add_to_tail(&state->shared->tails[number], data, (size_t)got);
    look_for_error(state->shared, stream, data, (size_t)got);
    loss_lines_feed(&stream->losses, data, (size_t)got);
    atomic_fetch_add(&state->shared->lost_lines, stream->losses.lines - lines);
    atomic_fetch_add(&state->shared->lost_events, stream->losses.events - events);
    atomic_fetch_add(&state->shared->output_bytes, (uint64_t)got);
}

static void begin_streams(struct state *state, const struct keeper_message *message, const int *fds)
{
    unsigned next_file = KEEPER_STREAMS;

    for (unsigned i = 0; i < KEEPER_STREAMS; i++) {
        end_stream(state, &state->streams[i]);
        state->streams[i] = (struct stream){.pipe_fd = fds[i],
                                            .file_fd = message->has_file[i] ? fds[next_file++] : -1,
                                            .room_bytes = message->bytes_max};
        atomic_store(&state->shared->tails[i].written, 0);
    }
    atomic_store(&state->shared->has_compiler_error, false);
    atomic_store(&state->shared->open_streams, KEEPER_STREAMS);
    atomic_store(&state->shared->attachment, message->attachment);
}

/* false: nobody will send any more. */
static bool take_message(struct state *state)
{
    struct keeper_message message;
    union {
        char bytes[CMSG_SPACE(2 * KEEPER_STREAMS * sizeof(int))];
        struct cmsghdr align;
    } control;
    struct iovec part = {.iov_base = &message, .iov_len = sizeof(message)};
    struct msghdr header = {.msg_iov = &part,
                            .msg_iovlen = 1,
                            .msg_control = control.bytes,
                            .msg_controllen = sizeof(control.bytes)};
    ssize_t got = recvmsg(state->socket_fd, &header, MSG_CMSG_CLOEXEC);
    struct cmsghdr *rights = got == sizeof(message) ? CMSG_FIRSTHDR(&header) : NULL;
    int fds[2 * KEEPER_STREAMS];

    if (rights && rights->cmsg_type == SCM_RIGHTS && rights->cmsg_len <= CMSG_LEN(sizeof(fds))) {
        memcpy(fds, CMSG_DATA(rights), rights->cmsg_len - CMSG_LEN(0));
        begin_streams(state, &message, fds);
    }
    return got > 0;
}

/* What must not be left as it is; nobody is there any more to be told that it failed. */
/* Its leader may have died with us, and others of the group go on. */
static void end_switching(const struct keeper_shared *shared)
{
    pid_t group = atomic_load(&shared->switching);
    struct timespec pause = clock_timespec(SWITCHING_PAUSE_NS);

    if (group <= 0)
        return;
    for (unsigned i = 0; i < SWITCHING_PAUSES && kill(-group, SIGKILL) == 0; i++)
        nanosleep(&pause, NULL); /* also one that waits for init to take it away */
}

static void run_last_command(const struct keeper_shared *shared)
{
    uint32_t place = atomic_load(&shared->last_command);
    struct timespec pause = clock_timespec(LAST_COMMAND_PAUSE_NS);
    pid_t parent = getpid();

    for (unsigned attempt = 0; place != 0 && attempt < LAST_COMMAND_ATTEMPTS; attempt++) {
        pid_t pid = fork();
        int status = -1;

        if (pid == 0)
            toggle_command_become(shared->commands[place - 1], -1, parent);
        if (pid > 0 && waitpid(pid, &status, 0) == pid && status == 0)
            return;
        nanosleep(&pause, NULL);
    }
}

void keeper_main(struct keeper_shared *shared, int socket_fd, int parent_pidfd, const char *run_cgroup)
{
    struct state state = {.shared = shared, .socket_fd = socket_fd, .parent_pidfd = parent_pidfd};

    for (unsigned i = 0; i < KEEPER_STREAMS; i++)
        state.streams[i] = (struct stream){.pipe_fd = -1, .file_fd = -1};
    set_up(&state);
    for (;;) {
        struct pollfd waited[2 + KEEPER_STREAMS] = {{.fd = state.parent_pidfd, .events = POLLIN},
                                                    {.fd = state.socket_fd, .events = POLLIN}};

        for (unsigned i = 0; i < KEEPER_STREAMS; i++)
            waited[2 + i] = (struct pollfd){.fd = state.streams[i].pipe_fd, .events = POLLIN};
        if (poll(waited, ARRAY_SIZE(waited), -1) < 0)
            continue;
        if (waited[0].revents)
            break;
        for (unsigned i = 0; i < KEEPER_STREAMS; i++)
            if (waited[2 + i].revents)
                read_stream(&state, i);
        if (waited[1].revents && !take_message(&state))
            close_fd(&state.socket_fd);
    }
    end_switching(shared);
    run_last_command(shared);
    cgroup_destroy(run_cgroup);
    _exit(0);
}
