/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A Python script: its interpreter's packages, and those of the modules that it imports. Modules beside the
 * script come with it. What a module loads by name at run time, no list shows: whole packages hold it.
 */
#include "agents/lab/closure.h"
#include "base/capture.h"
#include "base/cleanup.h"
#include "base/files.h"

#include <ctype.h>
#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#define SOURCE_MAX  (4 << 20)
#define MODULES_DIR "/usr/lib/python3/dist-packages"

/* "import a.b as c, d" gives a and d; "from a.b import c" gives a. Relative imports are files beside it. */
const char *closure_next_import(const char *source, char *name, size_t size)
{
    while (*source) {
        const char *line = source;
        size_t indent, word;
        bool from;

        indent = strspn(line, " \t,");
        from = strncmp(line + indent, "from ", 5) == 0;
        if (from || strncmp(line + indent, "import ", 7) == 0 || (indent > 0 && line[0] == ',')) {
            line += indent + (from ? 5 : strncmp(line + indent, "import ", 7) == 0 ? 7 : 0);
            line += strspn(line, " \t");
            for (word = 0; isalnum((unsigned char)line[word]) || line[word] == '_';)
                word++;
            snprintf(name, size, "%.*s", (int)word, line);
            line += word;
            /* The next of a list, or the next line. */
            source = line + strcspn(line, from ? "\n" : ",\n");
            if (*source == '\n')
                source++;
            if (word > 0)
                return source;
            continue;
        }
        source += strcspn(source, "\n");
        source += *source == '\n';
    }
    return NULL;
}

/* The package that has a module; "" for the standard library's, and for files beside the script. */
static int package_of(struct closure *closure, const char *module, char *package, size_t size,
                      struct error *error)
{
    char folder[PATH_MAX], file[PATH_MAX];
    const char *argv[] = {"dpkg-query", "-S", folder, file, NULL};
    const struct capture_plan plan = CAPTURE_PLAN(argv);
    OWNED_CAPTURE struct capture answer = {0};
    int result;

    snprintf(folder, sizeof(folder), MODULES_DIR "/%s", module);
    snprintf(file, sizeof(file), MODULES_DIR "/%s.py", module);
    result = capture_run(&plan, closure->interrupt, &answer, error);
    if (result == 0)
        snprintf(package, size, "%.*s", (int)strcspn(answer.output, ":,\n"), answer.output);
    return result;
}

static int add_beside(struct closure *closure, const char *script, const char *module)
{
    OWNED_PTR char *copy = strdup(script), *path = NULL;

    if (!copy || asprintf(&path, "%s/%s.py", dirname(copy), module) < 0) {
        path = NULL;
        return -ENOMEM;
    }
    return access(path, R_OK) == 0 ? file_set_file(closure->files, path, path, 0644) : 0;
}

static int add_import(struct closure *closure, const char *script, const char *module, struct error *error)
{
    char package[128] = "";
    const char *const names[] = {package, NULL};
    int result = package_of(closure, module, package, sizeof(package), error);

    if (result == 0)
        result =
            package[0] ? closure_add_packages(closure, names, error) : add_beside(closure, script, module);
    return result;
}

int closure_add_python(struct closure *closure, const char *script, struct error *error)
{
    static const char *const interpreter[] = {"python3", NULL};
    OWNED_PTR char *path = realpath(script, NULL), *source = path ? file_read(path, SOURCE_MAX) : NULL;
    const char *rest = source;
    char module[128];
    int result;

    if (!source)
        return error_set(error, EXIT_TARGET, -errno, "the guest needs %s, which can't be read: %s", script,
                         strerror(errno));
    result = closure_add_packages(closure, interpreter, error);
    while (result == 0 && (rest = closure_next_import(rest, module, sizeof(module))))
        result = add_import(closure, path, module, error);
    return result;
}
