/* SPDX-License-Identifier: GPL-2.0 */
#include "agents/lab/cache.h"
#include "base/cache_directory.h"
#include "base/capture.h"
#include "base/cleanup.h"
#include "base/directory.h"
#include "base/files.h"
#include "base/owner.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#define ROOM_BYTES   (600ULL << 20) /* an image with its modules, packed and unpacked, and some */
#define PACKAGES_MAX 8

static void remove_tree(const char *path)
{
    char *roots[] = {(char *)path, NULL};
    FTS *walk = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
    FTSENT *entry;

    while (walk && (entry = fts_read(walk)))
        if (entry->fts_info != FTS_D)
            remove(entry->fts_accpath);
    if (walk)
        fts_close(walk);
}

/* What a killed fetch left behind. */
static void sweep(const char *cache)
{
    OWNED_DIR DIR *directory = opendir(cache);
    struct dirent *entry;
    char path[PATH_MAX];

    while (directory && (entry = readdir(directory)))
        if (owner_is_gone(entry->d_name) &&
            snprintf(path, sizeof(path), "%s/%s", cache, entry->d_name) < (int)sizeof(path))
            remove_tree(path);
}

int lab_cache_path(char path[PATH_MAX], struct error *error)
{
    return cache_directory("kernels", path, error);
}

static int check_room(const char *path, struct error *error)
{
    struct statvfs status;

    if (statvfs(path, &status) != 0 || status.f_bavail * status.f_frsize >= ROOM_BYTES)
        return 0;
    return error_set(error, EXIT_ENVIRONMENT, -ENOSPC,
                     "a kernel needs about %llu MiB in %s, which has %llu; free space, or name another place "
                     "with XDG_CACHE_HOME",
                     ROOM_BYTES >> 20, path, (unsigned long long)(status.f_bavail * status.f_frsize >> 20));
}

static int download(const char *directory, const char *const *packages, struct interrupt *interrupt,
                    struct error *error)
{
    const char *argv[PACKAGES_MAX + 8] = {"apt-get", "-qq", "-o", "APT::Sandbox::User=root", "download"};
    OWNED_CAPTURE struct capture answer = {0};

    for (unsigned count = 5; *packages && count < ARRAY_SIZE(argv) - 1; count++, packages++)
        argv[count] = *packages;
    return capture_must(&(struct capture_plan){.argv = argv, .directory = directory, .output_fd = -1},
                        "cannot fetch a kernel", interrupt, &answer, error);
}

static int unpack_one(const char *directory, const char *file, struct interrupt *interrupt,
                      struct error *error)
{
    const char *const argv[] = {"dpkg-deb", "-x", file, ".", NULL};
    OWNED_CAPTURE struct capture answer = {0};

    return capture_must(&(struct capture_plan){.argv = argv, .directory = directory, .output_fd = -1},
                        "cannot unpack a kernel", interrupt, &answer, error);
}

/* Each .deb that was downloaded; the packages themselves are not kept. */
static int unpack(const char *directory, struct interrupt *interrupt, struct error *error)
{
    OWNED_DIR DIR *list = opendir(directory);
    struct dirent *entry;
    int result = 0;

    if (!list)
        return -errno;
    while (result == 0 && (entry = readdir(list))) {
        size_t length = strlen(entry->d_name);

        if (length < 5 || strcmp(entry->d_name + length - 4, ".deb") != 0)
            continue;
        result = unpack_one(directory, entry->d_name, interrupt, error);
        unlinkat(dirfd(list), entry->d_name, 0);
    }
    return result;
}

/* Into a directory of our own, which takes its place in one step. Whatever the outcome, ours is gone. */
static int fetch_into(const char *temporary, const char *path, const char *const *packages,
                      struct interrupt *interrupt, struct error *error)
{
    int result;

    if (mkdir(temporary, 0755) != 0)
        return -errno; /* whose it is we don't know: it stays */
    result = download(temporary, packages, interrupt, error);
    if (result == 0)
        result = unpack(temporary, interrupt, error);
    /* Another lab may have been faster: then its directory stands, and ours goes. */
    if (result == 0 && rename(temporary, path) != 0 && errno != ENOTEMPTY && errno != EEXIST)
        result = -errno;
    remove_tree(temporary);
    return result;
}

int lab_cache_fetch(const char *name, const char *const *packages, char path[PATH_MAX],
                    struct interrupt *interrupt, struct error *error)
{
    char cache[PATH_MAX], temporary[PATH_MAX], owner[OWNER_NAME_MAX];
    int result = lab_cache_path(cache, error);

    if (result)
        return result;
    snprintf(path, PATH_MAX, "%.3000s/%.200s", cache, name);
    if (access(path, R_OK) == 0)
        return 0;
    sweep(cache);
    result = check_room(cache, error);
    if (result)
        return result;
    result = owner_name(owner);
    if (result == 0) {
        snprintf(temporary, sizeof(temporary), "%.3000s/%s", cache, owner);
        result = fetch_into(temporary, path, packages, interrupt, error);
    }
    if (result && !(error && error->message[0]))
        error_set(error, EXIT_ENVIRONMENT, result, "cannot keep a kernel in %s: %s", cache,
                  strerror(-result));
    return result;
}
