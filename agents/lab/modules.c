/* SPDX-License-Identifier: GPL-2.0 */
#include "agents/lab/modules.h"
#include "base/analyzer.h"
#include "base/cleanup.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

void module_list_free(struct module_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->paths[i]);
    free(list->paths);
    *list = (struct module_list){0};
}

/* Both spellings of a module's name mean the same: '-' and '_'. */
static bool same(char a, char b)
{
    return (a == '-' ? '_' : a) == (b == '-' ? '_' : b);
}

/* Is "kernel/net/foo.ko.xz" (of `length`) the module `name`? */
static bool is_module(const char *path, size_t length, const char *name)
{
    size_t name_length = strlen(name), start = length;

    while (start > 0 && path[start - 1] != '/')
        start--;
    if (length - start < name_length + 3 || strncmp(path + start + name_length, ".ko", 3) != 0)
        return false;
    if (length - start > name_length + 3 && path[start + name_length + 3] != '.')
        return false;
    for (size_t i = 0; i < name_length; i++)
        if (!same(path[start + i], name[i]))
            return false;
    return true;
}

static bool is_builtin(const char *builtin, const char *name)
{
    for (const char *line = builtin; *line;) {
        size_t length = strcspn(line, "\n");

        if (is_module(line, length, name))
            return true;
        line += length + (line[length] == '\n');
    }
    return false;
}

/* The line "PATH: DEPENDENCIES" of a module; NULL: there is none. */
static const char *find_line(const char *dependencies, const char *name)
{
    for (const char *line = dependencies; *line;) {
        size_t length = strcspn(line, "\n"), path = strcspn(line, ":\n");

        if (line[path] == ':' && is_module(line, path, name))
            return line;
        line += length + (line[length] == '\n');
    }
    return NULL;
}

static int append(struct module_list *list, const char *path, size_t length)
{
    char **grown;

    for (size_t i = 0; i < list->count; i++)
        if (strncmp(list->paths[i], path, length) == 0 && list->paths[i][length] == '\0')
            return 0;
    grown = realloc(list->paths, (list->count + 1) * sizeof(*grown));
    if (!grown)
        return -ENOMEM;
    list->paths = grown;
    list->paths[list->count] = strndup(path, length);
    LEAKS_UNSEEN /* an element of list->paths */
    return list->paths[list->count] ? (list->count++, 0) : -ENOMEM;
    LEAKS_SEEN
}

int module_list_add(struct module_list *list, const char *dependencies, const char *builtin, const char *name)
{
    const char *line = find_line(dependencies, name), *end, *first;
    int result = 0;

    if (!line)
        return is_builtin(builtin, name) ? 0 : -ENOENT;
    first = line + strcspn(line, ":");
    end = line + strcspn(line, "\n");
    /* What has to be loaded first stands last (depmod's order, which modprobe walks backwards). */
    while (result == 0 && end > first) {
        const char *start = end;

        while (start > first && start[-1] != ' ' && start[-1] != ':')
            start--;
        if (end > start && start > first)
            result = append(list, start, (size_t)(end - start));
        end = start > first ? start - 1 : first;
    }
    return result ? result : append(list, line, (size_t)(first - line));
}

static const struct {
    const char *ending, *program;
} unpackers[] = {{".ko", ""}, {".ko.xz", "xz"}, {".ko.zst", "zstd"}, {".ko.gz", "gzip"}};

const char *module_unpacker(const char *path)
{
    size_t length = strlen(path);

    for (size_t i = 0; i < ARRAY_SIZE(unpackers); i++) {
        size_t ending = strlen(unpackers[i].ending);

        if (length > ending && strcmp(path + length - ending, unpackers[i].ending) == 0)
            return unpackers[i].program;
    }
    return NULL;
}
