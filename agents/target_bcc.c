/* SPDX-License-Identifier: GPL-2.0 */
/* Kind "bcc": a program in the dialect of BCC, compiled and attached by our executable tracetoll-bcc. */
#include "base/capabilities.h"
#include "agents/target_life.h"
#include "base/cleanup.h"
#include "base/program_path.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#define TOOL "tracetoll-bcc"

/* Beside ourselves: where it was built, or installed. */
static char *path_beside_us(void)
{
    char own[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", own, sizeof(own) - 1);
    char *slash, *path = NULL;

    if (length <= 0)
        return NULL;
    own[length] = '\0';
    slash = strrchr(own, '/');
    if (!slash || asprintf(&path, "%.*s/" TOOL, (int)(slash - own), own) < 0)
        return NULL;
    return path;
}

/* *path is malloc'd. */
static int find_tool(char **path, struct error *error)
{
    OWNED_PTR char *beside = path_beside_us();

    if (beside && access(beside, X_OK) == 0) {
        *path = TAKE_PTR(beside);
        return 0;
    }
    if (program_find(TOOL, path, NULL) == 0)
        return 0;
    return error_set(error, EXIT_UNSUPPORTED, -EOPNOTSUPP,
                     "bcc: not built in; " TOOL " is neither beside tracetoll nor in PATH: apt-get install "
                     "libbpfcc-dev, and build again");
}

static int check(const struct target *target, struct error *error)
{
    OWNED_PTR char *path = NULL;
    int result;

    if (access(target->argv[0], R_OK) != 0)
        return error_set(error, EXIT_USAGE, -errno, "--bcc %s: %s", target->argv[0], strerror(errno));
    result = find_tool(&path, error);
    return result ? result : capabilities_check("loading a BPF program", error);
}

static int switch_on(struct target *target, struct error *error)
{
    char *ifname = target->place.ifname[0] ? target->place.ifname : NULL;
    char *argv[] = {(char *)TOOL, target->argv[0], ifname, NULL};
    OWNED_PTR char *path = NULL;
    int result = find_tool(&path, error);

    return result ? result : life_switch_on(target, path, argv, error);
}

const struct target_ops target_bcc = {
    .name = "bcc",
    .summary = "C in the dialect of BCC, compiled and attached by libbcc",
    .given_as = "--bcc FILE.c",
    .helper = TOOL,
    .compiles = true,
    .check = check,
    .switch_on = switch_on,
    .switch_off = life_switch_off,
    .account = life_account,
    LIFE_OPS,
};
