/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/canary/audit.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/files.h"
#include "reports/jsonio.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <string.h>
#include <unistd.h>

static int sync_directory(const char *path)
{
    OWNED_PTR char *copy = strdup(path);
    OWNED_FD int fd = copy ? open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;

    return fd >= 0 && fsync(fd) == 0 ? 0 : -errno;
}

int audit_open(struct audit *audit, const char *path, const char *name, struct error *error)
{
    int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640);
    int result = fd < 0 ? -errno : sync_directory(path);

    if (result) {
        close_fd(&fd);
        return error_set(error, EXIT_ENVIRONMENT, result, "cannot open the audit log %s: %s", path,
                         strerror(-result));
    }
    *audit = (struct audit){.fd = fd, .name = name};
    return 0;
}

void audit_close(struct audit *audit)
{
    close_fd(&audit->fd);
}

static char *make_text(const struct audit *audit, const struct audit_line *line)
{
    CLEANUP(jsonio_drop) json_t *json = NULL;
    OWNED_PTR char *text = NULL;
    char time[40];
    char *whole = NULL;

    clock_rfc3339(line->wall_ns, time, sizeof(time));
    json = json_pack("{s:s, s:o, s:s, s:o, s:o, s:i}", "time", time, "name", jsonio_text(audit->name),
                     "event", line->event, "reason", jsonio_text(line->reason), "duty",
                     jsonio_number(line->duty), "pid", (int)getpid());
    text = json ? json_dumps(json, JSONIO_DUMP_FLAGS) : NULL;
    return text && asprintf(&whole, "%s\n", text) >= 0 ? whole : NULL;
}

int audit_write(const struct audit *audit, const struct audit_line *line, struct error *error)
{
    OWNED_PTR char *text = make_text(audit, line);
    int result = text ? file_write_all(audit->fd, text, strlen(text)) : -ENOMEM;

    if (result == 0 && fdatasync(audit->fd) != 0)
        result = -errno;
    return result ? error_set(error, EXIT_ENVIRONMENT, result,
                              "cannot write the audit log (%s), and nothing is switched on without it",
                              strerror(-result))
                  : 0;
}
