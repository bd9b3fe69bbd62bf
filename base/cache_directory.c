/* SPDX-License-Identifier: GPL-2.0 */
#include "base/cache_directory.h"
#include "base/files.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static int make_directory(char *path)
{
    file_make_parents(path);
    return mkdir(path, 0755) == 0 || errno == EEXIST ? 0 : -errno;
}

int cache_directory(const char *leaf, char path[PATH_MAX], struct error *error)
{
    const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    bool own = cache && cache[0] == '/';
    int length = snprintf(path, PATH_MAX, "%s%s/tracetoll%s%s",
                          own    ? cache
                          : home ? home
                                 : "/root",
                          own ? "" : "/.cache", leaf[0] ? "/" : "", leaf);
    int result = length < PATH_MAX - 256 ? make_directory(path) : -ENAMETOOLONG;

    return result ? error_set(error, EXIT_ENVIRONMENT, result,
                              "cannot make %s: %s; name another place with XDG_CACHE_HOME", path,
                              strerror(-result))
                  : 0;
}
