/* SPDX-License-Identifier: GPL-2.0 */
#include "base/program_path.h"
#include "base/cleanup.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* Which package brings a tool (Debian 12); families with a common ending are in program_package(). */
static const struct {
    const char *package;
    const char *tools; /* blank-separated, with a blank at both ends */
} packages[] = {
    {"libbpf-tools",
     " bashreadline bindsnoop biolatency biopattern biosnoop biostacks biotop bitesize cachestat capable "
     "cpudist cpufreq drsnoop execsnoop exitsnoop filelife filetop fsdist fsslower funclatency "
     "gethostlatency "
     "hardirqs javagc klockstat ksnoop llcstat mdflush mountsnoop numamove offcputime oomkill opensnoop "
     "readahead "
     "runqlat runqlen runqslower sigsnoop slabratetop softirqs solisten statsnoop syscount tcpconnect "
     "tcpconnlat tcplife tcppktlat tcprtt tcpstates tcpsynbl tcptop tcptracer vfsstat wakeuptime "},
    {"bpftrace", " bpftrace bpftrace-aotrt "},
    {"iperf3", " iperf3 "},
    {"fio", " fio "},
    {"stress-ng", " stress-ng "},
    {"wrk", " wrk "},
    {"bpftool", " bpftool "},
    {"linux-perf", " perf "},
    {"trace-cmd", " trace-cmd "},
    {"tcpdump", " tcpdump "},
    {"strace", " strace "},
    {"sysdig", " sysdig "},
};

static int ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), end_length = strlen(end);

    return length > end_length && strcmp(text + length - end_length, end) == 0;
}

const char *program_package(const char *name)
{
    char word[80];

    if (ends_with(name, "-bpfcc"))
        return "bpfcc-tools";
    if (ends_with(name, ".bt"))
        return "bpftrace";
    if (strchr(name, ' ') || snprintf(word, sizeof(word), " %s ", name) >= (int)sizeof(word))
        return NULL;
    for (size_t i = 0; i < ARRAY_SIZE(packages); i++)
        if (strstr(packages[i].tools, word))
            return packages[i].package;
    return NULL;
}

static int is_program(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0 && S_ISREG(status.st_mode) && access(path, X_OK) == 0;
}

static int not_found(const char *name, struct error *error)
{
    const char *package = program_package(name);

    if (package)
        return error_set(error, EXIT_ENVIRONMENT, -ENOENT,
                         "program \"%s\" is not installed; it is in the package %s: apt-get install %s", name,
                         package, package);
    return error_set(error, EXIT_ENVIRONMENT, -ENOENT,
                     "program \"%s\" is neither in PATH nor in /usr/sbin; install it or give its full path",
                     name);
}

static int given_path(const char *name, char **path, struct error *error)
{
    struct stat status;

    if (stat(name, &status) != 0)
        return error_set(error, EXIT_ENVIRONMENT, -errno, "program \"%s\": %s; give the path of a program",
                         name, strerror(errno));
    if (!is_program(name))
        return error_set(error, EXIT_ENVIRONMENT, -EACCES,
                         "\"%s\" is not an executable file; chmod +x it, or give the path of a program",
                         name);
    *path = strdup(name);
    return *path ? 0 : error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");
}

int program_find(const char *name, char **path, struct error *error)
{
    const char *variable = getenv("PATH");
    OWNED_PTR char *folders = NULL;
    char *rest = NULL, *folder;

    if (strchr(name, '/'))
        return given_path(name, path, error);
    if (asprintf(&folders, "%s:/usr/sbin:/sbin", variable ? variable : "/usr/bin:/bin") < 0) {
        folders = NULL;
        return error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");
    }
    for (folder = strtok_r(folders, ":", &rest); folder && *name; folder = strtok_r(NULL, ":", &rest)) {
        OWNED_PTR char *candidate = NULL;

        if (asprintf(&candidate, "%s/%s", folder, name) < 0)
            candidate = NULL;
        if (candidate && is_program(candidate)) {
            *path = TAKE_PTR(candidate);
            return 0;
        }
    }
    return not_found(name, error);
}
