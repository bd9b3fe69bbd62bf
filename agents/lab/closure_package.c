/* SPDX-License-Identifier: GPL-2.0 */
/* Whole packages, by dpkg's own tool. */
#include "agents/lab/closure.h"
#include "base/capture.h"
#include "base/cleanup.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define PACKAGES_MAX 512
#define NAME_MAX_    128

struct packages {
    char names[PACKAGES_MAX][NAME_MAX_];
    unsigned count;
};

const char *closure_next_package(const char *depends, char *name, size_t size)
{
    for (;;) {
        size_t length, word;

        depends += strspn(depends, " ,\n\t");
        if (!*depends)
            return NULL;
        length = strcspn(depends, ",\n");
        word = strcspn(depends, " (:|,\n");
        snprintf(name, size, "%.*s", (int)word, depends);
        depends += length;
        if (word > 0)
            return depends;
    }
}

static void add_name(struct packages *packages, const char *name)
{
    for (unsigned i = 0; i < packages->count; i++)
        if (strcmp(packages->names[i], name) == 0)
            return;
    if (packages->count < PACKAGES_MAX)
        snprintf(packages->names[packages->count++], NAME_MAX_, "%s", name);
}

static int ask_dpkg(struct closure *closure, const char *option, const char *format,
                    const struct packages *packages, unsigned from, struct capture *answer,
                    struct error *error)
{
    const char *argv[PACKAGES_MAX + 4] = {"dpkg-query", option};
    unsigned count = 2;

    if (format)
        argv[count++] = format;
    for (unsigned i = from; i < packages->count; i++)
        argv[count++] = packages->names[i];
    /* A name that is only provided, or not installed, makes it complain and answer for the others. */
    return capture_run(&(struct capture_plan){.argv = argv, .output_fd = -1}, closure->interrupt, answer,
                       error);
}

/* Level by level, until a level brings no new name. */
static int find_all(struct closure *closure, struct packages *packages, struct error *error)
{
    unsigned asked = 0;

    while (asked < packages->count) {
        OWNED_CAPTURE struct capture answer = {0};
        unsigned count = packages->count;
        char name[NAME_MAX_];
        const char *rest;
        int result =
            ask_dpkg(closure, "-W", "-f=${Depends}, ${Pre-Depends}\n", packages, asked, &answer, error);

        if (result)
            return result;
        asked = count;
        rest = answer.output;
        while ((rest = closure_next_package(rest, name, sizeof(name))))
            add_name(packages, name);
    }
    return 0;
}

static bool is_documentation(const char *path)
{
    static const char *const folders[] = {"/usr/share/doc/",     "/usr/share/man/",     "/usr/share/info/",
                                          "/usr/share/locale/",  "/usr/share/lintian/", "/usr/share/bug/",
                                          "/usr/share/doc-base/"};

    for (size_t i = 0; i < ARRAY_SIZE(folders); i++)
        if (strncmp(path, folders[i], strlen(folders[i])) == 0)
            return true;
    return false;
}

/* A listed file may be missing (excluded by dpkg's configuration): what needs it will say so in the guest. */
static int add_listed(struct closure *closure, char *list)
{
    char *rest = NULL;
    int result = 0;

    for (char *line = strtok_r(list, "\n", &rest); result == 0 && line; line = strtok_r(NULL, "\n", &rest)) {
        struct stat status;

        if (line[0] != '/' || is_documentation(line) || lstat(line, &status) != 0 || S_ISDIR(status.st_mode))
            continue;
        result = file_set_copy(closure->files, line, line);
    }
    return result;
}

int closure_add_packages(struct closure *closure, const char *const *names, struct error *error)
{
    OWNED_PTR struct packages *packages = calloc(1, sizeof(*packages));
    OWNED_CAPTURE struct capture answer = {0};
    int result = packages ? 0 : -ENOMEM;

    for (; result == 0 && *names; names++)
        add_name(packages, *names);
    if (result == 0)
        result = find_all(closure, packages, error);
    if (result == 0)
        result = ask_dpkg(closure, "-L", NULL, packages, 0, &answer, error);
    for (unsigned i = 0; result == 0 && i < packages->count; i++)
        if (strstr(packages->names[i], "bpfcc")) /* BCC compiles when it starts */
            closure->needs_headers = true;
    if (result == 0)
        result = add_listed(closure, answer.output);
    if (result && !(error && error->message[0]))
        return error_set(error, EXIT_ENVIRONMENT, result, "cannot gather the files of packages: %s",
                         strerror(-result));
    return result;
}
