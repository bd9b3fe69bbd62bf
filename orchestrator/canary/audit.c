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
    *audit = (struct audit){.fd = fd, .path = realpath(path, NULL), .name = name};
    return audit->path ? 0 : error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");
}

void audit_close(struct audit *audit)
{
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
    shell_print_word(out, name);
    fputs(" \"$event\" \"$$\" >>", out);
    shell_print_word(out, audit->path);
    fputs("; sync -d ", out);
    shell_print_word(out, audit->path);
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
