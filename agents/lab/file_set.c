/* SPDX-License-Identifier: GPL-2.0 */
#include "agents/lab/file_set.h"
#include "base/analyzer.h"
#include "base/cleanup.h"

#include <errno.h>
#include <fts.h>
#include <limits.h>
#include <search.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static int compare(const void *a, const void *b)
{
    return strcmp(((const struct guest_file *)a)->path, ((const struct guest_file *)b)->path);
}

static void free_file(void *pointer)
{
    struct guest_file *file = pointer;

    free(file->path);
    free(file->source);
    free(file->data);
    free(file);
}

void file_set_free(struct file_set *set)
{
    tdestroy(set->tree, free_file);
    *set = (struct file_set){0};
}

/* /lib/x is /usr/lib/x, as everywhere since Debian merged the two. */
static char *canonical(const char *path)
{
    static const char *const merged[] = {"/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"};
    char *moved = NULL;

    for (size_t i = 0; i < ARRAY_SIZE(merged); i++) {
        size_t length = strlen(merged[i]);

        if (strncmp(path, merged[i], length) != 0 || path[length] != '/')
            continue;
        return asprintf(&moved, "/usr%s", path) < 0 ? NULL : moved;
    }
    return strdup(path);
}

int file_set_has(const struct file_set *set, const char *path)
{
    OWNED_PTR char *name = canonical(path);
    struct guest_file key = {.path = name};

    return name && tfind(&key, &set->tree, compare) != NULL;
}

/* Takes over what `file` points to, also when it fails or the path is taken. */
static int insert(struct file_set *set, const struct guest_file *file)
{
    struct guest_file *copy = malloc(sizeof(*copy));
    struct guest_file **found;

    if (!copy || !file->path) {
        free(copy);
        free(file->path);
        free(file->source);
        free(file->data);
        return -ENOMEM;
    }
    *copy = *file;
    found = tsearch(copy, &set->tree, compare);
    if (!found || *found != copy)
        free_file(copy);
    else
        set->count++;
    LEAKS_UNSEEN /* the tree has it */
    return found ? 0 : -ENOMEM;
    LEAKS_SEEN
}

static int add_parents(struct file_set *set, const char *path)
{
    int result = 0;

    for (const char *slash = strchr(path + 1, '/'); result == 0 && slash; slash = strchr(slash + 1, '/'))
        result = insert(
            set, &(struct guest_file){.path = strndup(path, (size_t)(slash - path)), .mode = S_IFDIR | 0755});
    return result;
}

/* As insert(); `file` has no path yet. */
static int add(struct file_set *set, const char *path, struct guest_file *file)
{
    int result = -ENOMEM;

    file->path = canonical(path);
    if (file->path)
        result = add_parents(set, file->path);
    if (result == 0)
        return insert(set, file);
    free(file->path);
    free(file->source);
    free(file->data);
    return result;
}

int file_set_directory(struct file_set *set, const char *path)
{
    return add(set, path, &(struct guest_file){.mode = S_IFDIR | 0755});
}

int file_set_file(struct file_set *set, const char *path, const char *source, mode_t mode)
{
    struct guest_file file = {.mode = S_IFREG | mode, .source = strdup(source)};

    return file.source ? add(set, path, &file) : -ENOMEM;
}

int file_set_data(struct file_set *set, const char *path, const void *data, size_t size, mode_t mode)
{
    struct guest_file file = {.mode = S_IFREG | mode, .data = malloc(size + 1), .size = size};

    if (!file.data)
        return -ENOMEM;
    memcpy(file.data, data, size);
    return add(set, path, &file);
}

int file_set_link(struct file_set *set, const char *path, const char *target)
{
    struct guest_file file = {.mode = S_IFLNK | 0777, .data = strdup(target), .size = strlen(target)};

    return file.data ? add(set, path, &file) : -ENOMEM;
}

int file_set_device(struct file_set *set, const char *path, unsigned major, unsigned minor)
{
    return add(set, path, &(struct guest_file){.mode = S_IFCHR | 0600, .major = major, .minor = minor});
}

static int copy_link(struct file_set *set, const char *path, const char *source)
{
    char target[PATH_MAX];
    ssize_t length = readlink(source, target, sizeof(target) - 1);

    if (length < 0)
        return -errno;
    target[length] = '\0';
    return file_set_link(set, path, target);
}

int file_set_copy(struct file_set *set, const char *path, const char *source)
{
    struct stat status;

    if (lstat(source, &status) != 0)
        return -errno;
    if (S_ISDIR(status.st_mode))
        return file_set_directory(set, path);
    if (S_ISLNK(status.st_mode))
        return copy_link(set, path, source);
    return S_ISREG(status.st_mode) ? file_set_file(set, path, source, status.st_mode & 0777) : 0;
}

int file_set_tree(struct file_set *set, const char *path, const char *source)
{
    char *roots[] = {(char *)source, NULL};
    FTS *walk = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
    size_t length = strlen(source);
    int result = walk ? 0 : -errno;
    FTSENT *entry;

    while (result == 0 && (entry = fts_read(walk))) {
        OWNED_PTR char *there = NULL;

        if (entry->fts_info == FTS_DP)
            continue;
        if (entry->fts_info == FTS_DNR || entry->fts_info == FTS_ERR || entry->fts_info == FTS_NS)
            result = -entry->fts_errno;
        else if (asprintf(&there, "%s%s", path, entry->fts_path + length) < 0)
            result = -ENOMEM;
        else
            result = file_set_copy(set, there, entry->fts_path);
    }
    if (walk)
        fts_close(walk);
    return result;
}

struct walk {
    int (*visit)(const struct guest_file *file, void *context);
    void *context;
    int result;
};

static void visit_node(const void *node, VISIT visit, void *closure)
{
    struct walk *walk = closure;

    if (walk->result == 0 && (visit == postorder || visit == leaf))
        walk->result = walk->visit(*(struct guest_file *const *)node, walk->context);
}

int file_set_each(const struct file_set *set, int (*visit)(const struct guest_file *file, void *context),
                  void *context)
{
    struct walk walk = {visit, context, 0};

    twalk_r(set->tree, visit_node, &walk);
    return walk.result;
}
