/* SPDX-License-Identifier: GPL-2.0 */
/* The command, and what comes back of it. */
#include "agents/guest/guest.h"
#include "agents/lab/frame.h"
#include "agents/lab/protocol.h"
#include "base/cleanup.h"
#include "base/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/klog.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define ARGUMENTS_MAX 256
#define OUTPUT        "/run/lab/output"
#define ERRORS        "/run/lab/errors"
#define LOG_MAX       (1 << 20)
#define TAINT_SHOWN                                                                                          \
    (1 << 7 | 1 << 9) /* died (oops), warned: Documentation/admin-guide/tainted-kernels.rst                  \
                       */

static void redirect(const char *path, int flags, int as)
{
    OWNED_FD int fd = open(path, flags | O_CLOEXEC, 0600);

    if (fd >= 0)
        dup2(fd, as);
}

/* In the child. */
static void execute(const struct guest_config *config)
{
    char *argv[ARGUMENTS_MAX + 1] = {NULL};
    const char *directory = guest_config_one(config, "directory"), *value;
    unsigned count = 0;
    size_t position = 0;

    redirect("/dev/null", O_RDONLY, 0);
    redirect(OUTPUT, O_WRONLY | O_CREAT, 1);
    redirect(ERRORS, O_WRONLY | O_CREAT, 2);
    setsid();
    clearenv();
    while ((value = guest_config_next(config, "environment", &position)))
        putenv((char *)value);
    position = 0;
    while (count < ARGUMENTS_MAX && (value = guest_config_next(config, "argument", &position)))
        argv[count++] = (char *)value;
    if (directory && chdir(directory) != 0)
        fprintf(stderr, "%s: %s\n", directory, strerror(errno));
    if (count > 0)
        execv(argv[0], argv);
    fprintf(stderr, "%s: %s\n", count ? argv[0] : "no command", strerror(errno));
    fflush(stderr);
    _exit(127);
}

/* A kernel that has just started is still busy with itself; idle time costs nothing where the clock counts
 * instructions. */
static void settle(const struct guest_config *config)
{
    const char *text = guest_config_one(config, "settle_ms");
    long ms = text ? strtol(text, NULL, 10) : 0;
    struct timespec rest = {ms / 1000, ms % 1000 * 1000000};

    while (nanosleep(&rest, &rest) != 0 && errno == EINTR)
        ;
}

int guest_run(const struct guest_config *config)
{
    pid_t child, ended;
    int status = 0;

    settle(config);
    guest_say(GUEST_READY);
    child = fork();
    if (child < 0)
        return 127;
    if (child == 0)
        execute(config);
    do /* orphans end here, too */
        ended = waitpid(-1, &status, 0);
    while (ended != child && (ended > 0 || errno == EINTR));
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int send_file(int channel, const char *name, const char *path)
{
    size_t length = 0;
    OWNED_PTR char *text = file_read_bytes(path, FRAME_RAW_MAX, &length);

    if (text) /* as much as was read: a process that the command left behind may still write or truncate */
        return frame_write(channel, name, text, length);
    return errno == ENOENT ? 0 : -errno;
}

static int send_log(int channel)
{
    OWNED_PTR char *log = malloc(LOG_MAX);
    int size = log ? klogctl(3 /* SYSLOG_ACTION_READ_ALL */, log, LOG_MAX) : -1;

    return size < 0 ? 0 : frame_write(channel, FRAME_KERNEL, log, (size_t)size);
}

static int open_channel(void)
{
    OWNED_FD int fd = open(GUEST_CHANNEL, O_WRONLY | O_NOCTTY | O_CLOEXEC);
    struct termios settings;

    if (fd < 0)
        return -errno;
    if (tcgetattr(fd, &settings) == 0) {
        cfmakeraw(&settings);
        tcsetattr(fd, TCSANOW, &settings);
    }
    return take_fd(&fd);
}

int guest_send(int exit_status)
{
    OWNED_FD int channel = open_channel();
    uint64_t taint = 0;
    char status[64];
    int result;

    if (channel < 0)
        return channel;
    file_read_u64("/proc/sys/kernel/tainted", &taint);
    snprintf(status, sizeof(status), "exit %d taint %llu", exit_status, (unsigned long long)taint);
    result = frame_write(channel, FRAME_STATUS, status, strlen(status));
    if (result == 0)
        result = send_file(channel, FRAME_OUTPUT, OUTPUT);
    if (result == 0)
        result = send_file(channel, FRAME_ERRORS, ERRORS);
    if (result == 0)
        result = send_file(channel, FRAME_DOCUMENT, GUEST_DOCUMENT);
    if (result == 0 && (taint & TAINT_SHOWN))
        result = send_log(channel);
    if (result == 0)
        result = frame_write(channel, FRAME_END, "", 0);
    tcdrain(channel);
    return result;
}
