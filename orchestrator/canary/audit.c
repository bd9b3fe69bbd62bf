/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/canary/audit.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/files.h"
#include "base/shell.h"
#include "reports/jsonio.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define LINE_BYTES     4096
#define CLOSE_LIMIT_NS (5 * NS_PER_SECOND)

static int sync_directory(const char *path)
{
    OWNED_PTR char *copy = strdup(path);
    OWNED_FD int fd = copy ? open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;

    return fd >= 0 && fsync(fd) == 0 ? 0 : -errno;
}

/* In the writer: standard output is the log, standard error the way to us. */
static void write_forever(void *argument, pid_t parent)
{
    const int *fds = argument;
    struct process_place place = PROCESS_PLACE_NONE;
    const char *step;
    char line[LINE_BYTES];
    ssize_t length;

    place.output_fd = fds[0];
    place.error_fd = fds[1];
    if (process_settle(&place, parent, &step) != 0)
        _exit(127);
    while ((length = recv(STDERR_FILENO, line, sizeof(line), 0)) > 0) {
        int result = file_write_all(STDOUT_FILENO, line, (size_t)length);

        if (result == 0 && fdatasync(STDOUT_FILENO) != 0 && errno != EINVAL) /* of what is no file */
            result = -errno;
        if (send(STDERR_FILENO, &result, sizeof(result), MSG_NOSIGNAL) < 0)
            break;
    }
    _exit(0);
}

static int start_writer(struct audit *audit, int log_fd)
{
    int sockets[2], result;

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) != 0)
        return -errno;
    result = process_fork(&audit->writer, write_forever, (int[]){log_fd, sockets[1]});
    close(sockets[1]);
    audit->fd = sockets[0];
    return result;
}

int audit_open(struct audit *audit, const char *path, const char *name, struct error *error)
{
    OWNED_FD int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640);
    int result = fd < 0 ? -errno : sync_directory(path);

    *audit = AUDIT_NONE;
    audit->name = name;
    audit->path = result ? NULL : realpath(path, NULL);
    if (result == 0)
        result = audit->path ? start_writer(audit, fd) : -errno;
    if (result == 0)
        return 0;
    audit_close(audit);
    return error_set(error, EXIT_ENVIRONMENT, result, "cannot open the audit log %s: %s", path,
                     strerror(-result));
}

/* Until nothing is on its way any more. -ETIMEDOUT at the deadline; else as the writer tells. */
static int hear_of_all(struct audit *audit, uint64_t deadline_ns, struct interrupt *interrupt)
{
    int result = 0;

    while (audit->waiting > 0 && result == 0) {
        int heard = -EPIPE, ready = interrupt_wait(interrupt, deadline_ns, audit->fd);

        if (ready != 1)
            return ready == 0 ? -ETIMEDOUT : ready;
        if (recv(audit->fd, &heard, sizeof(heard), 0) != sizeof(heard))
            heard = -EPIPE; /* it is gone */
        audit->waiting--;
        result = heard;
    }
    return result;
}

void audit_close(struct audit *audit)
{
    if (audit->fd >= 0)
        hear_of_all(audit, clock_now_ns() + CLOSE_LIMIT_NS, NULL);
    process_kill(&audit->writer);
    close_fd(&audit->fd);
    free(audit->path);
    audit->path = NULL;
}

char *audit_shell(const struct audit *audit)
{
    CLEANUP(jsonio_drop) json_t *name_json = jsonio_text(audit->name);
    OWNED_PTR char *name = name_json ? json_dumps(name_json, JSONIO_DUMP_FLAGS) : NULL;
    char *text = NULL;
    size_t size = 0;
    FILE *out = name ? open_memstream(&text, &size) : NULL;

    if (!out)
        return NULL;
    fputs("printf '{\"time\":\"%s\",\"name\":%s,\"event\":\"%s\",\"reason\":\"tracetoll died\",\"duty\":null,"
          "\"pid\":%s}\\n' \"$(date -u +%Y-%m-%dT%H:%M:%S.%3NZ)\" ",
          out);
    shell_print_quoted(out, name);
    fputs(" \"$event\" \"$$\" >>", out);
    shell_print_quoted(out, audit->path);
    fputs("; sync -d ", out);
    shell_print_quoted(out, audit->path);
    fputs(" & n=0; while kill -0 $! 2>/dev/null && [ $n -lt 10 ]; do sleep 0.05; n=$((n + 1)); done", out);
    if (fclose(out) == 0)
        return text;
    free(text);
    return NULL;
}

static char *make_text(const struct audit *audit, const struct audit_line *line)
{
    CLEANUP(jsonio_drop) json_t *json = NULL;
    OWNED_PTR char *text = NULL;
    char time[40];
    char *whole = NULL;

    clock_rfc3339_ms(line->wall_ns, time, sizeof(time));
    json = json_pack("{s:s, s:o, s:s, s:o, s:o, s:i}", "time", time, "name", jsonio_text(audit->name),
                     "event", line->event, "reason", jsonio_text(line->reason), "duty",
                     jsonio_number(line->duty), "pid", (int)getpid());
    text = json ? json_dumps(json, JSON_COMPACT | JSON_REAL_PRECISION(6)) : NULL;
    return text && asprintf(&whole, "%s\n", text) >= 0 ? whole : NULL;
}

int audit_write(struct audit *audit, const struct audit_line *line, uint64_t limit_ns,
                struct interrupt *interrupt, struct error *error)
{
    OWNED_PTR char *text = make_text(audit, line);
    uint64_t deadline_ns = limit_ns == UINT64_MAX ? UINT64_MAX : clock_now_ns() + limit_ns;
    int result = text ? 0 : -ENOMEM;

    if (result == 0 && send(audit->fd, text, strlen(text), MSG_NOSIGNAL) < 0)
        result = -errno;
    if (result == 0) {
        audit->waiting++;
        result = hear_of_all(audit, deadline_ns, interrupt);
    }
    if (result == 0 || result == -ETIMEDOUT)
        return 0;
    return result == -EINTR
               ? error_set(error, EXIT_INTERRUPTED, result, "interrupted while the audit log was written")
               : error_set(error, EXIT_ENVIRONMENT, result,
                           "cannot write the audit log (%s), and nothing is switched on without it",
                           strerror(-result));
}
